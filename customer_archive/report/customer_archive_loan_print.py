"""The loan slip (借阅单): the register's entry on paper, to be signed (product.md R10)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from .customer_archive_print import EMPTY


class ReportLoan(models.AbstractModel):
    """Reads everything as the user who prints: who may read the loan may print it."""

    _name = "report.customer_archive.report_loan"
    _description = "Loan Slip"
    _inherit = "customer.archive.card.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        if not docids:
            raise UserError(self.env._("Nothing is selected. Choose the loans that you want to print."))
        loans = self.env["customer.archive.loan"].browse(docids)
        loans.check_access("read")
        return {
            "docs": loans,
            "zoom": self._zoom(data),
            "slips": [self._slip(loan) for loan in loans],
            "printed": self.env._(
                "Printed on %(date)s by %(name)s",
                date=format_date(self.env, fields.Date.context_today(self)),
                name=self.env.user.name,
            ),
        }

    @api.model
    def _slip(self, loan):
        cells = [self._slip_cell(loan, name) for name in self._slip_fields(loan)]
        for cell in cells:
            cell["wide"] = cell["name"] in ("archive_id", "purpose", "refusal_reason", "condition_note")
        return {
            "number": loan.name,
            "fonds": loan.sudo().company_id.name,  # the name of the company
            "rows": self._rows(cells),
            "paper": loan.takes_paper,
        }

    @api.model
    def _slip_fields(self, loan):
        names = ["archive_id", "archive_number", "place", "user_id", "team_id", "purpose", "kind", "state"]
        names += ["document_text"] if loan.single_documents else []
        names += ["create_date", "wished_due_at", "approver_id", "decided_at", "opened_at", "due_at", "renewals"]
        names += ["refusal_reason"] if loan.state == "refused" else []
        names += ["returned_at"] if loan.returned_at else []
        names += ["received_by_id", "condition", "condition_note"] if loan.condition else []
        return names

    @api.model
    def _slip_cell(self, loan, name):
        field, value = loan._fields[name], loan[name]
        label = self.env._("Requested") if name == "create_date" else field._description_string(self.env)
        if field.type == "many2one":
            value = value.sudo().display_name  # as Odoo shows links: masked where the reader may not see the customer
        elif field.type == "selection":
            value = self._selection_label(loan, name)
        elif field.type == "datetime":
            value = format_datetime(self.env, value) if value else ""
        elif field.type == "integer":
            value = str(value)
        return {"name": name, "label": label, "value": value or EMPTY}
