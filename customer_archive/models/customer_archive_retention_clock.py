"""Retention clocks: when what is kept may be destroyed and when it must be, worked out from facts by set statements.

The arithmetic is that of tools/retention.py (``clock_of``, ``whole_archive``); a test compares the two. Bridges add
facts in ``_retention_facts``.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from .customer_archive_retention_line import GROUP_SELECTION

# What says that business is over, as long as nothing happens afterwards that says otherwise.
ENDS = ("relation_ended", "archive_closed")
# Archives that have clocks: of what was merged the one that goes on has them; of what was destroyed they stay as they
# were.
RUNNING = SQL("a.partner_id IS NOT NULL AND a.merged_into_id IS NULL AND a.state <> 'destroyed'")


class CustomerArchiveRetentionClock(models.Model):
    """One row for each archive and part of it that the schedule names."""

    _name = "customer.archive.retention.clock"
    _description = "Retention Clock"
    _log_access = False
    _order = "archive_id, minimum_on, id"
    _rec_name = "field_group"

    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="cascade", index=True
    )
    field_group = fields.Selection(GROUP_SELECTION, "Part of the Archive", required=True, readonly=True)
    line_id = fields.Many2one(
        "customer.archive.retention.line", "Line", required=True, readonly=True, ondelete="cascade", index=True
    )
    mandate_id = fields.Many2one(related="line_id.mandate_id")
    period = fields.Char(related="line_id.period", exportable=False)
    keeps = fields.Boolean("For Ever", readonly=True)
    started_on = fields.Date("Counted from", readonly=True, help="Empty: what starts it has not happened, or no more.")
    minimum_on = fields.Date("Earliest Destruction", readonly=True)
    maximum_on = fields.Date("Latest Destruction", readonly=True)
    seal_on = fields.Date("Sealed from", readonly=True)

    _one_each = models.UniqueIndex("(archive_id, field_group)")

    # -- facts ------------------------------------------------------------------------------------------------

    @api.model
    def _merged_sql(self):
        """SQL: (id, root) of archives that were merged, each with all those that it went into."""
        return SQL(
            """
            WITH RECURSIVE up AS (
                SELECT m.id, m.merged_into_id AS root FROM customer_archive m WHERE m.merged_into_id IS NOT NULL
                 UNION
                SELECT up.id, n.merged_into_id
                  FROM up JOIN customer_archive n ON n.id = up.root AND n.merged_into_id IS NOT NULL)
            SELECT up.id, up.root FROM up
            """
        )

    @api.model
    def _of_all_sql(self, provider, column, pick):
        """SQL: the rows of a provider, those of merged archives for the archive that goes on.

        :param column: of the day
        :param pick: "min" or "max": which of several days counts
        """
        [(any_merged,)] = self.env.execute_query(
            SQL("SELECT EXISTS (SELECT 1 FROM customer_archive WHERE merged_into_id IS NOT NULL)")
        )
        if not any_merged:
            return provider
        return SQL(
            "SELECT COALESCE(merged.root, q.archive_id) AS archive_id, %(pick)s(q.%(column)s) AS %(column)s"
            " FROM (%(provider)s) q LEFT JOIN (%(merged)s) merged ON merged.id = q.archive_id GROUP BY 1",
            pick=SQL(pick),
            column=SQL.identifier(column),
            provider=provider,
            merged=self._merged_sql(),
        )

    @api.model
    def _of_one_sql(self, provider, column, pick, archive):
        """SQL: one row with the day of one archive, looked up for it and for those that were merged into it."""
        return SQL(
            """
            SELECT %(pick)s(q.%(column)s) AS %(column)s
              FROM (WITH RECURSIVE family AS (
                        SELECT %(archive)s AS id
                         UNION
                        SELECT m.id FROM family JOIN customer_archive m ON m.merged_into_id = family.id)
                    SELECT id FROM family) family
             CROSS JOIN LATERAL (SELECT p.%(column)s FROM (%(provider)s) p WHERE p.archive_id = family.id OFFSET 0) q
            """,
            pick=SQL(pick),
            column=SQL.identifier(column),
            archive=archive,
            provider=provider,
        )

    @api.model
    def _retention_facts(self):
        """What starts clocks: {code of a trigger: SQL with the columns archive_id and fact_on, one row an archive}."""
        return {
            "relation_ended": SQL(
                """
                SELECT own.id AS archive_id, COALESCE(p.card_relation_since, own.closed_on) AS fact_on
                  FROM customer_archive own JOIN res_partner p ON p.id = own.partner_id
                 WHERE p.card_relation IN ('lost', 'ended')
                """
            ),
            "archive_closed": SQL(
                "SELECT own.id AS archive_id, own.closed_on AS fact_on FROM customer_archive own"
                " WHERE own.closed_on IS NOT NULL AND own.merged_into_id IS NULL"
            ),
            "last_contact": SQL(
                """
                SELECT l.archive_id, (max(l.begin_at) AT TIME ZONE 'UTC' AT TIME ZONE max(zone.name))::date AS fact_on
                  FROM customer_archive_contact_log l JOIN %s ON zone.company_id = l.company_id
                 GROUP BY l.archive_id
                """,
                self._zones_sql(),
            ),
            # A contract that has no end has not ended.
            "contract_end": SQL(
                """
                SELECT d.archive_id, max(COALESCE(d.ended_on, d.valid_until)) AS fact_on
                  FROM customer_archive_document d
                 WHERE d.register = 'contract' AND d.state <> 'draft'
                 GROUP BY d.archive_id
                HAVING bool_and(d.state <> 'in_force' OR d.valid_until IS NOT NULL)
                """
            ),
            "consent_withdrawn": SQL(
                "SELECT own.id AS archive_id, own.consent_withdrawn_on AS fact_on FROM customer_archive own"
                " WHERE own.consent_withdrawn_on IS NOT NULL"
            ),
        }

    @api.model
    def _reopening_facts(self):
        """Codes of facts after which business is not over, whatever the card says; bridges add theirs."""
        return []

    @api.model
    def _zones_sql(self):
        """SQL: the table ``zone`` of (company_id, name): a day is the company's own."""
        # sudo: their time zones only; a database has few companies
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        names = [str(company._archive_timezone()) for company in companies]
        return SQL("unnest(%s::int[], %s::varchar[]) AS zone(company_id, name)", companies.ids, names)

    @api.model
    def _facts_sql(self, codes, condition, *, few):
        """SQL: a row for each archive ``a`` that the condition holds for, with a column for each fact.

        :param few: whether each archive is looked up by itself; otherwise each table is read once
        """
        providers = self._retention_facts()
        columns, joins = [], []
        reopens = {code for code in self._reopening_facts() if code in providers and codes & set(ENDS)}
        later = [SQL("%s.fact_on", SQL.identifier(f"fact_{code}")) for code in sorted(reopens)]
        for code in sorted((codes | reopens) & providers.keys()):
            name = SQL.identifier(f"fact_{code}")
            day = SQL("%s.fact_on", name)
            if code in ENDS and later:
                day = SQL("CASE WHEN GREATEST(%s) > %s THEN NULL ELSE %s END", SQL(", ").join(later), day, day)
            columns.append(SQL(", %s AS %s", day, name))
            if few:
                found = self._of_one_sql(providers[code], "fact_on", "max", SQL("a.id"))
                joins.append(SQL("LEFT JOIN LATERAL (%s) %s ON TRUE", found, name))
            else:
                found = self._of_all_sql(providers[code], "fact_on", "max")
                joins.append(SQL("LEFT JOIN (%s) %s ON %s.archive_id = a.id", found, name, name))
        return SQL(
            "SELECT a.id AS archive_id %s FROM customer_archive a %s WHERE %s AND %s",
            SQL().join(columns),
            SQL(" ").join(joins),
            RUNNING,
            condition,
        )

    # -- the schedule -----------------------------------------------------------------------------------------

    @api.model
    def _rules(self, changes=None):
        """What the schedule says: ({line id: Rule}, {category id: {part: line id}}).

        :param changes: ({line id: Rule}, {category id: {part: line id}}) to be tried out instead
        """
        lines = self.env["customer.archive.retention.line"].sudo()  # settings, no user's data
        schedule = changes[1] if changes else lines._schedule()
        ids = {line_id for parts in schedule.values() for line_id in parts.values()}
        tried = changes[0] if changes else {}
        stored = lines.browse(sorted(id_ for id_ in ids if id_ not in tried))
        return {**{line.id: line._rule() for line in stored}, **tried}, schedule

    @api.model
    def _start_sql(self, rule, known):
        """SQL: the day on which a line's clock starts, from the columns of ``facts``."""
        facts = [SQL.identifier("facts", f"fact_{code}") for code in rule.codes if code in known]
        if not facts or (rule.combine == "all" and len(facts) < len(rule.codes)):
            return SQL("NULL::date")
        if rule.combine == "earliest":
            return SQL("LEAST(%s)", SQL(", ").join(facts))
        last = SQL("GREATEST(%s)", SQL(", ").join(facts))
        if rule.combine == "latest":
            return last
        there = SQL(" AND ").join(SQL("%s IS NOT NULL", fact) for fact in facts)
        return SQL("CASE WHEN %s THEN %s END", there, last)

    @api.model
    def _wanted_sql(self, rules, schedule):
        """SQL: the clocks as they must be, for the archives of the table ``facts``.

        An archive that others were merged into has the lines of all their categories; for each part that one holds
        which keeps it longest (product.md Q4).
        """
        known = self._retention_facts().keys()
        kinds = sorted({(rule.codes, rule.combine) for rule in rules.values()})
        of_kind = {(rule.codes, rule.combine): rule for rule in rules.values()}
        rows = [
            (
                category_id,
                part,
                line_id,
                kinds.index((rules[line_id].codes, rules[line_id].combine)),
                rules[line_id].minimum and rules[line_id].minimum.interval,
                rules[line_id].maximum and rules[line_id].maximum.interval,
                rules[line_id].keeps,
                rules[line_id].seals,
            )
            for category_id, parts in schedule.items()
            for part, line_id in parts.items()
        ]
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(8)]
        starts = [SQL("WHEN %s THEN %s", i, self._start_sql(of_kind[kind], known)) for i, kind in enumerate(kinds)]
        return SQL(
            """
            schedule AS (
                SELECT * FROM unnest(%(categories)s::int[], %(parts)s::varchar[], %(lines)s::int[], %(kinds)s::int[],
                                     %(minimums)s::interval[], %(maximums)s::interval[], %(keeps)s::bool[],
                                     %(seals)s::bool[])
                         AS s(category_id, field_group, line_id, kind, minimum, maximum, keeps, seals)
            ), merged AS (
                SELECT up.root AS id, m.category_id
                  FROM (%(merged)s) up JOIN customer_archive m ON m.id = up.id
            ), member AS (
                SELECT facts.*, a.category_id, a.id IN (SELECT id FROM merged) AS mixed
                  FROM facts JOIN customer_archive a ON a.id = facts.archive_id
                 UNION ALL
                SELECT facts.*, merged.category_id, TRUE FROM facts JOIN merged ON merged.id = facts.archive_id
            ), ticking AS (
                SELECT facts.archive_id, facts.mixed, s.*, CASE s.kind %(starts)s END AS started_on
                  FROM member AS facts JOIN schedule s ON s.category_id = facts.category_id
            ), every AS (
                SELECT t.archive_id, t.field_group, t.line_id, t.keeps, t.mixed, t.started_on,
                       t.minimum IS NOT NULL AND t.started_on IS NULL AS waits,
                       CASE WHEN NOT t.keeps
                            THEN (t.started_on + COALESCE(t.minimum, '0 days'))::date END AS minimum_on,
                       CASE WHEN NOT t.keeps THEN (t.started_on + t.maximum)::date END AS maximum_on,
                       CASE WHEN NOT t.keeps AND t.seals
                            THEN LEAST((t.started_on + t.minimum)::date, (t.started_on + t.maximum)::date)
                            END AS seal_on
                  FROM ticking t
            ), wanted AS (
                SELECT archive_id, field_group, line_id, keeps, started_on, minimum_on, maximum_on, seal_on
                  FROM every WHERE NOT mixed
                 UNION ALL
                (SELECT DISTINCT ON (archive_id, field_group)
                        archive_id, field_group, line_id, keeps, started_on, minimum_on, maximum_on, seal_on
                   FROM every WHERE mixed
                  ORDER BY archive_id, field_group, keeps DESC, waits DESC, minimum_on DESC NULLS LAST, line_id)
            ), totals AS (
                SELECT w.archive_id, bool_or(w.keeps) AS keeps,
                       CASE WHEN count(*) = count(w.minimum_on) THEN max(w.minimum_on) END AS minimum_on,
                       min(w.maximum_on) AS maximum_on, min(w.seal_on) AS seal_on
                  FROM wanted w GROUP BY w.archive_id
            )
            """,
            merged=self._merged_sql(),
            categories=columns[0],
            parts=columns[1],
            lines=columns[2],
            kinds=columns[3],
            minimums=columns[4],
            maximums=columns[5],
            keeps=columns[6],
            seals=columns[7],
            starts=SQL(" ").join(starts) if starts else SQL("WHEN 0 THEN NULL::date"),
        )

    # -- writing ----------------------------------------------------------------------------------------------

    @api.model
    def _codes(self, rules):
        return {code for rule in rules.values() for code in rule.codes}

    @api.model
    def _write_clocks(self, condition, facts=None):
        """Set the clocks of the archives ``a`` that the condition holds for: three statements for any number.

        Rows that stay the same are not written; each change of a beginning is an event of the history.

        :param facts: a table of facts that was made before; without one each archive is looked up by itself
        """
        rules, schedule = self._rules()
        if facts is None:
            facts = SQL("(%s)", self._facts_sql(self._codes(rules), condition, few=True))
        else:
            facts = SQL(
                "(SELECT f.* FROM %s f JOIN customer_archive a ON a.id = f.archive_id WHERE %s AND %s)",
                facts,
                RUNNING,
                condition,
            )
        self.env.cr.execute(
            SQL(
                """
                WITH facts AS MATERIALIZED (SELECT * FROM %(facts)s found), %(wanted)s, changed AS (
                    SELECT w.*, c.started_on AS before_on
                      FROM wanted w
                      LEFT JOIN customer_archive_retention_clock c
                             ON c.archive_id = w.archive_id AND c.field_group = w.field_group
                     WHERE c.id IS NULL OR (c.line_id, c.keeps, c.started_on, c.minimum_on, c.maximum_on, c.seal_on)
                           IS DISTINCT FROM
                           (w.line_id, w.keeps, w.started_on, w.minimum_on, w.maximum_on, w.seal_on)
                ), kept AS (
                    INSERT INTO customer_archive_retention_clock AS c
                           (archive_id, field_group, line_id, keeps, started_on, minimum_on, maximum_on, seal_on)
                    SELECT archive_id, field_group, line_id, keeps, started_on, minimum_on, maximum_on, seal_on
                      FROM changed
                    ON CONFLICT (archive_id, field_group) DO UPDATE
                       SET line_id = EXCLUDED.line_id, keeps = EXCLUDED.keeps, started_on = EXCLUDED.started_on,
                           minimum_on = EXCLUDED.minimum_on, maximum_on = EXCLUDED.maximum_on,
                           seal_on = EXCLUDED.seal_on
                ), told AS (
                    INSERT INTO customer_archive_retention_event
                           (archive_id, field_group, kind, at, before_on, started_on, minimum_on, maximum_on)
                    SELECT archive_id, field_group,
                           CASE WHEN started_on IS NULL THEN 'stopped'
                                WHEN before_on IS NOT NULL THEN 'moved'
                                WHEN EXISTS (SELECT 1 FROM customer_archive_retention_event e
                                              WHERE e.archive_id = ch.archive_id AND e.kind = 'stopped'
                                                AND e.field_group = ch.field_group) THEN 'restarted'
                                ELSE 'started' END,
                           now() AT TIME ZONE 'UTC', before_on, started_on, minimum_on, maximum_on
                      FROM changed ch WHERE before_on IS DISTINCT FROM started_on
                ), gone AS (
                    DELETE FROM customer_archive_retention_clock c
                     USING customer_archive a
                     WHERE a.id = c.archive_id AND a.state <> 'destroyed' AND %(condition)s
                       AND NOT EXISTS (SELECT 1 FROM wanted w
                                        WHERE w.archive_id = c.archive_id AND w.field_group = c.field_group)
                )
                UPDATE customer_archive t
                   SET retention_minimum_on = n.minimum_on, retention_maximum_on = n.maximum_on,
                       retention_seal_on = n.seal_on, retention_keep = n.keeps
                  FROM (SELECT a.id,
                               CASE WHEN totals.minimum_on IS NOT NULL
                                    THEN GREATEST(totals.minimum_on, a.retention_own_on) END AS minimum_on,
                               totals.maximum_on, totals.seal_on, NULLIF(totals.keeps, FALSE) AS keeps
                          FROM customer_archive a LEFT JOIN totals ON totals.archive_id = a.id
                         WHERE a.state <> 'destroyed' AND %(condition)s) n
                 WHERE n.id = t.id
                   AND (t.retention_minimum_on, t.retention_maximum_on, t.retention_seal_on,
                        NULLIF(t.retention_keep, FALSE))
                       IS DISTINCT FROM (n.minimum_on, n.maximum_on, n.seal_on, n.keeps)
                """,
                facts=facts,
                wanted=self._wanted_sql(rules, schedule),
                condition=condition,
            )
        )
        self.invalidate_model()
        self.env["customer.archive.retention.event"].invalidate_model()
        self.env["customer.archive"].invalidate_model(
            ["retention_minimum_on", "retention_maximum_on", "retention_seal_on", "retention_keep"]
        )
