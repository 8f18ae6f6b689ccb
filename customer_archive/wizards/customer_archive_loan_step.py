from odoo import api, fields, models


class CustomerArchiveLoanStep(models.TransientModel):
    """Asks for what a step of a loan needs: a due time, a reason, the condition of the paper."""

    _name = "customer.archive.loan.step"
    _description = "Step of a Loan"

    loan_id = fields.Many2one("customer.archive.loan", "Loan", required=True, readonly=True)
    step = fields.Selection(
        [
            ("approve", "Approve"),
            ("refuse", "Refuse"),
            ("return", "Take Paper back"),
            ("ask_renewal", "Ask for Renewal"),
            ("renew", "Renew"),
        ],
        required=True,
        readonly=True,
    )
    purpose = fields.Text(related="loan_id.purpose", related_sudo=False)
    current_due_at = fields.Datetime("Due until Now", related="loan_id.due_at", related_sudo=False)
    due_at = fields.Datetime("Due", compute="_compute_due_at", store=True, readonly=False)
    reason = fields.Char(help="The borrower and those who decide read it; the register keeps it.")
    condition = fields.Selection(
        [("good", "Good"), ("damaged", "Damaged"), ("incomplete", "Incomplete")],
        "Condition of the Paper",
        default="good",
    )
    note = fields.Char(help="What is damaged or missing.")

    @api.depends("loan_id", "step")
    def _compute_due_at(self):
        """Proposed: what was wanted, or as long again."""
        for wizard in self:
            loan = wizard.loan_id
            if wizard.step == "approve":
                wizard.due_at = loan.wished_due_at
            elif wizard.step in ("ask_renewal", "renew") and loan.due_at:
                wizard.due_at = (wizard.step == "renew" and loan.renewal_wish_at) or loan._usual_renewal()
            else:
                wizard.due_at = False

    def action_apply(self):
        self.ensure_one()
        loan = self.loan_id
        if self.step == "approve":
            loan.action_approve(self.due_at)
        elif self.step == "refuse":
            loan.action_refuse(self.reason)
        elif self.step == "return":
            loan.action_return(self.condition, self.note)
        elif self.step == "ask_renewal":
            loan.action_ask_renewal(self.due_at, self.reason)
        else:
            loan.action_renew(self.due_at)
        return {"type": "ir.actions.act_window_close"}
