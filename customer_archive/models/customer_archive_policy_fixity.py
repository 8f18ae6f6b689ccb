from odoo import fields, models


class CustomerArchivePolicy(models.Model):
    _inherit = "customer.archive.policy"

    fixity_days = fields.Integer(
        "Files Are Checked Every (Days)",
        default=30,
        tracking=True,
        help="So often the checksum of each filed file is compared with that of when it was added.",
    )

    _fixity_days_positive = models.Constraint("CHECK (fixity_days > 0)", "Files are checked every day at most.")
