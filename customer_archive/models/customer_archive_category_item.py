from collections import namedtuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.checks import CHECKS
from .res_partner import GROUP

SEVERITIES = [("score", "Only Counts in the Score"), ("warn", "Warns"), ("block", "Refuses to Save")]

# What an item says, without the ORM: kept in the registry's cache.
Item = namedtuple(
    "Item", "section field required check_kind check_severity applies_to weight needs_approval", defaults=(False,)
)

FORBIDDEN_TYPES = {
    "boolean",
    "binary",
    "json",
    "properties",
    "properties_definition",
    "reference",
    "many2one_reference",
}


class CustomerArchiveCategoryItem(models.Model):
    """One field of the card that a category asks for: whether it must be filled, and how its value is checked."""

    _name = "customer.archive.category.item"
    _description = "Item of the Archive Card"
    _order = "section_id, sequence, id"
    _rec_name = "field_id"

    category_id = fields.Many2one("customer.archive.category", required=True, ondelete="cascade", index=True)
    section_id = fields.Many2one("customer.archive.section", required=True, ondelete="restrict", index=True)
    sequence = fields.Integer(default=10)
    field_id = fields.Many2one(
        "ir.model.fields",
        "Field",
        required=True,
        ondelete="cascade",
        domain="[('model', '=', 'res.partner'), ('store', '=', True)]",
    )
    applies_to = fields.Selection(
        [("both", "All"), ("company", "Companies"), ("person", "Individuals")], required=True, default="both"
    )
    required = fields.Selection(
        SEVERITIES,
        "When Empty",
        required=True,
        default="score",
        help="What happens when the field is empty: the score falls, the form warns as well, or saving is refused.",
    )
    check_kind = fields.Selection(
        [
            ("uscc", "Unified Social Credit Code"),
            ("cn_id", "Resident Identity Card Number"),
            ("phone", "Phone Number"),
            ("email", "E-mail Address"),
            ("postcode", "Postal Code"),
            ("bank_card", "Bank Card Number"),
        ],
        "Check",
        help="How a value is checked. Only text fields can be checked.",
    )
    check_severity = fields.Selection(SEVERITIES, "When Wrong", default="warn")
    needs_approval = fields.Boolean(
        "Changes Need Approval",
        help="Once the archive is on file, a change of this field is a proposal, whoever makes it: an archivist or the "
        "leader of the sales team accepts or refuses it, never the proposer. Filling in an empty field is free.",
    )
    weight = fields.Integer(default=1, required=True, help="How much the item counts in the score of its section.")

    _field_unique = models.Constraint(
        "UNIQUE (category_id, field_id, applies_to)", "The category asks for this field already."
    )
    _weight_positive = models.Constraint("CHECK (weight > 0)", "The weight of an item must be at least 1.")

    @api.constrains("field_id", "check_kind", "check_severity")
    def _check_field(self):
        Partner = self.env["res.partner"]
        for item in self:
            name = item.field_id.name
            field = Partner._fields.get(name) if item.field_id.model == "res.partner" else None
            if field is None or not self._can_be_scored(field):
                raise ValidationError(
                    self.env._(
                        "The field %(field)s can't be an item of the archive card: only stored fields of contacts "
                        "with one value for all companies and languages can be counted.",
                        field=item.field_id.display_name,
                    )
                )
            if item.check_kind and (field.type != "char" or not item.check_severity):
                raise ValidationError(
                    self.env._(
                        "The check of the field %(field)s can't be used: only text fields can be checked, "
                        "and a severity must be chosen.",
                        field=item.field_id.display_name,
                    )
                )

    @api.constrains("field_id", "needs_approval")
    def _check_needs_approval(self):
        for item in self.filtered("needs_approval"):
            if item.field_id.ttype == "one2many":
                raise ValidationError(
                    self.env._(
                        "Changes of %(field)s can't need approval: only fields with one value can. For bank accounts, "
                        "tick the box of the category.",
                        field=item.field_id.display_name,
                    )
                )

    @api.model
    def _can_be_scored(self, field):
        """Whether SQL can tell if the field of a partner is filled (see customer_archive_score.py)."""
        if field.type in FORBIDDEN_TYPES or field.company_dependent or getattr(field, "translate", False):
            return False
        if field.groups not in (None, GROUP):  # the panel shows items to all of the archive's users
            return False
        return field.name in self._counted_lines() if field.type == "one2many" else field.store

    @api.model
    def _counted_lines(self):
        """One2many fields that can be items: those whose lines tell when they come and go (_archive_after_change)."""
        return {"child_ids", "card_key_contact_ids", "card_preference_ids"}

    @api.model
    @tools.ormcache()
    def _item_map(self):
        """The items in force of every category: {category id: [Item, …]}.

        A category has its own items and, where it says so, those of its ancestors for fields that it does not
        list itself.
        """
        categories = self.env["customer.archive.category"].sudo().with_context(active_test=False)  # shared cache
        own = {}
        for item in self.sudo().search(Domain.TRUE):  # same items for every user
            own.setdefault(item.category_id.id, {}).setdefault(item.field_id.name, []).append(
                Item(
                    item.section_id.code,
                    item.field_id.name,
                    item.required,
                    item.check_kind if item.check_kind in CHECKS else False,
                    item.check_severity,
                    item.applies_to,
                    item.weight,
                    item.needs_approval,
                )
            )
        result = {}
        for category in categories.search(Domain.TRUE):
            effective, level = {}, category
            while level:
                for name, items in own.get(level.id, {}).items():
                    effective.setdefault(name, items)
                level = level.parent_id if level.inherit_items else level.browse()
            result[category.id] = [item for items in effective.values() for item in items]
        return result

    @api.model
    def _items_for(self, category_id, is_company):
        """The items that a customer of that category and kind has: [Item, …]; one for its kind before one for all."""
        kind = "company" if is_company else "person"
        items = self._item_map().get(category_id, ())
        own = {item.field for item in items if item.applies_to == kind}
        common = [item for item in items if item.applies_to == "both" and item.field not in own]
        return [item for item in items if item.applies_to == kind] + common

    @api.model
    @tools.ormcache()
    def _approval_fields(self):
        """Names of the fields whose changes need approval in any category. Asked at every write: kept."""
        return frozenset(item.field for items in self._item_map().values() for item in items if item.needs_approval)

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._items_changed()
        return items

    def write(self, vals):
        categories = self.category_id
        result = super().write(vals)
        self._items_changed(categories)
        return result

    def unlink(self):
        categories = self.category_id
        result = super().unlink()
        self.browse()._items_changed(categories)
        return result

    def _items_changed(self, categories=None):
        """Forget the cached items; archives of the categories concerned are counted again in the background."""
        self.env.registry.clear_cache()
        categories = (categories or self.env["customer.archive.category"]) | self.category_id
        if categories:
            self.env["customer.archive"]._schedule_recount(categories)
