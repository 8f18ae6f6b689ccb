"""No two customers with one code, where the category says so (product.md Q3)."""

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.match_key import code_keys

CODE_FIELDS = frozenset({"vat", "company_registry", "is_company", "parent_id", "company_id"})


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if not CODE_FIELDS.isdisjoint(vals):
            # sudo: whoever writes, the category's rule holds
            blockers = self.env["customer.archive.category"]._duplicate_code_blockers()
            if blockers:
                # sudo: whether the category says so
                self.filtered(
                    lambda partner: partner.sudo().archive_category_id.id in blockers
                )._archive_refuse_same_code()
        return result

    def _archive_refuse_same_code(self):
        """Refuse customers whose code another customer has, in the database or among these.

        :raise ValidationError: names the code's kind, and whom to use instead
        """
        wanted = {}
        for partner in self:
            customer = partner.sudo()._archive_match_customer()  # the codes only
            for key in code_keys(customer) if customer else ():
                if key in wanted:
                    partner._archive_refuse_code_of(wanted[key])
                wanted[key] = partner
        if not wanted:
            return
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT k.key, k.partner_id, p.company_id FROM customer_archive_match_key k
                  JOIN res_partner p ON p.id = k.partner_id
                 WHERE k.key = ANY(%s) AND k.scanned AND k.partner_id <> ALL(%s) AND p.partner_share
                 ORDER BY k.partner_id
                """,
                list(wanted),
                self.ids,
            )
        )
        for key, partner_id, company_id in rows:
            partner = wanted[key]
            company = partner.sudo().company_id  # decides
            if not (company_id and company and company_id != company.id):
                partner._archive_refuse_code_of(self.browse(partner_id))

    def _archive_refuse_code_of(self, other):
        _ = self.env._
        about = other.sudo()  # number and account manager are told to whoever enters the customer again (S6)
        values = {
            "customer": self.sudo().name or "",
            "number": about.archive_number or _("none"),
            "owner": about.archive_id.owner_id.name or _("nobody"),
            "same": self._archive_same("code", self.sudo()),
        }
        if other.has_access("read"):
            raise ValidationError(
                _(
                    "%(customer)s: the customer %(name)s (archive number %(number)s, account manager %(owner)s) has "
                    "the same %(same)s. Use that customer, or correct the code.",
                    name=about.name or "",
                    **values,
                )
            )
        raise ValidationError(
            _(
                "%(customer)s: a customer that you may not see has the same %(same)s: archive number %(number)s, "
                "account manager %(owner)s. Ask for access to it instead of entering it again, or correct the code.",
                **values,
            )
        )


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    @api.model
    def _open(self, partners, category, *, numbers=None, strict=False):
        archives = super()._open(partners, category, numbers=numbers, strict=strict)
        if category.id in category._duplicate_code_blockers():
            partners._archive_refuse_same_code()
        return archives

    def write(self, vals):
        result = super().write(vals)
        if vals.get("category_id") in self.env["customer.archive.category"]._duplicate_code_blockers():
            self.partner_id._archive_refuse_same_code()
        return result
