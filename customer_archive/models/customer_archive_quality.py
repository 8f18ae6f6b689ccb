"""Quality board: how complete, fresh and clean the archives are, month by month, by team and owner (product.md O4).

Figures, no customers: rows of sums, counted every night by one statement. Whoever may see which of them is the access
predicate once more, so each row has what that asks for: level, account manager and team.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.access import LEVEL_CODES
from .customer_archive_category import LEVELS

ARCHIVIST = "customer_archive.group_archivist"
MANAGEMENT = "customer_archive.group_management"
AUDITOR = "customer_archive.group_auditor"
# Per cents that must be divided anew whenever rows are added up: {field: (above, below, factor)}.
RATIOS = {
    "completeness": ("completeness_sum", "archive_count", 1),
    "freshness": ("freshness_sum", "archive_count", 1),
    "overdue_rate": ("overdue_count", "due_count", 100),
}
# Asks for the user when it is used, so Odoo may keep it with the rules.
SEEN = Domain.custom(to_sql=lambda model, alias, query: model._seen_sql(alias))


class CustomerArchiveQuality(models.Model):
    _name = "customer.archive.quality"
    _description = "Quality of the Archives"
    _order = "month desc, team_id, owner_id, level"
    _rec_name = "month"
    _log_access = False

    month = fields.Date(
        required=True, readonly=True, index=True, help="Its first day. Counted every night until its end."
    )
    company_id = fields.Many2one("res.company", "Fonds", required=True, readonly=True, ondelete="cascade")
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True, ondelete="set null", index="btree_not_null")
    owner_id = fields.Many2one(
        "res.users", "Account Manager", readonly=True, ondelete="set null", index="btree_not_null"
    )
    level = fields.Selection(LEVELS, "Confidentiality Level", required=True, readonly=True)
    counted_at = fields.Datetime("Counted", required=True, readonly=True)
    archive_count = fields.Integer("Archives", readonly=True)
    completeness_sum = fields.Integer("Completeness, Added up", readonly=True, aggregator="sum")
    freshness_sum = fields.Integer("Freshness, Added up", readonly=True, aggregator="sum")
    due_count = fields.Integer("With a Verification Date", readonly=True)
    overdue_count = fields.Integer("Verification Overdue", readonly=True)
    duplicate_count = fields.Integer("Possible Duplicates", readonly=True, help="Archives with an undecided candidate.")
    finding_count = fields.Integer("Open Findings", readonly=True)
    finding_late_count = fields.Integer("Overdue Findings", readonly=True)
    completeness = fields.Float("Completeness (%)", compute="_compute_ratios", digits=(5, 1), aggregator="avg")
    freshness = fields.Float("Freshness (%)", compute="_compute_ratios", digits=(5, 1), aggregator="avg")
    overdue_rate = fields.Float("Overdue (%)", compute="_compute_ratios", digits=(5, 1), aggregator="avg")

    @api.depends("archive_count", "completeness_sum", "freshness_sum", "due_count", "overdue_count")
    def _compute_ratios(self):
        for row in self:
            for name, (above, below, factor) in RATIOS.items():
                row[name] = factor * row[above] / row[below] if row[below] else 0

    def _read_group_select(self, aggregate_spec, query):
        """The per cent of many rows is that of their sums, whatever the rows' sizes."""
        name, _colon, function = aggregate_spec.partition(":")
        if name not in RATIOS or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        above, below, factor = RATIOS[name]
        return SQL(
            "%s * SUM(%s)::float / NULLIF(SUM(%s), 0)",
            factor,
            self._field_to_sql(self._table, above, query),
            self._field_to_sql(self._table, below, query),
        )

    # -- who sees what ------------------------------------------------------------------------------------------

    @api.model
    def _seen_sql(self, alias):
        """The condition that the environment's user sees a row with level, owner and team: of figures, or an archive.

        Account managers see their own, team leaders those of their teams, management and archivists all up to the level
        that they read, auditors all: narrower than what one may read of others' customers.
        """
        access = self.env["customer.archive.access"]
        user = self.env.user
        if access._is_exempt() or user.has_group(AUDITOR):
            return SQL("TRUE")
        scope = access._scope()
        terms = [SQL("%s = %s", SQL.identifier(alias, "owner_id"), scope.uid)]
        if scope.team_ids:
            terms.append(SQL("%s = ANY(%s)", SQL.identifier(alias, "team_id"), list(scope.team_ids)))
        if user.has_group(ARCHIVIST) or user.has_group(MANAGEMENT):
            levels = list(LEVEL_CODES[: scope.read_rank])
            terms.append(SQL("%s = ANY(%s)", SQL.identifier(alias, "level"), levels))
        return SQL("(%s)", SQL(" OR ").join(terms))

    # -- counting -----------------------------------------------------------------------------------------------

    @api.model
    def _cron_count(self):
        """Every night: this month's rows anew. Those of the months before stay."""
        self._count()

    @api.model
    def _count(self):
        """Write this month's rows of all companies, by each company's own day: one statement counts them."""
        self.env.flush_all()
        # their clocks only; a database has few companies
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        days = [company._archive_today() for company in companies]
        months = [day.replace(day=1) for day in days]
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM customer_archive_quality q
                 USING unnest(%s, %s::date[]) AS clock(company_id, month)
                 WHERE q.company_id = clock.company_id AND q.month = clock.month
                """,
                companies.ids,
                months,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                WITH clock AS (
                    SELECT * FROM unnest(%(companies)s, %(days)s::date[], %(months)s::date[])
                           AS c(company_id, today, month)
                ), candidate AS (
                    SELECT DISTINCT rel.partner_id FROM customer_archive_match m
                      JOIN customer_archive_match_partner_rel rel ON rel.match_id = m.id WHERE m.state = 'open'
                ), found AS (
                    SELECT f.archive_id, COUNT(*) AS open,
                           COUNT(*) FILTER (WHERE f.state = 'open' AND f.deadline < clock.today) AS late
                      FROM customer_archive_finding f JOIN clock ON clock.company_id = f.company_id
                     WHERE f.state <> 'closed' GROUP BY f.archive_id
                )
                INSERT INTO customer_archive_quality (
                       month, company_id, team_id, owner_id, level, counted_at, archive_count, completeness_sum,
                       freshness_sum, due_count, overdue_count, duplicate_count, finding_count, finding_late_count)
                SELECT clock.month, a.company_id, a.team_id, a.owner_id, a.level, %(now)s, COUNT(*),
                       COALESCE(SUM(a.completeness), 0), COALESCE(SUM(a.freshness), 0),
                       COUNT(a.next_verification_on),
                       COUNT(*) FILTER (WHERE a.next_verification_on < clock.today),
                       COUNT(candidate.partner_id),
                       COALESCE(SUM(found.open), 0), COALESCE(SUM(found.late), 0)
                  FROM customer_archive a
                  JOIN clock ON clock.company_id = a.company_id
                  LEFT JOIN candidate ON candidate.partner_id = a.partner_id
                  LEFT JOIN found ON found.archive_id = a.id
                 WHERE a.state IN ('draft', 'active') AND a.partner_id IS NOT NULL
                 GROUP BY clock.month, a.company_id, a.team_id, a.owner_id, a.level
                """,
                companies=companies.ids,
                days=days,
                months=months,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _domain(self, model_name, mode):
        """Figures are seen by their own condition."""
        if model_name == "customer.archive.quality":
            return SEEN
        return super()._domain(model_name, mode)
