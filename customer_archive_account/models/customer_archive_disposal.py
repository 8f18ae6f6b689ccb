from odoo import api, models
from odoo.tools import SQL


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    @api.model
    def _holding_accounts(self):
        """Archives whose customers have posted entries: accounting records (会计档案), which a third person watches."""
        return SQL(
            "%s UNION ALL SELECT ar.id FROM customer_archive ar WHERE EXISTS (SELECT 1 FROM account_move mv"
            " WHERE mv.commercial_partner_id = ar.partner_id AND mv.state = 'posted')",
            super()._holding_accounts(),
        )
