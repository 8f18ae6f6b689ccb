from odoo import fields, models

# What the dialog may do: {(register, step): method that takes the reason}. The methods check who may.
STEPS = {
    ("customer.archive.handover", "refuse"): "action_refuse",
    ("customer.archive.handover", "cancel"): "action_cancel",
    ("customer.archive.supply", "refuse"): "action_refuse",
    ("customer.archive.supply", "cancel"): "action_cancel",
    ("customer.archive.agreement", "terminate"): "action_terminate",
    ("customer.archive.disposal", "return"): "action_return",
    ("customer.archive.disposal", "cancel"): "action_cancel",
    ("customer.archive.disposal", "finish"): "action_finish",
    ("customer.archive.disposal.line", "take_off"): "action_take_off",
    ("customer.archive.inspection", "cancel"): "action_cancel",
}


class CustomerArchiveRegisterStep(models.TransientModel):
    """Asks for the reason of a step in a register."""

    _name = "customer.archive.register.step"
    _description = "Step in a Register"

    register = fields.Selection(
        [
            ("customer.archive.handover", "Handover Lists"),
            ("customer.archive.supply", "Supplies to Third Parties"),
            ("customer.archive.agreement", "Confidentiality Agreements"),
            ("customer.archive.disposal", "Disposal Lists"),
            ("customer.archive.disposal.line", "Lines of Disposal Lists"),
            ("customer.archive.inspection", "Inspections"),
        ],
        required=True,
    )
    row_id = fields.Integer(required=True)
    step = fields.Selection(
        [
            ("refuse", "Refuse"),
            ("cancel", "Cancel"),
            ("terminate", "Terminate"),
            ("return", "Send Back"),
            ("finish", "Leave Out What Failed"),
            ("take_off", "Take off the List"),
        ],
        required=True,
    )
    reason = fields.Char(required=True, help="Kept in the register.")

    def action_apply(self):
        self.ensure_one()
        row = self.env[self.register].browse(self.row_id)
        getattr(row, STEPS[self.register, self.step])(self.reason)
        return {"type": "ir.actions.act_window_close"}
