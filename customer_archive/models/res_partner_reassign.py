"""A new account manager in the form of an archived customer: the same rules and statements as for many (A1, O5)."""

from odoo import models
from odoo.exceptions import UserError

from ..exceptions import RestrictedCustomerError


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        if "user_id" not in vals:
            return super().write(vals)
        # sudo: whether there is an archive, and who its account manager is, decides
        moved = self.sudo().filtered(lambda p: p.archive_id and p.user_id.id != (vals["user_id"] or False))
        moved = self.browse(moved.ids)
        if not moved:
            return super().write(vals)
        if not self.env.su:
            return self._archive_write_with_owner(vals, moved)
        result = super().write(vals)
        self.env["customer.archive.access"]._revoke_lost(moved.archive_id)
        return result

    def _archive_write_with_owner(self, vals, moved):
        moved.check_access("write")
        # as the user: the rights are checked there
        archives = self.env["customer.archive"].browse(moved.sudo().archive_id.ids)  # ids only
        archives._check_may_reassign()
        archives.sudo()._check_still_changeable()  # tells number and state to whoever may change the customer
        user = self.env["res.users"].browse(vals["user_id"] or ())
        archives._check_receiver(user)
        if others := self - moved:
            others.write(vals)
        moved.write({name: value for name, value in vals.items() if name != "user_id"})
        archives._reassign(user, archives._reason_of_the_form())
        return True

    def web_save(self, vals, specification, next_id=None):
        """Say what happens when the form can't be shown again, because the customer is somebody else's now."""
        gives_away = bool(self) and "user_id" in vals and self.has_access("write")
        try:
            return super().web_save(vals, specification, next_id=next_id)
        except RestrictedCustomerError as error:
            if not gives_away:
                raise
            raise UserError(
                self.env._(
                    "With this account manager the customer leaves your reach, so the form could not be shown again. "
                    "Nothing was saved. Select the customer in the list and choose “Hand Over or Reassign” instead."
                )
            ) from error
