"""Registers and catalogues of documents on paper: 合同台账, 卷内目录, 借阅登记, and the labels (product.md R10)."""

from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime, formatLang

from .customer_archive_print import EMPTY


class CustomerArchiveDocumentPrint(models.AbstractModel):
    """Tables as lists of titles, widths in per cent and lines of text: for paper and for spreadsheets alike.

    Everything is read as the user who prints, under the record rules.
    """

    _name = "customer.archive.document.print"
    _description = "Printed Registers of Documents"
    _inherit = "customer.archive.print"

    @api.model
    def _page_values(self, docs, pages, data):
        return {
            "docs": docs,
            "pages": pages,
            "zoom": self._zoom(data),
            "printed": self.env._(
                "Printed on %(date)s by %(name)s",
                date=format_date(self.env, fields.Date.context_today(self)),
                name=self.env.user.name,
            ),
        }

    @api.model
    def _selected(self, model, docids):
        """The selected records, which the user may read: Odoo checks neither groups nor records of a report."""
        if not docids:
            raise UserError(self.env._("Nothing is selected. Choose what you want to print."))
        records = self.env[model].browse(docids)
        records.check_access("read")
        return records

    @api.model
    def _date(self, value):
        return format_date(self.env, value) if value else EMPTY

    @api.model
    def _time(self, value):
        return format_datetime(self.env, value) if value else EMPTY

    @api.model
    def _page(self, title, records, columns, lines, *, note="", subtitle="", sums=""):
        return {
            "title": title,
            "subtitle": subtitle,
            "fonds": ", ".join(records.sudo().company_id.mapped("name")),  # the names of the companies
            "note": note,
            "columns": columns,
            "lines": [{"cells": cells} for cells in lines] or [{"cells": [EMPTY] * len(columns)}],
            "sums": sums,
        }

    # -- 合同台账 ---------------------------------------------------------------------------------------------

    @api.model
    def _ledger_page(self, documents, register="contract", note=""):
        _ = self.env._
        titles = {"contract": _("Contract Register"), "licence": _("Register of Licences and Certificates")}
        lines = [self._ledger_cells(place, document) for place, document in enumerate(documents, 1)]
        return self._page(
            titles.get(register, _("Register of Documents")),
            documents,
            self._ledger_columns(),
            lines,
            note=note,
            sums=self._ledger_sums(documents),
        )

    @api.model
    def _ledger_columns(self):
        _ = self.env._
        return [
            (_("No."), 4),
            (_("Item Reference"), 12),
            (_("Contract or Certificate No."), 10),
            (_("Document Title"), 14),
            (_("Parties"), 12),
            (_("Signed"), 8),
            (_("Valid from"), 8),
            (_("Valid until"), 8),
            (_("Amount"), 9),
            (_("Status"), 5),
            (_("Responsible"), 5),
            (_("Place"), 5),
        ]

    @api.model
    def _ledger_cells(self, place, document):
        amount = formatLang(self.env, document.amount, currency_obj=document.currency_id) if document.amount else EMPTY
        return [
            str(place),
            document.item_reference or EMPTY,
            document.contract_number or EMPTY,
            document.name,
            self._parties(document) or EMPTY,
            self._date(document.signed_on),
            self._date(document.valid_from),
            self._date(document.valid_until),
            amount,
            self._selection_label(document, "state"),
            document.user_id.sudo().name or EMPTY,  # the name of a colleague
            document.place or EMPTY,
        ]

    @api.model
    def _parties(self, document):
        """The customer and who signed beside it; names of those only that the reader sees."""
        names = [self._record_label(document.partner_id), self._record_label(document.party_ids), document.party_text]
        return " / ".join(filter(None, names))

    @api.model
    def _ledger_sums(self, documents):
        """The sum for each currency."""
        sums = [
            formatLang(self.env, sum(group.mapped("amount")), currency_obj=currency)
            for currency, group in documents.grouped("currency_id").items()
            if any(group.mapped("amount"))
        ]
        count = self.env._("%s documents", len(documents))
        return " · ".join([count, *sums])

    # -- 卷内目录 ---------------------------------------------------------------------------------------------

    @api.model
    def _catalogue_page(self, archive):
        """What lies in the file of an archive, in the order of its numbers."""
        _ = self.env._
        documents = self.env["customer.archive.document"].search(
            [("archive_id", "=", archive.id), ("item_sequence", ">", 0)], order="item_sequence"
        )
        columns = [
            (_("Item Number"), 7),
            (_("Responsible Party"), 20),
            (_("Document No."), 15),
            (_("Document Title"), 29),
        ]
        columns += [(_("Date"), 13), (_("Pages"), 6), (_("Remark"), 10)]
        lines = [self._catalogue_cells(document) for document in documents]
        return self._page(
            _("Catalogue of the File"),
            archive,
            columns,
            lines,
            subtitle=f"{archive.number}  {archive.partner_id.name or ''}",
            sums=_("%(count)s documents, %(pages)s pages", count=len(documents), pages=sum(documents.mapped("pages"))),
        )

    @api.model
    def _catalogue_cells(self, document):
        marks = [self._selection_label(document, "original")] if document.original != "original" else []
        marks += [self._selection_label(document, "state")] if document.state == "terminated" else []
        return [
            document.item_number,
            self._parties(document) or EMPTY,
            document.contract_number or EMPTY,
            document.name,
            self._date(document.date),
            str(document.pages) if document.pages else "",
            " · ".join(marks),
        ]

    # -- 借阅登记 ---------------------------------------------------------------------------------------------

    @api.model
    def _loans_page(self, loans, note=""):
        _ = self.env._
        columns = [(_("Loan"), 9), (_("Archive Number"), 13), (_("Documents"), 13), (_("Borrower"), 7)]
        columns += [(_("Purpose"), 15), (_("Kind of Loan"), 6), (_("Lent"), 9), (_("Due"), 9), (_("Returned"), 9)]
        columns += [(_("Condition"), 5), (_("Taken back by"), 5)]
        lines = [self._loan_cells(loan) for loan in loans]
        return self._page(_("Register of Loans"), loans, columns, lines, note=note, sums=_("%s loans", len(loans)))

    @api.model
    def _loan_cells(self, loan):
        return [
            loan.name,
            loan.archive_number or loan.archive_id.sudo().display_name,  # masked where the reader may not see it
            loan.document_text or EMPTY,
            loan.user_id.sudo().name,  # names of colleagues
            loan.purpose,
            self._selection_label(loan, "kind"),
            self._time(loan.opened_at),
            self._time(loan.due_at),
            self._time(loan.returned_at),
            self._selection_label(loan, "condition") or EMPTY,
            loan.received_by_id.sudo().name or EMPTY,  # as above
        ]


class ReportDocumentLedger(models.AbstractModel):
    _name = "report.customer_archive.report_document_ledger"
    _description = "Contract Register on Paper"
    _inherit = "customer.archive.document.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        documents = self._selected("customer.archive.document", docids)
        registers = set(documents.mapped("register"))
        page = self._ledger_page(documents, registers.pop() if len(registers) == 1 else "other")
        return self._page_values(documents, [page], data)


class ReportDocumentCatalogue(models.AbstractModel):
    _name = "report.customer_archive.report_document_catalogue"
    _description = "Catalogue of the File of Archives"
    _inherit = "customer.archive.document.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        archives = self._archives_to_print("customer.archive", docids)
        return self._page_values(archives, [self._catalogue_page(archive) for archive in archives], data)


class ReportPartnerDocumentCatalogue(models.AbstractModel):
    _name = "report.customer_archive.report_partner_document_catalogue"
    _description = "Catalogue of the File of Customers"
    _inherit = "customer.archive.document.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        archives = self._archives_to_print("res.partner", docids)
        return self._page_values(archives, [self._catalogue_page(archive) for archive in archives], data)


class ReportRegister(models.AbstractModel):
    _name = "report.customer_archive.report_archive_register"
    _description = "Register on Paper"
    _inherit = "customer.archive.document.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        questions = self._selected("customer.archive.register.print", docids)
        return self._page_values(questions, [question._page() for question in questions], data)


class ReportDocumentLabel(models.AbstractModel):
    _name = "report.customer_archive.report_document_label"
    _description = "Label of Archive Documents"
    _inherit = "customer.archive.document.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        documents = self._selected("customer.archive.document", docids)
        for document in documents:
            if not document.item_sequence:
                raise UserError(
                    self.env._("“%s” has no number yet: file it, then print its label.", document.display_name)
                )
        return {
            "docs": documents,
            "labels": [self._label(document) for document in documents],
            "zoom": self._zoom(data),
        }

    @api.model
    def _label(self, document):
        url = f"{document.get_base_url()}/customer_archive/scan/{quote(document.item_reference, safe='')}"
        return {
            **self._common_values(document.archive_id),
            "number": document.item_reference,
            "customer": f"{document.name} · {document.partner_id.name or ''}",
            "category": document.type_id.name,
            "box": document.box or document.archive_id.box or EMPTY,
            "shelf": document.shelf or document.archive_id.shelf or EMPTY,
            "url": url,
            "qr": self._qr_image(url),
        }
