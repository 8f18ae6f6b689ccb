from odoo import api, models

from odoo.addons.customer_archive.models.customer_archive_access import Link


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _customer_links(self):
        return {
            **super()._customer_links(),
            "crm.lead": Link("partner_id"),
            "crm.activity.report": Link("partner_id"),
        }
