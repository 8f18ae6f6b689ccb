"""Verifications in the customer's timeline: who looked through the data, on which day, with what outcome."""

from odoo import models

from .res_partner_timeline import TimelineSource


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _archive_timeline_sources(self):
        archives = self.archive_id._with_merged()
        return {
            **super()._archive_timeline_sources(),
            "verification": TimelineSource(
                "customer.archive.verification",
                [("archive_id", "in", archives.ids), ("state", "=", "done")],
                "done_on",
                self.env._("Verifications"),
                "fa-check-square-o",
            ),
        }


class CustomerArchiveVerification(models.Model):
    _inherit = "customer.archive.verification"

    def _archive_timeline_lines(self):
        """What the customer's timeline shows of these verifications."""
        return {
            verification.id: {
                "title": self.env._(
                    "%(fields)s fields, %(changed)s of them changed",
                    fields=verification.field_count,
                    changed=verification.changed_count,
                ),
                "text": verification.remark or "",
                "who": verification.done_by_id.name or "",
                "number": verification.item_number,
            }
            for verification in self
        }
