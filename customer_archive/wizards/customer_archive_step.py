from odoo import api, fields, models


class CustomerArchiveStep(models.TransientModel):
    """Asks for the reason of a step in an archive's life, and for the number where it gets another one."""

    _name = "customer.archive.step"
    _description = "Step of a Customer Archive"

    archive_ids = fields.Many2many("customer.archive", string="Archives", required=True)
    step = fields.Selection(
        [("deactivate", "Set Inactive"), ("reopen", "Reopen"), ("renumber", "Change Number"), ("seal", "Seal")],
        required=True,
    )
    reason = fields.Char(help="Kept in the history of the archive.")
    number = fields.Char(
        "New Number", help="Leave it empty for the next number of the category. The old number stays searchable."
    )

    seal = fields.Boolean(
        "Seal It as Well",
        default=lambda self: self.env["customer.archive.policy"]._record().sudo().inactive_seals,  # no secret
        help="Nobody but archivists sees any more that the customer is there; nothing is shown of what is in it.",
    )
    seal_obstacle = fields.Char(compute="_compute_seal_obstacle")
    needs_approval = fields.Boolean(compute="_compute_needs_approval")

    @api.depends("archive_ids", "step")
    def _compute_seal_obstacle(self):
        """Why some of the archives can't be sealed yet."""
        for dialog in self:
            found = []
            if dialog.step in ("deactivate", "seal"):
                dialog.archive_ids.check_access("read")
                found = dialog.archive_ids._origin._unsealable()
            dialog.seal_obstacle = "; ".join(f"{archive.number}: {why}" for archive, why in found[:5])

    @api.depends("archive_ids", "step")
    def _compute_needs_approval(self):
        policy = self.env["customer.archive.policy"]._record().sudo()  # no secret
        for dialog in self:
            sealed = any(archive.state == "sealed" for archive in dialog.archive_ids)
            dialog.needs_approval = dialog.step == "reopen" and (sealed or policy.reopening_needs_two)

    def action_apply(self):
        self.ensure_one()
        if self.step == "renumber":
            for archive in self.archive_ids:
                archive._renumber(self.reason, self.number)
        elif self.step == "deactivate":
            self.archive_ids.action_deactivate(self.reason)
            if self.seal:
                held = {archive.id for archive, _why in self.archive_ids._unsealable()}
                self.archive_ids.filtered(lambda archive: archive.id not in held).action_seal(self.reason)
        elif self.step == "seal":
            self.archive_ids.action_seal(self.reason)
        else:
            self.archive_ids.action_reopen(self.reason)
        return {"type": "ir.actions.act_window_close"}
