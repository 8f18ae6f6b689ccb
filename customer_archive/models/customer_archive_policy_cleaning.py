from odoo import fields, models


class CustomerArchivePolicy(models.Model):
    _inherit = "customer.archive.policy"

    cleaning_undo_days = fields.Integer(
        "Cleanings Can Be Undone for (Days)",
        default=30,
        tracking=True,
        help="So many days a cleaning that was applied can be undone. 0: only on the same day.",
    )

    _cleaning_undo_days_positive = models.Constraint("CHECK (cleaning_undo_days >= 0)", "The days are 0 or more.")
