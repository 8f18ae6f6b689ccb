"""From paper to screen: the address in the QR codes of labels and cards (product.md C8)."""

from odoo import http
from odoo.http import request

from ..models.res_partner import GROUP
from ..tools.normalise import fold_width

FORM_URL = "/odoo/action-customer_archive.customer_archive_action/%d"
DOCUMENT_URL = "/odoo/action-customer_archive.customer_archive_document_action/%d"


class ArchiveScan(http.Controller):
    @http.route("/customer_archive/scan/<path:number>", type="http", auth="user", methods=["GET"], readonly=True)
    def scan(self, number, **_kwargs):
        """Open the archive with that number, its present or a former one, or the document, for those who may read it.

        Everybody else gets one and the same answer, whether such a number exists or not: a number may not be
        used to find out who is a customer.
        """
        archive = self._find_archive(number)
        document = request.env["customer.archive.document"] if archive else self._find_document(number)
        if archive:
            response = request.redirect(FORM_URL % archive.id)
        elif document:
            response = request.redirect(DOCUMENT_URL % document.id)
        else:
            response = request.render("customer_archive.scan_not_open", {}, status=404)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _find_archive(self, number):
        """The archive as far as the user may read it: one search under the rules of archives and numbers."""
        Archive = request.env["customer.archive"]
        number = fold_width(number).strip()
        # PostgreSQL takes no NUL character: an error would answer differently from an unknown number.
        if not number or "\x00" in number or not request.env.user.has_group(GROUP):
            return Archive
        return Archive.search([("number_ids", "any", [("name", "=", number)])], limit=1)._filtered_access("read")

    def _find_document(self, number):
        """The same of a document, by the number on its label."""
        Document = request.env["customer.archive.document"]
        if "\x00" in number or not request.env.user.has_group(GROUP):
            return Document
        return Document._find_by_reference(number)._filtered_access("read")
