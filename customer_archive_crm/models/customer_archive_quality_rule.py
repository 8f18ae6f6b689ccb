"""Opportunities are signs of life: who has one is not proposed to be marked inactive (product.md Q6)."""

from odoo import api, models


class CustomerArchiveQualityRule(models.Model):
    _inherit = "customer.archive.quality.rule"

    @api.model
    def _activities(self, since):
        leads = [self._activity_of("crm.lead", date, since) for date in ("create_date", "date_last_stage_update")]
        return [*super()._activities(since), *leads]
