from odoo import fields, models


class CustomerArchive(models.Model):
    """Days that reminders look at and that have no other home."""

    _inherit = "customer.archive"

    next_review_on = fields.Date(
        "Next Review",
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="When somebody should look through the archive again. Whom it concerns is reminded in time.",
    )
