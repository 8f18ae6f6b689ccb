"""From the archive and the customer's card to the loans."""

from odoo import api, fields, models

from .res_partner import GROUP


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    loan_count = fields.Integer("Loans", compute="_compute_loan_count", exportable=False)
    open_loan_count = fields.Integer("Lent", compute="_compute_loan_count", exportable=False)

    @api.depends_context("uid")
    def _compute_loan_count(self):
        """Of the loans that the reader sees."""
        rows = self.env["customer.archive.loan"]._read_group(
            [("archive_id", "in", self.ids)], ["archive_id", "state"], ["__count"]
        )
        for archive in self:
            counts = {state: count for of, state, count in rows if of == archive}
            archive.loan_count = sum(counts.values())
            archive.open_loan_count = counts.get("open", 0)

    def action_view_loans(self):
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_loan_action_of_archive")
        action["domain"] = [("archive_id", "in", self.ids)]
        return action

    def action_request_loan(self):
        """The dialog that asks for this archive, or lends it."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_loan_request_action")
        action["context"] = {"default_target": self.number}
        return action


class ResPartner(models.Model):
    _inherit = "res.partner"

    archive_loan_count = fields.Integer("Loans", compute="_compute_archive_loan_count", groups=GROUP, exportable=False)

    @api.depends("archive_id")
    @api.depends_context("uid")
    def _compute_archive_loan_count(self):
        for partner in self:
            partner.archive_loan_count = partner.archive_id.loan_count

    def action_view_archive_loans(self):
        return self.archive_id.action_view_loans()

    def action_request_archive_loan(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_loan_request_action")
        action["context"] = {"default_target": self.archive_id.number or f"#{self.id}"}
        return action
