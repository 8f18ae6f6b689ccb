from odoo import api, fields, models, tools


class CustomerArchiveSection(models.Model):
    """One section of the archive card (product.md C1). The code is what views and items refer to."""

    _name = "customer.archive.section"
    _description = "Section of the Archive Card"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)

    _code_unique = models.Constraint("UNIQUE (code)", "Each section of the card has its own code.")

    @api.model
    @tools.ormcache("self.env.lang")
    def _names(self):
        """The sections in their order, for every card that is shown: {code: name in the reader's language}."""
        return {section.code: section.name for section in self.sudo().search([], limit=100)}  # the same for everybody

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)
