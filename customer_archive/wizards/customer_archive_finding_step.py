from odoo import api, fields, models


class CustomerArchiveFindingStep(models.TransientModel):
    """Asks what was done about a finding, or what its re-check showed."""

    _name = "customer.archive.finding.step"
    _description = "Step of a Finding"

    finding_id = fields.Many2one("customer.archive.finding", "Finding", required=True, ondelete="cascade")
    step = fields.Selection(
        [("measure", "What Was Done"), ("passed", "It Is Mended"), ("failed", "It Is Not Mended")], required=True
    )
    # As the user: whoever names a finding that is none of theirs is shown nothing of it.
    subject = fields.Char(related="finding_id.subject", related_sudo=False)
    description = fields.Text(related="finding_id.description", related_sudo=False)
    measure = fields.Text(related="finding_id.measure", related_sudo=False)
    text = fields.Text()
    deadline = fields.Date("New Deadline", compute="_compute_deadline", compute_sudo=False, store=True, readonly=False)

    @api.depends("finding_id", "step")
    def _compute_deadline(self):
        for dialog in self:
            finding = dialog.finding_id
            dialog.deadline = finding and fields.Date.add(finding._today(), days=finding._days_given())

    def action_apply(self):
        """The step itself asks who may take it."""
        self.ensure_one()
        if self.step == "measure":
            self.finding_id.take_measure(self.text)
        else:
            self.finding_id.recheck(self.step == "passed", self.text, self.deadline)
        return {"type": "ir.actions.act_window_close"}
