from odoo import api, fields, models
from odoo.exceptions import UserError

from .customer_archive import GOVERNED
from .customer_archive_category import LEVELS


class CustomerArchiveHandoverLine(models.Model):
    """One archive on a handover list, with what was on record when the list was made."""

    _name = "customer.archive.handover.line"
    _description = "Line of a Handover List"
    _order = "id"

    handover_id = fields.Many2one(
        "customer.archive.handover", "Handover List", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="handover_id.company_id")
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    number = fields.Char("Archive Number", required=True, readonly=True)
    customer_name = fields.Char("Customer", compute="_compute_customer_name")
    category_id = fields.Many2one("customer.archive.category", "Category", readonly=True, ondelete="restrict")
    level = fields.Selection(LEVELS, "Confidentiality Level", readonly=True)
    place = fields.Char("Place of the Paper", readonly=True)
    pages = fields.Integer(help="Sheets of paper in the bag.")
    remark = fields.Char(help="What is missing, open or agreed.")
    result = fields.Selection(
        [
            ("listed", "Listed"),
            ("moved", "Handed over"),
            ("elsewhere", "Was No Longer the Giver's"),
            ("closed", "Was Closed"),
        ],
        required=True,
        readonly=True,
        default="listed",
    )

    _handover_archive_unique = models.UniqueIndex(
        "(handover_id, archive_id)", "The archive is on this handover list already."
    )
    _pages_positive = models.Constraint("CHECK (pages >= 0)", "The number of pages is 0 or more.")

    @api.depends("archive_id")
    @api.depends_context("uid")
    def _compute_customer_name(self):
        """For those who may read the customer; others see that there is one."""
        archives = self.archive_id.with_env(self.env(su=False)) if not self.env.su else self.archive_id
        readable = archives._filtered_access("read")
        for line in self:
            archive = line.archive_id
            if archive in readable:
                line.customer_name = archive.sudo().partner_id.name or ""  # readable, as was just asked
            else:
                line.customer_name = archive.sudo()._masked_name()  # no name

    @api.depends("number")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.number

    def write(self, vals):
        if self.env.context.get("archive_governed") is not GOVERNED:
            if vals.keys() - {"pages", "remark"}:
                raise UserError(
                    self.env._("Of a line of a handover list only the pages and the remark can be changed.")
                )
            for handover in self.handover_id:
                handover._check_may_prepare()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        for handover in self.handover_id:
            handover._check_may_prepare()

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("Lines of a handover list can't be duplicated."))
