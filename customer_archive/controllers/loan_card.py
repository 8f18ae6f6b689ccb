"""The archive card of a loan, for borrowers whose role opens no card (product.md A3)."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request


class LoanCard(http.Controller):
    # Not read-only: each reading leaves a line in the register.
    @http.route("/customer_archive/loan/<int:loan_id>/card", type="http", auth="user", methods=["GET"])
    def card(self, loan_id, **_kwargs):
        """The card while the loan runs, for its borrower. Everybody else gets one and the same answer."""
        loan = request.env["customer.archive.loan"].browse(loan_id)
        try:
            html = loan._render_card() if loan_id < 2**31 and loan.exists() else None
        except AccessError:
            html = None
        if html is None:
            raise NotFound()
        return request.make_response(
            html, headers=[("Cache-Control", "no-store"), ("Content-Security-Policy", "script-src 'none'")]
        )
