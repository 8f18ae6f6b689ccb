from odoo import fields, models


class CustomerArchivePolicy(models.Model):
    _inherit = "customer.archive.policy"

    merge_undo_days = fields.Integer(
        "Merges Can Be Undone for (Days)",
        default=30,
        tracking=True,
        help="So many days a merge of customers can be undone. 0: only on the same day.",
    )

    _merge_undo_days_positive = models.Constraint("CHECK (merge_undo_days >= 0)", "The days are 0 or more.")
