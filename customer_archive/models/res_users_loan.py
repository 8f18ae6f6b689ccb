from odoo import models


class ResUsers(models.Model):
    """Whoever leaves, or becomes an outsider, has nothing on loan any more."""

    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if {"active", "group_ids"} & vals.keys():
            gone = self.filtered(lambda user: not user.active or user.share)
            if gone:
                self.env["customer.archive.loan"]._end_of_leavers(gone)
        return result
