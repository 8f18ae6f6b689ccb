"""The deadlines of findings are reminded of like all other dates (product.md Q5, L4)."""

from odoo import api, models

from .customer_archive_reminder_rule_source import Source


class CustomerArchiveReminderRule(models.Model):
    _inherit = "customer.archive.reminder.rule"

    @api.model
    def _all_sources(self):
        return {
            **super()._all_sources(),
            "finding": Source(
                self.env._("Deadline of a finding"),
                "customer.archive.finding",
                "deadline",
                responsible="responsible_id",
                where=(("state", "=", "open"),),
                named="name",
                lasting=True,
            ),
        }
