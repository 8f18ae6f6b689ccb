from odoo import api, fields, models


class CustomerArchiveClearanceRevoke(models.TransientModel):
    """Asks why a clearance is withdrawn, and says what clearance the persons keep."""

    _name = "customer.archive.clearance.revoke"
    _description = "Withdraw Clearance"

    clearance_ids = fields.Many2many(
        "customer.archive.clearance", "customer_archive_clearance_revoke_rel", string="Clearances", required=True
    )
    reason = fields.Char(required=True, help="Kept in the register of clearances.")
    others = fields.Text("They Keep", compute="_compute_others")

    @api.depends("clearance_ids")
    def _compute_others(self):
        for wizard in self:
            kept = self.env["customer.archive.clearance"].search(
                [
                    ("user_id", "in", wizard.clearance_ids.user_id.ids),
                    ("state", "=", "granted"),
                    ("id", "not in", wizard.clearance_ids.ids),
                ]
            )
            labels = dict(kept._fields["level"]._description_selection(self.env))
            wizard.others = "\n".join(
                self.env._(
                    "%(person)s: %(level)s, %(begin)s to %(end)s",
                    person=clearance.user_id.name,
                    level=labels[clearance.level],
                    begin=clearance.valid_from,
                    end=clearance.valid_until,
                )
                for clearance in kept
                if clearance.status in ("valid", "future")
            )

    def action_apply(self):
        self.clearance_ids._revoke(self.reason)
        return {"type": "ir.actions.act_window_close"}
