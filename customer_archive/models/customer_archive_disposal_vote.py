from odoo import api, fields, models
from odoo.exceptions import UserError

from .customer_archive import GOVERNED
from .customer_archive_disposal_line import OUTCOMES


class CustomerArchiveDisposalKept(models.AbstractModel):
    """What people did about a list: written by the steps, changed by nobody afterwards."""

    _name = "customer.archive.disposal.kept"
    _description = "Record of a Step of a Disposal"

    def _is_governed(self):
        return self.env.context.get("archive_governed") is GOVERNED

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_governed():
            raise UserError(self.env._("This is recorded by the buttons of the disposal list, never by hand."))
        return super().create(vals_list)

    def write(self, vals):
        if not self._is_governed():
            raise UserError(self.env._("What was decided about a disposal list is kept as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if not self._is_governed():
            raise UserError(self.env._("What was decided about a disposal list is kept for ever."))

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("What was decided about a disposal list can't be duplicated."))


class CustomerArchiveDisposalVote(models.Model):
    """The opinion of one appraiser on one line. Whoever changes their mind takes it back: it stays, void."""

    _name = "customer.archive.disposal.vote"
    _description = "Opinion of an Appraiser"
    _inherit = ["customer.archive.disposal.kept"]
    _order = "line_id, id"
    _rec_name = "user_name"

    line_id = fields.Many2one(
        "customer.archive.disposal.line", "Line", required=True, readonly=True, ondelete="cascade", index=True
    )
    disposal_id = fields.Many2one(related="line_id.disposal_id", store=True, index=True)
    user_id = fields.Many2one("res.users", "Appraiser", required=True, readonly=True, ondelete="restrict", index=True)
    user_name = fields.Char("Name of the Appraiser", required=True, readonly=True, help="As it was then.")
    opinion = fields.Selection(OUTCOMES, required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    keep_until = fields.Date("New Period until", readonly=True)
    keep_for_ever = fields.Boolean("Keep for Ever", readonly=True)
    voted_at = fields.Datetime("Given on", required=True, readonly=True, default=fields.Datetime.now)
    is_void = fields.Boolean("Void", readonly=True)
    void_reason = fields.Char("Why It Is Void", readonly=True)

    _one_each = models.UniqueIndex("(line_id, user_id) WHERE is_void IS NOT TRUE", "You have judged this line already.")

    def _content(self):
        """What is approved with the list."""
        return {
            "id": self.id,
            "user": self.user_id.id,
            "opinion": self.opinion,
            "reason": self.reason,
            "keep_until": fields.Date.to_string(self.keep_until) or None,
            "keep_for_ever": self.keep_for_ever,
        }


class CustomerArchiveDisposalApproval(models.Model):
    """One approval, of exactly the list whose hash it has."""

    _name = "customer.archive.disposal.approval"
    _description = "Approval of a Disposal List"
    _inherit = ["customer.archive.disposal.kept"]
    _order = "id"
    _rec_name = "user_name"

    disposal_id = fields.Many2one(
        "customer.archive.disposal", "Disposal List", required=True, readonly=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", "Approved by", required=True, readonly=True, ondelete="restrict", index=True)
    user_name = fields.Char("Name of the Approver", required=True, readonly=True, help="As it was then.")
    approved_at = fields.Datetime("Approved on", required=True, readonly=True, default=fields.Datetime.now)
    identified_by = fields.Char("Identified by", readonly=True)
    remark = fields.Char(readonly=True)
    list_hash = fields.Char("Hash of the List", required=True, readonly=True)
    is_void = fields.Boolean("Void", readonly=True)
    void_reason = fields.Char("Why It Is Void", readonly=True)

    _one_at_a_time = models.UniqueIndex(
        "(disposal_id) WHERE is_void IS NOT TRUE", "The list has been approved already."
    )
