"""Orders and quotations of a customer whose archive is destroyed go; invoices are told of by their own bridge."""

from odoo import api, models


class CustomerArchiveDestroyEngine(models.AbstractModel):
    _inherit = "customer.archive.destroy.engine"

    @api.model
    def _identity(self):
        return {**super()._identity(), "sale.order": ["signed_by", "client_order_ref"]}
