from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .customer_archive_category import fits_in_numbers


class CrmTeam(models.Model):
    _inherit = "crm.team"

    archive_unit_code = fields.Char(
        "Archive Code", help="Stands for the team in archive numbers whose template has the token {unit}."
    )

    @api.constrains("archive_unit_code")
    def _check_archive_unit_code(self):
        for team in self:
            if team.archive_unit_code and not fits_in_numbers(team.archive_unit_code):
                raise ValidationError(
                    self.env._(
                        "The archive code “%s” can't be used in archive numbers: letters, digits, - and . only. "
                        "Good: HB",
                        team.archive_unit_code,
                    )
                )

    # Who leads a team decides who reaches its customers (customer_archive_access.py, _teams_of).

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        self.env.registry.clear_cache()
        return teams

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "member_ids", "crm_team_member_ids", "crm_team_member_all_ids", "active"} & vals.keys():
            self.env.registry.clear_cache()
        return result


class CrmTeamMember(models.Model):
    """Who belongs to a team decides, too."""

    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        self.env.registry.clear_cache()
        return members

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
