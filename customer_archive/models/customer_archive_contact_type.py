from odoo import fields, models

DIRECTIONS = [("out", "To the Customer"), ("in", "From the Customer"), ("none", "Together")]


class CustomerArchiveContactType(models.Model):
    """A way of being in touch with customers: by telephone, at a meeting (product.md L1)."""

    _name = "customer.archive.contact.type"
    _description = "Type of Contact"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="By this the program knows the type: phone, email, meeting, visit, message, letter, other.",
    )
    icon = fields.Char(
        required=True, default="fa-comment-o", help="Name of a FontAwesome icon, e.g. fa-phone, shown before the line."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    direction = fields.Selection(
        DIRECTIONS, "Usual Direction", required=True, default="out", help="Proposed for new lines of this type."
    )
    activity_type_ids = fields.Many2many(
        "mail.activity.type",
        string="Written when Done",
        help="When somebody marks an activity of one of these types as done on a customer, a line of this type is "
        "written into the contact log, with what was noted about the activity.",
    )

    _code_unique = models.UniqueIndex("(code)", "Another type of contact has this code. Choose another code.")
