"""The full scan for duplicates: pairs that share a key are queued by one statement, and compared in batches.

The queue is a table, so that a scan can be stopped, goes on where it was, and may be worked on by several workers; it
needs no more memory for a million customers than for a thousand. After the first scan only customers whose keys changed
are compared again.
"""

import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.match_score import THRESHOLD, score
from .res_partner_match import MATCH_FIELDS

# A key that more customers share says nothing: the switchboard of a market hall, the phone number of whoever typed.
MOST_SHARED = 30
# Pairs that are compared between two commits.
BATCH = 10_000


class CustomerArchiveMatchPair(models.Model):
    """Two customers to be compared: the queue of the scan."""

    _name = "customer.archive.match.pair"
    _description = "Customers to Be Compared"
    _log_access = False
    _rec_name = "partner_id"

    partner_id = fields.Integer(required=True, readonly=True, groups=fields.NO_ACCESS)
    other_id = fields.Integer(required=True, readonly=True, groups=fields.NO_ACCESS)

    _pair_unique = models.UniqueIndex("(partner_id, other_id)")


class CustomerArchiveMatchScan(models.Model):
    _name = "customer.archive.match.scan"
    _description = "Scan for Duplicates"
    _order = "id desc"
    _rec_name = "create_date"

    kind = fields.Selection(
        [("full", "All Customers"), ("changed", "Changed Customers")], "Compared", required=True, readonly=True
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done")], default="running", required=True, readonly=True, index=True
    )
    finished_on = fields.Datetime("Finished", readonly=True)
    pair_count = fields.Integer("Pairs", readonly=True, help="Pairs of customers that share something.")
    compared_count = fields.Integer("Compared So Far", readonly=True)
    found_count = fields.Integer("Possible Duplicates", readonly=True, help="Open pairs when the scan was done.")
    progress = fields.Float(compute="_compute_progress", aggregator=None)

    @api.depends("pair_count", "compared_count", "state")
    def _compute_progress(self):
        for scan in self:
            part = scan.compared_count / scan.pair_count if scan.pair_count else 0
            scan.progress = 100 if scan.state == "done" else 100 * min(part, 1)

    # -- starting ----------------------------------------------------------------------------------------

    @api.model
    def action_start(self):
        """The button: compare all customers, in the background."""
        if not self.env.user.has_group("customer_archive.group_archivist"):
            raise AccessError(self.env._("Archivists look for duplicates. Ask one of them to start the scan."))
        scans = self.sudo()  # for archivists; the rows say how far the scan is
        if scans.search_count([("state", "=", "running")], limit=1):
            raise UserError(self.env._("A scan is running already: its progress is in the list of scans."))
        scans._start("full")
        cron = self.env.ref("customer_archive.ir_cron_match_scan").sudo()  # as above
        cron._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The scan has begun. What it finds appears in the list of duplicates."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _start(self, kind):
        """Queue the pairs of a new scan."""
        self.env.flush_all()
        queued = self._queue_all() if kind == "full" else self._queue_changed()
        return self.create({"kind": kind, "pair_count": queued})

    def _queue_all(self):
        """Everybody with everybody who shares a key; and the open pairs, which may be none any more."""
        self.env.cr.execute("DELETE FROM customer_archive_match_changed")
        self.env.cr.execute(SQL("SET LOCAL work_mem = '64MB'"))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_archive_match_pair (partner_id, other_id)
                WITH shared AS (
                    SELECT array_agg(partner_id) AS ids FROM customer_archive_match_key WHERE scanned
                     GROUP BY key HAVING count(*) BETWEEN 2 AND %(most)s
                )
                SELECT DISTINCT one.id, two.id
                  FROM shared, unnest(shared.ids) AS one(id), unnest(shared.ids) AS two(id)
                 WHERE one.id < two.id
                 UNION
                SELECT partner_id, other_id FROM customer_archive_match WHERE state = 'open'
                    ON CONFLICT DO NOTHING
                """,
                most=MOST_SHARED,
            )
        )
        return self.env.cr.rowcount

    def _queue_changed(self):
        """Those whose keys changed with everybody who shares one; and their open pairs."""
        self.env.cr.execute("DELETE FROM customer_archive_match_changed RETURNING partner_id")
        changed = [row[0] for row in self.env.cr.fetchall()]
        # The ids as values: how many they are decides whether indexes are used.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_archive_match_pair (partner_id, other_id)
                SELECT DISTINCT LEAST(mine.partner_id, other.id), GREATEST(mine.partner_id, other.id)
                  FROM customer_archive_match_key mine
                  JOIN LATERAL (
                       SELECT array_agg(partner_id) AS ids FROM (
                           SELECT partner_id FROM customer_archive_match_key k
                            WHERE k.key = mine.key AND k.scanned LIMIT %(most)s + 1) few
                       ) shared ON cardinality(shared.ids) <= %(most)s
                  JOIN LATERAL unnest(shared.ids) AS other(id) ON other.id <> mine.partner_id
                 WHERE mine.partner_id = ANY(%(changed)s) AND mine.scanned
                 UNION
                SELECT partner_id, other_id FROM customer_archive_match
                 WHERE state = 'open' AND (partner_id = ANY(%(changed)s) OR other_id = ANY(%(changed)s))
                    ON CONFLICT DO NOTHING
                """,
                most=MOST_SHARED,
                changed=changed,
            )
        )
        return self.env.cr.rowcount

    # -- working -----------------------------------------------------------------------------------------

    @api.model
    def _cron_scan(self):
        """Go on with the scan that runs; else compare the customers that changed since the last one."""
        scan = self.search([("state", "=", "running")], order="id", limit=1)
        if not scan:
            self.env.cr.execute("SELECT EXISTS (SELECT 1 FROM customer_archive_match_changed)")
            if not self.env.cr.fetchone()[0]:
                return
            scan = self._start("changed")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=scan._remaining())
        while compared := scan._compare_batch():
            if not cron._commit_progress(compared):
                return
        scan._finish()
        cron._commit_progress(remaining=0)

    def _remaining(self):
        self.env.cr.execute("SELECT count(*) FROM customer_archive_match_pair")
        return self.env.cr.fetchone()[0]

    def _run(self):
        """Compare all that is queued at once, without commits: for tests and small databases."""
        while self._compare_batch():
            pass
        self._finish()

    @api.model
    def _run_now(self):
        """A whole scan at once: for the demo data."""
        self._start("full")._run()

    def _finish(self):
        matches = self.env["customer.archive.match"]
        matches._regroup()
        count = matches.search_count([("state", "=", "open")])
        self.write({"state": "done", "finished_on": fields.Datetime.now(), "found_count": count})

    def _compare_batch(self):
        """Compare the next pairs of the queue; returns how many."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM customer_archive_match_pair WHERE id = ANY(ARRAY(
                    SELECT id FROM customer_archive_match_pair ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))
                RETURNING partner_id, other_id
                """,
                BATCH,
            )
        )
        pairs = self.env.cr.fetchall()
        if pairs:
            self._compare(pairs)
            self.compared_count += len(pairs)
        return len(pairs)

    def _compare(self, pairs):
        """Score the pairs; keep those above the threshold of their category, forget open ones below it."""
        ids = list({id_ for pair in pairs for id_ in pair})
        extra = ("company_id", "parent_id", "active", "partner_share", "archive_category_id")
        partner = self.env["res.partner"]
        customers, about = {}, {}
        for row in partner._archive_match_rows(ids, (*MATCH_FIELDS, *extra)):
            customers[row[0]] = partner._archive_match_make(row[1 : -len(extra)])
            about[row[0]] = row[-len(extra) :]
        weights = self.env["customer.archive.match.weight"]._current()
        thresholds = self.env["customer.archive.category"]._duplicate_thresholds()
        found, dropped = [], []
        for one, two in pairs:
            if not _comparable(one, two, about):
                dropped.append((one, two))
                continue
            result = score(customers[one], customers[two], weights)
            limit = min(thresholds.get(about[id_][4], THRESHOLD) for id_ in (one, two))
            if result.points >= limit:
                found.append((one, two, result.percent, json.dumps(result.reasons)))
            else:
                dropped.append((one, two))
        self._save(found)
        self._forget(dropped)

    def _save(self, found):
        """Insert pairs, or bring open ones up to date; what people decided stays."""
        if not found:
            return
        self.env.cr.execute(
            SQL(
                """
                WITH saved AS (
                    INSERT INTO customer_archive_match AS m
                           (partner_id, other_id, score, reasons, state, found_on, group_number,
                            create_uid, create_date, write_uid, write_date)
                    SELECT one, two, score, reasons, 'open', %(now)s, one, %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM unnest(%(ones)s::int[], %(twos)s::int[], %(scores)s::int[], %(reasons)s::jsonb[])
                        AS f(one, two, score, reasons)
                     ORDER BY one, two
                        ON CONFLICT (partner_id, other_id) WHERE other_id IS NOT NULL
                        DO UPDATE SET score = EXCLUDED.score, reasons = EXCLUDED.reasons,
                                      write_date = EXCLUDED.write_date
                     WHERE m.state = 'open' AND m.reasons IS DISTINCT FROM EXCLUDED.reasons
                 RETURNING m.id, m.partner_id, m.other_id
                )
                INSERT INTO customer_archive_match_partner_rel (match_id, partner_id)
                SELECT id, partner_id FROM saved UNION ALL SELECT id, other_id FROM saved
                    ON CONFLICT DO NOTHING
                """,
                ones=[row[0] for row in found],
                twos=[row[1] for row in found],
                scores=[row[2] for row in found],
                reasons=[row[3] for row in found],
                now=self.env.cr.now(),
                uid=self.env.uid,
            )
        )
        self.env["customer.archive.match"].invalidate_model()

    def _forget(self, pairs):
        """Open pairs that are alike no more."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM customer_archive_match m USING unnest(%s::int[], %s::int[]) AS p(one, two)
                 WHERE m.partner_id = p.one AND m.other_id = p.two AND m.state = 'open'
                """,
                [pair[0] for pair in pairs],
                [pair[1] for pair in pairs],
            )
        )
        if self.env.cr.rowcount:
            self.env["customer.archive.match"].invalidate_model()


def _comparable(one, two, about):
    """Not people of our own, who are out of use, of two companies of this system, or a company and its branch."""
    if one not in about or two not in about:
        return False
    (company, parent, *usable, _category), (company2, parent2, *usable2, _category2) = about[one], about[two]
    if not all((*usable, *usable2)):
        return False
    return not (company and company2 and company != company2) and one != parent2 and two != parent
