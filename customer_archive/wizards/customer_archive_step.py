from odoo import fields, models


class CustomerArchiveStep(models.TransientModel):
    """Asks for the reason of a step in an archive's life, and for the number where it gets another one."""

    _name = "customer.archive.step"
    _description = "Step of a Customer Archive"

    archive_ids = fields.Many2many("customer.archive", string="Archives", required=True)
    step = fields.Selection(
        [("deactivate", "Set Inactive"), ("reopen", "Reopen"), ("renumber", "Change Number")], required=True
    )
    reason = fields.Char(help="Kept in the history of the archive.")
    number = fields.Char(
        "New Number", help="Leave it empty for the next number of the category. The old number stays searchable."
    )

    def action_apply(self):
        self.ensure_one()
        if self.step == "renumber":
            for archive in self.archive_ids:
                archive._renumber(self.reason, self.number)
        elif self.step == "deactivate":
            self.archive_ids.action_deactivate(self.reason)
        else:
            self.archive_ids.action_reopen(self.reason)
        return {"type": "ir.actions.act_window_close"}
