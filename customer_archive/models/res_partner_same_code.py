"""A code that a hidden customer has already: that it exists, its number and who to ask, and nothing else (S6)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .res_partner import GROUP

REQUEST_ACTION = "customer_archive.customer_archive_loan_request_action"


class ResPartner(models.Model):
    _inherit = "res.partner"

    archive_same_code_hint = fields.Char(
        "Customer with the Same Code", compute="_compute_archive_same_code_hint", groups=GROUP, exportable=False
    )
    archive_can_ask_access = fields.Boolean(compute="_compute_archive_same_code_hint", groups=GROUP, exportable=False)

    @api.depends("vat", "company_registry", "company_id", "parent_id")
    @api.depends_context("uid")
    def _compute_archive_same_code_hint(self):
        requestable = bool(self.env.ref(REQUEST_ACTION, raise_if_not_found=False))
        for partner in self:
            archive = partner._archive_hidden_with_same_code()
            partner.archive_can_ask_access = bool(archive) and requestable
            partner.archive_same_code_hint = bool(archive) and self.env._(
                "A customer with this code exists already: archive number %(number)s, account manager %(owner)s. "
                "You may not see it; ask for access.",
                number=archive.number,
                owner=archive.owner_id.name or self.env._("nobody"),
            )

    def _archive_hidden_with_same_code(self):
        """The archive of a customer with the same code whom the user may not see; as superuser."""
        values = {name: (self[name] or "").strip() for name in ("vat", "company_registry")}
        codes = [(name, code) for name, code in values.items() if len(code) > 1]
        none = self.env["customer.archive"].sudo()
        if not codes or self.parent_id or self.env["customer.archive.access"]._is_exempt():
            return none
        # sudo: finds hidden customers; of them the number and the account manager are told
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        domain = Domain.OR([(name, "=", code)] for name, code in codes) & Domain("archive_id", "!=", False)
        if self._origin.id:
            domain &= Domain("id", "!=", self._origin.id)
        found = partners.search(domain, limit=20)
        return found.browse(found.with_env(self.env)._archive_unreached().ids).sudo().archive_id[:1]  # as above

    def action_archive_ask_access(self):
        """To the request for access to the customer who has the code already."""
        archive = self._archive_hidden_with_same_code()
        action = self.env.ref(REQUEST_ACTION, raise_if_not_found=False)
        if not archive or not action:
            raise UserError(self.env._("There is no hidden customer with this code to ask access for."))
        return {
            **self.env["ir.actions.actions"]._for_xml_id(REQUEST_ACTION),
            "context": {"default_target": archive.number},
        }
