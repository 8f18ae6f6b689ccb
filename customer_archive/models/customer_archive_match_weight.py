from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.match_score import WEIGHTS

# What is said of a pair for each reason that tools/match_score.py finds.
REASONS = [
    ("code_same", "Same code"),
    ("code_similar", "Codes nearly alike"),
    ("code_differs", "Different codes"),
    ("name_same", "Same company name"),
    ("name_sound", "Company names sound alike"),
    ("name_similar", "Company names alike"),
    ("name_part", "One company name is part of the other"),
    ("name_differs", "Different company names"),
    ("person_same", "Same personal name"),
    ("person_sound", "Personal names sound alike"),
    ("person_similar", "Personal names alike"),
    ("person_part", "One personal name is part of the other"),
    ("person_differs", "Different personal names"),
    ("region_differs", "Names of different places"),
    ("branch_differs", "A branch and its company, or two branches"),
    ("phone_same", "Same telephone line"),
    ("mobile_same", "Same mobile phone"),
    ("phone_similar", "Phone numbers differ by one digit"),
    ("phone_differs", "Different phone numbers"),
    ("email_same", "Same e-mail address"),
    ("email_similar", "E-mail addresses nearly alike"),
    ("email_domain", "E-mail addresses of the same company"),
    ("email_differs", "Different e-mail addresses"),
    ("address_same", "Same address"),
    ("address_similar", "Addresses nearly alike"),
    ("room_differs", "Different rooms"),
    ("place_same", "Same city"),
    ("place_differs", "Different cities"),
    ("kind_differs", "A company and an individual"),
]


class CustomerArchiveMatchWeight(models.Model):
    """How much a reason counts when two customers are compared: points, of which a hundred are certain."""

    _name = "customer.archive.match.weight"
    _description = "Weight of a Reason for Duplicates"
    _order = "sequence, id"
    _rec_name = "code"

    code = fields.Selection(REASONS, "Reason", required=True, readonly=True)
    sequence = fields.Integer(default=10, readonly=True)
    points = fields.Integer(
        required=True,
        aggregator=None,
        help="Added up over all reasons. 100 points are certain; from the threshold of the category on, two customers "
        "are listed as possible duplicates. Less than 0: speaks against it.",
    )
    default_points = fields.Integer("Delivered with", compute="_compute_default_points", aggregator=None)

    _code_unique = models.UniqueIndex("(code)", "There is one weight for each reason.")

    @api.depends("code")
    def _compute_default_points(self):
        for weight in self:
            weight.default_points = WEIGHTS.get(weight.code, 0)

    @api.constrains("points")
    def _check_points(self):
        for weight in self:
            usual = WEIGHTS.get(weight.code, 0)
            if weight.points * usual < 0:
                values = {"reason": self._label(weight.code), "points": weight.points}
                raise ValidationError(
                    self.env._(
                        "“%(reason)s” speaks for two customers being the same: its points can't be %(points)s. "
                        "Use 0 if it is not to count.",
                        **values,
                    )
                    if usual > 0
                    else self.env._(
                        "“%(reason)s” speaks against two customers being the same: its points can't be %(points)s. "
                        "Use 0 if it is not to count.",
                        **values,
                    )
                )
            if not -200 <= weight.points <= 200:
                raise ValidationError(self.env._("Points are between -200 and 200."))

    @api.model
    @tools.ormcache()
    def _current(self):
        """{code: points} in force, of every reason."""
        weights = self.sudo().search(Domain.TRUE)  # no user's data
        return {**WEIGHTS, **{weight.code: weight.points for weight in weights}}

    @api.model
    def _label(self, code, likeness=None):
        """What is said of a reason: “Company names alike 0.93”."""
        labels = dict(self._fields["code"]._description_selection(self.env))
        text = labels.get(code, code)
        return text if likeness is None else f"{text} {likeness:.2f}"

    @api.model
    def _create_missing(self):
        """One row for each reason: for the data of the addon."""
        known = set(self.search(Domain.TRUE).mapped("code"))
        self.create(
            [
                {"code": code, "points": WEIGHTS[code], "sequence": place}
                for place, (code, _label) in enumerate(REASONS)
                if code not in known
            ]
        )

    def action_reset(self):
        """Back to the points that the addon comes with."""
        for weight in self:
            weight.points = weight.default_points

    @api.model_create_multi
    def create(self, vals_list):
        weights = super().create(vals_list)
        self.env.registry.clear_cache()
        return weights

    def write(self, vals):
        if "code" in vals:
            raise UserError(self.env._("The reason of a weight stays: change the points."))
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result
