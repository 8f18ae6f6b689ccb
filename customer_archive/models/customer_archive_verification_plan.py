"""When the data of an archive are to be confirmed next (product.md Q1): planned by one statement for any number."""

import itertools
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.access import LEVEL_CODES
from .customer_archive_category_cycle import INTERVALS
from .customer_archive_score import AT_ONCE

DUE = [
    ("overdue", "Overdue"),
    ("this_week", "This Week"),
    ("next_week", "Next Week"),
    ("later", "Later"),
]
# So many archives a night's run plans before it commits: the triggers of the archives' table look at all rows of a
# statement.
STEP = 2000
# What the date of an archive hangs on, besides the axes of its cycle.
PLANNED_BY = {"state", "category_id", "partner_id", "merged_into_id", "opened_on", "verification_own_on"}


def due_of(day, today):
    """In which column of the work list a day stands; weeks begin on Monday.

    >>> from datetime import date
    >>> due_of(date(2026, 6, 7), date(2026, 6, 1)), due_of(date(2026, 6, 8), date(2026, 6, 1))
    ('this_week', 'next_week')
    """
    sunday = today + timedelta(days=6 - today.weekday())
    if day is None:
        return None
    if day < today:
        return "overdue"
    if day <= sunday:
        return "this_week"
    return "next_week" if day <= sunday + timedelta(days=7) else "later"


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    verified_on = fields.Date(
        "Last Verified", readonly=True, copy=False, index="btree_not_null", help="When the data were confirmed last."
    )
    verification_own_on = fields.Date(
        "Verify on (Own Date)",
        copy=False,
        tracking=True,
        help="A day of this archive's own instead of the one that follows from the category's cycle. It holds once: "
        "after the verification the cycle goes on.",
    )
    next_verification_on = fields.Date(
        "Next Verification",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the data are to be confirmed: the own date, or one cycle of the category after the last time.",
    )
    verification_due = fields.Selection(
        DUE,
        readonly=True,
        copy=False,
        group_expand="_expand_verification_due",
        help="As of this morning.",
    )

    _verification_due_index = models.Index(
        "(verification_due, owner_id) WHERE verification_due IN ('overdue', 'this_week', 'next_week')"
    )

    @api.model
    def _expand_verification_due(self, values, domain):
        """The work list shows its columns even when they are empty, “Later” only where it is asked for."""
        return [code for code, _label in DUE if code != "later" or code in values]

    def _governed_fields(self):
        planned = self.env._("It follows from the verifications and from the category's cycle; set an own date.")
        names = ("verified_on", "next_verification_on", "verification_due")
        return {**super()._governed_fields(), **dict.fromkeys(names, planned)}

    @api.model
    def _first_verification(self, category):
        """Values for the INSERT of new archives: one cycle after today."""
        today = fields.Date.context_today(self)
        day = category._add_cycle(today, level=category.default_level)
        return {"verify": SQL("%s::date", day), "verify_due": SQL("%s::varchar", due_of(day, today))}

    @api.model_create_multi
    def create(self, vals_list):
        archives = super().create(vals_list)
        archives._plan_verifications()
        return archives

    def write(self, vals):
        result = super().write(vals)
        if {*PLANNED_BY, *self._cycle_axes()} & vals.keys():
            self._plan_verifications()
        return result

    # -- what the cycle hangs on --------------------------------------------------------------------------------

    @api.model
    def _cycle_axes(self):
        """What an archive's cycle hangs on besides its category: {column of the archive: its possible values}.

        An addon that lets it hang on something else as well (the value tier) adds a stored column of text here, with ""
        for archives that have none, and says in ``_cycle_code`` what follows from it; the dates are planned by the same
        statement then, and anew whenever the column is written.
        """
        return {"level": LEVEL_CODES}

    @api.model
    def _cycle_code(self, category_id, level, **others):
        """The code of the cycle (see CYCLES) for archives of a category with these values of the axes."""
        return self.env["customer.archive.category"]._verification_cycles_of_levels()[category_id, level]

    @api.model
    def _cycles(self, category_ids=None):
        """{(category id, value of the first axis, …): code}."""
        if category_ids is None:
            category_ids = list(self.env["customer.archive.category"]._verification_cycles())
        axes = self._cycle_axes()
        return {
            (id_, *values): self._cycle_code(id_, **dict(zip(axes, values, strict=True)))
            for id_ in category_ids
            for values in itertools.product(*axes.values())
        }

    @api.model
    def _cycle_span_sql(self, category_id, otherwise):
        """SQL: the interval of the cycle of an archive ``a`` of the category; ``otherwise`` where there is none."""
        axes = self._cycle_axes()
        column = SQL("(%s)", SQL(", ").join(SQL("COALESCE(a.%s, '')", SQL.identifier(name)) for name in axes))
        usual = self.env["customer.archive.category"]._verification_cycles()[category_id]
        cases = [
            SQL(
                "WHEN %s = (%s) THEN %s",
                column,
                SQL(", ").join(SQL("%s", v) for v in values),
                INTERVALS.get(code, otherwise),
            )
            for (_id, *values), code in self._cycles([category_id]).items()
            if code != usual
        ]
        span = INTERVALS.get(usual, otherwise)
        return (
            SQL("(CASE %s ELSE %s END)::interval", SQL(" ").join(cases), span) if cases else SQL("%s::interval", span)
        )

    def _plan_verifications(self):
        """Work out the next dates of these archives: one statement; rows that stay the same are not written.

        Not through ``write``: nothing hangs on the dates that would have to be counted anew.
        """
        if not self:
            return
        self.flush_recordset([*PLANNED_BY, *self._cycle_axes(), "verified_on", "company_id"])
        self._plan_where(SQL("a.id = ANY(%s)", self.ids))

    @api.model
    def _plan_where(self, condition):
        """One pass over the archives, without joining them to themselves: the clock of each company and cycle."""
        # their clocks only; a database has few companies
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        cycles = self._cycles()
        clocks = [
            (company.id, today, today + timedelta(days=6 - today.weekday()), INTERVALS.get(code), *key)
            for company in companies
            for today in [company._archive_today()]
            for key, code in cycles.items()
        ]
        if not clocks:
            return
        day = SQL(
            """
            CASE WHEN a.state IN ('draft', 'active') AND a.partner_id IS NOT NULL
                 THEN COALESCE(a.verification_own_on, (COALESCE(a.verified_on, a.opened_on) + clock.span)::date) END
            """
        )
        due = SQL(
            """
            CASE WHEN %(day)s < clock.today THEN 'overdue'
                 WHEN %(day)s <= clock.sunday THEN 'this_week'
                 WHEN %(day)s <= clock.sunday + 7 THEN 'next_week'
                 WHEN %(day)s IS NOT NULL THEN 'later' END
            """,
            day=day,
        )
        ids, todays, sundays, spans, categories, *others = (list(column) for column in zip(*clocks, strict=True))
        axes = self._cycle_axes()
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive a
                   SET next_verification_on = %(day)s, verification_due = %(due)s
                  FROM unnest(%(companies)s, %(todays)s::date[], %(sundays)s::date[], %(spans)s::interval[],
                              %(categories)s, %(others)s)
                    AS clock(company_id, today, sunday, span, category_id, %(names)s)
                 WHERE clock.company_id = a.company_id AND clock.category_id = a.category_id AND %(same)s
                   AND %(condition)s
                   AND (a.next_verification_on, a.verification_due) IS DISTINCT FROM (%(day)s, %(due)s)
                """,
                day=day,
                due=due,
                companies=ids,
                todays=todays,
                sundays=sundays,
                spans=spans,
                categories=categories,
                others=SQL(", ").join(SQL("%s::varchar[]", values) for values in others),
                names=SQL(", ").join(SQL.identifier(name) for name in axes),
                same=SQL(" AND ").join(
                    SQL("clock.%s = COALESCE(a.%s, '')", SQL.identifier(name), SQL.identifier(name)) for name in axes
                ),
                condition=condition,
            )
        )
        self.invalidate_model(["next_verification_on", "verification_due"])
        self.env["res.partner"].invalidate_model(["archive_next_verification_on"])

    @api.model
    def _plan_categories(self, categories):
        """Plan the archives of categories whose cycle was changed."""
        archives = self.search([("category_id", "in", categories.ids)], limit=AT_ONCE + 1)
        if len(archives) <= AT_ONCE:
            archives._plan_verifications()
            archives._recount_freshness()
        else:
            self.env.ref("customer_archive.ir_cron_verifications").sudo()._trigger()  # progress, no user's data

    @api.model
    def _plan_steps(self):
        """Ranges of ids, first and behind the last, that cover all archives."""
        [(last,)] = self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM customer_archive"))
        return [(first, first + STEP) for first in range(1, last + 1, STEP)]

    @api.model
    def _plan_all(self):
        """Plan all archives, without commits: for archives of before there were verifications."""
        self.env.flush_all()
        for first, end in self._plan_steps():
            self._plan_where(SQL("a.id >= %s AND a.id < %s", first, end))

    @api.model
    def _cron_verifications(self):
        """Every night: dates, columns of the work list and freshness of all archives, by steps that are committed."""
        self.env.flush_all()
        cron = self.env["ir.cron"]
        steps = self._plan_steps()
        cron._commit_progress(remaining=len(steps))
        categories = self.env["customer.archive.category"].with_context(active_test=False).search(Domain.TRUE)
        for first, end in steps:
            self._plan_where(SQL("a.id >= %s AND a.id < %s", first, end))
            for category in categories:
                self._recount_freshness_of(category, range(first, end))
            if not cron._commit_progress(1):
                return
