from odoo import api, models

from odoo.addons.customer_archive.models.customer_archive_access import Link

# What whoever keeps the books must see in full.
LEDGER = {
    "account.move",
    "account.move.line",
    "account.payment",
    "account.bank.statement.line",
    "account.analytic.line",
    "account.invoice.report",
}
LEDGER_GROUPS = ("account.group_account_readonly", "account.group_account_manager")
BILLING_GROUPS = ("account.group_account_invoice", "account.group_account_readonly")


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _customer_links(self):
        return {
            **super()._customer_links(),
            "account.move": Link("partner_id"),
            "account.move.line": Link("partner_id"),
            "account.payment": Link("partner_id"),
            "account.bank.statement.line": Link("partner_id"),
            "account.invoice.report": Link("partner_id"),
            "account.analytic.line": Link("partner_id"),
            "account.analytic.account": Link("partner_id"),
            "account.analytic.distribution.model": Link("partner_id"),
            # Of modules that come with invoicing: online payments, letters.
            "payment.transaction": Link("partner_id"),
            "payment.token": Link("partner_id"),
            "snailmail.letter": Link("partner_id"),
        }

    @api.model
    def _billing_groups(self):
        return (*super()._billing_groups(), *BILLING_GROUPS)

    @api.model
    def _is_ledger_reader(self, model_name, mode):
        """Accountants see every entry, or the books would not add up; customers' names stay masked for them."""
        return super()._is_ledger_reader(model_name, mode) or (
            model_name in LEDGER and any(self.env.user.has_group(group) for group in LEDGER_GROUPS)
        )
