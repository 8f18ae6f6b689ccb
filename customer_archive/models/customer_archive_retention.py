"""What the retention clocks say of a whole archive: when it may be destroyed, and which archives are due (R1-R5)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .customer_archive_retention_clock import RUNNING
from .customer_archive_score import AT_ONCE

# So many archives the nightly run sets before it commits: the triggers of the archives' table look at all rows of a
# statement.
STEP = 10000
# What clocks hang on, of the archive itself.
CLOCKED_BY = {"state", "category_id", "partner_id", "merged_into_id", "closed_on", "consent_withdrawn_on"}
FACTS = SQL.identifier("customer_archive_retention_fact_run")


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    clock_ids = fields.One2many("customer.archive.retention.clock", "archive_id", "Retention Clocks", readonly=True)
    retention_event_ids = fields.One2many(
        "customer.archive.retention.event", "archive_id", "History of the Clocks", readonly=True
    )
    retention_minimum_on = fields.Date(
        "Earliest Destruction",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="From this day on it may be destroyed. Empty: not known yet, or kept for ever.",
    )
    retention_maximum_on = fields.Date(
        "Latest Destruction",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="By this day what privacy limits must be dealt with.",
    )
    retention_seal_on = fields.Date(
        "To Be Sealed from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="From this day on it may be sealed.",
    )
    retention_keep = fields.Boolean("Kept for Ever", readonly=True, copy=False)
    retention_own_on = fields.Date(
        "Extended until",
        readonly=True,
        copy=False,
        help="An appraisal decided to keep it longer than the schedule says.",
    )
    consent_withdrawn_on = fields.Date(
        "Consent Withdrawn",
        copy=False,
        tracking=True,
        help="The day on which the customer took back the consent that the data rest on.",
    )
    retention_text = fields.Char("Retention", compute="_compute_retention_text", exportable=False)
    retention_hold_text = fields.Char("Why Held", compute="_compute_retention_text", exportable=False)

    def _governed_fields(self):
        _ = self.env._
        clocks = _("It follows from the retention schedule and from what happened with the customer.")
        names = ("retention_minimum_on", "retention_maximum_on", "retention_seal_on", "retention_keep")
        return {
            **super()._governed_fields(),
            **dict.fromkeys(names, clocks),
            "retention_own_on": _("The period is extended by the appraisal of a disposal list."),
        }

    # -- in words -----------------------------------------------------------------------------------------------

    @api.depends("retention_minimum_on", "retention_maximum_on", "retention_keep", "state")
    @api.depends_context("lang")
    def _compute_retention_text(self):
        sentences = self._hold_sentences()
        for archive in self:
            parts = archive._retention_words()
            held = sentences.get(archive.id, [])
            archive.retention_hold_text = "; ".join(held)
            if held:
                parts.append(self.env._("on hold"))
            archive.retention_text = " · ".join(parts)

    def _retention_words(self):
        _ = self.env._
        if self.retention_keep:
            return [_("Kept for ever")]
        parts = []
        if self.retention_minimum_on:
            parts.append(_("Earliest destruction %s", self.retention_minimum_on))
        elif self.state != "destroyed":
            parts.append(_("Earliest destruction not known yet"))
        if self.retention_maximum_on:
            parts.append(_("to be dealt with by %s", self.retention_maximum_on))
        return parts

    def _retention_period_text(self):
        """{archive id: its retention period in words}: the line that keeps it longest."""
        clocks = self.env["customer.archive.retention.clock"].sudo()  # of archives that the caller reads already
        longest = {}
        for clock in clocks.search([("archive_id", "in", self.ids)]):
            best = longest.get(clock.archive_id.id)
            if best is None or self._rank_of_clock(clock) > self._rank_of_clock(best):
                longest[clock.archive_id.id] = clock
        return {
            archive.id: longest[archive.id].line_id.sudo(False)._period_words() if archive.id in longest else ""
            for archive in self
        }

    @api.model
    def _rank_of_clock(self, clock):
        return clock.keeps, clock.minimum_on is False, clock.minimum_on or fields.Date.to_date("1900-01-01")

    def _retention_basis(self):
        """{archive id: the sentence that says by which lines and mandates it may be destroyed}."""
        clocks = self.env["customer.archive.retention.clock"].sudo()  # of archives that the caller reads already
        parts = dict(clocks._fields["field_group"]._description_selection(self.env))
        found = {archive.id: [] for archive in self}
        for clock in clocks.search([("archive_id", "in", self.ids)], order="archive_id, minimum_on desc, id"):
            line = clock.line_id
            found[clock.archive_id.id].append(
                self.env._(
                    "%(part)s: %(period)s (%(mandate)s)",
                    part=parts[clock.field_group],
                    period=line.sudo(False)._period_words(),
                    mandate=line.mandate_id.name or line.citation or self.env._("retention schedule"),
                )
            )
        return {id_: "; ".join(sentences) for id_, sentences in found.items()}

    # -- what is due ----------------------------------------------------------------------------------------------

    @api.model
    def _retention_candidates(self, limit=None):
        """Archives of the environment's companies that may be destroyed today and are not held, most urgent first."""
        return self.browse([id_ for (id_,) in self.env.execute_query(self._candidates_sql(limit))])

    @api.model
    def _candidates_sql(self, limit=None):
        self.env.flush_all()
        today = self._todays_sql()
        return SQL(
            """
            SELECT a.id FROM customer_archive a JOIN %(today)s ON today.company_id = a.company_id
             WHERE a.retention_minimum_on <= today.day AND a.retention_keep IS NOT TRUE AND %(running)s
               AND %(free)s
             ORDER BY a.retention_maximum_on NULLS LAST, a.retention_minimum_on, a.id
             LIMIT %(limit)s
            """,
            today=today,
            running=RUNNING,
            free=self.env["customer.archive.hold"]._free_sql(),
            limit=limit,
        )

    @api.model
    def _todays_sql(self):
        """SQL: the table ``today`` of (company_id, day) of the environment's companies."""
        companies = self.env.companies
        days = [company._archive_today() for company in companies]
        return SQL("unnest(%s::int[], %s::date[]) AS today(company_id, day)", companies.ids, days)

    def _hold_sentences(self, lock=False):
        """What holds these archives: {archive id: [sentences]}, the ones that are free left out.

        The one check, whoever asks, superusers included.

        :param lock: lock the archives until the transaction ends, and read all facts anew: nobody places a hold on them
            meanwhile, and a hold that was placed since the transaction began makes it fail and start again
        """
        return self.env["customer.archive.hold"]._sentences_of(self, lock=lock)

    # -- setting the clocks -----------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        archives = super().create(vals_list)
        archives._set_clocks()
        return archives

    def write(self, vals):
        result = super().write(vals)
        if CLOCKED_BY & vals.keys():
            (self | self.sudo().merged_into_id.sudo(False))._set_clocks()  # of what they were merged into: its clocks
        return result

    def _set_clocks(self):
        """Set the clocks of these archives now; of very many in the background."""
        if not self:
            return
        if len(self) > AT_ONCE:
            self.env.ref("customer_archive.ir_cron_retention").sudo()._trigger()  # progress, no user's data
            return
        self.env.flush_all()
        self.env["customer.archive.retention.clock"]._write_clocks(SQL("a.id = ANY(%s)", self.ids))

    def action_set_clocks(self):
        """Count the days of this archive anew, from what is known now."""
        self.check_access("read")
        self._set_clocks()
        return True

    @api.model
    def _clock_categories(self, categories):
        """Set the clocks of the archives of these categories and of those below."""
        below = categories.sudo().with_context(active_test=False).search([("id", "child_of", categories.ids)])
        self.search([("category_id", "in", below.ids)], limit=AT_ONCE + 1)._set_clocks()

    @api.model
    def _cron_retention(self):
        """Every night: reviews of holds; the facts once, then the clocks by steps that are committed."""
        self.env["customer.archive.hold"]._remind_of_reviews()
        self._set_all_clocks(self.env["ir.cron"]._commit_progress)

    @api.model
    def _set_all_clocks(self, commit_progress):
        """All clocks, by steps. A step that was committed need not be done again; doing it again changes nothing."""
        clocks = self.env["customer.archive.retention.clock"]
        self.env.flush_all()
        rules, _schedule = clocks._rules()
        # Two runs at once would both be right; the second finds nothing left to write.
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", FACTS))
        self.env.cr.execute(
            SQL(
                "CREATE TEMP TABLE %s AS %s",
                FACTS,
                clocks._facts_sql(clocks._codes(rules), SQL("TRUE"), few=False),
            )
        )
        self.env.cr.execute(SQL("CREATE INDEX ON pg_temp.%s (archive_id)", FACTS))
        self.env.cr.execute(SQL("ANALYZE pg_temp.%s", FACTS))
        [(last,)] = self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM customer_archive"))
        steps = range(1, last + 1, STEP)
        commit_progress(remaining=len(steps))
        for first in steps:
            clocks._write_clocks(SQL("(a.id >= %s AND a.id < %s)", first, first + STEP), SQL("pg_temp.%s", FACTS))
            if not commit_progress(1):
                break
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", FACTS))

    # -- extending --------------------------------------------------------------------------------------------------

    def _extend_retention(self, until, reason):
        """Keep these archives until a day that an appraisal decided.

        :raise UserError: without a reason, for a day before the one that the schedule says
        """
        self._check_reason(reason)
        for archive in self:
            if archive.retention_minimum_on and until < archive.retention_minimum_on:
                raise UserError(
                    self.env._(
                        "The archive %(number)s is kept until %(day)s by the retention schedule: the new period can't "
                        "end before.",
                        number=archive.number,
                        day=archive.retention_minimum_on,
                    )
                )
        # sudo: whoever calls has decided by an appraisal; nothing else of the archives is written
        archives = self.sudo()._governed()
        archives.write({"retention_own_on": until})
        archives._set_clocks()
        archives._log_reason(self.env._("Retention extended until %s", until), reason)
