from odoo import api, fields, models
from odoo.exceptions import UserError


class CustomerArchiveProposalInactive(models.TransientModel):
    """Asks why customers are to be marked inactive, for one or for many of a list."""

    _name = "customer.archive.proposal.inactive"
    _description = "Propose to Mark Customers Inactive"

    archive_ids = fields.Many2many("customer.archive", string="Archives", required=True)
    reason = fields.Char(help="Whoever decides reads it, and it is kept in the history of the archive.")

    @api.model
    def default_get(self, fields):
        """From a list of customers: their archives."""
        values = super().default_get(fields)
        if "archive_ids" in fields and self.env.context.get("active_model") == "res.partner":
            partners = self.env["res.partner"].browse(self.env.context.get("active_ids", ()))
            without = partners.filtered(lambda partner: not partner.archive_id)
            if without:
                raise UserError(
                    self.env._("%s has no archive, so it can't be marked inactive.", without._archive_names())
                )
            values["archive_ids"] = [(6, 0, partners.archive_id.ids)]
        return values

    def action_propose(self):
        self.ensure_one()
        proposals = self.archive_ids.propose_inactive(self.reason)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Sent as proposal %s. The customer stays as it is until the proposal is accepted.",
                    ", ".join(proposals.mapped("name")),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
