"""What the quality board shows, and the archives behind each of its figures (product.md O4)."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .customer_archive_quality import ARCHIVIST
from .res_partner import GROUP

MONTHS = 12
# Owners that the board lists; the table view has all of them.
ROWS = 30
AGGREGATES = (
    "archive_count:sum",
    "completeness:avg",
    "freshness:avg",
    "overdue_rate:avg",
    "overdue_count:sum",
    "duplicate_count:sum",
    "finding_count:sum",
    "finding_late_count:sum",
)
NAMES = tuple(spec.partition(":")[0] for spec in AGGREGATES)
# Below this freshness a card counts as stale, as in the filters of archives.
STALE = 50


class CustomerArchiveQuality(models.Model):
    _inherit = "customer.archive.quality"

    @api.model
    def board_data(self, team_id=None, owner_id=None):
        """All that the board shows, as far as the user sees it.

        :param team_id: only of this sales team; 0: of archives without one
        :param owner_id: only of this account manager; 0: of archives without one
        :return: {counted_at (UTC), month, figures: {name: number}, teams: [row], owners: [row],
            trend: [{month, name: number}], clickable: [names], may_count}
        """
        self.check_access("read")
        today = self.env.company._archive_today()
        chosen = self._chosen(team_id, owner_id) & Domain("month", "<=", today)
        month = self.search(chosen, order="month desc", limit=1).month
        now = chosen & Domain("month", "=", month)
        counted = self.search(now, order="counted_at desc", limit=1).counted_at
        return {
            "counted_at": fields.Datetime.to_string(counted) if counted else "",
            "month": fields.Date.to_string(month) if month else "",
            "figures": self._figures(now),
            "teams": self._rows(now, "team_id"),
            "owners": self._rows(now, "owner_id"),
            "trend": self._trend(chosen, month),
            "clickable": self._clickable(),
            "may_count": self.env.user.has_group(ARCHIVIST),
        }

    @api.model
    def _chosen(self, team_id, owner_id):
        domain = Domain("company_id", "in", self.env.companies.ids)
        for name, value in (("team_id", team_id), ("owner_id", owner_id)):
            if isinstance(value, int) and not isinstance(value, bool):
                domain &= Domain(name, "=", value or False)
        return domain

    @api.model
    def _values(self, aggregates):
        """Aggregates as numbers for people: per cents without decimals."""
        return {name: round(value or 0) for name, value in zip(NAMES, aggregates, strict=True)}

    @api.model
    def _figures(self, domain):
        [row] = self._read_group(domain, [], AGGREGATES)
        return self._values(row)

    @api.model
    def _rows(self, domain, name):
        rows = [
            # sudo: names of teams and colleagues, beside figures that the user sees
            {"id": record.id or 0, "name": record.sudo().display_name or "", **self._values(aggregates)}
            for record, *aggregates in self._read_group(domain, [name], AGGREGATES)
        ]
        rows.sort(key=lambda row: (row["completeness"], -row["archive_count"], row["id"]))
        return rows[:ROWS]

    @api.model
    def _trend(self, domain, month):
        if not month:
            return []
        since = month - relativedelta(months=MONTHS - 1)
        rows = self._read_group(domain & Domain("month", ">=", since), ["month:month"], AGGREGATES)
        known = {fields.Date.to_date(first): self._values(aggregates) for first, *aggregates in rows}
        months = [since + relativedelta(months=number) for number in range(MONTHS)]
        return [{"month": f"{first:%Y-%m}", **known.get(first, dict.fromkeys(NAMES))} for first in months]

    @api.model
    def _clickable(self):
        """The figures that lead to a list: auditors read findings, but no archives."""
        if self.env.user.has_group(GROUP):
            return [
                "archive_count",
                "completeness",
                "freshness",
                "overdue_count",
                "duplicate_count",
                "finding_count",
                "finding_late_count",
            ]
        return ["finding_count", "finding_late_count"]

    @api.model
    def board_action(self, name, team_id=None, owner_id=None):
        """The list behind a figure: its archives; for auditors, who read none, its findings."""
        self.check_access("read")
        if name not in self._clickable():
            raise AccessError(self.env._("The archives behind this figure are not open to you."))
        if self.env.user.has_group(GROUP):
            action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_action")
            domain = self._archives_domain(name)
        else:
            action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_finding_action")
            domain = Domain("is_late", "=", True) if name == "finding_late_count" else Domain("state", "!=", "closed")
        domain &= self._chosen(team_id, owner_id)
        return {**action, "domain": list(domain), "context": {}, "target": "current"}

    @api.model
    def _archives_domain(self, name):
        today = self.env.company._archive_today()
        domain = Domain(
            [("state", "in", ("draft", "active")), ("partner_id", "!=", False), ("is_on_my_board", "=", True)]
        )
        return (
            domain
            & {
                "archive_count": Domain.TRUE,
                "completeness": Domain("completeness", "<", 100),
                "freshness": Domain("freshness", "<", STALE) | Domain("freshness", "=", False),
                "overdue_count": Domain("next_verification_on", "<", today),
                "duplicate_count": Domain("is_possible_duplicate", "=", True),
                "finding_count": Domain("has_open_finding", "=", True),
                "finding_late_count": Domain("has_late_finding", "=", True),
            }[name]
        )

    @api.model
    def action_count_now(self):
        """Have the figures counted in the background, before the night."""
        if not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Archivists have the figures counted; otherwise they are, every night."))
        self.env.ref("customer_archive.ir_cron_quality").sudo()._trigger()  # counts; no user's data
        return True


class CustomerArchive(models.Model):
    """The archives behind the figures, for lists. They tell no more than the board does, to nobody else."""

    _inherit = "customer.archive"

    is_on_my_board = fields.Boolean(
        "On My Quality Board", compute="_compute_board", search="_search_is_on_my_board", groups=GROUP, exportable=False
    )
    is_possible_duplicate = fields.Boolean(
        "Possible Duplicate",
        compute="_compute_board",
        search="_search_is_possible_duplicate",
        groups=GROUP,
        exportable=False,
    )
    has_open_finding = fields.Boolean(
        compute="_compute_board", search="_search_has_open_finding", groups=GROUP, exportable=False
    )
    has_late_finding = fields.Boolean(
        "Has Overdue Finding",
        compute="_compute_board",
        search="_search_has_late_finding",
        groups=GROUP,
        exportable=False,
    )

    @api.depends_context("uid")
    @api.depends("owner_id", "team_id", "level")
    def _compute_board(self):
        names = ("is_on_my_board", "is_possible_duplicate", "has_open_finding", "has_late_finding")
        for name in names:
            found = self.search([("id", "in", self.ids), (name, "=", True)])
            for archive in self:
                archive[name] = archive._origin in found

    @api.model
    def _search_on_board(self, name, operator, value, condition):
        """Archives on the user's board for which the SQL condition holds."""
        self._check_field_access(self._fields[name], "read")
        if operator != "in" or set(value) != {True}:
            return NotImplemented

        def to_sql(model, alias, query):
            flushed = [model._fields[field] for field in ("owner_id", "team_id", "level", "partner_id")]
            findings, matches = model.env["customer.archive.finding"], model.env["customer.archive.match"]
            flushed += [findings._fields[field] for field in ("archive_id", "state", "deadline")]
            flushed += [matches._fields[field] for field in ("partner_ids", "state")]
            seen = model.env["customer.archive.quality"]._seen_sql(alias)
            return SQL("(%s AND %s)", seen, condition(alias), to_flush=flushed)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _search_is_on_my_board(self, operator, value):
        return self._search_on_board("is_on_my_board", operator, value, lambda alias: SQL("TRUE"))

    @api.model
    def _search_is_possible_duplicate(self, operator, value):
        def condition(alias):
            return SQL(
                """
                %s IN (SELECT rel.partner_id FROM customer_archive_match m
                         JOIN customer_archive_match_partner_rel rel ON rel.match_id = m.id WHERE m.state = 'open')
                """,
                SQL.identifier(alias, "partner_id"),
            )

        return self._search_on_board("is_possible_duplicate", operator, value, condition)

    @api.model
    def _search_has_open_finding(self, operator, value):
        def condition(alias):
            return SQL(
                "%s IN (SELECT f.archive_id FROM customer_archive_finding f WHERE f.state <> 'closed')",
                SQL.identifier(alias, "id"),
            )

        return self._search_on_board("has_open_finding", operator, value, condition)

    @api.model
    def _search_has_late_finding(self, operator, value):
        def condition(alias):
            return SQL(
                """
                %s IN (SELECT f.archive_id FROM customer_archive_finding f WHERE f.state = 'open' AND f.deadline < %s)
                """,
                SQL.identifier(alias, "id"),
                self.env.company._archive_today(),
            )

        return self._search_on_board("has_late_finding", operator, value, condition)
