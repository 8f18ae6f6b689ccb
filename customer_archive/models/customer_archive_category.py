import itertools
from collections import namedtuple

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.match_score import THRESHOLD
from ..tools.numbering import TemplateError, parse_template

LEVELS = [
    ("public", "Public"),
    ("internal", "Internal"),
    ("secret", "Commercial Secret"),
    ("core", "Core Commercial Secret"),
]

DEFAULT_TEMPLATE = "{fonds}-{category}-{year}-{seq:4}"


def fits_in_numbers(code):
    """Whether a code may stand in archive numbers."""
    return not parse_template("{unit}-{seq}").faults({"unit": code})


# How the cards of a category look: codes of the sections, joined by commas; colour of the bag.
# How often data are confirmed: codes of months.
CYCLES = [
    ("0", "Never"),
    ("0.25", "Every Week"),
    ("1", "Every Month"),
    ("3", "Every Quarter"),
    ("6", "Every Half Year"),
    ("12", "Every Year"),
]
Looks = namedtuple("Looks", "sections bag_color")
# Fields of which values are kept for all categories at once.
CACHED = {"section_ids", "bag_color", "bank_needs_approval", "duplicate_threshold", "duplicate_code_blocks"}


class Inherited(dict):
    """{category id: value}; for archives without a category yet the usual one."""

    def __init__(self, values, usual):
        super().__init__(values)
        self.usual = usual

    def __missing__(self, category_id):
        return self.usual


class CustomerArchiveCategory(models.Model):
    """Class of archives: how they are numbered, which sections and items their card has."""

    _name = "customer.archive.category"
    _description = "Archive Category"
    _parent_store = True
    _order = "sequence, code"
    _rec_names_search = ["code", "name"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Short code in archive numbers, e.g. KH.QY. Numbers that were issued keep the code they were issued with.",
    )
    complete_name = fields.Char(compute="_compute_complete_name", recursive=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one("customer.archive.category", "Parent Category", ondelete="restrict", index=True)
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("customer.archive.category", "parent_id", "Subcategories")
    description = fields.Text(translate=True)
    applies_to = fields.Selection(
        [("company", "Companies"), ("person", "Individuals"), ("both", "Companies and Individuals")],
        required=True,
        default="both",
        help="Which customers can have an archive of this category.",
    )
    number_template = fields.Char(
        required=True,
        default=DEFAULT_TEMPLATE,
        help="How archive numbers of this category are built. Tokens: {fonds} code of the company, {category} code of "
        "the category, {year} of opening, {retention} code of the retention period, {unit} code of the sales team, "
        "{seq:4} running number with at least four digits. A change holds for new archives only.",
    )
    number_example = fields.Char(compute="_compute_number_example")
    retention_code = fields.Selection(
        [("Y", "Y: permanent"), ("D30", "D30: 30 years"), ("D10", "D10: 10 years")],
        default="D30",
        required=True,
        help="Retention period as written into the number where the template asks for it.",
    )
    default_level = fields.Selection(LEVELS, required=True, default="internal")
    section_ids = fields.Many2many("customer.archive.section", string="Sections of the Card")
    item_ids = fields.One2many("customer.archive.category.item", "category_id", "Items and Checks", copy=True)
    inherit_items = fields.Boolean(
        "Also the Parent's Items",
        default=True,
        help="The items of the parent category hold as well, unless this category lists the same field itself.",
    )
    bank_needs_approval = fields.Boolean(
        "Bank Accounts Need Approval",
        help="Once the archive is on file, a new, changed or removed bank account of the customer is a proposal, "
        "whoever makes it: an archivist or the leader of the sales team accepts or refuses it, never the proposer. "
        "The first account is free. Tick it where you pay to these accounts or collect from them: a forged letter "
        "that asks to change the account is the usual fraud.",
    )
    bag_color = fields.Integer(default=0, help="Color of the paper bag, shown as the edge of the card.")
    verification_months = fields.Selection(
        CYCLES,
        "Verification Cycle",
        help="How often the data of a customer in this category have to be confirmed. Empty: as in the parent "
        "category; every year where none says otherwise.",
    )
    duplicate_threshold = fields.Integer(
        "Duplicates from (Points)",
        default=THRESHOLD,
        help="Two customers are listed as possible duplicates from so many points on; 100 are certain. The lower it "
        "is, the more pairs are found that are none.",
    )
    duplicate_code_blocks = fields.Boolean(
        "Refuse Equal Codes",
        help="A customer whose Unified Social Credit Code, tax or identity number another customer has can't be saved.",
    )
    archive_count = fields.Integer("Number of Archives", compute="_compute_archive_count")

    _code_unique = models.Constraint("UNIQUE (code)", "Another category has this code already. Choose another code.")

    _duplicate_threshold_sensible = models.Constraint(
        "CHECK (duplicate_threshold BETWEEN 30 AND 150)",
        "The points from which customers count as duplicates: 30 to 150.",
    )

    @api.depends("name", "code", "parent_id.complete_name")
    def _compute_complete_name(self):
        for category in self:
            names = [category.parent_id.complete_name, category.name]
            category.complete_name = " / ".join(name for name in names if name)

    @api.model
    def _search_display_name(self, operator, value):
        """Also by what the category is shown as, so that exported customers can be imported again."""
        domain = Domain(super()._search_display_name(operator, value))
        # The ORM asks for "=" as "in".
        values = {"=": [value], "in": value}.get(operator, ())
        for shown in values:
            if isinstance(shown, str) and " " in shown:
                code, name = shown.split(" ", 1)
                domain |= Domain("code", "=", code) & Domain("name", "=", name)
        return domain

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for category in self:
            category.display_name = " ".join(part for part in (category.code, category.name) if part)

    def _compute_archive_count(self):
        counts = dict(
            self.env["customer.archive"]._read_group([("category_id", "in", self.ids)], ["category_id"], ["__count"])
        )
        for category in self:
            category.archive_count = counts.get(category, 0)

    @api.depends("number_template", "code", "retention_code")
    def _compute_number_example(self):
        for category in self:
            try:
                template = parse_template(category.number_template or "")
            except TemplateError as error:
                category.number_example = category._template_fault(error)
                continue
            values = category._number_values(example=True)
            category.number_example = "" if template.faults(values) else template.render(values, 1)

    @api.constrains("number_template", "code")
    def _check_number_template(self):
        for category in self:
            try:
                parse_template(category.number_template)
            except TemplateError as error:
                raise ValidationError(category._template_fault(error)) from None
            if not fits_in_numbers(category.code) or "/" in category.code:
                raise ValidationError(
                    self.env._(
                        "The code “%(code)s” of the category %(name)s can't be used in archive numbers: "
                        "letters, digits, - and . only. Good: KH.QY",
                        code=category.code,
                        name=category.name,
                    )
                )

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A category can't be its own parent."))

    @api.constrains("applies_to")
    def _check_applies_to(self):
        """Archives that are filed here already must still fit."""
        # sudo: the archives of every company; nothing of them is shown but the first customer's name
        archives = self.env["customer.archive"].sudo()
        for category in self.filtered(lambda category: category.applies_to != "both"):
            archives.search(
                [
                    ("category_id", "=", category.id),
                    ("partner_id.is_company", "=", category.applies_to == "person"),
                    ("partner_id", "!=", False),
                ],
                limit=1,
            )._check_category_kind()

    def _template_fault(self, error):
        """The sentence for a TemplateError: what is wrong, where, and how a good template looks."""
        _ = self.env._
        reasons = {
            "empty": _("it is empty"),
            "unknown_token": _("there is no token named “%(detail)s”", detail=error.detail),
            "unclosed_brace": _("a brace is opened and never closed"),
            "stray_brace": _("a closing brace has no opening one"),
            "bad_width": _("the width of the running number must be a digit from 1 to 9"),
            "no_seq": _("the running number {seq:4} is missing"),
            "two_seq": _("the running number stands in it twice"),
            "duplicate_token": _("the token “%(detail)s” stands in it twice", detail=error.detail),
            "bad_character": _("the character “%(detail)s” is not allowed", detail=error.detail),
            "too_long": _("it is too long"),
            "touching": _(
                "two tokens touch, so that numbers could not be read back: put a sign such as - between them"
            ),
        }
        return _(
            "The number template of category %(category)s is broken at position %(position)s: %(reason)s. "
            "Good: {fonds}-{category}-{year}-{seq:4}",
            category=self.display_name or "",
            position=error.position + 1,
            reason=reasons.get(error.code, error.code),
        )

    @api.model
    @tools.ormcache()
    def _looks(self):
        """What every card of a category shows, for all of them: {category id: Looks}."""
        categories = self.sudo().with_context(active_test=False).search(Domain.TRUE)  # no user's data
        return {
            category.id: Looks(",".join(category.section_ids.mapped("code")), category.bag_color)
            for category in categories
        }

    @api.model
    @tools.ormcache()
    def _bank_approvals(self):
        """Ids of the categories whose customers' bank accounts need approval."""
        categories = self.sudo().with_context(active_test=False)  # no user's data
        return frozenset(categories.search([("bank_needs_approval", "=", True)]).ids)

    @api.model
    @tools.ormcache()
    def _duplicate_thresholds(self):
        """{category id: points from which its customers count as possible duplicates}."""
        categories = self.sudo().with_context(active_test=False).search(Domain.TRUE)  # no user's data
        return {category.id: category.duplicate_threshold for category in categories}

    @api.model
    @tools.ormcache()
    def _duplicate_code_blockers(self):
        """Ids of the categories that refuse equal codes."""
        categories = self.sudo().with_context(active_test=False)  # no user's data
        return frozenset(categories.search([("duplicate_code_blocks", "=", True)]).ids)

    def _number_values(self, *, company=None, team=None, year=None, example=False):
        """Values of the template's tokens for one archive of this category: {token: text}.

        With ``example`` the missing ones are filled in with made-up ones, for the preview on the form.
        """
        self.ensure_one()
        company = company or self.env.company
        values = {
            "fonds": company.archive_fonds_code or "",
            "category": self.code or "",
            "year": str(year or fields.Date.context_today(self).year),
            "retention": self.retention_code or "",
            "unit": (team.archive_unit_code if team else "") or "",
        }
        if example:
            values = {token: value or token.upper()[:2] for token, value in values.items()}
        return values

    @api.model
    def _inherited(self, name, usual):
        """{category id: what the field ``name`` says there, or in the nearest category above, else what is usual}."""
        categories = self.sudo().with_context(active_test=False).search(Domain.TRUE)  # sudo: settings, no user's data
        own = {category.id: category[name] for category in categories}
        paths = {category.id: reversed(category.parent_path.split("/")[:-1]) for category in categories}
        return Inherited(
            {id_: next((own[int(above)] for above in path if own[int(above)]), usual) for id_, path in paths.items()},
            usual,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = (
            self.env["customer.archive"]
            .sudo()
            ._read_group(  # every company's archives count
                [("category_id", "in", self.ids)], ["category_id"], ["__count"]
            )
        )
        for category, count in used:
            raise UserError(
                self.env._(
                    "The category %(category)s can't be deleted: %(count)s archives belong to it. "
                    "Archive the category instead, so that it is no longer offered.",
                    category=category.display_name,
                    count=count,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        self.env.registry.clear_cache()  # a new category has its parent's items
        return categories

    def write(self, vals):
        result = super().write(vals)
        if CACHED & vals.keys():
            self.env.registry.clear_cache()
        if {"parent_id", "inherit_items", "active"} & vals.keys():
            self.env["customer.archive.category.item"]._items_changed(self.search([("id", "child_of", self.ids)]))
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for category, vals in zip(self, vals_list, strict=True):
            if "code" not in (default or {}):
                vals["code"] = category._free_code()
        return vals_list

    def _free_code(self):
        """A code for a copy of this category that no other has."""
        taken = set(self.with_context(active_test=False).search(Domain.TRUE).mapped("code"))
        codes = (f"{self.code}.{number}" for number in itertools.count(2))
        return next(code for code in codes if code not in taken)

    def action_view_archives(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_action")
        return dict(action, domain=[("category_id", "child_of", self.id)])
