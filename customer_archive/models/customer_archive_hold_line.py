from odoo import api, fields, models
from odoo.exceptions import UserError

from .customer_archive import GOVERNED


class CustomerArchiveHoldLine(models.Model):
    """One archive under a hold. It stays when the hold is lifted: the register tells what was held, and how long."""

    _name = "customer.archive.hold.line"
    _description = "Archive under a Hold"
    _order = "hold_id desc, id"
    _rec_name = "archive_id"

    hold_id = fields.Many2one(
        "customer.archive.hold", "Hold", required=True, readonly=True, ondelete="restrict", index=True
    )
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="archive_id.company_id", store=True, index=True)
    is_open = fields.Boolean("In Force", required=True, readonly=True, default=True, copy=False)
    placed_on = fields.Date("Placed", readonly=True, copy=False)
    ended_on = fields.Date("Ended", readonly=True, copy=False)

    _one_each = models.UniqueIndex("(hold_id, archive_id) WHERE is_open", "The archive is under this hold already.")
    _open_archive = models.Index("(archive_id) WHERE is_open")

    def _governed(self):
        return self.with_context(archive_governed=GOVERNED)

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        self._check_governed()
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        self._check_governed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("What was held stays in the register: lift the hold, with the reason."))

    def _check_governed(self):
        if self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(self.env._("Archives are put under a hold by its button “Add Archives”."))
