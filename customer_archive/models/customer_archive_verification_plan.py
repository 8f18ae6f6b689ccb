"""When the data of an archive are to be confirmed next (product.md Q1): planned by one statement for any number."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

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
# What the date of an archive hangs on.
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
        day = category._add_cycle(today)
        return {"verify": SQL("%s::date", day), "verify_due": SQL("%s::varchar", due_of(day, today))}

    @api.model_create_multi
    def create(self, vals_list):
        archives = super().create(vals_list)
        archives._plan_verifications()
        return archives

    def write(self, vals):
        result = super().write(vals)
        if PLANNED_BY & vals.keys():
            self._plan_verifications()
        return result

    def _plan_verifications(self):
        """Work out the next dates of these archives: one statement; rows that stay the same are not written.

        Not through ``write``: nothing hangs on the dates that would have to be counted anew.
        """
        if not self:
            return
        self.flush_recordset([*PLANNED_BY, "verified_on", "company_id"])
        self._plan_where(SQL("a.id = ANY(%s)", self.ids))

    @api.model
    def _plan_where(self, condition):
        """One pass over the archives, without joining them to themselves: for each company and category the clock."""
        cycles = self.env["customer.archive.category"]._verification_cycles()
        # their clocks only; a database has few companies
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        clocks = [
            (company.id, category_id, today, today + timedelta(days=6 - today.weekday()), INTERVALS.get(code))
            for company in companies
            for today in [company._archive_today()]
            for category_id, code in cycles.items()
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
        ids, categories, todays, sundays, spans = (list(column) for column in zip(*clocks, strict=True))
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive a
                   SET next_verification_on = %(day)s, verification_due = %(due)s
                  FROM unnest(%(companies)s, %(categories)s, %(todays)s::date[], %(sundays)s::date[],
                              %(spans)s::interval[]) AS clock(company_id, category_id, today, sunday, span)
                 WHERE clock.company_id = a.company_id AND clock.category_id = a.category_id AND %(condition)s
                   AND (a.next_verification_on, a.verification_due) IS DISTINCT FROM (%(day)s, %(due)s)
                """,
                day=day,
                due=due,
                companies=ids,
                categories=categories,
                todays=todays,
                sundays=sundays,
                spans=spans,
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
    def _cron_verifications(self):
        """Every night: dates, columns of the work list and freshness of all archives, by steps that are committed."""
        self.env.flush_all()
        cron = self.env["ir.cron"]
        [(last,)] = self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM customer_archive"))
        steps = [(first, first + STEP) for first in range(1, last + 1, STEP)]
        cron._commit_progress(remaining=len(steps))
        categories = self.env["customer.archive.category"].with_context(active_test=False).search(Domain.TRUE)
        for first, end in steps:
            self._plan_where(SQL("a.id >= %s AND a.id < %s", first, end))
            for category in categories:
                self._recount_freshness_of(category, range(first, end))
            if not cron._commit_progress(1):
                return
