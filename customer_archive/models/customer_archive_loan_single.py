"""Loans of single documents: asked for, handed out, returned one by one; the bag stays in its place (product.md D3)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime

from .customer_archive import GOVERNED


class CustomerArchiveLoan(models.Model):
    _inherit = "customer.archive.loan"

    line_ids = fields.One2many("customer.archive.loan.document", "loan_id", "Lent Documents", readonly=True)
    document_text = fields.Char("Documents", compute="_compute_document_text", exportable=False)

    @api.depends("line_ids.document_text")
    @api.depends_context("uid")
    def _compute_document_text(self):
        for loan in self:
            loan.document_text = ", ".join(loan.line_ids.mapped("document_text"))

    @api.depends("line_ids")
    @api.depends_context("uid")
    def _compute_archive_facts(self):
        """Single documents may lie elsewhere than the bag."""
        result = super()._compute_archive_facts()
        for loan in self.filtered(lambda loan: loan.single_documents and loan.archive_number):
            documents = loan.sudo().line_ids.document_id  # shown to whom the number of the archive is shown
            loan.place = "; ".join(dict.fromkeys(filter(None, documents.mapped("place"))))
        return result

    # -- asking -----------------------------------------------------------------------------------------------

    @api.model
    def _archive_of_text(self, text):
        """By the number on the label of a document, too."""
        return super()._archive_of_text(text) or self._document_of_text(text).archive_id

    @api.model
    def _document_of_text(self, text):
        # sudo: finds; who asks gets to know the number that they gave
        return self.env["customer.archive.document"].sudo()._find_by_reference(text)

    @api.model
    def _document_values(self, archive, kind, number, document_ids):
        """The values of a loan for the documents that are asked for; none where it is about the bag."""
        documents = self.env["customer.archive.document"].sudo()  # checked below; only numbers are shown
        if document_ids is None:
            found = documents if super()._archive_of_text(number) else self._document_of_text(number)
        else:
            ids = document_ids if isinstance(document_ids, (list, tuple)) else [None]
            known = all(isinstance(id_, int) and 0 < id_ < 2**31 for id_ in ids)
            found = documents.browse(dict.fromkeys(ids)).exists() if known else documents
            if not known or len(found) != len(set(ids)):
                found = None
        if document_ids is None and not found:
            return {}
        if not found or any(not self._is_lendable_paper(document, archive) for document in found):
            raise UserError(
                self.env._("Such a document of this archive can't be lent on paper. Compare the number with the label.")
            )
        if kind == "screen":
            raise UserError(
                self.env._("Single documents are lent on paper; on screen the archive opens as a whole. Choose one.")
            )
        return {
            "single_documents": True,
            "line_ids": [(0, 0, {"document_id": document.id}) for document in found],
        }

    @api.model
    def _is_lendable_paper(self, document, archive):
        """Filed, on paper, and in that archive or in one that was merged into it."""
        home = document.archive_id
        while home.merged_into_id:
            home = home.merged_into_id
        return home == archive and bool(document.item_sequence) and document.original != "electronic"

    # -- handing out ------------------------------------------------------------------------------------------

    def _check_lendable(self):
        """Neither the bag without a document that is out, nor a document that is out or whose bag is."""
        loan = self.sudo()  # decides; only the numbers of loans are shown
        if not loan.takes_paper:
            return super()._check_lendable()
        # Bag and documents are lent one after the other: whoever comes second begins anew and sees the first.
        self.env.cr.execute(
            SQL("UPDATE customer_archive SET write_date = write_date WHERE id = %s", loan.archive_id.id)
        )
        super()._check_lendable()
        lines = self.env["customer.archive.loan.document"].sudo()  # as above
        out = [("is_out", "=", True)]
        if loan.single_documents:
            out.append(("document_id", "in", loan.line_ids.document_id.ids))
        else:
            out.append(("loan_id.archive_id", "=", loan.archive_id.id))
        if found := lines.search(out, limit=1):
            raise UserError(
                self.env._(
                    "The paper of document %(document)s is lent already: %(loan)s, due %(due)s. Take it back first.",
                    document=found.document_id.item_number,
                    loan=found.loan_id.name,
                    due=format_datetime(self.env, found.loan_id.due_at),
                )
            )
        return None

    def action_approve(self, due_at=None):
        result = super().action_approve(due_at)
        self._lines().write({"is_out": True})
        return result

    def _lines(self):
        """The lines, for the loan's own steps, which have checked who takes them."""
        return self.sudo().line_ids.with_context(archive_governed=GOVERNED)  # as said

    # -- returning --------------------------------------------------------------------------------------------

    def action_return_documents(self, document_ids, condition=None, note=None):
        """Take some of the lent documents back. With the last one the loan is over.

        :raise UserError: for documents that are not out by this loan
        """
        self.ensure_one()
        self._begin_step("open")
        if not self._may_take_back(self.env.user):
            raise AccessError(
                self.env._(
                    "The paper of %s is taken back by an archivist or the leader of the archive's team: "
                    "bring it there.",
                    self.name,
                )
            )
        self._check_condition(condition, note)
        ids = set(document_ids if isinstance(document_ids, (list, tuple)) else [document_ids])
        out = self._lines().filtered("is_out")
        coming = out.filtered(lambda line: line.document_id.id in ids)
        if len(coming) != len(ids):
            raise UserError(self.env._("This document is not lent by %s.", self.name))
        if coming == out:
            self._close_returned(fields.Datetime.now(), condition, note)
        else:
            coming._take_back(fields.Datetime.now(), condition, note)
            self.sudo()._message_log(  # a line in the register
                body=self.env._("Returned: %s", ", ".join(coming.document_id.mapped("item_number")))
            )
        return True

    def _close_returned(self, at, condition, note):
        result = super()._close_returned(at, condition, note)
        self._lines().filtered("is_out")._take_back(at, condition, note)
        return result

    def _facts(self, user, due_at, reason=None, with_archive=False):
        facts = super()._facts(user, due_at, reason=reason, with_archive=with_archive)
        numbers = self.sudo().line_ids.document_id.mapped("item_number")  # no titles in mails
        return [*facts, (self.env._("Documents"), ", ".join(filter(None, numbers)) if with_archive else "")]


class CustomerArchiveLoanDocument(models.Model):
    _inherit = "customer.archive.loan.document"

    def _take_back(self, at, condition, note):
        self.write(
            {
                "is_out": False,
                "returned_at": at,
                "received_by_id": self.env.uid,
                "condition": condition,
                "condition_note": (note or "").strip() or False,
            }
        )


class CustomerArchiveDocument(models.Model):
    _inherit = "customer.archive.document"

    lent_to = fields.Char("Paper Lent", compute="_compute_lent_to", exportable=False)
    may_take_back = fields.Boolean("I May Take It back", compute="_compute_lent_to", exportable=False)

    @api.depends_context("uid", "lang")
    def _compute_lent_to(self):
        """Who has the paper and until when: whoever reads the document must know where it is."""
        for document in self:
            loan = document._paper_loan()
            document.may_take_back = bool(loan) and loan._may_take_back(self.env.user)
            document.lent_to = bool(loan) and self.env._(
                "%(name)s until %(due)s",
                name=loan.user_id.name,
                due=format_datetime(self.env, loan.due_at),
            )

    def _paper_loan(self):
        """The loan by which the paper is out, the document's own or that of the bag; none where it is in its place.

        As the system sees it: of others' loans nothing but name and due time may be shown.
        """
        self.ensure_one()
        loans = self.env["customer.archive.loan"].sudo()  # as said
        line = self.env["customer.archive.loan.document"].sudo()  # as said
        out = line.search([("document_id", "=", self.id), ("is_out", "=", True)], limit=1)
        if out or self.state == "draft" or self.original == "electronic":  # these have no paper in the bag
            return out.loan_id
        return loans._bag_loans(self.sudo().archive_id)[:1]

    def action_borrow(self):
        """The dialog that asks for the paper of this document, or lends it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_loan_request_action")
        action["context"] = {"default_target": self.item_reference, "default_kind": "paper"}
        return action

    def action_take_back(self):
        """The dialog that takes the paper back."""
        self.ensure_one()
        self.check_access("read")
        loan = self._paper_loan().with_env(self.env)
        if not loan:
            raise UserError(self.env._("The paper of “%s” is not lent.", self.display_name))
        return loan._return_dialog(self)
