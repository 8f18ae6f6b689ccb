from odoo import api, fields, models
from odoo.fields import Domain


class AccountMove(models.Model):
    """Whoever keeps the books reads every entry, but not every customer's name (security.md S2)."""

    _inherit = "account.move"

    # Odoo keeps a copy of the name with the entry: everybody who reads the entry would read it there, sort and group
    # by it; or read a masked name there that was kept for somebody else.
    invoice_partner_display_name = fields.Char(
        store=False, compute_sudo=True, search="_search_invoice_partner_display_name"
    )

    @api.depends_context("uid")
    def _compute_invoice_partner_display_info(self):
        return super()._compute_invoice_partner_display_info()

    @api.model
    def _search_invoice_partner_display_name(self, operator, value):
        """By the names that the user may read."""
        return Domain("partner_id.display_name", operator, value)
