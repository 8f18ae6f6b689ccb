from odoo import api, fields, models

from .customer_archive_access_table import DIFFERENCES_SHOWN


class CustomerArchiveAccessCheck(models.Model):
    """What the nightly comparison of the access table with the archives found."""

    _name = "customer.archive.access.check"
    _description = "Check of the Access Table"
    _order = "id desc"
    _rec_name = "create_date"

    protected_count = fields.Integer("Protected Contacts", readonly=True)
    difference_count = fields.Integer("Differences", readonly=True)
    difference_ids = fields.Char("Of the Contacts", readonly=True, help="Database ids of the first contacts concerned.")

    @api.model
    def _record(self, wrong):
        shown = ", ".join(map(str, wrong[:DIFFERENCES_SHOWN]))
        return self.create(
            {
                "protected_count": self.env["customer.archive.access"].search_count([]),
                "difference_count": len(wrong),
                "difference_ids": f"{shown}, …" if len(wrong) > DIFFERENCES_SHOWN else shown,
            }
        )
