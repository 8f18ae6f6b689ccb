"""Uninstalling the addon deletes every archive: the register is saved before (product.md R8)."""

from odoo import api, models
from odoo.exceptions import UserError

MODULE = "customer_archive"
SAVED = "customer_archive.register_saved"


class CustomerArchiveDestruction(models.Model):
    _inherit = "customer.archive.destruction"

    @api.model
    def action_download(self):
        action = super().action_download()
        self._mark_saved()
        return action

    @api.model
    def _mark_saved(self):
        """Remember up to which entry somebody has taken the register out of the database."""
        # sudo: a number, after whoever may read the register has asked for it
        self.env["ir.config_parameter"].sudo().set_param(SAVED, self._saved_mark())

    @api.model
    def _saved_mark(self):
        last = self.sudo().search([], order="seq desc", limit=1)  # its number only
        return str(last.seq or "none")


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        self._archive_check_saved()
        return super().button_uninstall()

    def _archive_check_saved(self):
        """Refuse to delete archives whose register nobody has saved."""
        going = self | self.downstream_dependencies()
        if MODULE not in going.mapped("name"):
            return
        count = self.env["customer.archive"].sudo().search_count([])  # how many
        saved = self.env["ir.config_parameter"].sudo().get_param(SAVED)  # as in _mark_saved
        if count and saved != self.env["customer.archive.destruction"]._saved_mark():
            raise UserError(
                self.env._(
                    "Uninstalling Customer Archive deletes all %s archives with their numbers, logs and documents, and "
                    "the register of what was destroyed. Save the register first: an archivist opens the Register of "
                    "Destroyed Archives and chooses “Download the Register”. Then uninstall again.",
                    count,
                )
            )
