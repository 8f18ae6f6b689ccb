"""Invoices in the retention clocks, holds and the frozen business history (product.md R2-R4)."""

from odoo import api, models
from odoo.tools import SQL


class CustomerArchiveRetentionClock(models.Model):
    _inherit = "customer.archive.retention.clock"

    @api.model
    def _retention_facts(self):
        return {
            **super()._retention_facts(),
            "last_invoice": SQL(
                """
                SELECT x.archive_id, max(COALESCE(m.invoice_date, m.date)) AS fact_on
                  FROM account_move m JOIN customer_archive_access x ON x.partner_id = m.partner_id
                 WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                 GROUP BY x.archive_id
                """
            ),
        }


class CustomerArchiveHold(models.Model):
    _inherit = "customer.archive.hold"

    @api.model
    def _automatic_holds(self):
        """What the customer still owes, or has paid too much: posted lines that are not reconciled."""
        return {
            **super()._automatic_holds(),
            "receivable": SQL(
                """
                SELECT x.archive_id, min(l.date) AS since_on
                  FROM account_move_line l
                  JOIN account_account c ON c.id = l.account_id AND c.account_type = 'asset_receivable'
                  JOIN customer_archive_access x ON x.partner_id = l.partner_id
                 WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0
                 GROUP BY x.archive_id
                """
            ),
        }


class CustomerArchiveSeal(models.Model):
    _inherit = "customer.archive.seal"

    @api.model
    def _snapshot_sources(self):
        return {
            **super()._snapshot_sources(),
            "invoices": SQL(
                """
                SELECT p.archive_id, jsonb_agg(jsonb_build_object(
                           'number', m.name, 'date', m.invoice_date, 'kind', m.move_type, 'amount', m.amount_total,
                           'open', m.amount_residual, 'currency', c.name) ORDER BY m.id) AS body
                  FROM people p
                  JOIN account_move m ON m.partner_id = p.partner_id AND m.state = 'posted'
                   AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                  JOIN res_currency c ON c.id = m.currency_id
                 GROUP BY p.archive_id
                """
            ),
        }
