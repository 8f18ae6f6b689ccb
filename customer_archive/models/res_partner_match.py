"""Customers in comparable form, and their keys kept up to date with every change (product.md Q3)."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.match_key import customer
from .res_partner_duplicates import USCC_LENGTH

# What a customer is compared by, in the order of the columns that _archive_match_read reads.
MATCH_FIELDS = (
    "name",
    "is_company",
    "card_legal_name",
    "vat",
    "company_registry",
    "phone",
    "phone_sanitized",
    "email",
    "street",
    "street2",
    "city",
)
# Beside these: what makes a contact a customer, and what the sanitized number depends on.
_TRIGGERS = frozenset({*MATCH_FIELDS, "parent_id", "country_id"})


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _archive_match_who(self, alias):
        """SQL: the contact is a customer of its own. Contact persons of a company are none."""
        prefix = SQL("%s.", SQL.identifier(alias)) if alias else SQL()
        return SQL("(%(p)sparent_id IS NULL OR %(p)sis_company)", p=prefix)

    @api.model
    def _archive_match_make(self, values):
        """The tools.match_key.Customer of the values of MATCH_FIELDS, in that order."""
        name, is_company, legal_name, vat, registry, phone, e164, email, street, street2, city = values
        return customer(
            name=name,
            is_company=bool(is_company),
            aliases=(legal_name,),
            # As for imports: other registry numbers are unique within their country only.
            codes=(vat, registry if registry and len(registry) == USCC_LENGTH else None),
            phone=phone,
            e164=e164,
            email=email,
            street=street,
            street2=street2,
            city=city,
        )

    def _archive_match_customer(self):
        """The same of one contact, saved or being typed; None for those who are no customers of their own."""
        self.ensure_one()
        if self.parent_id and not self.is_company:
            return None
        return self._archive_match_make([self[name] or None for name in MATCH_FIELDS])

    @api.model
    def _archive_match_read(self, ids):
        """{partner id: Customer} from the database, for many; contacts who are no customers are left out."""
        return {row[0]: self._archive_match_make(row[1:]) for row in self._archive_match_rows(ids, MATCH_FIELDS)}

    @api.model
    def _archive_match_rows(self, ids, columns):
        """(id, columns …) of those who are customers, without the ORM: it would keep a million of them in mind."""
        self.env.cr.execute(
            SQL(
                "SELECT p.id, %s FROM res_partner p WHERE p.id = ANY(%s) AND %s",
                SQL(", ").join(SQL.identifier("p", name) for name in columns),
                list(ids),
                self._archive_match_who("p"),
            )
        )
        return self.env.cr.fetchall()

    def _archive_match_refresh(self):
        """Write the keys of these contacts anew: one statement."""
        # sudo: whoever writes, the keys are kept; nothing of them is shown
        partners = self.sudo()
        partners.fetch([*MATCH_FIELDS, "parent_id"])
        self.env["customer.archive.match.key"].sudo()._replace(
            {partner.id: partner._archive_match_customer() for partner in partners}
        )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners.filtered(lambda partner: not partner.parent_id or partner.is_company)._archive_match_refresh()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if not _TRIGGERS.isdisjoint(vals):
            changed = self
            if not vals.keys() & {"parent_id", "is_company"}:
                changed = self.filtered(lambda partner: not partner.parent_id or partner.is_company)
            changed._archive_match_refresh()
        return result
