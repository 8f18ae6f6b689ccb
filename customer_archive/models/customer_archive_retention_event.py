from odoo import fields, models

from .customer_archive_retention_line import GROUP_SELECTION

EVENTS = [
    ("started", "Started"),
    ("moved", "Moved"),
    ("stopped", "Stopped"),
    ("restarted", "Started Again"),
]


class CustomerArchiveRetentionEvent(models.Model):
    """What happened to a retention clock, for ever: a new order stops it or starts it anew (product.md R2)."""

    _name = "customer.archive.retention.event"
    _description = "Event of a Retention Clock"
    _log_access = False
    _order = "at desc, id desc"
    _rec_name = "kind"

    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="cascade", index=True
    )
    field_group = fields.Selection(GROUP_SELECTION, "Part of the Archive", required=True, readonly=True)
    kind = fields.Selection(EVENTS, "Event", required=True, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    before_on = fields.Date("Counted from (Before)", readonly=True)
    started_on = fields.Date("Counted from", readonly=True)
    minimum_on = fields.Date("Earliest Destruction", readonly=True)
    maximum_on = fields.Date("Latest Destruction", readonly=True)
