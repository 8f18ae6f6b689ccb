from odoo import http
from odoo.http import request

from ..models.customer_archive_destruction_export import FILE


class DestroyedRegister(http.Controller):
    @http.route("/customer_archive/destroyed.jsonl", type="http", auth="user", methods=["GET"], readonly=True)
    def download(self):
        """The register of destroyed archives, as the exported file has it; for archivists and auditors."""
        register = request.env["customer.archive.destruction"]
        register._check_reader()
        register._check_all_companies()
        text = register.with_context(allowed_company_ids=request.env.user.company_ids.ids)._export_text()
        return request.make_response(
            text,
            [
                ("Content-Type", "application/x-ndjson; charset=utf-8"),
                ("Content-Disposition", http.content_disposition(FILE)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )


class DisposalSheet(http.Controller):
    @http.route("/customer_archive/disposal/<int:disposal_id>.xlsx", type="http", auth="user", methods=["GET"])
    def sheet(self, disposal_id):
        """The disposal list as a spreadsheet, for whoever reads it and may export."""
        disposal = request.env["customer.archive.disposal"].browse(disposal_id)
        return request.make_response(
            disposal._xlsx(),
            [
                ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                ("Content-Disposition", http.content_disposition(f"{disposal.name}.xlsx")),
                ("Cache-Control", "no-store"),
            ],
        )
