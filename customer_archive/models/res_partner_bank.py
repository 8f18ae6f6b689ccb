from odoo import api, models
from odoo.exceptions import UserError

from .res_partner_critical import HolderFollows

# What may be changed of a bank account without approval.
FREE = {"sequence", "note"}


class ResPartnerBank(models.Model):
    """Bank accounts of customers whose category says so are changed by two people (product.md A7)."""

    _inherit = "res.partner.bank"

    def _archive_check_approval(self, partners):
        """Refuse a change of bank accounts of these contacts, unless it was accepted or nobody has to."""
        if not partners._archive_approval_is_asked():
            return
        for partner in partners:
            if partner._archive_needs_approval("bank_ids"):
                raise UserError(
                    self.env._(
                        "Bank accounts of %s are changed by a proposal that an archivist or the team leader accepts. "
                        "Change them in the customer's form, which makes the proposal, or call “archive_propose”.",
                        partner.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        partners = self.env["res.partner"].browse({vals["partner_id"] for vals in vals_list if vals.get("partner_id")})
        if partners._archive_approval_is_asked():
            if not self.env.su:  # first: of a customer whom the user does not see nothing is told
                self.check_access("create")
                partners._archive_check_may_link()
            # sudo: only whether there is an account; the first one is free
            self._archive_check_approval(
                partners.filtered(lambda partner: partner.sudo().with_context(active_test=False).bank_ids)
            )
        return super().create(vals_list)

    def write(self, vals):
        follows = self.env.context.get("archive_holder_follows")
        follows = isinstance(follows, HolderFollows) and vals == {"acc_holder_name": follows.name}
        if vals.keys() - FREE and not follows:
            if not self.env.su:
                self.check_access("write")  # first: who may not write at all learns nothing of the customer
            partners = self.sudo().partner_id.sudo(self.env.su)  # decides
            if vals.get("partner_id"):
                partners |= partners.browse(vals["partner_id"])
                partners._archive_check_may_link()
            self._archive_check_approval(partners)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approval(self):
        self._archive_check_approval(self.sudo().partner_id.sudo(self.env.su))  # decides
