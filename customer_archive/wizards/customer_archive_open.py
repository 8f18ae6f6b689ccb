from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CustomerArchiveOpen(models.TransientModel):
    """Open archives for one customer or for a selection of the list: asks for the category, says what will happen."""

    _name = "customer.archive.open"
    _description = "Open Customer Archives"

    partner_ids = fields.Many2many("res.partner", string="Customers", context={"active_test": False})
    company_category_id = fields.Many2one(
        "customer.archive.category",
        "Category of Companies",
        domain="[('applies_to', '!=', 'person')]",
        default=lambda self: self.env.company._archive_default_category(True),
    )
    person_category_id = fields.Many2one(
        "customer.archive.category",
        "Category of Individuals",
        domain="[('applies_to', '!=', 'company')]",
        default=lambda self: self.env.company._archive_default_category(False),
    )
    company_count = fields.Integer(compute="_compute_counts")
    person_count = fields.Integer(compute="_compute_counts")
    open_count = fields.Integer(compute="_compute_counts")
    contact_count = fields.Integer(compute="_compute_counts")
    internal_count = fields.Integer(compute="_compute_counts")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "partner_ids" in fields and not values.get("partner_ids"):
            values["partner_ids"] = [Command.set(self.env.context.get("active_ids", []))]
        return values

    @api.depends("partner_ids")
    def _compute_counts(self):
        for wizard in self:
            sets = wizard.partner_ids._archive_sorted()
            wizard.company_count = len(sets["free"].filtered("is_company"))
            wizard.person_count = len(sets["free"]) - wizard.company_count
            wizard.open_count = len(sets["open"])
            wizard.contact_count = len(sets["contact"])
            wizard.internal_count = len(sets["internal"])

    def action_open(self):
        self.ensure_one()
        todo = self.partner_ids._archive_sorted()["free"].sudo(self.env.su)
        archives = self.env["customer.archive"]
        for is_company, partners in todo.grouped("is_company").items():
            category = self.company_category_id if is_company else self.person_category_id
            if not category:
                raise UserError(self.env._("Choose a category for the companies and one for the individuals."))
            archives |= partners.archive_open(category)
        if not archives:
            raise UserError(self.env._("There is nobody in the selection whose archive could be opened."))
        return self._done(archives)

    def _done(self, archives):
        drafts = len(archives.filtered(lambda archive: archive.state == "draft"))
        if drafts:
            message = self.env._(
                "%(count)s archives opened. %(drafts)s of them are drafts, because data that their category requires "
                "are missing or wrong.",
                count=len(archives),
                drafts=drafts,
            )
        elif len(archives) == 1:
            message = self.env._("Archive %s opened.", archives.number)
        else:
            message = self.env._("%s archives opened.", len(archives))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if drafts else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
