from odoo import api, models


class ResPartnerBank(models.Model):
    """Odoo says who has the same account number, whoever may see them: numbers could be tried out (security.md S6)."""

    _inherit = "res.partner.bank"

    @api.depends_context("uid")
    def _compute_duplicate_bank_partner_ids(self):
        banks = self.sudo()  # found by Odoo in plain SQL; those that the real user doesn't reach are taken out
        result = super(ResPartnerBank, banks)._compute_duplicate_bank_partner_ids()
        hidden = banks.duplicate_bank_partner_ids._archive_unreached()
        for bank, found in zip(self, banks, strict=True):
            bank.duplicate_bank_partner_ids = found.duplicate_bank_partner_ids - hidden
        return result
