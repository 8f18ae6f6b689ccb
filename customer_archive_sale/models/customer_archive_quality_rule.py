"""Quotations and orders are signs of life: who has some is not proposed to be marked inactive (product.md Q6)."""

from odoo import api, models
from odoo.tools import SQL


class CustomerArchiveQualityRule(models.Model):
    _inherit = "customer.archive.quality.rule"

    @api.model
    def _activities(self, since):
        orders = self._activity_of("sale.order", "date_order", since, SQL("d.state <> 'cancel'"))
        return [*super()._activities(since), orders]
