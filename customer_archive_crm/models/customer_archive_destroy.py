"""Leads and opportunities of a customer whose archive is destroyed go, those that nobody linked to it as well."""

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.customer_archive.tools.destroy import CARD, ERASE


class CustomerArchiveDestroyEngine(models.AbstractModel):
    _inherit = "customer.archive.destroy.engine"

    @api.model
    def _identity(self):
        columns = "email_from email_normalized phone phone_sanitized contact_name partner_name street website".split()
        return {**super()._identity(), "crm.lead": columns}

    @api.model
    def _reach_also(self, level):
        """Leads without a customer that have the customer's e-mail address or telephone."""
        alike = SQL(
            """
            SELECT r.archive_id, 'crm_lead', 'crm.lead', l.id, %s, 'email_normalized'
              FROM customer_archive_reach r JOIN res_partner p ON p.id = r.id
              JOIN crm_lead l ON l.partner_id IS NULL
               AND (l.email_normalized = p.email_normalized OR l.phone_sanitized = p.phone_sanitized)
             WHERE r.tbl = 'res_partner' AND r.fate = %s AND r.level = %s
            """,
            ERASE,
            CARD,
            level,
        )
        return [*super()._reach_also(level), alike]
