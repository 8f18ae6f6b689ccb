"""合同台账, 借阅登记, 卷内目录 and the labels of documents, on paper and as spreadsheets (product.md R10)."""

import base64
import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .documents import DocumentCase


@tagged("post_install", "-at_install")
class TestDocumentPrint(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract.write(
            {"signed_on": "2026-03-01", "valid_from": "2026-03-01", "valid_until": "2027-02-28", "pages": 7}
        )
        cls.contract.write({"contract_number": "=1+1", "party_text": "丙方公司"})
        cls.late = cls.document(cls.south, name="南方合同", signed_on="2026-06-01", state="in_force")
        cls.env.flush_all()

    def html(self, role, report, records, lang="en_US"):
        reports = self.env_of(role, lang=lang)["ir.actions.report"]
        html, _kind = reports._render_qweb_html(f"customer_archive.{report}", records.ids)
        return html.decode()

    def question(self, role, lang="en_US", **vals):
        return self.env_of(role, lang=lang)["customer.archive.register.print"].create(vals)

    def test_ledger(self):
        question = self.question("clerk", date_from="2026-01-01", date_until="2026-03-31")
        html = self.html("clerk", "report_archive_register", question)
        for words in (
            "Contract Register",
            "供货合同",
            self.contract.item_reference,
            "北京同仁堂",
            "丙方公司",
            "1,000.00",
        ):
            self.assertIn(words, html)
        self.assertNotIn("南方合同", html)
        names = self.question("archivist")._records().mapped("name")
        self.assertEqual([name for name in names if name in ("供货合同", "南方合同")], ["供货合同", "南方合同"])
        self.assertNotIn("南方合同", self.question("clerk")._records().mapped("name"), "as far as the reader sees")
        self.contract._governed().write({"state": "expired"})
        self.assertFalse(self.question("clerk", in_force_only=True)._records() & self.contract)
        with self.refused(UserError, "ends before it begins"):
            self.question("clerk", date_from="2026-02-01", date_until="2026-01-01")

    def test_ledger_of_a_selection(self):
        self.assertIn("供货合同", self.html("clerk", "report_document_ledger", self.contract))
        for role in ("colleague", "employee", "clerk_two"):
            for report in ("report_document_ledger", "report_document_label"):
                with self.subTest(role=role), self.refused(AccessError):
                    self.html(role, report, self.contract)
        with self.refused(UserError, "Nothing is selected"):
            self.html("clerk", "report_document_ledger", self.contract.browse())

    def test_dialogs_are_one_s_own(self):
        question = self.question("archivist")
        with self.refused(AccessError):
            self.html("clerk", "report_archive_register", question)

    def test_spreadsheet(self):
        with self.refused(AccessError, "not export"):
            self.question("clerk").action_xlsx()
        question = self.question("archivist", date_until="2026-03-31")
        action = question.action_xlsx()
        self.assertIn("/web/content/customer.archive.register.print/", action["url"])
        sheet = load_workbook(io.BytesIO(base64.b64decode(question.file))).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        self.assertEqual(rows[0][:4], ["No.", "Item Reference", "Contract or Certificate No.", "Document Title"])
        [line] = [row for row in rows if row[3] == "供货合同"]
        self.assertEqual(line[2], "=1+1")
        cells = [cell for row in sheet.iter_rows() for cell in row]
        self.assertFalse([cell for cell in cells if cell.data_type == "f"], "no formula")
        with self.refused(AccessError):
            self.of("manager", question).read(["file"])

    def test_catalogue(self):
        second = self.document(name="补充协议", original="copy", pages=2, state="in_force")
        self.document(name="草稿")
        html = self.html("clerk", "report_document_catalogue", self.archive)
        for words in (
            "Catalogue of the File",
            self.archive.number,
            "供货合同",
            "补充协议",
            "2 documents, 9 pages",
            "Copy",
        ):
            self.assertIn(words, html)
        self.assertNotIn("草稿", html)
        self.assertLess(html.index("0001"), html.index(second.item_number))
        self.assertIn("补充协议", self.html("clerk", "report_partner_document_catalogue", self.archived))
        for role in ("colleague", "employee"):
            with self.subTest(role=role), self.refused(AccessError):
                self.html(role, "report_document_catalogue", self.archive)

    def test_register_of_loans(self):
        loan = self.env_of("employee")["customer.archive.loan"].request_loan(
            "Check the price", kind="paper", archive_id=self.archive.id, document_ids=self.contract.ids
        )
        self.of("leader", loan).action_approve()
        html = self.html("archivist", "report_archive_register", self.question("archivist", kind="loan"))
        for words in (
            "Register of Loans",
            loan.name,
            self.archive.number,
            "0001 供货合同",
            "Employee",
            "Check the price",
        ):
            self.assertIn(words, html)
        html = self.html("auditor", "report_archive_register", self.question("auditor", kind="loan"))
        self.assertIn(loan.name, html)
        self.assertNotIn("供货合同", html)
        self.assertNotIn("北京同仁堂", html)
        self.assertNotIn(
            loan.name, self.html("colleague", "report_archive_register", self.question("colleague", kind="loan"))
        )
        with self.refused(AccessError):
            self.html("auditor", "report_archive_register", self.question("auditor", kind="contract"))

    def test_labels(self):
        html = self.html("clerk", "report_document_label", self.contract)
        self.assertIn(self.contract.item_reference, html)
        self.assertIn("data:image/png", html)
        with self.refused(UserError, "no number yet"):
            self.html("clerk", "report_document_label", self.document())

    def test_card(self):
        section = self.env.ref("customer_archive.section_documents")
        self.archive.category_id.section_ids |= section
        html = self.html("clerk", "report_archive_card", self.archive)
        self.assertIn("供货合同", html)

    def test_pdf(self):
        reports = self.env_of("archivist", force_report_rendering=True)["ir.actions.report"]
        question = self.question("archivist")
        with self.allow_pdf_render():
            for name, record in (
                ("archive_register_report", question),
                ("document_catalogue_report", self.archive),
                ("document_label_report", self.contract),
            ):
                pdf, _kind = reports._render_qweb_pdf(f"customer_archive.{name}", record.ids)
                self.assertTrue(pdf.startswith(b"%PDF"), name)
