from odoo import api, models

from .customer_archive import GOVERNED


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.constrains("partner_id", "group_ids", "active")
    def _check_partner_has_no_archive(self):
        internal = self.filtered(lambda user: user._is_internal())
        internal.partner_id._archive_check_not_internal()

    @api.model_create_multi
    def create(self, vals_list):
        # The partner is made before the user exists, so it would look like a new customer.
        users = super(ResUsers, self.with_context(archive_no_auto_open=GOVERNED)).create(vals_list)
        return users.with_env(self.env)
