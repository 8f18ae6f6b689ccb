"""Paper documents that are lent singly: one line of a loan each (product.md D3)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .customer_archive import GOVERNED

LINE = "customer.archive.loan.document"


def _to_sql(model, alias, query):
    """A line is seen by those who see its loan."""
    return SQL(
        "EXISTS (SELECT 1 FROM customer_archive_loan loan WHERE loan.id = %s AND %s)",
        SQL.identifier(alias, "loan_id", to_flush=model._fields["loan_id"]),
        model.env["customer.archive.loan"]._seen_sql("loan"),
    )


SEEN_LINES = Domain.custom(to_sql=_to_sql)


class CustomerArchiveLoanDocument(models.Model):
    """Nobody has rights to write here: the loan's steps do."""

    _name = LINE
    _description = "Lent Document"
    _order = "loan_id desc, id"
    _rec_name = "document_id"

    loan_id = fields.Many2one(
        "customer.archive.loan", "Loan", required=True, readonly=True, ondelete="restrict", index=True
    )
    document_id = fields.Many2one(
        "customer.archive.document", "Document", required=True, readonly=True, ondelete="restrict"
    )
    document_text = fields.Char(
        "What",
        compute="_compute_document_text",
        exportable=False,
        help="Number and title; only the number for whoever may not read the archive.",
    )
    is_out = fields.Boolean("Handed out", readonly=True)
    returned_at = fields.Datetime("Returned", readonly=True)
    received_by_id = fields.Many2one("res.users", "Taken back by", readonly=True, ondelete="restrict")
    condition = fields.Selection(
        [("good", "Good"), ("damaged", "Damaged"), ("incomplete", "Incomplete")], "Condition at Return", readonly=True
    )
    condition_note = fields.Char("Note on the Condition", readonly=True)

    _loan_document = models.UniqueIndex("(loan_id, document_id)", "The document stands in this loan already.")
    _one_borrower = models.UniqueIndex("(document_id) WHERE is_out", "The paper of this document is lent already.")

    @api.depends_context("uid")
    @api.depends("document_id")
    def _compute_document_text(self):
        documents = self.sudo().document_id  # the numbers, which borrowers and the register's keepers know
        hidden = documents.browse()
        if not self.env.su:
            hidden = self.env["customer.archive.access"]._unreached(documents, "read")
        for line in self:
            document = line.sudo().document_id  # as above
            names = (document.item_number, None if document in hidden else document.name)
            line.document_text = " ".join(filter(None, names))

    def write(self, vals):
        self.check_access("write")
        if self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(self.env._("What a loan says of its documents is changed by its steps only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(self.env._("Loans are kept as a register and can't be deleted."))


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _domain(self, model_name, mode):
        return SEEN_LINES if model_name == LINE else super()._domain(model_name, mode)
