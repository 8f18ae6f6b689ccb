"""Sealed archives: what was in them at that moment, and whether it still is (product.md R3)."""

from odoo import fields, models

RESULTS = [("ok", "Unchanged"), ("differs", "Changed")]


class CustomerArchiveSeal(models.Model):
    """One sealing of an archive: its manifest, the frozen business history, and what the nightly check found."""

    _name = "customer.archive.seal"
    _description = "Seal of an Archive"
    _order = "sealed_at desc, id desc"
    _rec_name = "archive_id"

    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="archive_id.company_id", store=True, index=True)
    sealed_at = fields.Datetime("Sealed", required=True, readonly=True)
    sealed_by_id = fields.Many2one("res.users", "Sealed by", readonly=True, ondelete="restrict")
    sealed_by_name = fields.Char("Sealed by (Name)", readonly=True, help="As it was on that day.")
    reason = fields.Text(readonly=True)
    opened_at = fields.Datetime("Opened Again", readonly=True)
    layout_id = fields.Many2one("customer.archive.seal.layout", "Layout", readonly=True, ondelete="restrict")
    archived_ids = fields.Json(readonly=True, exportable=False, help="The contacts that were archived by the sealing.")
    sha256 = fields.Char("SHA-256 of the Manifest", readonly=True)
    manifest = fields.Text(readonly=True, help="Counts and hashes of what is in the archive.")
    snapshot = fields.Text("Business History", readonly=True, help="As it was when the archive was sealed.")
    result = fields.Selection(RESULTS, "Last Check", readonly=True)
    checked_at = fields.Datetime("Checked", readonly=True)
    difference = fields.Char("What Changed", readonly=True)

    _open_seal = models.UniqueIndex("(archive_id) WHERE opened_at IS NULL", "The archive is sealed already.")
