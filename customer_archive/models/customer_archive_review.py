from odoo import fields, models


class CustomerArchive(models.Model):
    """The day on which somebody should look through the archive again."""

    _inherit = "customer.archive"

    next_review_on = fields.Date(
        "Next Review",
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="When somebody should look through the archive again. Whom it concerns is reminded in time.",
    )
