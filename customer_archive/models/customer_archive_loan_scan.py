"""What a scanned label asks for: the paper goes out, or comes back (product.md C8, D3)."""

from urllib.parse import unquote, urlsplit

from odoo import api, models

from ..tools.normalise import fold_width

SCAN_PATH = "/customer_archive/scan/"


class CustomerArchiveLoan(models.Model):
    _inherit = "customer.archive.loan"

    @api.model
    def scan(self, code):
        """What to do with the bag, the document or the loan slip whose code was scanned or typed.

        Says nothing of archives beyond what asking for a loan says: numbers have no gaps.

        :param code: the address in the QR code, or the number below it, or a loan's number
        :return: {"found": bool, "message": str, "action": the dialog that borrows or takes back, or False}
        """
        self.check_access("read")
        text = self._clean_code(code)
        loan = self.search([("name", "=", text), ("state", "in", ("requested", "open"))], limit=1) if text else self
        if loan:
            return self._scan_answer(loan, self.env["customer.archive.document"], loan.name)
        document = self._document_of_text(text)
        archive = self._look_for_archive(number=text) if text else self.env["customer.archive"]
        if not archive:
            return {
                "found": False,
                "message": self.env._("“%s”: no such number in your company.", text[:60]),
                "action": False,
            }
        if super()._archive_of_text(text):
            document = document.browse()
        out = document._paper_loan() if document else self.sudo()._bag_loans(archive)[:1]  # whether it is out
        if out:
            return self._scan_answer(out.with_env(self.env), document, text)
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_loan_request_action")
        action["context"] = {"default_target": text, "default_kind": "paper", "archive_scan": True}
        return {"found": True, "message": self.env._("%s: is in its place.", text), "action": action}

    @api.model
    def _clean_code(self, code):
        """The number in what a scanner reads: labels hold an address."""
        text = fold_width(code).strip() if isinstance(code, str) else ""
        if "\x00" in text or len(text) > 1000:
            return ""
        try:
            path = urlsplit(text).path if "://" in text else text
        except ValueError:
            return ""
        _before, found, number = path.partition(SCAN_PATH)
        number = unquote(number).strip() if found else text
        return "" if "\x00" in number else number

    def _scan_answer(self, loan, document, text):
        """The paper is out, or a loan's slip was scanned: take it back where the user may, else say so."""
        known = loan.sudo()  # decides; who may not see the loan learns only that the paper is out
        if known.state == "open" and known.takes_paper and loan._may_take_back(self.env.user):
            return {
                "found": True,
                "message": self.env._("%s: is lent.", text),
                "action": loan._return_dialog(document),
            }
        if loan.has_access("read"):
            return {
                "found": True,
                "message": self.env._("%(code)s: see the loan %(loan)s.", code=text, loan=loan.name),
                "action": {
                    "type": "ir.actions.act_window",
                    "res_model": self._name,
                    "res_id": loan.id,
                    "views": [(False, "form")],
                },
            }
        return {
            "found": True,
            "message": self.env._("%s: is lent at the moment. Ask the archivist who has it.", text),
            "action": False,
        }

    def _return_dialog(self, document):
        """The dialog that takes paper back: one document, or all that is out by this loan."""
        action = self._step_dialog("return", self.env._("Take Paper back"))
        if self.sudo().single_documents and document:  # which dialog; the step checks who takes it
            action["context"]["default_document_id"] = document.id
        return action
