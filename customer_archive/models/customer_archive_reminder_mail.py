"""The daily mail: one to each person, of all that they are to be reminded of, in their language (product.md L4)."""

import logging

from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL, format_date

from ..tools.reminders import Due

_logger = logging.getLogger(__name__)

# The first number of the advisory lock on a person's mail.
MAIL_LOCK = 0x2E32
# Lines of a mail; the others are in the register.
MOST_LINES = 100


class CustomerArchiveReminder(models.Model):
    _inherit = "customer.archive.reminder"

    @api.model
    def _cron_mails(self):
        """Send what waits for the daily mail, person by person."""
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT user_id FROM customer_archive_reminder WHERE mail_state = 'waiting'")
        )
        # sudo: the job's own; each mail holds what its reader may see
        users = self.env["res.users"].sudo().browse(uid for (uid,) in rows)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(users))
        for user in users.sorted("id"):
            try:
                with self.env.cr.savepoint():
                    self._send_mail_of_the_day(user)
            except Exception:
                # The next person's mail is sent all the same; this one waits for tomorrow.
                _logger.exception("the reminders of the user %s could not be mailed", user.id)
                self.env.invalidate_all()
            if not cron._commit_progress(1):
                return

    @api.model
    def _send_mail_of_the_day(self, user):
        """One mail with all that waits; nothing if there was one today, or another worker is at it."""
        [[locked]] = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", MAIL_LOCK, user.id))
        today = user.company_id._archive_today()
        if not locked or self.search_count([("user_id", "=", user.id), ("mailed_on", ">=", today)], limit=1):
            return
        waiting = self.search([("user_id", "=", user.id), ("mail_state", "=", "waiting")], order="due_on, id")
        reached = waiting._still_reached(user)
        (waiting - reached).write({"mail_state": "withheld"})
        if not reached:
            return
        if not user.email:  # there is no way to write to them: what they have is in the register
            reached.write({"mail_state": "none"})
            return
        reached.write({"mail_state": "sent", "mailed_on": today})
        self.env.flush_all()  # a double would show here, before anything is sent
        reached._mail_to(user)

    def _still_reached(self, user):
        """Those of the reminders whose record and archive the user may see now."""
        reached = self.browse()
        if not user.active or user.share:
            return reached
        for rule, reminders in self.grouped("rule_id").items():
            source = rule._source()
            if not source:
                continue
            due = {
                reminder: Due(reminder.res_id, reminder.archive_id.id, reminder.due_on, 0, None, None, None)
                for reminder in reminders
            }
            seen = rule._reached_by(user, source, list(due.values()))
            reached |= reminders.filtered(lambda reminder, due=due, seen=seen: due[reminder] in seen)
        return self & reached

    def _mail_to(self, user):
        """Numbers, what it is, dates, links. No name of a customer, no value of a card."""
        there = self.with_context(lang=user.lang or self.env.lang)
        _ = there.env._
        count = len(there)
        subject = (
            _("%s reminders from the customer archive", count)
            if count > 1
            else _("One reminder from the customer archive")
        )
        rows = Markup().join(there[:MOST_LINES]._mail_lines())
        heads = Markup().join(
            Markup('<th style="text-align: left; padding: 4px 16px 4px 0">%s</th>') % head
            for head in (_("Date"), _("What"), _("Number"))
        )
        more = (
            Markup("<p>%s</p>") % _("… and %s more. All of them are in the register of reminders.", count - MOST_LINES)
            if count > MOST_LINES
            else Markup()
        )
        company = user.company_id
        there.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=Markup("<table><tr>%s</tr>%s</table>%s") % (heads, rows, more),
            email_from=company.email_formatted or self.env.user.email_formatted or False,
        )

    def _mail_lines(self):
        """A row of the table for each of the reminders, in the context's language."""
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")  # where everybody logs in
        cell = Markup('<td style="padding: 4px 16px 4px 0">%s</td>')
        for reminder, number, (model, res_id) in zip(self, self._numbers(), self._link_targets(), strict=True):
            link = Markup('<a href="%s/mail/view?model=%s&amp;res_id=%s">%s</a>') % (base, model, res_id, number)
            yield Markup("<tr>%s%s%s</tr>") % (
                cell % format_date(self.env, reminder.due_on),
                cell % reminder.rule_id.name,
                cell % link,
            )

    def _numbers(self):
        """What stands for each of the reminders: the archive's number, or the record's own."""
        sources = {rule: rule._source() for rule in self.rule_id}
        for reminder in self:
            source = sources[reminder.rule_id]
            record = self.env[source.model].browse(reminder.res_id) if source.named else reminder.archive_id
            yield record[source.named or "number"] or ""

    def _link_targets(self):
        """(model, id) of what each of the reminders opens."""
        targets = {rule: rule._target_model() for rule in self.rule_id}
        for reminder in self:
            if targets[reminder.rule_id] == reminder.res_model:
                yield reminder.res_model, reminder.res_id
            else:
                yield "customer.archive", reminder.archive_id.id
