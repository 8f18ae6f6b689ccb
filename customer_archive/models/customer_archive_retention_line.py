"""The retention schedule: how long what is kept, from when on, by which law, and what then (product.md R1-R3)."""

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.retention import FIELD_GROUPS, LONGEST, PERSONAL_GROUPS, Rule, Span, faults_of
from .customer_archive_mandate import UNIT_SELECTION

GROUP_SELECTION = list(FIELD_GROUPS.items())
COMBINE_SELECTION = [
    ("earliest", "the First of These"),
    ("latest", "the Last of These"),
    ("all", "the Last, Once All Have Happened"),
]
ACTIONS = [
    ("review", "Review"),
    ("erase", "Destroy"),
    ("anonymise", "Anonymise"),
    ("keep", "Keep for Ever"),
]
# What changes clocks.
CLOCKED = frozenset(
    """
    category_id field_group minimum minimum_unit maximum maximum_unit trigger_ids combine action seals active
    """.split()
)


class CustomerArchiveRetentionLine(models.Model):
    """How long one part of the archives of a category is kept. Categories below have it unless they say otherwise."""

    _name = "customer.archive.retention.line"
    _description = "Line of the Retention Schedule"
    _inherit = ["mail.thread"]
    _order = "category_id, sequence, id"
    _rec_name = "field_group"

    category_id = fields.Many2one(
        "customer.archive.category", "Category", required=True, ondelete="cascade", index=True, tracking=True
    )
    field_group = fields.Selection(GROUP_SELECTION, "Part of the Archive", required=True, default="card", tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    minimum = fields.Integer("Keep at Least", tracking=True, help="The time that the law asks for. 0: none.")
    minimum_unit = fields.Selection(UNIT_SELECTION, "Unit of the Minimum", required=True, default="years")
    maximum = fields.Integer(
        "Keep at Most", tracking=True, help="The longest time that privacy leaves. 0: none; then name the law."
    )
    maximum_unit = fields.Selection(UNIT_SELECTION, "Unit of the Maximum", required=True, default="years")
    trigger_ids = fields.Many2many(
        "customer.archive.retention.trigger",
        "customer_archive_retention_line_trigger_rel",
        "line_id",
        "trigger_id",
        "Counted from",
    )
    combine = fields.Selection(COMBINE_SELECTION, "Of Several", required=True, default="latest", tracking=True)
    mandate_id = fields.Many2one("customer.archive.mandate", "Mandate", ondelete="restrict", index=True, tracking=True)
    mandate_note = fields.Char(related="mandate_id.note", string="Note on the Mandate")
    citation = fields.Char(
        tracking=True, help="The decision or contract that it rests on, where no law of the list says it."
    )
    action = fields.Selection(ACTIONS, "At the End", required=True, default="review", tracking=True)
    seals = fields.Boolean(
        "Seal in Between",
        default=True,
        tracking=True,
        help="Between the two days the archive is stored away: only archivists see that it is there.",
    )
    note = fields.Text()
    period = fields.Char("In Words", compute="_compute_period", exportable=False)

    _one_of_each = models.UniqueIndex(
        "(category_id, field_group) WHERE active", "The category has a line for this part of the archive already."
    )
    _numbers = models.Constraint(
        "CHECK (minimum BETWEEN 0 AND 36500 AND maximum BETWEEN 0 AND 36500)", "The times are 0 or more."
    )

    # -- in words -----------------------------------------------------------------------------------------------

    @api.depends("minimum", "minimum_unit", "maximum", "maximum_unit", "trigger_ids.name", "combine", "action")
    @api.depends_context("lang")
    def _compute_period(self):
        for line in self:
            line.period = line._period_words()

    def _period_words(self):
        _ = self.env._
        if self.action == "keep":
            return _("for ever")
        times = []
        if self.minimum:
            times.append(_("at least %s", self._span_words(self._span("minimum"))))
        if self.maximum:
            times.append(_("at most %s", self._span_words(self._span("maximum"))))
        if not times:
            return ""
        return _(
            "%(times)s after: %(triggers)s", times=", ".join(times), triggers=", ".join(self.trigger_ids.mapped("name"))
        )

    @api.model
    def _span_words(self, span):
        _ = self.env._
        if span.unit == "years":
            return _("%s years", span.number) if span.number != 1 else _("1 year")
        if span.unit == "months":
            return _("%s months", span.number) if span.number != 1 else _("1 month")
        return _("%s days", span.number) if span.number != 1 else _("1 day")

    def _compute_display_name(self):
        groups = dict(self._fields["field_group"]._description_selection(self.env))
        for line in self:
            line.display_name = f"{line.category_id.name}: {groups.get(line.field_group, '')}"

    def _span(self, name):
        """The Span of "minimum" or "maximum", or None."""
        return Span(self[name], self[f"{name}_unit"]) if self[name] else None

    def _rule(self):
        """The line as the clocks take it."""
        self.ensure_one()
        return Rule(
            tuple(sorted(self.trigger_ids.mapped("code"))),
            self.combine,
            self._span("minimum"),
            self._span("maximum"),
            self.action == "keep",
            self.seals,
        )

    # -- what may stand in it -------------------------------------------------------------------------------------

    @api.constrains(
        "minimum",
        "minimum_unit",
        "maximum",
        "maximum_unit",
        "trigger_ids",
        "action",
        "seals",
        "mandate_id",
        "citation",
        "category_id",
        "field_group",
        "active",
    )
    def _check_faults(self):
        for line in self.filtered("active"):
            faults = faults_of(
                minimum=line._span("minimum"),
                maximum=line._span("maximum"),
                keeps=line.action == "keep",
                codes=line.trigger_ids,
                seals=line.seals,
                mandate_minimum=line.mandate_id._minimum_span() if line.mandate_id else None,
                cites=line.mandate_id or (line.citation or "").strip(),
                personal=line.category_id.applies_to == "person" or line.field_group in PERSONAL_GROUPS,
            )
            if any(line[name] > LONGEST[line[f"{name}_unit"]] for name in ("minimum", "maximum")):
                faults.insert(0, "too_long")
            if faults:
                raise ValidationError(
                    self.env._("The line “%(line)s”: %(fault)s", line=line.display_name, fault=line._fault(faults[0]))
                )

    def _fault(self, code):
        """The sentence for one fault: the rule and the remedy."""
        _ = self.env._
        mandate = self.mandate_id
        asked = mandate.minimum and self._span_words(mandate._minimum_span())
        return {
            "too_long": _("no time is longer than 100 years. Choose “Keep for Ever” for what has no end."),
            "keeps_with_end": _("what is kept for ever has no times. Take them out, or choose another end."),
            "nothing": _(
                "it says no time. Fill in “Keep at Least”, “Keep at Most” or both, or choose “Keep for Ever”."
            ),
            "no_trigger": _("it does not say from when the time counts. Choose what starts it."),
            "shorter": _(
                "%(mandate)s asks for %(minimum)s at least. Keep it that long, or name another mandate.",
                mandate=mandate.name or "",
                minimum=asked or "",
            ),
            "maximum_first": _(
                "privacy ends before the law lets it be destroyed. Switch on “Seal in Between”: it is stored away for "
                "that time."
            ),
            "no_end": _(
                "data of persons need an end, or a law or decision by which they are kept without one (personal "
                "information protection law, articles 19 and 47). Fill in “Keep at Most”, a mandate or a citation."
            ),
        }[code]

    # -- who has which line ---------------------------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _schedule(self):
        """{category id: {part of the archive: line id}}, as each category or the nearest above it says."""
        own = {}
        for line in self.sudo().search(Domain.TRUE):  # sudo: settings, no user's data
            own.setdefault(line.category_id.id, {})[line.field_group] = line.id
        categories = self.env["customer.archive.category"].sudo().with_context(active_test=False)  # as above
        result = {}
        for category in categories.search(Domain.TRUE):
            lines = {}
            for above in category.parent_path.split("/")[:-1]:  # from the top down: the nearest says last
                lines.update(own.get(int(above), {}))
            result[category.id] = lines
        return result

    # -- when it changes ------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._schedule_changed()
        return lines

    def write(self, vals):
        changed = CLOCKED & vals.keys()
        before = self.category_id if "category_id" in vals else None
        result = super().write(vals)
        if changed:
            self._schedule_changed(before)
        return result

    def unlink(self):
        categories = self.category_id
        result = super().unlink()
        self._schedule_changed(categories)
        return result

    def _schedule_changed(self, categories=None):
        """The clocks of these lines' archives are set anew: few at once, many in the background."""
        self.env.registry.clear_cache()
        categories = (categories or self.env["customer.archive.category"]) | self.exists().category_id
        # sudo: the clocks of every company's archives follow the schedule, whoever changes it
        self.env["customer.archive"].sudo()._clock_categories(categories)
