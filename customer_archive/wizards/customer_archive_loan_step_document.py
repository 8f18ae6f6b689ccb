from odoo import api, fields, models


class CustomerArchiveLoanStep(models.TransientModel):
    """Single documents come back one by one."""

    _inherit = "customer.archive.loan.step"

    line_ids = fields.One2many(related="loan_id.line_ids", related_sudo=False)
    # A number and no link: whoever takes paper back need not read the archive.
    document_id = fields.Integer("Lent Document")
    document_text = fields.Char("Document", compute="_compute_document_text")

    def _compute_document_text(self):
        for wizard in self:
            line = wizard.loan_id.line_ids.filtered(
                lambda line, wizard=wizard: line.sudo().document_id.id == wizard.document_id  # compares ids
            )
            wizard.document_text = line.document_text

    def action_apply(self):
        self.ensure_one()
        if self.step == "return" and self.document_id:
            self.loan_id.action_return_documents([self.document_id], self.condition, self.note)
            return {"type": "ir.actions.act_window_close"}
        return super().action_apply()


class CustomerArchiveLoanRequest(models.TransientModel):
    _inherit = "customer.archive.loan.request"

    is_document = fields.Boolean(compute="_compute_label")
    lendable_ids = fields.Many2many(
        "customer.archive.document", compute="_compute_lendable_ids", groups="customer_archive.group_user"
    )
    document_ids = fields.Many2many(
        "customer.archive.document",
        string="Only These Documents",
        domain="[('id', 'in', lendable_ids)]",
        groups="customer_archive.group_user",
        help="Documents of the archive that you may read. Leave it empty for the whole bag.",
    )

    @api.depends("target", "kind")
    @api.depends_context("uid")
    def _compute_lendable_ids(self):
        """The documents on paper that the reader may name; of an archive that is hidden from them none."""
        loans = self.env["customer.archive.loan"]
        for wizard in self:
            archive = loans._look_for_archive(number=wizard.target).with_env(self.env)
            wizard.lendable_ids = self.env["customer.archive.document"]
            if archive and wizard.kind != "screen" and not wizard.is_document and not self._is_hidden(archive):
                documents = wizard.lendable_ids.search([("archive_id", "in", archive._with_merged().ids)])
                archive = archive.sudo()  # compared only, as the documents below
                wizard.lendable_ids = documents.filtered(
                    lambda document, archive=archive: loans._is_lendable_paper(document.sudo(), archive)
                )

    def _request(self):
        values = super()._request()
        # sudo: what the borrower chose, which request_loan looks at; others than account managers can't choose
        document_ids = self.sudo().document_ids.ids
        if document_ids and self.kind != "screen":
            values["document_ids"] = document_ids
        return values

    def _compute_label(self):
        """For the label of a document: which one, where the reader may know."""
        result = super()._compute_label()
        loans = self.env["customer.archive.loan"]
        for wizard in self:
            document = loans._document_of_text(wizard.target)
            archive = loans._look_for_archive(number=wizard.target)
            wizard.is_document = bool(document) and bool(archive)
            if wizard.is_document:
                # sudo as found: the real user decides whether the title is masked
                wizard.label = f"{archive.display_name}: {document.display_name}"
        return result

    @api.onchange("target")
    def _onchange_target(self):
        """Single documents are lent on paper."""
        if self.is_document and self.kind == "screen":
            self.kind = "paper"

    def action_request(self):
        action = super().action_request()
        if self.env.context.get("archive_scan"):
            loan = self.env["customer.archive.loan"].browse(action["res_id"])
            done = self.env._("%s: lent.", loan.name) if loan.state == "open" else self.env._("%s: asked.", loan.name)
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {"message": done, "type": "success", "next": {"type": "ir.actions.act_window_close"}},
            }
        return action
