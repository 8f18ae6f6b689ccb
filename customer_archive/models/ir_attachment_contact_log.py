from odoo import api, models

MODEL = "customer.archive.contact.log"
# What makes up a file, where it belongs and who may fetch it.
CONTENT = {
    "raw",
    "datas",
    "db_datas",
    "store_fname",
    "checksum",
    "name",
    "url",
    "type",
    "res_model",
    "res_id",
    "public",
}


class IrAttachment(models.Model):
    """The files of a line in the contact log stay as they are once the line is locked (product.md L3)."""

    _inherit = "ir.attachment"

    def _check_contact_log_open(self, vals_list=()):
        """Refuse where the files belong, or would belong, to a line that is locked."""
        ids = {vals.get("res_id") for vals in vals_list if vals.get("res_model") == MODEL}
        # sudo: whose files they are; nothing is shown
        ids |= set(self.sudo().filtered(lambda file: file.res_model == MODEL).mapped("res_id"))
        ids.discard(False)
        ids.discard(None)
        if ids:
            self.env[MODEL].sudo().browse(sorted(ids)).exists()._check_not_locked()  # as above

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._check_contact_log_open(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if CONTENT & vals.keys():
            moved = self.sudo() if {"res_model", "res_id"} & vals.keys() else ()  # as above
            self._check_contact_log_open(
                [{"res_model": file.res_model, "res_id": file.res_id, **vals} for file in moved]
            )
        return super().write(vals)

    def _belongs_to_contact_log(self, log):
        return (self.res_model, self.res_id) == (MODEL, log.id)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_contact_log(self):
        self._check_contact_log_open()
