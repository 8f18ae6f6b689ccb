from odoo import fields, models


class CustomerArchiveRetentionStep(models.TransientModel):
    """Asks for the reason for which a hold is lifted or a reopening refused."""

    _name = "customer.archive.retention.step"
    _description = "Reason of a Step"

    step = fields.Selection([("lift", "Lift the Hold"), ("refuse", "Refuse Reopening")], required=True)
    hold_id = fields.Many2one("customer.archive.hold", "Hold")
    reopening_id = fields.Many2one("customer.archive.reopening", "Request")
    reason = fields.Text(required=True)

    def action_apply(self):
        self.ensure_one()
        if self.step == "lift":
            self.hold_id.action_lift(self.reason)
        else:
            self.reopening_id.action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
