"""Mailing lists know people by their e-mail addresses: those of a customer whose archive is destroyed go."""

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.customer_archive.tools.destroy import CARD, ERASE


class CustomerArchiveDestroyEngine(models.AbstractModel):
    _inherit = "customer.archive.destroy.engine"

    @api.model
    def _fates(self):
        return {**super()._fates(), "mailing.trace": ERASE}

    @api.model
    def _identity(self):
        return {**super()._identity(), "mailing.contact": ["email", "email_normalized", "name", "company_name"]}

    @api.model
    def _reach_also(self, level):
        """Contacts of mailing lists with the customer's address; what was sent to them follows by itself."""
        listed = SQL(
            """
            SELECT r.archive_id, 'mailing_contact', 'mailing.contact', c.id, %s, 'email_normalized'
              FROM customer_archive_reach r JOIN res_partner p ON p.id = r.id
              JOIN mailing_contact c ON c.email_normalized = p.email_normalized
             WHERE r.tbl = 'res_partner' AND r.fate = %s AND r.level = %s
            """,
            ERASE,
            CARD,
            level,
        )
        return [*super()._reach_also(level), listed]
