from odoo import api, fields, models
from odoo.exceptions import UserError

REGISTERS = [("contract", "Contracts"), ("licence", "Licences and Certificates"), ("other", "Other Documents")]


class CustomerArchiveDocumentType(models.Model):
    """What kinds of documents are filed, and what is asked of each (product.md D1, D2)."""

    _name = "customer.archive.document.type"
    _description = "Type of Archive Document"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short and fixed, for imports and other programs.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    register = fields.Selection(
        REGISTERS, required=True, default="other", help="The register in which documents of this type are listed."
    )
    has_term = fields.Boolean("Has a Term", help="Documents of this type run out: they have a first and a last day.")
    has_amount = fields.Boolean("Has an Amount", help="Documents of this type are about an amount of money.")
    notice_days = fields.Integer(
        "Notice (Days)", help="So many days before the last day a new document is reminded of. 0: not at all."
    )
    document_count = fields.Integer("Documents", compute="_compute_document_count")

    _code_unique = models.UniqueIndex("(code)", "Another type of document has this code.")
    _notice_positive = models.Constraint("CHECK (notice_days >= 0)", "The days of notice are 0 or more.")

    def _compute_document_count(self):
        """Of the documents that the reader sees."""
        counts = dict(
            self.env["customer.archive.document"]._read_group([("type_id", "in", self.ids)], ["type_id"], ["__count"])
        )
        for kind in self:
            kind.document_count = counts.get(kind, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: decides; only the type is named
        used = self.env["customer.archive.document"].sudo().search([("type_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._("There are documents of the type “%s”. Archive the type instead.", used.type_id.name)
            )
