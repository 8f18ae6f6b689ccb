"""Asks which register is wanted, of which time, on paper or as a spreadsheet (product.md R10)."""

import base64
import io

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

EXPORT = "base.group_allow_export"


class CustomerArchiveRegisterPrint(models.TransientModel):
    _name = "customer.archive.register.print"
    _description = "Print a Register"

    kind = fields.Selection(
        [
            ("contract", "Contract Register"),
            ("licence", "Register of Licences and Certificates"),
            ("loan", "Register of Loans"),
        ],
        "Register",
        required=True,
        default="contract",
    )
    date_from = fields.Date("From", help="Contracts by the day of signing, licences by their date, loans by the day.")
    date_until = fields.Date("Until")
    in_force_only = fields.Boolean("Only What Is in Force", help="Of loans: only those that are lent.")
    file = fields.Binary(readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)

    @api.constrains("date_from", "date_until")
    def _check_period(self):
        for question in self:
            if question.date_from and question.date_until and question.date_until < question.date_from:
                raise UserError(self.env._("The period ends before it begins. Change one of the two days."))

    # -- what is printed ------------------------------------------------------------------------------------

    def _records(self):
        """The rows of the register, as far as the user sees them."""
        self.ensure_one()
        if self.kind == "loan":
            domain = self._period("create_date")
            if self.in_force_only:
                domain.append(("state", "=", "open"))
            return self.env["customer.archive.loan"].search(domain, order="id")
        field = "signed_on" if self.kind == "contract" else "date"
        domain = [("register", "=", self.kind), ("state", "!=", "draft"), *self._period(field)]
        if self.in_force_only:
            domain.append(("state", "=", "in_force"))
        return self.env["customer.archive.document"].search(domain, order=f"{field}, id")

    def _period(self, field):
        domain = []
        if self.date_from:
            domain.append((field, ">=", self.date_from))
        if self.date_until and field == "create_date":
            domain.append((field, "<", fields.Date.add(self.date_until, days=1)))
        elif self.date_until:
            domain.append((field, "<=", self.date_until))
        return domain

    def _page(self):
        """Titles and lines (report/customer_archive_document_print.py)."""
        prints = self.env["customer.archive.document.print"]
        records = self._records()
        if self.kind == "loan":
            return prints._loans_page(records, note=self._note())
        return prints._ledger_page(records, self.kind, note=self._note())

    def _note(self):
        """The period in words."""
        if not (self.date_from or self.date_until):
            return ""
        begin, end = (format_date(self.env, day) if day else "…" for day in (self.date_from, self.date_until))
        return self.env._("From %(begin)s until %(end)s", begin=begin, end=end)

    # -- buttons --------------------------------------------------------------------------------------------

    def action_print(self):
        self.ensure_one()
        return self.env.ref("customer_archive.archive_register_report").report_action(self)

    def action_xlsx(self):
        """The same as a spreadsheet, for those who may export."""
        self.ensure_one()
        if not self.env.user.has_group(EXPORT):
            raise AccessError(
                self.env._("You may print the register, but not export it. Ask an administrator for that right.")
            )
        page = self._page()
        self.write({"file": base64.b64encode(self._workbook(page)), "file_name": f"{page['title']}.xlsx"})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.file_name}?download=true",
            "target": "self",
        }

    @api.model
    def _workbook(self, page):
        """One sheet: titles, then the lines. Everything is text, so that no cell is taken for a formula."""
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet(page["title"][:31])
            bold = book.add_format({"bold": True, "bg_color": "#f1f3f5", "border": 1, "text_wrap": True})
            plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
            for column, (title, width) in enumerate(page["columns"]):
                sheet.set_column(column, column, max(6, width * 1.6))
                sheet.write_string(0, column, title, bold)
            for row, line in enumerate(page["lines"], 1):
                for column, cell in enumerate(line["cells"]):
                    sheet.write_string(row, column, str(cell or ""), plain)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, len(page["lines"]), len(page["columns"]) - 1)
        return stream.getvalue()
