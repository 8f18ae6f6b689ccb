from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .customer_archive import GOVERNED


class CustomerArchiveClearance(models.Model):
    """Permission for one person to read confidential archives within their role's reach, for a term (product.md A2)."""

    _name = "customer.archive.clearance"
    _description = "Clearance for Confidential Archives"
    _inherit = ["mail.thread"]
    _order = "valid_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, ondelete="restrict", index=True, domain="[('share', '=', False)]"
    )
    level = fields.Selection(
        [("secret", "Commercial Secret"), ("core", "Core Commercial Secret")],
        "Cleared up to",
        required=True,
        default="secret",
        tracking=True,
    )
    valid_from = fields.Date("From", required=True, default=fields.Date.context_today)
    valid_until = fields.Date(
        "Until", required=True, help="The last day. Afterwards the clearance has ended by itself; grant a new one."
    )
    reason = fields.Char(required=True, help="Why the person needs it: duty, project, decision.")
    state = fields.Selection(
        [("granted", "Granted"), ("revoked", "Withdrawn")], required=True, default="granted", readonly=True, copy=False
    )
    status = fields.Selection(
        [("future", "Not Yet"), ("valid", "Valid"), ("ended", "Ended"), ("revoked", "Withdrawn")],
        compute="_compute_status",
    )
    granted_by_id = fields.Many2one(
        "res.users", "Granted by", required=True, readonly=True, copy=False, default=lambda self: self.env.user
    )
    revoked_on = fields.Date("Withdrawn", readonly=True, copy=False)
    revoked_by_id = fields.Many2one("res.users", "Withdrawn by", readonly=True, copy=False)
    revoke_reason = fields.Char("Reason of the Withdrawal", copy=False)

    @api.depends("state", "valid_from", "valid_until")
    def _compute_status(self):
        today = fields.Date.context_today(self)
        for clearance in self:
            if clearance.state == "revoked":
                clearance.status = "revoked"
            elif clearance.valid_from and clearance.valid_from > today:
                clearance.status = "future"
            else:
                ended = clearance.valid_until and clearance.valid_until < today
                clearance.status = "ended" if ended else "valid"

    @api.constrains("user_id", "granted_by_id")
    def _check_not_for_oneself(self):
        for clearance in self:
            if clearance.user_id == clearance.granted_by_id and not self.env.su:
                raise ValidationError(
                    self.env._("Nobody grants clearance to themselves. Ask another security officer to grant it.")
                )

    @api.constrains("valid_from", "valid_until")
    def _check_term(self):
        for clearance in self:
            if clearance.valid_until < clearance.valid_from:
                raise ValidationError(
                    self.env._("The clearance of %s would end before it begins.", clearance.user_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [
                {**vals, "granted_by_id": self.env.uid, "state": "granted", "revoked_on": False} for vals in vals_list
            ]
        clearances = super().create(vals_list)
        self.env.registry.clear_cache()
        return clearances

    def write(self, vals):
        fixed = {"user_id", "level", "valid_from", "valid_until", "reason", "state", "granted_by_id"}
        fixed |= {"revoked_on", "revoked_by_id"}
        if fixed & vals.keys() and self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(
                self.env._(
                    "A clearance is not changed once it is granted: withdraw it and grant another one, so that the "
                    "register tells who was cleared for what, and when."
                )
            )
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(self.env._("Clearances are kept as a register. Withdraw it instead of deleting it."))

    def action_revoke(self):
        """Withdraw the clearance from now on. The reason must be filled in before."""
        self.check_access("write")
        for clearance in self:
            if clearance.state == "revoked":
                raise UserError(self.env._("The clearance of %s is withdrawn already.", clearance.user_id.name))
            if not (clearance.revoke_reason or "").strip():
                raise UserError(self.env._("Fill in the reason of the withdrawal first: it is kept in the register."))
        self.with_context(archive_governed=GOVERNED).write(
            {
                "state": "revoked",
                "revoked_on": fields.Date.context_today(self),
                "revoked_by_id": self.env.uid,
            }
        )
        self.env["customer.archive.access"]._revoke_of(self.user_id)
        return True
