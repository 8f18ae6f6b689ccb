"""What is shown of a destroyed archive (product.md R7): its stub and its certificate."""

from odoo import api, fields, models
from odoo.tools import format_date

from .customer_archive_destruction import CustomerArchiveDestruction

READERS = "customer_archive.group_archivist,customer_archive.group_management,customer_archive.group_auditor"


class CustomerArchiveDestructionShown(models.Model):
    _inherit = CustomerArchiveDestruction._name

    summary = fields.Html("What Was Destroyed, and What Stayed", compute="_compute_summary", exportable=False)

    @api.depends("entry")
    @api.depends_context("lang")
    def _compute_summary(self):
        for row in self:
            row.summary = self.env["ir.qweb"]._render(
                "customer_archive.destruction_summary", {"rows": row._summary_rows(), "files": row._files()}
            )

    def _files(self):
        return self._contents()["files"]

    def _summary_rows(self):
        """What became of each kind of record: [(name, number, sentence)]."""
        _ = self.env._
        entry = self._contents()
        names = self._names_of_models(entry["counts"])
        rows = [(names[model], count, _("destroyed")) for model, count in sorted(entry["counts"].items()) if count]
        rows += [(row["label"] or row["model"], row["count"], _("stayed: %s", row["why"])) for row in entry["stayed"]]
        rows += [(row["model"], row["count"], _("residue found in %s", row["column"])) for row in entry["residue"]]
        return rows

    @api.model
    def _names_of_models(self, models):
        """Models as people call them; those that are no longer there by their own name."""
        # sudo: the names of models
        found = self.env["ir.model"].sudo().search([("model", "in", list(models))])
        return {**{model: model for model in models}, **{row.model: row.name for row in found}}

    def action_print_certificate(self):
        return self.env.ref("customer_archive.destruction_certificate_report").report_action(self)


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    destruction_ids = fields.One2many(
        CustomerArchiveDestruction._name, "archive_id", "Entries of the Register", readonly=True, groups=READERS
    )
    destroyed_text = fields.Char("How It Was Destroyed", compute="_compute_destroyed_text", groups=READERS)

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_destroyed_text(self):
        register = self.env[CustomerArchiveDestruction._name].sudo()  # of archives that the user reads; no secrets
        entries = register.search([("archive_id", "in", self.ids), ("kind", "=", "data")]).grouped("archive_id")
        for archive in self:
            entry = entries.get(archive.sudo())  # as above
            archive.destroyed_text = entry and self.env._(
                "Destroyed on %(day)s by the disposal list %(list)s, entry %(seq)s of the register. Basis: %(basis)s",
                day=format_date(self.env, entry.destroyed_at),
                list=entry.list_number or "–",
                seq=entry.seq,
                basis=entry.basis or "–",
            )

    def action_view_certificate(self):
        """The entry of the register, from which the certificate is printed."""
        self.ensure_one()
        self.check_access("read")
        entries = self.env[CustomerArchiveDestruction._name].search([("archive_id", "=", self.id)])
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Destroyed Archive"),
            "res_model": CustomerArchiveDestruction._name,
        }
        if len(entries) == 1:
            return {**action, "view_mode": "form", "res_id": entries.id}
        return {**action, "view_mode": "list,form", "domain": [("archive_id", "=", self.id)]}
