"""Orders in the retention clocks, holds and the frozen business history (product.md R2-R4)."""

from odoo import api, models
from odoo.tools import SQL


class CustomerArchiveRetentionClock(models.Model):
    _inherit = "customer.archive.retention.clock"

    @api.model
    def _retention_facts(self):
        return {
            **super()._retention_facts(),
            "last_order": SQL(
                """
                SELECT x.archive_id, max(o.date_order)::date AS fact_on
                  FROM sale_order o JOIN customer_archive_access x ON x.partner_id = o.partner_id
                 WHERE o.state = 'sale' GROUP BY x.archive_id
                """
            ),
        }

    @api.model
    def _reopening_facts(self):
        return [*super()._reopening_facts(), "last_order"]


class CustomerArchiveHold(models.Model):
    _inherit = "customer.archive.hold"

    @api.model
    def _automatic_holds(self):
        """Who orders again after the archive was closed is a customer again."""
        return {
            **super()._automatic_holds(),
            "order": SQL(
                """
                SELECT x.archive_id, min(o.date_order)::date AS since_on
                  FROM sale_order o
                  JOIN customer_archive_access x ON x.partner_id = o.partner_id
                  JOIN customer_archive closed ON closed.id = x.archive_id
                 WHERE o.state = 'sale' AND o.date_order::date > closed.closed_on GROUP BY x.archive_id
                """
            ),
        }


class CustomerArchiveSeal(models.Model):
    _inherit = "customer.archive.seal"

    @api.model
    def _snapshot_sources(self):
        return {
            **super()._snapshot_sources(),
            "orders": SQL(
                """
                SELECT p.archive_id, jsonb_agg(jsonb_build_object(
                           'number', o.name, 'date', o.date_order::date, 'amount', o.amount_total,
                           'currency', c.name, 'status', o.state) ORDER BY o.id) AS body
                  FROM people p JOIN sale_order o ON o.partner_id = p.partner_id
                  LEFT JOIN res_currency c ON c.id = o.currency_id
                 GROUP BY p.archive_id
                """
            ),
        }
