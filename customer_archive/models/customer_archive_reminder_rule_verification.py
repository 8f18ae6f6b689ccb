"""The dates of verifications are reminded of like all others: the owner, then the leader, then the archivists (Q1)."""

from odoo import api, models

from .customer_archive_reminder_rule_source import Source


class CustomerArchiveReminderRule(models.Model):
    _inherit = "customer.archive.reminder.rule"

    @api.model
    def _all_sources(self):
        return {
            **super()._all_sources(),
            "verification": Source(
                self.env._("Verification of the customer's data"),
                "customer.archive",
                "next_verification_on",
                "id",
                lasting=True,
            ),
        }
