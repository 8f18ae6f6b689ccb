"""What retention reminds of: archives that can be sealed, and those that privacy wants to be dealt with."""

from odoo import api, models

from .customer_archive_reminder_rule_source import Source


class CustomerArchiveReminderRule(models.Model):
    _inherit = "customer.archive.reminder.rule"

    @api.model
    def _all_sources(self):
        _ = self.env._
        return {
            **super()._all_sources(),
            "seal_due": Source(
                _("Inactive archive can be sealed"),
                "customer.archive",
                "retention_seal_on",
                "id",
                where=(("state", "=", "inactive"),),
                lasting=True,
            ),
            "retention_end": Source(
                _("Latest day of destruction"), "customer.archive", "retention_maximum_on", "id", lasting=True
            ),
        }
