"""Who is told what, and when: approvers, borrowers, those who are late (product.md A3, L4).

Mails and activities hold numbers, names of users, the purpose and times; nothing of the customer.
"""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime

from .customer_archive_loan_rights import ARCHIVIST, LEADER, MANAGEMENT

APPROVAL = "customer_archive.mail_activity_type_loan"
OVERDUE = "customer_archive.mail_activity_type_loan_overdue"


class CustomerArchiveLoan(models.Model):
    _inherit = "customer.archive.loan"

    # -- who decides ------------------------------------------------------------------------------------------

    def _approvers(self):
        """Who is asked: leaders of the archive's team; else archivists; else management. Those who may decide only.

        Where nobody may, the archives' administrators are told, so that they see to it.
        """
        self.ensure_one()
        team = self.sudo().archive_id.team_id  # decides whom to tell
        members = team.crm_team_member_ids.filtered("active").user_id
        leaders = (team.user_id | members).filtered(lambda user: user.has_group(LEADER))
        for candidates in (leaders, self._users_with(ARCHIVIST), self._users_with(MANAGEMENT)):
            found = candidates.filtered(self._may_decide)
            if found:
                return found
        return self._users_with("customer_archive.group_manager").filtered(
            lambda user: user != self.user_id and self._works_for(user, self.sudo().company_id)  # as above
        )

    def _users_with(self, group):
        # sudo: names and addresses of colleagues, to tell them
        users = self.env["res.users"].sudo()
        return users.search([("all_group_ids", "in", self.env.ref(group).id), ("share", "=", False)])

    # -- what is told -------------------------------------------------------------------------------------------

    def _ask_approvers(self, summary, due_at=None, reason=None):
        """An activity and a mail to everybody who decides on the loan."""
        self.ensure_one()
        loan = self.sudo()  # the approvers' to-do list, on behalf of the borrower
        for user in loan._approvers():
            loan.with_context(mail_activity_quick_update=True).activity_schedule(
                APPROVAL, user_id=user.id, summary=summary, note=self.purpose
            )
            there = loan._in_words_of(user)
            there._notify_user(
                user,
                there.env._("Loan %(number)s: %(what)s", number=loan.name, what=summary),
                there._facts(user, due_at or loan.wished_due_at, reason=reason, with_archive=True),
            )

    def _tell_borrower(self, subject, due_at=None, reason=None, number=False):
        """A mail about a decision, to whom it concerns."""
        self.ensure_one()
        user = self.sudo().user_id  # the borrower's address
        there = self.sudo()._in_words_of(user)
        there._message_log(body=subject)
        there._notify_user(user, subject, there._facts(user, due_at, reason=reason, with_archive=number))

    def _in_words_of(self, user):
        return self.with_context(lang=user.lang or self.env.lang)

    def _notify_user(self, user, subject, facts):
        rows = Markup().join(Markup("<li>%s: %s</li>") % fact for fact in facts if fact[1])
        sender = self.env.user
        self.message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=Markup("<p>%s</p><ul>%s</ul>") % (subject, rows),
            author_id=sender.partner_id.id,
            email_from=sender.email_formatted or self.company_id.email_formatted or False,
        )

    def _facts(self, user, due_at, reason=None, with_archive=False):
        """What a mail says of the loan: (label, text). The customer's name is not among it."""
        _ = self.env._
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return [
            (_("Loan"), self.name),
            (_("Archive Number"), self.archive_id.number if with_archive else ""),
            (_("Borrower"), self.user_id.name),
            (_("Purpose"), self.purpose),
            (_("Kind of Loan"), kinds[self.kind]),
            (_("Until"), format_datetime(self.env, due_at, tz=user.tz) if due_at else ""),
            (_("Reason"), reason),
        ]

    def _close_activities(self):
        """What is decided is no longer to be done."""
        if self:
            self.sudo().activity_unlink([APPROVAL, OVERDUE])  # of all approvers

    # -- who is late ------------------------------------------------------------------------------------------------

    @api.model
    def _cron_chase(self):
        """Remind borrowers of overdue paper, once a day, in one mail each; after some days tell who lent it."""
        today = fields.Date.context_today(self)
        late = self._governed().search(
            [
                ("state", "=", "open"),
                ("takes_paper", "=", True),
                ("due_at", "<=", fields.Datetime.now()),
                "|",
                ("chased_on", "=", False),
                ("chased_on", "<", today),
            ]
        )
        self.env["ir.cron"]._commit_progress(remaining=len(late))
        for borrower, loans in late.grouped("user_id").items():
            loans.write({"chased_on": today})
            if borrower.active:
                loans._remind(borrower)
            loans.filtered(lambda loan: loan._is_to_be_escalated())._escalate(today)
            if not self.env["ir.cron"]._commit_progress(len(loans)):
                return

    def _remind(self, borrower):
        """One mail to the borrower of all these loans."""
        there = self._in_words_of(borrower)
        _ = there.env._
        subject = (
            _("Overdue: %s archives to return", len(self)) if len(self) > 1 else _("Overdue: one archive to return")
        )
        rows = Markup().join(
            Markup("<li>%s</li>")
            % _("%(number)s, due %(due)s", number=loan.name, due=format_datetime(loan.env, loan.due_at, tz=borrower.tz))
            for loan in there.sorted("due_at")
        )
        how = _("Bring the paper back to the archivist, or ask for a renewal in “My Loans”.")
        # No record of its own: the mail is about all of them.
        there.env["mail.thread"].message_notify(
            partner_ids=borrower.partner_id.ids, subject=subject, body=Markup("<p>%s</p><ul>%s</ul>") % (how, rows)
        )

    def _is_to_be_escalated(self):
        days = self.env["customer.archive.policy"]._current().loan_escalation_days
        late = self.due_at + timedelta(days=days) <= fields.Datetime.now()
        return not self.escalated_on and (late or not self.user_id.active)

    def _escalate(self, today):
        """To whoever approved the loan and may still decide on it; else to those who would be asked today."""
        for loan in self:
            approver = loan.approver_id
            users = approver if approver and loan._may_decide(approver) else loan._approvers()
            for user in users:
                there = loan._in_words_of(user)
                there.activity_schedule(
                    OVERDUE,
                    user_id=user.id,
                    summary=there.env._(
                        "Overdue: %(number)s, lent to %(name)s", number=loan.name, name=loan.user_id.name
                    ),
                )
            loan.write({"escalated_on": today})
