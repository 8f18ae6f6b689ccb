"""The history of what decides about access is kept: not even its administrators mend it afterwards (product.md A5)."""

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError

# Whoever may change these could otherwise delete the lines that tell of it.
KEPT_HISTORY = {"customer.archive.policy", "customer.archive.clearance"}


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _archive_check_history(self, sentence):
        models_of = set(self.sudo().mapped("model"))  # the model only
        if self.env.uid != SUPERUSER_ID and models_of & KEPT_HISTORY:
            raise UserError(sentence)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_archive_history(self):
        self._archive_check_history(
            self.env._("The history of access policies and clearances is kept: its lines can't be deleted.")
        )

    def write(self, vals):
        if {"body", "author_id", "model", "res_id", "date", "tracking_value_ids", "subject"} & vals.keys():
            self._archive_check_history(
                self.env._("The history of access policies and clearances is kept: its lines can't be changed.")
            )
        return super().write(vals)


class MailTrackingValue(models.Model):
    _inherit = "mail.tracking.value"

    def write(self, vals):
        self.sudo().mail_message_id._archive_check_history(  # the model of the message only
            self.env._("The history of access policies and clearances is kept: its lines can't be changed.")
        )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_archive_history(self):
        self.sudo().mail_message_id._archive_check_history(  # the model of the message only
            self.env._("The history of access policies and clearances is kept: its lines can't be deleted.")
        )
