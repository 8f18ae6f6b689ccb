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
