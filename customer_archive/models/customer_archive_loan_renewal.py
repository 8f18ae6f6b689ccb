"""Putting off the due time: asked for by the borrower, granted by who decides, so often as the policy says."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError


class CustomerArchiveLoan(models.Model):
    _inherit = "customer.archive.loan"

    def action_ask_renewal(self, due_at=None, reason=None):
        """The borrower asks for a later due time."""
        self._begin_step("open")
        self._check_mine()
        for loan in self:
            loan._check_renewable()
            due = loan._clean_due(due_at or loan._usual_renewal(), after=loan.due_at)
            loan._governed().write({"renewal_wish_at": due, "renewal_reason": (reason or "").strip() or False})
            loan._close_activities()  # of a wish before
            loan._ask_approvers(self.env._("Renewal wanted by %s", loan.user_id.name), due_at=due, reason=reason)
        return True

    def action_renew(self, due_at=None):
        """Put off the due time: to ``due_at``, or to what the borrower asked for. Unasked as well."""
        self._begin_step("open")
        self._check_may_decide()
        for loan in self:
            loan._check_renewable()
            due = loan._clean_due(due_at or loan.renewal_wish_at or loan._usual_renewal(), after=loan.due_at)
            loan._governed().write(
                {"due_at": due, "renewals": loan.renewals + 1, **loan._no_wish(), **loan._reopened_by_renewal()}
            )
            loan._trigger_end()
            loan._close_activities()
            loan._tell_borrower(self.env._("Loan %s renewed", loan.name), due_at=due)
        return True

    def _refuse_renewal(self, reason):
        if not self.renewal_wish_at:
            raise UserError(
                self.env._("No renewal of the loan %s is asked for. End the access or take the paper back.", self.name)
            )
        self._governed().write(self._no_wish())
        self._close_activities()
        self._tell_borrower(
            self.env._("Renewal of the loan %s refused", self.name), due_at=self.due_at, reason=reason.strip()
        )

    def _no_wish(self):
        return {"renewal_wish_at": False, "renewal_reason": False, "chased_on": False, "escalated_on": False}

    def _reopened_by_renewal(self):
        """A loan of both kinds whose access ended by time opens again; one that was given back early does not."""
        ended_by_time = self.kind == "both" and self.access_ended_at and self.access_ended_at >= self.due_at
        return {"gives_access": True, "access_ended_at": False} if ended_by_time else {}

    def _usual_renewal(self):
        """As long again as the usual loan, beginning with the due time or now."""
        days = self.env["customer.archive.policy"]._current().loan_days
        now = fields.Datetime.now()
        week = max(self.due_at, now) + timedelta(days=min(7, days))
        return min(week, now + timedelta(days=days))

    def _fault_of_renewal(self):
        """Why the loan can't be renewed, as a sentence; None where it can."""
        limit = self.env["customer.archive.policy"]._current().loan_renewals
        if self.renewals >= limit:
            return self.env._(
                "The loan %(number)s was renewed %(count)s times already: %(limit)s is the limit. "
                "Return it and ask for another loan.",
                number=self.name,
                count=self.renewals,
                limit=limit,
            )
        if self.is_overdue and not self.takes_paper:
            return self.env._("The time of the loan %s is over. Ask for another loan.", self.name)
        return None

    def _check_renewable(self):
        for loan in self:
            fault = loan._fault_of_renewal()
            if fault:
                raise UserError(fault)
