"""Meetings with customers become lines of the contact log once they are over (product.md L2)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from odoo.addons.customer_archive.tools.access import SECRET

# Meetings that ended earlier are left alone: the cron catches up on a fortnight.
DAYS_BACK = 14
BATCH = 200


class CustomerArchiveContactLog(models.Model):
    _inherit = "customer.archive.contact.log"

    origin = fields.Selection(selection_add=[("meeting", "Meeting")], ondelete={"meeting": "set default"})
    calendar_event_id = fields.Many2one(
        "calendar.event", "Meeting", copy=False, ondelete="set null", index="btree_not_null"
    )

    _archive_event = models.UniqueIndex(
        "(archive_id, calendar_event_id) WHERE calendar_event_id IS NOT NULL",
        "The meeting is in the contact log already: add what is missing to that line, or write a correction to it.",
    )

    def action_view_origin(self):
        self.ensure_one()
        if not self.sudo().calendar_event_id:  # whether there is one
            return super().action_view_origin()
        if not self.calendar_event_id.has_access("read"):
            raise UserError(self.env._("The meeting of %s is not open to you.", self.item_number))
        return {
            "type": "ir.actions.act_window",
            "res_model": "calendar.event",
            "res_id": self.calendar_event_id.id,
            "view_mode": "form",
        }


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    archive_with_customer = fields.Boolean(
        compute="_compute_archive_with_customer", groups="customer_archive.group_user", exportable=False
    )

    @api.depends("partner_ids")
    def _compute_archive_with_customer(self):
        log = self.env["customer.archive.contact.log"]
        for event in self:
            # sudo: whether there is a customer; who it is is not shown
            event.archive_with_customer = bool(log._archives_of(event.sudo().partner_ids._origin))

    def action_archive_write_log(self):
        """The dialog for the meeting's line in the customer's contact log; or the line, if it is there already."""
        self.ensure_one()
        log = self.env["customer.archive.contact.log"]
        found = log._archives_of(self.partner_ids)
        if not found:
            raise UserError(self.env._("No customer with an archive takes part in this meeting."))
        line = log.search([("calendar_event_id", "=", self.id)], limit=1)
        if line:
            return {"type": "ir.actions.act_window", "res_model": log._name, "res_id": line.id, "view_mode": "form"}
        archive_id, people = next(iter(found.items()))
        draft = self._archive_draft(archive_id, people)
        del draft["origin"]
        return self.env["customer.archive"]._log_dialog(**draft)

    def _archive_draft(self, archive_id, people):
        """Values of the meeting's line in the log of one archive."""
        users = self.partner_ids.user_ids.filtered(lambda user: not user.share)
        ours = self.user_id.filtered(lambda user: not user.share) or users[:1]
        return {
            "archive_id": archive_id,
            "type_id": self.env["customer.archive.contact.log"]._type_by_code("meeting").id,
            "calendar_event_id": self.id,
            "origin": "meeting",
            "direction": "none",
            "begin_at": min(self.start, fields.Datetime.now()),
            "duration": 0 if self.allday else self.duration,
            "subject": self.name,
            "user_id": ours.id or self.env["customer.archive.contact.log"]._owner_of(archive_id),
            "user_ids": [(6, 0, (users - ours).ids)],
            "contact_ids": [(6, 0, people.ids)],
        }

    # -- by itself ---------------------------------------------------------------------------------------------

    @api.model
    def _archive_unlogged(self):
        """Meetings that are over and are missing in the log of a customer who took part: [(event id, archive id)]."""
        now = fields.Datetime.now()
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT event.id, guard.archive_id
                  FROM calendar_event event
                  JOIN calendar_event_res_partner_rel rel ON rel.calendar_event_id = event.id
                  JOIN customer_archive_access guard ON guard.partner_id = rel.res_partner_id
                  JOIN customer_archive archive ON archive.id = guard.archive_id
                 WHERE event.active AND event.stop > %(since)s AND event.stop <= %(now)s
                   AND archive.state NOT IN ('sealed', 'destroyed') AND archive.merged_into_id IS NULL
                   AND NOT EXISTS (
                       SELECT 1 FROM calendar_attendee a
                        WHERE a.event_id = event.id AND a.partner_id = rel.res_partner_id AND a.state = 'declined')
                   AND NOT EXISTS (
                       SELECT 1 FROM customer_archive_contact_log l
                        WHERE l.calendar_event_id = event.id AND l.archive_id = guard.archive_id)
                 ORDER BY event.id, guard.archive_id
                """,
                since=now - timedelta(days=DAYS_BACK),
                now=now,
            )
        )

    @api.model
    def _cron_archive_log(self):
        """Write the lines of meetings that are over, batch by batch; running it again adds nothing."""
        cron = self.env["ir.cron"]
        missing = self._archive_unlogged()
        cron._commit_progress(remaining=len(missing))
        for batch in split_every(BATCH, missing):
            self._archive_log(batch)
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _archive_log(self, pairs):
        """Lines for these (event id, archive id)."""
        log = self.env["customer.archive.contact.log"]
        events = self.sudo().browse(sorted({event_id for event_id, _archive_id in pairs}))  # the system's own work
        drafts = []
        for event_id, archive_id in pairs:
            event = events.browse(event_id)
            declined = event.attendee_ids.filtered(lambda a: a.state == "declined").partner_id
            found = log._archives_of(event.partner_ids)
            people = found.get(archive_id, event.partner_ids.browse()) - declined
            if people:
                draft = event._archive_draft(archive_id, people)
                if event._archive_is_discreet(archive_id, found):
                    draft["subject"] = False
                drafts.append(draft)
        return log._write_by_itself("calendar_event_id", drafts)

    def _archive_is_discreet(self, archive_id, found):
        """Whether the name stays in the calendar: of private meetings, and where a confidential customer sat there too.

        :param found: {archive id: contacts who take part}
        """
        guards = (people[0]._archive_get_guard() for other, people in found.items() if other != archive_id)
        return self.effective_privacy == "private" or any(guard.rank >= SECRET for guard in guards)
