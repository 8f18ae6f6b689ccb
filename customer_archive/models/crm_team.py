from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    archive_unit_code = fields.Char(
        "Archive Code", help="Stands for the team in archive numbers whose template has the token {unit}."
    )
