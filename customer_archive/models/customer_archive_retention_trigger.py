from odoo import fields, models


class CustomerArchiveRetentionTrigger(models.Model):
    """A fact that starts a retention clock. Where its day comes from is said in code, by its code (product.md R2)."""

    _name = "customer.archive.retention.trigger"
    _description = "Retention Trigger"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    description = fields.Char(translate=True)

    _code_unique = models.UniqueIndex("(code)", "Another trigger has this code.")
