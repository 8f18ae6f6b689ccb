"""Attachments that are filed stay as they are, whichever way somebody tries to change them."""

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.fixity import sha256_of_bytes
from .customer_archive import GOVERNED
from .customer_archive_document_file import DOCUMENT

# What may change of a filed attachment: notes of Odoo's own.
FREE = frozenset({"access_token", "description", "index_content", "original_id"})


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        if vals.keys() - FREE and self.env.context.get("archive_governed") is not GOVERNED:
            filed = self._archive_filed()
            if filed and not filed._archive_only_moved(vals):
                filed._archive_refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        self._archive_filed()._archive_refuse_change()

    def _archive_filed(self):
        """The rows of those of these attachments that are filed in an archive."""
        # sudo: decides; who asks may have no right to documents at all
        deciding = self.sudo().with_context(prefetch_fields=False)  # as said
        attachments = deciding.filtered(lambda attachment: attachment.res_model == DOCUMENT)
        rows = self.env["customer.archive.document.file"].sudo()  # as above
        return rows.search([("attachment_id", "in", attachments.ids)]) if attachments else rows


class CustomerArchiveDocumentFile(models.Model):
    _inherit = "customer.archive.document.file"

    def _archive_only_moved(self, vals):
        """Whether the values are the same content again: an administrator moves files to another storage so."""
        if vals.keys() - FREE - {"raw", "mimetype"} or "raw" not in vals:
            return False
        sum_now = sha256_of_bytes(vals["raw"] if isinstance(vals["raw"], bytes) else b"")
        return all(
            row.sha256 == sum_now and vals.get("mimetype", row.mimetype) == row.attachment_id.mimetype for row in self
        )

    def _archive_refuse_change(self):
        for row in self:
            raise UserError(
                self.env._(
                    "The file “%s” belongs to an archive document: it can't be changed, moved, published or deleted. "
                    "Open the document; there files are added, and those of a draft can be taken away.",
                    row.name if row.with_user(self.env.uid).has_access("read") else f"#{row.attachment_id.id}",
                )
            )
