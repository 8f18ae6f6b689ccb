"""Holds that follow from facts, and the one check whether anything holds an archive (product.md R4)."""

from odoo import api, models
from odoo.tools import SQL

from .customer_archive_hold import KINDS


class CustomerArchiveHold(models.Model):
    _inherit = "customer.archive.hold"

    @api.model
    def _automatic_holds(self):
        """What holds archives without anybody's doing: {kind: SQL with the columns archive_id and since_on}.

        Read anew whenever it is asked for. Bridges add theirs.
        """
        holds = {
            "contract": SQL(
                """
                SELECT d.archive_id, min(COALESCE(d.valid_from, d.filed_on, d.date)) AS since_on
                  FROM customer_archive_document d
                 WHERE d.register = 'contract' AND d.state = 'in_force'
                 GROUP BY d.archive_id
                """
            ),
            "request": SQL(
                """
                SELECT r.archive_id, min(r.since_on) AS since_on
                  FROM (SELECT p.archive_id, p.create_date::date AS since_on
                          FROM customer_archive_proposal p WHERE p.state = 'open'
                         UNION ALL
                        SELECT l.archive_id, l.create_date::date
                          FROM customer_archive_loan l WHERE l.state IN ('requested', 'open')
                         UNION ALL
                        SELECT o.archive_id, o.requested_at::date
                          FROM customer_archive_reopening o WHERE o.state = 'requested') r
                 GROUP BY r.archive_id
                """
            ),
        }
        if "customer.archive.finding" in self.env:  # of the inspections
            holds["finding"] = SQL(
                "SELECT f.archive_id, min(f.create_date::date) AS since_on FROM customer_archive_finding f"
                " WHERE f.state <> 'closed' AND f.archive_id IS NOT NULL GROUP BY f.archive_id"
            )
        return holds

    @api.model
    def _free_sql(self):
        """SQL: nothing holds the archive ``a``."""
        clocks = self.env["customer.archive.retention.clock"]
        lines = SQL("SELECT l.archive_id, l.placed_on AS since_on FROM customer_archive_hold_line l WHERE l.is_open")
        by_hand = SQL(
            "NOT EXISTS (SELECT 1 FROM (%s) h WHERE h.archive_id = a.id)",
            clocks._of_all_sql(lines, "since_on", "min"),
        )
        return SQL("(%s AND %s)", by_hand, self._idle_sql())

    @api.model
    def _idle_sql(self):
        """SQL: no business is going on with the archive ``a``."""
        clocks = self.env["customer.archive.retention.clock"]
        terms = [
            SQL(
                "NOT EXISTS (SELECT 1 FROM (%s) h WHERE h.archive_id = a.id)",
                clocks._of_all_sql(provider, "since_on", "min"),
            )
            for provider in self._automatic_holds().values()
        ]
        return SQL("(%s)", SQL(" AND ").join(terms)) if terms else SQL("TRUE")

    @api.model
    def _sentences_of(self, archives, lock=False):
        """See ``customer.archive._hold_sentences``."""
        if not archives.ids:
            return {}
        self.env.flush_all()
        if lock:
            self.env.execute_query(
                SQL("SELECT id FROM customer_archive WHERE id = ANY(%s) ORDER BY id FOR UPDATE", archives.ids)
            )
        found = {}
        # sudo: the matter is told to whoever asks about the archive
        for archive_id, hold in self.sudo()._by_hand_of(archives.ids):
            if (sentence := self._manual_sentence(hold)) not in found.setdefault(archive_id, []):
                found[archive_id].append(sentence)
        for kind, archive_id, since in self._automatic_of(archives.ids):
            found.setdefault(archive_id, []).append(self._automatic_sentence(kind, since))
        return found

    @api.model
    def _by_hand_of(self, archive_ids):
        """[(archive id, hold)] of these archives; what holds one that was merged holds the one that goes on."""
        rows = self.env.execute_query(
            SQL(
                "SELECT w.archive_id, l.hold_id FROM (%s) w"
                " JOIN customer_archive_hold_line l ON l.archive_id = w.id AND l.is_open ORDER BY l.id",
                self.env["customer.archive.seal"]._whole_sql(archive_ids),
            )
        )
        return [(archive_id, self.browse(hold_id)) for archive_id, hold_id in rows]

    @api.model
    def _automatic_of(self, archive_ids):
        """[(kind, archive id, since)] of these archives."""
        clocks = self.env["customer.archive.retention.clock"]
        parts = [
            SQL(
                "SELECT %s AS kind, w.id, h.since_on FROM unnest(%s) w(id)"
                " CROSS JOIN LATERAL (%s) h WHERE h.since_on IS NOT NULL",
                kind,
                list(archive_ids),
                clocks._of_one_sql(provider, "since_on", "min", SQL("w.id")),
            )
            for kind, provider in self._automatic_holds().items()
        ]
        return self.env.execute_query(SQL(" UNION ALL ").join(parts)) if parts else []

    @api.model
    def _manual_sentence(self, hold):
        _ = self.env._
        if hold.authority:
            return _("%(matter)s (%(authority)s)", matter=hold.name, authority=hold.authority)
        return hold.name

    @api.model
    def _automatic_sentence(self, kind, since):
        _ = self.env._
        sentences = {
            "receivable": _("unpaid invoices since %s", since),
            "contract": _("a contract in force since %s", since),
            "order": _("a new order of %s", since),
            "request": _("an open request since %s", since),
            "finding": _("an open finding since %s", since),
        }
        return sentences.get(kind) or dict(KINDS).get(kind, kind)
