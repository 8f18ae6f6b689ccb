from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    archive_fonds_code = fields.Char(related="company_id.archive_fonds_code", readonly=False)
    archive_auto_open = fields.Boolean(related="company_id.archive_auto_open", readonly=False)
    archive_company_category_id = fields.Many2one(related="company_id.archive_company_category_id", readonly=False)
    archive_person_category_id = fields.Many2one(related="company_id.archive_person_category_id", readonly=False)
    archive_preference_days = fields.Integer(related="company_id.archive_preference_days", readonly=False)
