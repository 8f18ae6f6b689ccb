"""The laws and rules that say how long something is kept (product.md R1)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.retention import LONGEST, Span

UNIT_SELECTION = [("days", "Days"), ("months", "Months"), ("years", "Years")]


class CustomerArchiveMandate(models.Model):
    """One article of a law, standard or contract that says how long something must, or may, be kept."""

    _name = "customer.archive.mandate"
    _description = "Legal Mandate"
    _order = "sequence, id"
    _rec_names_search = ["law", "article"]

    name = fields.Char(compute="_compute_name")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    law = fields.Char("Law or Rule", required=True, translate=True, help="Its full name, with the year.")
    article = fields.Char(translate=True, help="The article that says it.")
    text = fields.Text("What It Says", translate=True)
    minimum = fields.Integer("At Least", help="How long it wants something kept at least. 0: it says no such time.")
    minimum_unit = fields.Selection(UNIT_SELECTION, "Unit", required=True, default="years")
    note = fields.Char(translate=True, help="Shown wherever the mandate is chosen.")
    line_ids = fields.One2many("customer.archive.retention.line", "mandate_id", "Lines of the Schedule", readonly=True)

    _minimum_most = models.Constraint("CHECK (minimum >= 0 AND minimum <= 36500)", "The time is 0 or more.")

    @api.depends("law", "article")
    @api.depends_context("lang")
    def _compute_name(self):
        for mandate in self:
            mandate.name = " ".join(part for part in (mandate.law, mandate.article) if part)

    def _minimum_span(self):
        """The Span that the mandate asks for at least, or None."""
        self.ensure_one()
        return Span(self.minimum, self.minimum_unit) if self.minimum else None

    @api.constrains("minimum", "minimum_unit")
    def _check_minimum(self):
        for mandate in self:
            if mandate.minimum > LONGEST[mandate.minimum_unit]:
                raise ValidationError(
                    self.env._(
                        "The mandate %s asks for more than 100 years: a line that follows it is “Keep for Ever”.",
                        mandate.name,
                    )
                )
        # sudo: the lines of the whole schedule follow it, whoever changes it
        self.sudo().with_context(active_test=False).line_ids.filtered("active")._check_faults()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: archived lines count as well
        used = self.sudo().with_context(active_test=False).filtered("line_ids")
        if used:
            raise UserError(
                self.env._(
                    "The mandate %s can't be deleted: lines of the retention schedule follow it. Archive it instead.",
                    used[0].name,
                )
            )
