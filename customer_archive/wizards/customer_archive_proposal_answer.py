from odoo import api, fields, models


class CustomerArchiveProposalAnswer(models.TransientModel):
    """Asks before a change is accepted that was overtaken, and for the reason when one is refused."""

    _name = "customer.archive.proposal.answer"
    _description = "Answer to a Proposed Change"

    line_id = fields.Many2one(
        "customer.archive.proposal.line", "Change", required=True, readonly=True, ondelete="cascade"
    )
    answer = fields.Selection([("accept", "Accept Anyway"), ("refuse", "Refuse")], required=True, readonly=True)
    label = fields.Char(related="line_id.label", related_sudo=False)
    old_text = fields.Text(related="line_id.old_text", related_sudo=False)
    new_text = fields.Text(related="line_id.new_text", related_sudo=False)
    current_text = fields.Text(related="line_id.current_text", related_sudo=False)
    reason = fields.Char(help="The proposer reads it.")
    seen_value = fields.Json(groups=fields.NO_ACCESS, help="The value of now as it was shown.")

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create([{name: vals[name] for name in vals.keys() - {"seen_value"}} for vals in vals_list])
        for answer in answers:
            answer.line_id.check_access("read")
            answer.sudo().seen_value = {"value": answer.sudo().line_id._current()}  # compared later, never shown
        return answers

    def action_apply(self):
        """Carry out the answer; the line checks who may."""
        self.ensure_one()
        if self.answer == "refuse":
            self.line_id._refuse(self.reason)
        else:
            self.line_id._accept(seen=self.sudo().seen_value)  # compared only
        return {"type": "ir.actions.act_window_close"}
