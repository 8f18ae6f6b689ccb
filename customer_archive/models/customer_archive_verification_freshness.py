"""Freshness of the card (product.md C4): how much of it was confirmed within one cycle; counted in sets."""

from odoo import api, fields, models
from odoo.tools import SQL

from .customer_archive_category_cycle import INTERVALS, USUAL


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    freshness = fields.Integer(
        readonly=True,
        copy=False,
        aggregator="avg",
        help="How much of what the category asks for was confirmed within its verification cycle, 0 to 100.",
    )
    section_freshness = fields.Json(
        readonly=True, copy=False, exportable=False, help="The same for each section: {code: 0 to 100}."
    )
    confirmed_days = fields.Json(
        readonly=True,
        copy=False,
        exportable=False,
        groups=fields.NO_ACCESS,
        help="When each field was confirmed last: {name: ISO date}. The verifications say by whom, on what grounds.",
    )

    _freshness_index = models.Index("(freshness)")

    def _governed_fields(self):
        counted = self.env._("It is counted from the verifications.")
        names = ("freshness", "section_freshness", "confirmed_days")
        return {**super()._governed_fields(), **dict.fromkeys(names, counted)}

    def write(self, vals):
        result = super().write(vals)
        if {"category_id", *self._cycle_axes()} & vals.keys():
            self._recount_freshness()
        return result

    def _confirm_fields(self, names, day):
        """Note that the fields of these archives were confirmed on a day, and count anew."""
        if not names:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive
                   SET confirmed_days = COALESCE(confirmed_days, '{}'::jsonb)
                       || (SELECT jsonb_object_agg(name, %(day)s::text) FROM unnest(%(names)s) AS name)
                 WHERE id = ANY(%(ids)s)
                """,
                day=fields.Date.to_string(day),
                names=sorted(names),
                ids=self.ids,
            )
        )
        self.invalidate_recordset(["confirmed_days"])
        self._recount_freshness()

    def _recount_freshness(self):
        for category, archives in self.sudo().grouped("category_id").items():  # whoever changes them: nothing is shown
            archives._recount_freshness_of(category, archives.ids)

    @api.model
    def _recount_freshness_of(self, category, ids):
        """One statement for each kind of customer that the category takes. ``ids``: a list, or a range of them."""
        self.env.flush_all()
        for is_company in (True, False):
            if category.applies_to == ("person" if is_company else "company"):
                continue
            items = self.env["customer.archive.category.item"]._items_for(category.id, is_company)
            self.env.cr.execute(self._freshness_statement(category, is_company, items, ids))
        self.invalidate_model(["freshness", "section_freshness"])
        self.env["res.partner"].invalidate_model(["archive_freshness"])

    @api.model
    def _freshness_statement(self, category, is_company, items, ids):
        sections = {}
        for item in items:
            sections.setdefault(item.section, []).append(item)
        weights = {code: sum(item.weight for item in members) for code, members in sections.items()}
        # ISO dates compare as texts.
        sums = {
            code: SQL(" + ").join(
                SQL("CASE WHEN found.days ->> %s > found.since THEN %s ELSE 0 END", item.field, item.weight)
                for item in members
            )
            for code, members in sections.items()
        }
        return SQL(
            """
            UPDATE customer_archive a
               SET freshness = fresh.total, section_freshness = fresh.sections
              FROM (
                SELECT found.id, %(total)s AS total, jsonb_build_object(%(scores)s) AS sections
                  FROM (
                    SELECT a.id, a.confirmed_days AS days, (%(today)s::date - %(span)s)::date::text AS since
                      FROM customer_archive a
                      JOIN res_partner p ON p.id = a.partner_id
                     WHERE a.category_id = %(category)s AND p.is_company IS %(kind)s TRUE AND %(ids)s
                       AND (a.confirmed_days IS NOT NULL OR a.freshness <> 0)
                  ) found
                 CROSS JOIN LATERAL (SELECT %(columns)s OFFSET 0) x
              ) fresh
             WHERE fresh.id = a.id AND (a.freshness, a.section_freshness) IS DISTINCT FROM (fresh.total, fresh.sections)
            """,
            total=SQL(
                "100 * (%s) / %s",
                SQL(" + ").join(SQL("x.%s", SQL.identifier(code)) for code in sums),
                sum(weights.values()),
            )
            if sums
            else SQL("0"),
            scores=SQL(", ").join(
                SQL("%s, 100 * x.%s / %s", code, SQL.identifier(code), weights[code]) for code in sums
            ),
            columns=SQL(", ").join(SQL("%s AS %s", term, SQL.identifier(code)) for code, term in sums.items())
            if sums
            else SQL("1"),
            today=self.env.company._archive_today(),
            # Where nothing is verified by itself, what was confirmed counts for a year.
            span=self._cycle_span_sql(category.id, INTERVALS[USUAL]),
            category=category.id,
            kind=SQL("") if is_company else SQL("NOT"),
            ids=SQL("a.id >= %s AND a.id < %s", ids.start, ids.stop)
            if isinstance(ids, range)
            else SQL("a.id = ANY(%s)", ids),
        )
