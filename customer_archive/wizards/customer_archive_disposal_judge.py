from odoo import api, fields, models

from ..models.customer_archive_disposal_line import OUTCOMES


class CustomerArchiveDisposalJudge(models.TransientModel):
    """Asks an appraiser for one opinion, with its reason, on the selected lines."""

    _name = "customer.archive.disposal.judge"
    _description = "Opinion on Lines of a Disposal List"

    line_ids = fields.Many2many(
        "customer.archive.disposal.line",
        "customer_archive_disposal_judge_line_rel",
        "judge_id",
        "line_id",
        "Lines",
        required=True,
    )
    line_count = fields.Integer("Number of Lines", compute="_compute_line_count")
    opinion = fields.Selection(OUTCOMES, "My Opinion", required=True, default="destroy")
    reason = fields.Char(required=True, help="Kept for ever with the list. No names of customers.")
    keep_until = fields.Date("New Period until", help="After the legal minimum, and in the future.")
    keep_for_ever = fields.Boolean("Keep for Ever")

    @api.depends("line_ids")
    def _compute_line_count(self):
        for judge in self:
            judge.line_count = len(judge.line_ids)

    def action_apply(self):
        self.ensure_one()
        self.line_ids._judge(self.opinion, self.reason, self.keep_until, self.keep_for_ever)
        return {"type": "ir.actions.act_window_close"}
