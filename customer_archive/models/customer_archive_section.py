from odoo import fields, models


class CustomerArchiveSection(models.Model):
    """One section of the archive card (product.md C1). The code is what views and items refer to."""

    _name = "customer.archive.section"
    _description = "Section of the Archive Card"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)

    _code_unique = models.Constraint("UNIQUE (code)", "Each section of the card has its own code.")
