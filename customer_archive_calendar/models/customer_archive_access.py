from odoo import api, models

from odoo.addons.customer_archive.models.customer_archive_access import Link


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _customer_links(self):
        return {
            **super()._customer_links(),
            # Who was asked to come knows of the meeting anyway.
            "calendar.event": Link("partner_ids", mine="user_id,partner_ids"),
            # Bears name, e-mail address and telephone.
            "calendar.attendee": Link("partner_id", always=True),
        }
