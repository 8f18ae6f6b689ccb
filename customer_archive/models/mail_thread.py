from odoo import models

from .customer_archive import GOVERNED


class MailThread(models.AbstractModel):
    """Whoever is reminded of a date does not follow the record from then on, as Odoo has it with activities."""

    _inherit = "mail.thread"

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        if self.env.context.get("archive_no_followers") is GOVERNED:
            return True
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)
