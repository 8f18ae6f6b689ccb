"""Rules by which cards are looked through: what is wrong with a value, and what is proposed then (product.md Q6)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.tryout import split

# Each check with its kind.
KIND_OF = {
    "missing": "missing",
    "invalid": "invalid",
    "writing": "invalid",
    "stale": "stale",
    "birth_date": "contradiction",
    "person_code": "contradiction",
    "foreign_phone": "contradiction",
    "postcode": "contradiction",
    "ended": "contradiction",
    "inactive": "inactive",
    "test_data": "test",
}
# Checks that count in months, and those that suggest a value.
IN_MONTHS = {"stale", "inactive"}
SUGGESTING = {"invalid", "writing", "birth_date"}


class CustomerArchiveQualityRule(models.Model):
    _name = "customer.archive.quality.rule"
    _description = "Quality Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, help="A rule that is archived finds nothing any more.")
    check = fields.Selection(
        [
            ("missing", "A Field Is Empty"),
            ("invalid", "A Value Fails Its Check"),
            ("writing", "A Value Is Written Oddly"),
            ("stale", "Not Verified for Months"),
            ("birth_date", "Birth Date Differs from the Identity Number"),
            ("person_code", "Individual with a Company's Credit Code"),
            ("foreign_phone", "Customer in China with a Foreign Phone Number"),
            ("postcode", "Postal Code of Another Province"),
            ("ended", "Ended Relation, Archive Still in Use"),
            ("inactive", "Nothing Happened for Months"),
            ("test_data", "Test Data"),
        ],
        required=True,
        help="What is looked for. Values fail the checks that their category asks for; odd writing means full-width "
        "signs, stray spaces and the like, which are set right whenever a card is saved.",
    )
    kind = fields.Selection(
        [
            ("missing", "Missing"),
            ("invalid", "Invalid"),
            ("stale", "Stale"),
            ("contradiction", "Contradictory"),
            ("inactive", "Inactive"),
            ("test", "Test Data"),
        ],
        compute="_compute_kind",
        store=True,
    )
    remedy = fields.Selection(
        [("correct", "Correct"), ("inactive", "Mark Inactive"), ("verify", "Send to Verification")],
        "What Is Proposed",
        required=True,
        default="verify",
        help="Correct: with the suggested value; where none can be told the customer is sent to verification. Send to "
        "verification: the account manager finds the customer in this week's work list.",
    )
    field_id = fields.Many2one(
        "ir.model.fields",
        "Field",
        ondelete="cascade",
        domain="[('model', '=', 'res.partner'), ('store', '=', True)]",
        help="Only this field. Empty: every field that the category asks for, beginning with those that warn.",
    )
    applies_to = fields.Selection(
        [("both", "All"), ("company", "Companies"), ("person", "Individuals")], required=True, default="both"
    )
    category_ids = fields.Many2many(
        "customer.archive.category",
        string="Categories",
        context={"active_test": False},  # a rule for archived ones only is not one for all
        help="With those below them. Empty: all categories.",
    )
    months = fields.Integer(default=12, help="For so many months nothing happened, or nothing was verified.")
    words = fields.Text(
        "Names and Numbers",
        help="One in a line: names that are nothing but such words, and telephone numbers with these digits.",
    )
    explanation = fields.Text(translate=True, help="What whoever decides should know.")
    open_count = fields.Integer("To Decide", compute="_compute_open_count")

    _months_positive = models.Constraint("CHECK (months > 0)", "A rule counts at least one month.")

    @api.depends("check")
    def _compute_kind(self):
        for rule in self:
            rule.kind = self._kinds().get(rule.check)

    @api.model
    def _kinds(self):
        """{check: kind}; an addon that adds a check adds its kind."""
        return KIND_OF

    @api.model
    def _suggesting(self):
        """Checks that suggest a value; an addon that adds one adds it here."""
        return SUGGESTING

    def _compute_open_count(self):
        lines = self.env["customer.archive.cleaning.line"]
        counts = {}
        if lines.has_access("read"):
            counts = dict(
                lines._read_group([("rule_id", "in", self.ids), ("state", "=", "open")], ["rule_id"], ["__count"])
            )
        for rule in self:
            rule.open_count = counts.get(rule, 0)

    @api.constrains("check", "remedy")
    def _check_remedy(self):
        for rule in self:
            if rule.remedy == "correct" and rule.check not in self._suggesting():
                raise ValidationError(
                    self.env._(
                        "The rule “%s” can't correct anything: nobody can tell the right value. Choose verification "
                        "or marking inactive.",
                        rule.name,
                    )
                )

    @api.constrains("check", "words")
    def _check_words(self):
        for rule in self:
            if rule.check == "test_data" and not any(split(rule.words)):
                raise ValidationError(
                    self.env._("The rule “%s” needs names or numbers to look for, one in a line.", rule.name)
                )

    @api.constrains("check", "field_id")
    def _check_field(self):
        for rule in self.filtered("field_id"):
            name = rule.field_id.name
            field = self.env["res.partner"]._fields.get(name) if rule.field_id.model == "res.partner" else None
            item = self.env["customer.archive.category.item"]
            if field is None or not item._can_be_scored(field):
                raise ValidationError(
                    self.env._(
                        "The field %s can't be looked at by a rule: only stored fields of contacts with one value for "
                        "all companies and languages can.",
                        rule.field_id.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: whether there are any, of whatever customers
        used = self.env["customer.archive.cleaning.line"].sudo().search([("rule_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "The rule “%s” stands in the register of cleanings and can't be deleted. Archive it instead.",
                    used.rule_id.name,
                )
            )

    def action_view_lines(self):
        """What the rule has found."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_cleaning_line_action")
        return dict(action, domain=[("rule_id", "=", self.id)], context={"search_default_open": 1})
