"""How loans end: by return, by time, with the borrower. The predicate compares the time itself; what a borrower keeps
beyond it (followers, notifications, tokens) is taken back here (security.md S9)."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError

# So many loans end before the work is committed.
BATCH = 50


class CustomerArchiveLoan(models.Model):
    _inherit = "customer.archive.loan"

    def _end_access(self, at=None):
        """End the access on screen. Loans without paper are over; with paper they wait for it."""
        if not self:
            return
        at = at or fields.Datetime.now()
        loans = self._governed()
        loans.write({"access_ended_at": at, "renewal_wish_at": False})
        loans.filtered("takes_paper").write({"gives_access": False})
        done = loans.filtered(lambda loan: not loan.takes_paper)
        done.write({"state": "closed", "returned_at": at})
        done._close_activities()
        self._revoke()

    def _close_returned(self, at, condition, note):
        self._governed().write(
            {
                "state": "closed",
                "returned_at": at,
                "access_ended_at": self.access_ended_at or (at if self.gives_access else False),
                "received_by_id": self.env.uid,
                "condition": condition,
                "condition_note": (note or "").strip() or False,
                "renewal_wish_at": False,
            }
        )
        self._close_activities()
        self._revoke()

    def _revoke(self):
        """Take back what the borrowers keep of these archives and may no longer see."""
        access = self.env["customer.archive.access"]
        archives = self._governed().archive_id
        access._revoke_lost(archives)
        for user, loans in self._governed().grouped("user_id").items():
            access.with_user(user)._revoke_mine(loans.archive_id.ids)

    # -- by time ------------------------------------------------------------------------------------------------

    def _trigger_end(self):
        """Have the end of these loans worked off at the due minute."""
        times = self.filtered("gives_access").mapped("due_at")
        if times:
            # sudo: a time, no user's data
            self.env.ref("customer_archive.ir_cron_loans_end").sudo()._trigger(at=sorted(set(times)))

    @api.model
    def _cron_end(self):
        """End the access of loans whose time is over, and all that their borrowers leave behind."""
        now = fields.Datetime.now()
        due = self.search([("state", "=", "open"), ("gives_access", "=", True), ("due_at", "<=", now)], order="due_at")
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        self._end_of_leavers()
        for start in range(0, len(due), BATCH):
            batch = due[start : start + BATCH]
            for at, loans in batch.grouped("due_at").items():
                loans._end_access(at)
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                return

    # -- with the borrower ----------------------------------------------------------------------------------------

    @api.model
    def _end_of_leavers(self, users=None):
        """End what people have who no longer work with the system. Paper that they hold is due now."""
        gone = [
            "|",
            ("user_id.active", "=", False),
            ("user_id.share", "=", True),
            ("state", "in", ("requested", "open")),
        ]
        loans = self._governed().search(gone + ([("user_id", "in", users.ids)] if users else []))
        requested = loans.filtered(lambda loan: loan.state == "requested")
        requested.write({"state": "cancelled"})
        requested._close_activities()
        (loans - requested).filtered("gives_access")._end_access()
        now = fields.Datetime.now()
        held = loans.filtered(lambda loan: loan.state == "open" and loan.due_at > now)
        held.write({"due_at": now})

    # -- the card ---------------------------------------------------------------------------------------------

    def _check_card_is_open(self):
        """The card is read on loan by the borrower only, and only while the archive is open."""
        self.check_access("read")
        if self.user_id != self.env.user or self.env.uid == SUPERUSER_ID:
            raise AccessError(self.env._("Only the borrower reads the archive card by the loan %s.", self.name))
        if not self._is_open_now():
            raise AccessError(
                self.env._(
                    "The archive is not open to you by the loan %s, or no longer. Ask for another loan.", self.name
                )
            )

    def _render_card(self):
        """The archive card as HTML, for the borrower. Each reading leaves a line that bears the loan's number."""
        self.ensure_one()
        self._check_card_is_open()
        # sudo: checked above; of contacts and customers beyond this archive the form shows what the borrower reads
        report = self.env["ir.actions.report"].sudo()
        html, _kind = report._render_qweb_html("customer_archive.report_archive_card", self.archive_id.ids)
        self.sudo()._message_log(  # a line in the register
            body=self.env._("Archive card read on %(number)s by %(name)s.", number=self.name, name=self.env.user.name)
        )
        return html
