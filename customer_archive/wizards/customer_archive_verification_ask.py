from odoo import fields, models
from odoo.exceptions import UserError

from ..models.customer_archive_verification_request import USUAL_DAYS


class CustomerArchiveVerificationAsk(models.TransientModel):
    """Makes the link by which a customer looks through their own data, and sends it or shows it once (Q2)."""

    _name = "customer.archive.verification.ask"
    _description = "Ask the Customer"

    archive_id = fields.Many2one("customer.archive", "Archive", required=True, readonly=True)
    partner_id = fields.Many2one(related="archive_id.partner_id", string="Customer")
    email = fields.Char(related="archive_id.partner_id.email")
    days = fields.Integer("Good for (Days)", required=True, default=USUAL_DAYS)
    # Shown once and kept nowhere.
    link = fields.Char(store=False, readonly=True)
    qr = fields.Binary("QR Code", store=False, readonly=True)

    def action_mail(self):
        """Send the link to the customer's address, in the customer's language."""
        self.ensure_one()
        if not self.archive_id.partner_id.email:
            raise UserError(
                self.env._(
                    "%s has no e-mail address. Show the QR code instead, or enter the address first.",
                    self.archive_id.partner_id.display_name,
                )
            )
        request, link = self.env["customer.archive.verification.request"]._ask(self.archive_id, days=self.days)
        # sudo: the sender may write the customer, which was checked; the mail holds the link and no data
        template = self.env.ref("customer_archive.mail_template_verification").sudo()
        template.with_context(verification_link=link).send_mail(request.id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The link was sent to the customer."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_qr(self):
        """Show the link and its QR code: for the customer who stands in front of you, or for a chat."""
        self.ensure_one()
        requests = self.env["customer.archive.verification.request"]
        _request, link = requests._ask(self.archive_id, days=self.days, way="qr")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link for the Customer"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(self.env.ref("customer_archive.customer_archive_verification_ask_view_form_link").id, "form")],
            "target": "new",
            "context": {
                "default_archive_id": self.archive_id.id,
                "default_link": link,
                "default_qr": requests._qr(link).decode(),
            },
        }


class CustomerArchiveVerificationCancel(models.TransientModel):
    """Asks why a verification is broken off."""

    _name = "customer.archive.verification.cancel"
    _description = "Break Off a Verification"

    verification_id = fields.Many2one("customer.archive.verification", required=True, readonly=True)
    reason = fields.Char(required=True, help="Kept with the verification.")

    def action_apply(self):
        self.ensure_one()
        self.verification_id.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
