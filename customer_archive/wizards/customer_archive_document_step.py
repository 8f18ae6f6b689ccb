from odoo import fields, models


class CustomerArchiveDocumentStep(models.TransientModel):
    """Asks for what a step of a document needs: the reason, the day."""

    _name = "customer.archive.document.step"
    _description = "Step of an Archive Document"

    document_ids = fields.Many2many("customer.archive.document", string="Documents", required=True)
    file_id = fields.Many2one("customer.archive.document.file", "File", readonly=True)
    step = fields.Selection(
        [("terminate", "Terminate"), ("reset", "Back to Draft"), ("accept", "Accept Finding")], required=True
    )
    on = fields.Date("Ended on", default=fields.Date.context_today)
    reason = fields.Char(required=True, help="Kept in the history of the document.")

    def action_apply(self):
        self.ensure_one()
        if self.step == "terminate":
            self.document_ids.action_terminate(self.reason, self.on)
        elif self.step == "reset":
            self.document_ids.action_reset_to_draft(self.reason)
        else:
            self.file_id.accept_finding(self.reason)
        return {"type": "ir.actions.act_window_close"}
