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

    def _sorted_out(self):
        """The selection, sorted: (companies and individuals to open, already open, contacts, internal)."""
        partners = self.partner_ids
        done = partners.filtered("archive_id")
        companies = self.env["res.company"].sudo().search([("partner_id", "in", partners.ids)])  # existence only
        internal = (partners - done).filtered(lambda partner: not partner.partner_share) | companies.partner_id
        rest = partners - done - internal
        contacts = rest.filtered(lambda p: p.type != "contact" or (p.parent_id and not p.is_company))
        return rest - contacts, done, contacts, internal

    @api.depends("partner_ids")
    def _compute_counts(self):
        for wizard in self:
            todo, done, contacts, internal = wizard._sorted_out()
            wizard.company_count = len(todo.filtered("is_company"))
            wizard.person_count = len(todo) - wizard.company_count
            wizard.open_count = len(done)
            wizard.contact_count = len(contacts)
            wizard.internal_count = len(internal)

    def action_open(self):
        self.ensure_one()
        todo = self._sorted_out()[0]
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
