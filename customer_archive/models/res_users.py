from odoo import api, models

from .customer_archive import GOVERNED


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.constrains("partner_id", "group_ids", "active")
    def _check_partner_has_no_archive(self):
        internal = self.filtered(lambda user: not user.share)  # not _is_internal: its cache is emptied later
        internal.partner_id._archive_check_not_internal()

    @api.model_create_multi
    def create(self, vals_list):
        # The partner is made before the user exists, so it would look like a new customer.
        users = super(ResUsers, self.with_context(archive_no_auto_open=GOVERNED)).create(vals_list)
        return users.with_env(self.env)


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.constrains("user_ids", "implied_ids")
    def _check_users_have_no_archive(self):
        """Users become internal through their groups as well, from the other side of the same relation."""
        # sudo: existence only; whoever edits groups is an administrator
        archived = self.env["res.users"].sudo().search([("partner_id.archive_id", "!=", False), ("share", "=", False)])
        archived.partner_id._archive_check_not_internal()
