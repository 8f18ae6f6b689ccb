"""The page on which a customer looks through their own data (product.md Q2). Nobody is logged in here.

The token in the address is what lets in, so there is no session whose rights a forged form could borrow: hence no
CSRF token, which telephones that keep no cookies could not send back.
"""

from odoo import http
from odoo.exceptions import LockError
from odoo.http import request

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'",
}


class VerifyController(http.Controller):
    @http.route(
        "/customer_archive/verify/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def verify(self, token, **form):
        """The customer's page; one and the same answer for every link that does not work, whatever the reason."""
        found, tries, digest = self._find(token)
        if not found:
            if found is not None:
                tries._note(digest)
            return self._render("customer_archive.verify_closed", status=404)
        request.update_context(lang=found.lang)
        found = found.with_context(lang=found.lang)
        wrong = {}
        if request.httprequest.method == "POST":
            try:
                wrong = found._answer(form, request.httprequest.remote_addr)
            except LockError:  # answered meanwhile, or at this very moment
                return self._render("customer_archive.verify_closed", status=404)
            if not wrong:
                return self._render("customer_archive.verify_thanks", request_number=found.item_number)
        elif not found.opened_at:
            found._governed().opened_at = request.env.cr.now()
        return self._render(
            "customer_archive.verify_page",
            questions=found._questions(),
            intro=found._intro(),
            outro=found._outro(),
            wrong=wrong,
            form=form,
        )

    def _find(self, token):
        """(the request, an empty one for a bad link, None for too many tries; the register of tries; the address)."""
        requests = request.env["customer.archive.verification.request"]
        tries = request.env["customer.archive.verification.try"].sudo()  # a counter, no user's data
        digest = requests._address_digest(request.httprequest.remote_addr)
        if tries._is_blocked(digest):
            return None, tries, digest
        return requests._find(token), tries, digest

    def _render(self, template, status=200, **values):
        response = request.render(template, values, status=status)
        response.headers.update(HEADERS)
        return response
