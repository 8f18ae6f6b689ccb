"""The steps of a loan: approve, refuse, cancel, return. Each checks who takes it, however it is called."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime


class CustomerArchiveLoan(models.Model):
    _inherit = "customer.archive.loan"

    def action_approve(self, due_at=None):
        """Lend, from this minute on. ``due_at``: until when, instead of the time that was wanted."""
        self._begin_step("requested")
        self._check_may_decide()
        for loan in self:
            loan._check_lendable()
            due = loan._clean_due(due_at or loan.wished_due_at or self._usual_due())
            loan._governed().write(
                {"state": "open", "opened_at": fields.Datetime.now(), "due_at": due, **loan._decision()}
            )
            loan._trigger_end()
            loan._close_activities()
            loan._tell_borrower(self.env._("Loan %s approved", loan.name), due_at=due, number=True)
        return True

    def action_refuse(self, reason=None):
        """Refuse a request, or the renewal that was asked for."""
        self._begin_step("requested", "open")
        self._check_may_decide()
        self._check_reason(reason)
        for loan in self:
            if loan.state == "open":
                loan._refuse_renewal(reason)
                continue
            loan._governed().write({"state": "refused", "refusal_reason": reason.strip(), **loan._decision()})
            loan._close_activities()
            loan._tell_borrower(self.env._("Loan %s refused", loan.name), reason=reason.strip())
        return True

    def action_cancel(self):
        """The borrower takes the request back."""
        self._begin_step("requested")
        self._check_mine()
        self._governed().write({"state": "cancelled"})
        self._close_activities()
        return True

    def action_end_access(self):
        """The borrower, or who may decide, ends the access on screen before its time. Paper stays to be returned."""
        self._begin_step("open")
        for loan in self:
            me = self.env.user
            if not (loan.user_id == me or loan._may_decide(me) or loan._may_take_back(me)):
                raise AccessError(
                    self.env._("You can't end the loan %s: the borrower or who decides on it does.", loan.name)
                )
            if not loan.gives_access:
                raise UserError(self.env._("The loan %s gives no access on screen.", loan.name))
        self._end_access()
        return True

    def action_return(self, condition=None, note=None):
        """Return a loan. Paper is taken back by an archivist or the team leader, who looks at its condition."""
        self._begin_step("open")
        paper = self.filtered("takes_paper")
        (self - paper).action_end_access()
        for loan in paper:
            if not loan._may_take_back(self.env.user):
                raise AccessError(
                    self.env._(
                        "The paper of %s is taken back by an archivist or the leader of the archive's team: "
                        "bring it there.",
                        loan.name,
                    )
                )
            loan._check_condition(condition, note)
            loan._close_returned(fields.Datetime.now(), condition, note)
        return True

    # -- checks -------------------------------------------------------------------------------------------------

    def _begin_step(self, *states):
        """Who takes a step sees the loan, and it is at the right place for it."""
        self.check_access("read")
        for loan in self:
            if loan.state not in states:
                raise UserError(loan._wrong_step_sentence(states))

    def _wrong_step_sentence(self, states):
        """At what place the loan is instead of these, and who brought it there: two may have decided at once."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        names = {
            "number": self.name,
            "state": labels[self.state],
            "wanted": " / ".join(labels[state] for state in states),
        }
        if self.state in ("open", "refused") and self.approver_id:
            return self.env._(
                "This step is not possible for the loan %(number)s: it is “%(state)s”, not “%(wanted)s”. "
                "%(user)s decided on it.",
                user=self.sudo().approver_id.name,  # the name of a colleague
                **names,
            )
        return self.env._(
            "This step is not possible for the loan %(number)s: it is “%(state)s”, not “%(wanted)s”.", **names
        )

    def _check_reason(self, reason):
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("A reason is needed: the borrower reads it, and the register keeps it."))

    def _check_lendable(self):
        """The borrower is still there, the archive too, and its paper lies in its place."""
        loan = self.sudo()  # decides; only the numbers of loans are shown
        borrower, archive = loan.user_id, loan.archive_id
        if not borrower.active or borrower.share:
            raise UserError(self.env._("%s no longer works with this system. Refuse the request.", borrower.name))
        if archive.state == "destroyed" or not archive.partner_id:
            raise UserError(self.env._("This archive holds nothing any more that could be lent. Refuse the request."))
        if not loan.takes_paper:
            return
        out = loan._bag_loans(archive)[:1]
        if out:
            raise UserError(
                self.env._(
                    "The paper of this archive is lent already: %(loan)s, due %(due)s. Take it back first.",
                    loan=out.name,
                    due=format_datetime(self.env, out.due_at),
                )
            )

    def _bag_loans(self, archives):
        """Loans by which the whole bag of these archives is out. For ``sudo``."""
        lent = [("state", "=", "open"), ("takes_paper", "=", True), ("single_documents", "=", False)]
        return self.search([("archive_id", "in", archives.ids), *lent])

    def _check_condition(self, condition, note):
        if condition not in dict(self._fields["condition"].selection):
            raise UserError(self.env._("Say in what condition the paper of %s came back.", self.name))
        if condition != "good" and not (isinstance(note, str) and note.strip()):
            raise UserError(self.env._("Say what is damaged or missing: it is kept in the register."))

    def _decision(self):
        return {"approver_id": self.env.uid, "decided_at": fields.Datetime.now()}

    # -- dialogs ------------------------------------------------------------------------------------------------

    def _step_dialog(self, step, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "customer.archive.loan.step",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_loan_id": self.id, "default_step": step},
        }

    def action_ask_approve(self):
        return self._step_dialog("approve", self.env._("Approve Loan"))

    def action_ask_refuse(self):
        return self._step_dialog("refuse", self.env._("Refuse"))

    def action_ask_return(self):
        return self._step_dialog("return", self.env._("Take Paper back"))

    def action_ask_for_renewal(self):
        return self._step_dialog("ask_renewal", self.env._("Ask for Renewal"))

    def action_ask_renew(self):
        return self._step_dialog("renew", self.env._("Renew Loan"))

    def action_read_card(self):
        """The archive's card, in a window of its own (controllers/loan_card.py), for as long as the loan runs."""
        self.ensure_one()
        self._check_card_is_open()
        return {"type": "ir.actions.act_url", "url": f"/customer_archive/loan/{self.id}/card", "target": "new"}
