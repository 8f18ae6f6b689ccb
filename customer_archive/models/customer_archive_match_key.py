"""The keys that customers are compared by (product.md Q3): a side table, kept in sets, that nobody may read.

A key is a digest (tools/match_key.py), so the table holds no second copy of what is known about a customer. It stands
beside res_partner, whose many indexes make writing slow.
"""

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..tools.match_key import LOOKUP_ONLY, keys

# Customers whose keys one statement of the rebuild writes.
REBUILD_BATCH = 5000


class BigInteger(fields.Integer):
    """A whole number of 64 bits."""

    _column_type = ("int8", "int8")


class CustomerArchiveMatchKey(models.Model):
    _name = "customer.archive.match.key"
    _description = "Key for Finding Duplicates"
    _log_access = False
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade", groups=fields.NO_ACCESS
    )
    key = BigInteger(required=True, readonly=True, groups=fields.NO_ACCESS)
    scanned = fields.Boolean(
        readonly=True, groups=fields.NO_ACCESS, help="Customers are compared in bulk with those that share the key."
    )

    # The first one is also what a customer's keys are found by; the second one is read alone, in the order of the keys.
    _partner_key_unique = models.UniqueIndex("(partner_id, key)")
    _key_index = models.Index("(key, partner_id) WHERE scanned")
    _lookup_index = models.Index("(key) WHERE NOT scanned")

    @api.model
    def _replace(self, customers):
        """Write the keys of customers anew; those whose keys changed are compared again by the next scan.

        One statement, whatever the number.

        :param customers: {partner id: tools.match_key.Customer, or None for a contact who is no customer}
        """
        if not customers:
            return
        rows = [
            (partner_id, key, kind not in LOOKUP_ONLY)
            for partner_id, customer in customers.items()
            if customer
            for key, kind in keys(customer).items()
        ]
        self.env.cr.execute(
            SQL(
                """
                WITH new AS MATERIALIZED (
                    SELECT * FROM unnest(%(partners)s::int[], %(keys)s::bigint[], %(scanned)s::bool[])
                        AS new(partner_id, key, scanned)
                ), gone AS (
                    DELETE FROM customer_archive_match_key old
                     WHERE old.partner_id = ANY(%(ids)s)
                       AND NOT EXISTS (SELECT 1 FROM new WHERE new.partner_id = old.partner_id AND new.key = old.key)
                 RETURNING old.partner_id
                ), added AS (
                    INSERT INTO customer_archive_match_key (partner_id, key, scanned)
                    SELECT partner_id, key, scanned FROM new
                        ON CONFLICT (partner_id, key) DO NOTHING
                 RETURNING partner_id
                )
                INSERT INTO customer_archive_match_changed (partner_id)
                SELECT partner_id FROM gone UNION SELECT partner_id FROM added
                    ON CONFLICT (partner_id) DO NOTHING
                """,
                partners=[row[0] for row in rows],
                keys=[row[1] for row in rows],
                scanned=[row[2] for row in rows],
                ids=list(customers),
            )
        )

    @api.model
    def _compare_again(self, partners):
        """The next scan compares these customers with the others, changed or not."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO customer_archive_match_changed (partner_id) SELECT unnest(%s) ON CONFLICT DO NOTHING",
                partners.ids,
            )
        )

    @api.model
    def _rebuild(self, ids=None):
        """Write the keys of all customers (or of ``ids``) anew, for rows that did not come through the ORM.

        :return: the number of customers that have keys
        """
        partner = self.env["res.partner"]
        self.env.flush_all()
        if ids is None:
            self.env.cr.execute(SQL("SELECT id FROM res_partner WHERE %s ORDER BY id", partner._archive_match_who("")))
            ids = [row[0] for row in self.env.cr.fetchall()]
            self.env.cr.execute("DELETE FROM customer_archive_match_key")
        count = 0
        for batch in split_every(REBUILD_BATCH, ids):
            customers = partner._archive_match_read(list(batch))
            count += sum(1 for customer in customers.values() if customer)
            self._replace({id_: customers.get(id_) for id_ in batch})
        return count


class CustomerArchiveMatchChanged(models.Model):
    """Customers whose keys changed since they were last compared with the others."""

    _name = "customer.archive.match.changed"
    _description = "Customer to Be Compared Again"
    _log_access = False
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade", groups=fields.NO_ACCESS
    )

    _partner_unique = models.UniqueIndex("(partner_id)")
