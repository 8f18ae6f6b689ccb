"""The files of a document: Odoo attachments of which the SHA-256 is kept (product.md D1, D4)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.fixity import sha256_of, sha256_of_bytes
from .customer_archive import GOVERNED

DOCUMENT = "customer.archive.document"


class CustomerArchiveDocumentFile(models.Model):
    """One file. Rows are made when files are added to a document; nobody has rights to write here."""

    _name = "customer.archive.document.file"
    _description = "File of an Archive Document"
    _order = "document_id, id"

    document_id = fields.Many2one(DOCUMENT, "Document", required=True, readonly=True, ondelete="cascade", index=True)
    archive_id = fields.Many2one(related="document_id.archive_id", store=True, index=True)
    attachment_id = fields.Many2one("ir.attachment", "Attachment", required=True, readonly=True, ondelete="restrict")
    name = fields.Char("File", required=True, readonly=True)
    mimetype = fields.Char("Kind of File", readonly=True)
    size = fields.Integer("Size (Bytes)", readonly=True)
    size_text = fields.Char("Size", compute="_compute_size_text")
    sha256 = fields.Char(
        "SHA-256", required=True, readonly=True, help="The checksum of when the file was added; it shows any change."
    )

    _attachment_unique = models.UniqueIndex("(attachment_id)", "This file has been filed already.")

    @api.depends("size")
    @api.depends_context("lang")
    def _compute_size_text(self):
        for row in self:
            row.size_text = self.env._("%s KB", f"{max(1, round(row.size / 1024)):,}") if row.size else ""

    def write(self, vals):
        self.check_access("write")
        if self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(self.env._("What is kept of a file is never changed by hand. Add another file instead."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_governed(self):
        if self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(self.env._("Files of a document are taken away in the document, as long as it is a draft."))

    def action_download(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "self",
        }

    def _current_sha256(self):
        """The checksum of what the file holds now; None where there is nothing any more."""
        attachment = self.sudo().attachment_id  # the check reads whatever is filed; nothing of it is shown
        name = attachment.store_fname
        if not name:
            return sha256_of_bytes(attachment.db_datas) if attachment.db_datas or not self.size else None
        if "://" in name:  # another addon keeps it in a storage of its own
            content = attachment._file_read(name)
            return sha256_of_bytes(content) if content else None
        try:
            with open(attachment._full_path(name), "rb") as stream:
                return sha256_of(stream)
        except OSError:  # gone, or no longer readable
            return None


class CustomerArchiveDocument(models.Model):
    _inherit = "customer.archive.document"

    file_ids = fields.One2many("customer.archive.document.file", "document_id", "Files", readonly=True, copy=False)
    file_count = fields.Integer("Number of Files", compute="_compute_attachment_ids", exportable=False)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Add Files",
        compute="_compute_attachment_ids",
        inverse="_inverse_attachment_ids",
        exportable=False,
    )

    @api.depends("file_ids.attachment_id")
    def _compute_attachment_ids(self):
        for document in self:
            document.attachment_ids = document.file_ids.attachment_id
            document.file_count = len(document.file_ids)

    def _inverse_attachment_ids(self):
        for document in self:
            # sudo: compared with what is filed, whoever sees it
            filed = self.env["customer.archive.document.file"].sudo().search([("document_id", "=", document.id)])
            wanted = document.attachment_ids
            new = wanted - filed.attachment_id
            document._remove_files(filed.filtered(lambda row, wanted=wanted: row.attachment_id not in wanted))
            document._add_files(new)

    def _add_files(self, attachments):
        """File these attachments: those that the user has just uploaded, or that hang on the document already.

        :raise AccessError: for any other attachment; it is not said whether there is such a one
        """
        if not attachments:
            return
        self.ensure_one()
        self.check_access("write")
        self._check_archive_not_over()
        if self.state == "closed":
            raise UserError(
                self.env._(
                    "“%s” is concluded: no file can be added. An archivist can take it back to draft.",
                    self.display_name,
                )
            )
        # sudo: whether it may be filed is decided here
        attachments = attachments.sudo().exists()
        rows = self.env["customer.archive.document.file"].sudo()  # as above
        taken = rows.search([("attachment_id", "in", attachments.ids)]).attachment_id
        for attachment in attachments:
            if attachment in taken or not self._is_upload(attachment):
                raise AccessError(
                    self.env._("This file can't be added: upload it here, files of other records stay where they are.")
                )
        attachments.with_context(archive_governed=GOVERNED).write(
            {"res_model": self._name, "res_id": self.id, "public": False, "access_token": False}
        )
        rows.create([self._file_values(attachment) for attachment in attachments])
        self.invalidate_recordset(["file_ids", "attachment_ids", "file_count"])

    def _message_post_after_hook(self, message, msg_vals):
        """A file that comes with a message is filed with the document as well, if its writer may do that."""
        result = super()._message_post_after_hook(message, msg_vals)
        # sudo: whether they may be filed is decided here and by _add_files
        files = message.sudo().attachment_ids.filtered(
            lambda attachment: attachment.type == "binary" and attachment.file_size and self._is_upload(attachment)
        )
        over = self.sudo().archive_id._surviving().state in ("sealed", "destroyed")  # as above
        if files and self.state != "closed" and not over and self.has_access("write"):
            filed = self.env["customer.archive.document.file"].sudo().search([("attachment_id", "in", files.ids)])
            self._add_files(files.with_env(self.env) - filed.attachment_id.with_env(self.env))
        return result

    def _is_upload(self, attachment):
        """Whether the attachment is the user's own fresh upload for a document, or this document's already."""
        if attachment.type != "binary" or attachment.res_field or attachment.res_model != self._name:
            return False
        fresh = not attachment.res_id and attachment.create_uid.id == self.env.uid
        return fresh or attachment.res_id == self.id

    def _file_values(self, attachment):
        content = attachment.raw or b""
        if not content:
            raise UserError(self.env._("The file “%s” is empty.", attachment.name))
        return {
            "document_id": self.id,
            "attachment_id": attachment.id,
            "name": attachment.name,
            "mimetype": attachment.mimetype,
            "size": len(content),
            "sha256": sha256_of_bytes(content),
        }

    def _remove_files(self, rows):
        """Files of a draft may go; of a filed document they stay."""
        if not rows:
            return
        self.check_access("write")
        if self.state != "draft" or self.item_sequence:
            raise UserError(
                self.env._(
                    "Files of “%s” can't be taken away or replaced: it is filed. Add the right file beside them.",
                    self.display_name,
                )
            )
        # sudo: the right to change the document was checked
        attachments = rows.sudo().attachment_id
        rows.sudo().with_context(archive_governed=GOVERNED).unlink()  # as above
        attachments.unlink()
