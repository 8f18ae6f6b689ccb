"""Completeness of the card (product.md C4): counted by the database, in sets, never record by record."""

from odoo import api, fields, models
from odoo.tools import SQL

# Archives that one step of the background count takes.
STEP = 20000
# Up to so many are counted at once when the items of a category change; more are left to the background.
AT_ONCE = 500

# What is nothing in a text, and in HTML besides; for Python's and for PostgreSQL's regular expressions.
BLANK = " \t\n\r\f\v\u00a0\u3000"
HTML_BLANK = "<(?!img)[^>]*>|&nbsp;"


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    completeness = fields.Integer(
        readonly=True,
        copy=False,
        default=0,
        aggregator="avg",
        help="How much of what the category asks for is filled in and right, 0 to 100.",
    )
    section_scores = fields.Json(
        readonly=True, copy=False, exportable=False, help="The same for each section: {code: 0 to 100}."
    )

    _completeness_index = models.Index("(completeness)")

    def _recount(self):
        """Count the completeness of these archives anew."""
        self.env.flush_all()
        for category, archives in self.grouped("category_id").items():
            archives._recount_sql(category)
        self.invalidate_recordset(["completeness", "section_scores"])

    def _recount_sql(self, category):
        """One statement for each kind of customer that the category takes. Rows that stay the same aren't written."""
        for is_company in (True, False):
            if category.applies_to == ("person" if is_company else "company"):
                continue
            items = self.env["customer.archive.category.item"]._items_for(category.id, is_company)
            self.env.cr.execute(self._recount_statement(category, is_company, items))

    def _recount_statement(self, category, is_company, items):
        sections = {}
        for item in items:
            sections.setdefault(item.section, []).append(item)
        filled = {code: self._sum_of_filled(members) for code, members in sections.items()}
        weights = {code: sum(item.weight for item in members) for code, members in sections.items()}
        columns = SQL(", ").join(
            SQL("%s AS %s", expression, SQL.identifier(code)) for code, expression in filled.items()
        )
        scores = SQL(", ").join(
            SQL("%s, 100 * x.%s / %s", code, SQL.identifier(code), weights[code]) for code in filled
        )
        total = SQL(" + ").join(SQL("x.%s", SQL.identifier(code)) for code in filled)
        return SQL(
            """
            UPDATE customer_archive a
               SET completeness = s.total, section_scores = s.sections
              FROM res_partner p
             CROSS JOIN LATERAL (
                SELECT array_agg(field_name) AS names FROM customer_archive_fault WHERE archive_id = p.archive_id) f
             -- OFFSET 0: each sum is worked out once, not wherever it stands below
             CROSS JOIN LATERAL (SELECT %(columns)s OFFSET 0) x
             CROSS JOIN LATERAL (SELECT %(total)s AS total, jsonb_build_object(%(scores)s) AS sections OFFSET 0) s
             WHERE p.id = a.partner_id AND a.id = ANY(%(ids)s)
               AND a.category_id = %(category)s AND p.is_company IS %(kind)s TRUE
               AND (a.completeness, a.section_scores) IS DISTINCT FROM (s.total, s.sections)
            """,
            # A category that asks for nothing has nothing missing.
            total=SQL("100 * (%s) / %s", total, sum(weights.values())) if sections else SQL("100"),
            scores=scores,
            columns=columns if sections else SQL("1"),
            ids=self.ids,
            category=category.id,
            kind=SQL("") if is_company else SQL("NOT"),
        )

    def _sum_of_filled(self, items):
        """SQL for the weights of those items whose field is filled and has no fault on record."""
        terms = []
        for item in items:
            filled = self._is_filled_sql(self.env["res.partner"]._fields[item.field])
            if item.check_kind:
                filled = SQL("%s AND NOT %s = ANY(COALESCE(f.names, '{}'))", filled, item.field)
            terms.append(SQL("CASE WHEN %s THEN %s ELSE 0 END", filled, item.weight))
        return SQL(" + ").join(terms)

    def _is_filled_sql(self, field):
        """SQL condition on the partner ``p``: the field has a value."""
        if field.type == "many2many":
            return SQL(
                "EXISTS (SELECT 1 FROM %s r WHERE r.%s = p.id)",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
            )
        if field.type == "one2many":
            # sudo: every line counts, whoever is looking; active_test and domain as the field itself has them
            lines = self.env[field.comodel_name].sudo().with_context(**{"active_test": True, **field.context})
            query = lines._search(field.get_comodel_domain(self.env["res.partner"]))
            return SQL(
                "EXISTS (SELECT 1 FROM %s WHERE %s = p.id AND %s)",
                query.from_clause,
                SQL.identifier(query.table, field.inverse_name),
                query.where_clause or SQL("TRUE"),
            )
        column = SQL.identifier("p", field.name)
        if field.type in ("integer", "float", "monetary"):
            return SQL("COALESCE(%s, 0) <> 0", column)
        if field.type == "html":
            column = SQL("regexp_replace(%s, %s, '', 'g')", column, HTML_BLANK)
        if field.type in ("char", "text", "html", "selection"):
            return SQL("COALESCE(btrim(%s, %s), '') <> ''", column, BLANK)
        return SQL("%s IS NOT NULL", column)

    # -- when the items of a category change ---------------------------------------------------------------

    @api.model
    def _schedule_recount(self, categories):
        """Count the archives of the categories and of those below them: few at once, many in the background."""
        below = self.env["customer.archive.category"].with_context(active_test=False)
        below = below.search([("id", "child_of", categories.ids)])
        archives = self.sudo().search([("category_id", "in", below.ids)], limit=AT_ONCE + 1)  # of every company
        if len(archives) <= AT_ONCE:
            archives._recheck()
            return
        below.sudo().recount_from = 0  # progress of the background count, no user's data
        self.env.ref("customer_archive.ir_cron_recount")._trigger()

    def _recheck(self):
        """Check the values of these archives' customers again and count them."""
        for category, archives in self.grouped("category_id").items():
            problems = archives.partner_id._archive_problems(category, missing=False)
            archive_of = {archive.partner_id.id: archive.id for archive in archives}
            archives._store_faults({archive_of[partner_id]: found for partner_id, found in problems.items()})
        self._recount()

    @api.model
    def _cron_recount_nightly(self):
        """Have every category counted again: what a deletion elsewhere emptied shows in the scores by morning."""
        categories = self.env["customer.archive.category"].with_context(active_test=False)
        categories.search([("recount_from", "<", 0)]).recount_from = 0
        self.env.ref("customer_archive.ir_cron_recount")._trigger()

    @api.model
    def _cron_recount(self):
        """Count the archives of changed categories, by steps that are committed; a stopped run goes on where it was."""
        Category = self.env["customer.archive.category"].with_context(active_test=False)
        due = Category.search([("recount_from", ">=", 0)])
        remaining = self.search_count([("category_id", "in", due.ids)])
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for category in due:
            while archives := self.search(
                [("category_id", "=", category.id), ("id", ">", category.recount_from)], order="id", limit=STEP
            ):
                archives._recheck()
                category.recount_from = archives[-1].id
                if not self.env["ir.cron"]._commit_progress(len(archives)):
                    return
            category.recount_from = -1


class CustomerArchiveCategory(models.Model):
    _inherit = "customer.archive.category"

    recount_from = fields.Integer(
        default=-1, copy=False, help="The last archive that the running background count has done; -1: none is due."
    )
