from odoo import fields, models


class CustomerArchiveLoan(models.Model):
    """Approved, time-limited access to one archive, and the borrowing of its paper (product.md A3, D3)."""

    _name = "customer.archive.loan"
    _description = "Loan of a Customer Archive"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    name = fields.Char("Loan Number", readonly=True, copy=False, index=True)
    archive_id = fields.Many2one("customer.archive", "Archive", required=True, ondelete="restrict", index=True)
    user_id = fields.Many2one(
        "res.users", "Borrower", required=True, ondelete="restrict", default=lambda self: self.env.user
    )
    gives_access = fields.Boolean("On Screen", default=True)
    state = fields.Selection(
        [("requested", "Requested"), ("open", "Lent"), ("closed", "Returned"), ("refused", "Refused")],
        required=True,
        default="requested",
        readonly=True,
        copy=False,
    )
    opened_at = fields.Datetime("Lent", readonly=True, copy=False)
    due_at = fields.Datetime("Due", required=True)

    _user_state = models.Index("(user_id, state, due_at)")
