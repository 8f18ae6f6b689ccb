from odoo import api, models


class IrFieldsConverter(models.AbstractModel):
    """While customers are imported, a name in a relational column is looked up once, not once for each row."""

    _inherit = "ir.fields.converter"

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        memo = self.env.context.get("archive_import_memo")
        creating = self.env.context.get("name_create_enabled_fields") or {}
        # Partners may stand in the file itself; what is created for a row may be rolled back with it.
        if memo is None or subfield is not None or field.comodel_name == "res.partner" or field.name in creating:
            return super().db_id_for(model, field, subfield, value, savepoint)
        key = (field.comodel_name, field.name, value)
        if key not in memo:
            memo[key] = super().db_id_for(model, field, subfield, value, savepoint)
        found, warnings = memo[key]
        return found, list(warnings)
