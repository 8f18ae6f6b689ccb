from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .customer_archive import GOVERNED
from .customer_archive_category import fits_in_numbers


class ResCompany(models.Model):
    _inherit = "res.company"

    archive_fonds_code = fields.Char(
        "Fonds Code",
        compute="_compute_archive_fonds_code",
        store=True,
        readonly=False,
        help="Stands for the company in archive numbers ({fonds}). Numbers that were issued keep the code they have.",
    )
    archive_auto_open = fields.Boolean(
        "Open Archives Automatically", help="Each new customer gets an archive at once, a draft where data are missing."
    )
    archive_company_category_id = fields.Many2one(
        "customer.archive.category", "Category of Companies", domain="[('applies_to', '!=', 'person')]"
    )
    archive_person_category_id = fields.Many2one(
        "customer.archive.category", "Category of Individuals", domain="[('applies_to', '!=', 'company')]"
    )
    archive_preference_days = fields.Integer(
        "Days until a Need Goes Stale", default=180, help="0: needs and preferences never go stale."
    )

    @api.model_create_multi
    def create(self, vals_list):
        # The partner is made before the company exists, so it would look like a new customer.
        companies = super(ResCompany, self.with_context(archive_no_auto_open=GOVERNED)).create(vals_list)
        return companies.with_env(self.env)

    @api.depends("name")
    def _compute_archive_fonds_code(self):
        for company in self:
            company.archive_fonds_code = company.archive_fonds_code or (f"C{company.id:02d}" if company.id else False)

    def _archive_default_category(self, is_company):
        """The category proposed for a new customer of that kind: the setting's, else the first one for the kind."""
        self.ensure_one()
        category = self.archive_company_category_id if is_company else self.archive_person_category_id
        category = category.filtered("active")
        kind = "company" if is_company else "person"
        return category or category.search([("applies_to", "=", kind)], order="sequence, code", limit=1)

    @api.constrains("archive_fonds_code")
    def _check_archive_fonds_code(self):
        for company in self:
            code = company.archive_fonds_code
            if code and not (fits_in_numbers(code) and all(char.isalnum() or char in "-._" for char in code)):
                raise ValidationError(
                    self.env._(
                        "The fonds code “%s” can't be used in archive numbers: letters, digits, - . and _ only. "
                        "Good: C01",
                        code,
                    )
                )

    @api.constrains("partner_id")
    def _check_partner_has_no_archive(self):
        self.partner_id._archive_check_not_internal()
