from odoo import api, fields, models
from odoo.exceptions import UserError

from .customer_archive import GOVERNED


class CustomerArchiveSupplyLine(models.Model):
    """One archive whose data are supplied. Seen by those who may see the archive, and by auditors."""

    _name = "customer.archive.supply.line"
    _description = "Archive Supplied to a Third Party"
    _order = "id desc"

    supply_id = fields.Many2one("customer.archive.supply", "Supply", required=True, ondelete="restrict", index=True)
    archive_id = fields.Many2one("customer.archive", "Archive", required=True, ondelete="restrict", index=True)
    number = fields.Char("Archive Number", readonly=True, help="As it was when it was put on the register.")
    # What everybody may know who may see the archive: to whom its data went.
    company_id = fields.Many2one(related="supply_id.company_id")
    partner_id = fields.Many2one(related="supply_id.partner_id", string="Recipient")
    purpose = fields.Char(related="supply_id.purpose")
    data_summary = fields.Text(related="supply_id.data_summary")
    handed_over_on = fields.Date(related="supply_id.handed_over_on")
    state = fields.Selection(related="supply_id.state", string="Status")

    _supply_archive_unique = models.UniqueIndex("(supply_id, archive_id)", "The archive is in this supply already.")

    @api.depends("number", "supply_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.supply_id.name} {line.number or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        for supply in self.env["customer.archive.supply"].browse(
            {vals.get("supply_id") for vals in vals_list} - {None}
        ):
            supply._check_may_prepare()
        ids = [vals["archive_id"] for vals in vals_list if vals.get("archive_id")]
        # sudo: the numbers, to be kept; the user's right to the archives is checked below
        number_of = {archive.id: archive.number for archive in self.env["customer.archive"].sudo().browse(ids)}
        lines = super().create([{**vals, "number": number_of.get(vals.get("archive_id"))} for vals in vals_list])
        for supply, added in lines.grouped("supply_id").items():
            supply._check_may_prepare()
            supply._check_requester_may_supply(added.archive_id)
        return lines

    def write(self, vals):
        if self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(self.env._("Take the archive out of the supply and add the other one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        for supply in self.supply_id:
            supply._check_may_prepare()

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("Rows of the register can't be duplicated. Prepare a new one."))
