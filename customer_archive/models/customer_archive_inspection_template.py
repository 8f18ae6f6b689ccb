"""What an inspection looks at: checklists, seeded with the rules of the house (product.md Q5)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

SEVERITIES = [("minor", "Minor"), ("major", "Major"), ("critical", "Critical")]
# What an item can show the inspector of the archive, so that nobody has to look it up.
FACTS = [
    ("completeness", "Completeness"),
    ("number", "Numbers"),
    ("place", "Place of the paper"),
    ("verification", "Verification"),
    ("contact", "Last contact"),
    ("documents", "Documents"),
    ("loans", "Loans"),
    ("level", "Level and its term"),
]
# An item that was used means for ever what it meant then.
FIXED_ONCE_USED = {"name", "template_id"}


class CustomerArchiveInspectionTemplate(models.Model):
    _name = "customer.archive.inspection.template"
    _description = "Checklist of Inspections"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", "Fonds", ondelete="cascade", help="Empty: for all companies.")
    note = fields.Text("How to Inspect", translate=True, help="Shown to the inspector.")
    item_ids = fields.One2many("customer.archive.inspection.item", "template_id", "Items", copy=True)
    item_count = fields.Integer("Number of Items", compute="_compute_item_count")

    @api.depends("item_ids.active")
    def _compute_item_count(self):
        for template in self:
            template.item_count = len(template.item_ids)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if "name" in (default or {}):
            return vals_list
        return [
            {**vals, "name": self.env._("%s (copy)", template.name)}
            for template, vals in zip(self, vals_list, strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.with_context(active_test=False).item_ids._check_never_used()


class CustomerArchiveInspectionItem(models.Model):
    _name = "customer.archive.inspection.item"
    _description = "Item of a Checklist"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "customer.archive.inspection.template", "Checklist", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char("What Must Be Right", required=True, translate=True)
    guidance = fields.Char(translate=True, help="What the inspector looks at, where it is found.")
    fact = fields.Selection(FACTS, "Shows the Inspector", help="What is known about it already, beside the item.")
    severity = fields.Selection(SEVERITIES, required=True, default="minor", help="Of a finding; can be changed.")
    days = fields.Integer(
        "Days to Mend It", required=True, default=14, help="The deadline of a finding, counted from its day."
    )
    template_company_id = fields.Many2one(related="template_id.company_id", string="Fonds")

    _days_positive = models.Constraint("CHECK (days > 0)", "A finding needs a day at least to be mended.")

    def _used(self):
        """Those of the items that stand in an inspection or a finding."""
        # sudo: whether there are any, of every company; nothing of them is shown
        answers = self.env["customer.archive.inspection.answer"].sudo()
        findings = self.env["customer.archive.finding"].sudo()
        of_items = [("item_id", "in", self.ids)]
        rows = [
            *answers._read_group(of_items, ["item_id"]),
            *findings._read_group(of_items, ["item_id"]),
        ]
        return self.browse({item.id for (item,) in rows})

    def _check_never_used(self):
        used = self._used()[:1]
        if used:
            raise UserError(
                self.env._(
                    "“%s” stands in an inspection and stays as it is: answers must mean what they meant then. "
                    "Archive the item, and add another one.",
                    used.name,
                )
            )

    def write(self, vals):
        for name in FIXED_ONCE_USED & vals.keys():
            changed = self.filtered(
                lambda item, name=name: item._fields[name].convert_to_write(item[name], item) != vals[name]
            )
            changed._check_never_used()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_never_used()
