from odoo import api, fields, models
from odoo.exceptions import UserError

from .res_partner import GROUP


class ResPartner(models.Model):
    """The level on the customer's card, and the door to change it for those who don't write archives otherwise."""

    _inherit = "res.partner"

    archive_level_term = fields.Char("Term of the Level", compute="_compute_archive_level_term", groups=GROUP)
    archive_level_changeable = fields.Boolean(
        compute="_compute_archive_level_changeable", groups=GROUP, exportable=False
    )

    @api.depends("archive_id.level_term")
    def _compute_archive_level_term(self):
        for partner in self:
            partner.archive_level_term = partner.archive_id.sudo().level_term  # whoever reads the customer reads it

    @api.depends("archive_id", "archive_guard")
    @api.depends_context("uid")
    def _compute_archive_level_changeable(self):
        scope = self.env["customer.archive.access"]._scope()
        for partner in self:
            guard = partner.archive_id and partner._archive_get_guard()
            partner.archive_level_changeable = bool(guard and scope.writes(guard))

    def action_change_level(self):
        """“Change Level” of the customer's archive."""
        self.check_access("read")
        if not self.archive_id:
            raise UserError(self.env._("There is no archive whose level could be changed: open one first."))
        return self.archive_id.action_change_level()
