"""Holds: what keeps archives from being destroyed (product.md R4)."""

from odoo import api, fields, models

KINDS = [
    ("manual", "By Hand"),
    ("receivable", "Unpaid Invoice"),
    ("contract", "Contract in Force"),
    ("order", "New Order"),
    ("request", "Open Request"),
    ("finding", "Open Finding"),
]
STATES = [
    ("active", "In Force"),
    ("lifting", "To Be Lifted"),
    ("lifted", "Lifted"),
]


class CustomerArchiveHold(models.Model):
    """A matter for which archives must not be destroyed, whatever their clocks say."""

    _name = "customer.archive.hold"
    _description = "Hold"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "placed_on desc, id desc"

    name = fields.Char("Matter", required=True, tracking=True, help="The lawsuit, inspection or dispute it is for.")
    kind = fields.Selection(KINDS, required=True, default="manual", readonly=True, copy=False)
    authority = fields.Char(tracking=True, help="The court, office or department that asks for it, with its reference.")
    reason = fields.Text(required=True)
    review_on = fields.Date("Review on", tracking=True, index="btree_not_null", help="When to ask whether it is over.")
    state = fields.Selection(
        STATES, "Status", required=True, default="active", readonly=True, copy=False, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", "Fonds", required=True, readonly=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    placed_by_id = fields.Many2one(
        "res.users", "Placed by", readonly=True, copy=False, default=lambda self: self.env.user, ondelete="restrict"
    )
    placed_on = fields.Date("Placed", readonly=True, copy=False, default=lambda self: self.env.company._archive_today())
    confirmed_by_id = fields.Many2one("res.users", "Confirmed by", readonly=True, copy=False, ondelete="restrict")
    lift_asked_by_id = fields.Many2one("res.users", "Lifting Asked by", readonly=True, copy=False, ondelete="restrict")
    lifted_by_id = fields.Many2one("res.users", "Lifted by", readonly=True, copy=False, ondelete="restrict")
    lifted_on = fields.Date("Lifted", readonly=True, copy=False)
    lift_reason = fields.Text("Reason of the Lifting", readonly=True, copy=False)
    line_ids = fields.One2many("customer.archive.hold.line", "hold_id", "Archives", copy=False)
    archive_count = fields.Integer("Archives Held", compute="_compute_archive_count", exportable=False)

    @api.depends("line_ids")
    def _compute_archive_count(self):
        counts = dict(
            self.env["customer.archive.hold.line"]._read_group([("hold_id", "in", self.ids)], ["hold_id"], ["__count"])
        )
        for hold in self:
            hold.archive_count = counts.get(hold, 0)
