from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

LOCK_DAYS = 7


class CustomerArchiveCategory(models.Model):
    """After how many days the lines of the contact log lock (product.md L3)."""

    _inherit = "customer.archive.category"

    log_lock_days = fields.Integer(
        "Contact Log Locks after (Days)",
        help="So many days after it was written, a line of the contact log can't be changed any more: corrections are "
        "new lines. 0: as in the parent category; 7 days where none says otherwise. A change holds for lines that are "
        "written from then on.",
    )

    @api.constrains("log_lock_days")
    def _check_log_lock_days(self):
        for category in self:
            if category.log_lock_days < 0:
                raise ValidationError(
                    self.env._(
                        "%s: the number of days until the contact log locks can't be negative. "
                        "Enter 0 for what the parent category says.",
                        category.display_name,
                    )
                )

    @api.model
    @tools.ormcache()
    def _log_lock_days(self):
        """{category id: days until a line locks}, as each category or the nearest above it says."""
        return self._inherited("log_lock_days", LOCK_DAYS)

    def write(self, vals):
        result = super().write(vals)
        if {"log_lock_days", "parent_id"} & vals.keys():
            self.env.registry.clear_cache()
        return result
