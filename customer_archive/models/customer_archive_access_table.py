"""The table of protected contacts: worked out from scratch, compared every night, made anew."""

import logging

from odoo import api, models
from odoo.tools import SQL

from ..tools.access import LEVEL_CODES, SEALED

_logger = logging.getLogger(__name__)

# Differences that the nightly check names.
DIFFERENCES_SHOWN = 20


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    # -- keeping the table ------------------------------------------------------------------------------------

    @api.model
    def _expected_sql(self):
        """The rows as they must be, worked out from scratch."""
        return SQL(
            """
            WITH RECURSIVE tree AS (
                SELECT partner_id, id AS archive_id FROM customer_archive WHERE partner_id IS NOT NULL
                UNION
                SELECT child.id, tree.archive_id
                  FROM tree JOIN res_partner child ON child.parent_id = tree.partner_id
                 WHERE NOT EXISTS (SELECT 1 FROM customer_archive own WHERE own.partner_id = child.id)
            )
            SELECT tree.partner_id, a.id AS archive_id,
                   CASE WHEN a.state = 'sealed' THEN %(sealed)s
                        ELSE array_position(%(levels)s::varchar[], a.level) END AS rank,
                   CASE WHEN a.state <> 'sealed' THEN a.owner_id END AS owner_id,
                   CASE WHEN a.state <> 'sealed' THEN a.team_id END AS team_id
              FROM tree
              JOIN customer_archive a ON a.id = tree.archive_id
              JOIN res_partner p ON p.id = tree.partner_id
             WHERE p.partner_share IS NOT FALSE
               AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = tree.partner_id)
            """,
            levels=list(LEVEL_CODES),
            sealed=SEALED,
        )

    @api.model
    def _rebuild(self):
        """Make the whole table anew in two statements; rows that are right stay. Returns the number of changes."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH expected AS MATERIALIZED (%s), gone AS (
                    DELETE FROM customer_archive_access a
                     WHERE NOT EXISTS (SELECT 1 FROM expected e WHERE e.partner_id = a.partner_id)
                    RETURNING 1
                ), kept AS (
                    INSERT INTO customer_archive_access AS a (partner_id, archive_id, rank, owner_id, team_id)
                    SELECT * FROM expected
                    ON CONFLICT (partner_id) DO UPDATE
                       SET archive_id = EXCLUDED.archive_id, rank = EXCLUDED.rank,
                           owner_id = EXCLUDED.owner_id, team_id = EXCLUDED.team_id
                     WHERE (a.archive_id, a.rank, a.owner_id, a.team_id) IS DISTINCT FROM
                           (EXCLUDED.archive_id, EXCLUDED.rank, EXCLUDED.owner_id, EXCLUDED.team_id)
                    RETURNING 1
                )
                SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM kept)
                """,
                self._expected_sql(),
            )
        )
        (changes,) = self.env.cr.fetchone()
        changes += self._sync_partners()
        self.env.invalidate_all()
        return changes

    @api.model
    def _differences(self):
        """Ids of the contacts whose row is missing, wrong or too much."""
        self.env.flush_all()
        actual = SQL("SELECT partner_id, archive_id, rank, owner_id, team_id FROM customer_archive_access")
        rows = self.env.execute_query(
            SQL(
                "WITH expected AS MATERIALIZED (%(expected)s)"
                " SELECT DISTINCT partner_id FROM ("
                "(TABLE expected EXCEPT ALL %(actual)s) UNION ALL (%(actual)s EXCEPT ALL TABLE expected)"
                " UNION ALL (TABLE expected EXCEPT ALL %(beside)s) UNION ALL (%(beside)s EXCEPT ALL TABLE expected)) d"
                " ORDER BY partner_id",
                expected=self._expected_sql(),
                actual=actual,
                beside=SQL(
                    "SELECT id AS partner_id, reach_archive, reach_rank, reach_owner, reach_team FROM res_partner"
                    " WHERE reach_archive IS NOT NULL"
                ),
            )
        )
        return [partner_id for (partner_id,) in rows]

    @api.model
    def _cron_check(self):
        """Compare the table with what it must be. A difference is an error: it is reported, then mended."""
        wrong = self._differences()
        if wrong:
            shown = ", ".join(map(str, wrong[:DIFFERENCES_SHOWN]))
            _logger.error(
                "customer archive: the access table differs for %s contacts (ids %s%s); it is made anew",
                len(wrong),
                shown,
                ", …" if len(wrong) > DIFFERENCES_SHOWN else "",
            )
            self._rebuild()
        self.env["customer.archive.access.check"]._record(wrong)
