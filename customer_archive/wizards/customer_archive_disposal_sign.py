from odoo import api, fields, models
from odoo.exceptions import UserError

STEPS = {"watch": "_watch", "approve": "_approve"}
# The keys with which the dialog hands over what was typed: never kept in the database, taken out at once.
SECRETS = ("password", "code")


class CustomerArchiveDisposalSign(models.TransientModel):
    """A witness, or the approver, proves who they are, at that moment and with their own password.

    The password has no column: as in Odoo's own check of identity the browser sends it with the click, and it is
    forgotten after that. The row is there before the dialog opens, because only what is written to it is echoed back.
    """

    _name = "customer.archive.disposal.sign"
    _description = "Signature under a Disposal List"
    _transient_max_hours = 0.2

    disposal_id = fields.Many2one("customer.archive.disposal", "Disposal List", required=True, readonly=True)
    part = fields.Selection([("watch", "I Am Present"), ("approve", "I Approve")], required=True, readonly=True)
    user_name = fields.Char("Signed by", compute="_compute_user_name")
    destroy_count = fields.Integer(related="disposal_id.destroy_count", related_sudo=False)
    asks_code = fields.Boolean(compute="_compute_user_name")
    remark = fields.Char(help="Kept with the approval.")
    password = fields.Char(store=False)
    code = fields.Char("Code of the Authenticator App", store=False)

    @api.depends_context("uid")
    def _compute_user_name(self):
        user = self.env.user
        for sign in self:
            sign.user_name = user.name
            sign.asks_code = user._mfa_type() == "totp"

    def action_sign(self):
        """Check the password that came with the click, then take the step."""
        self.ensure_one()
        secrets = [self.env.context.get(name) for name in SECRETS]
        # pylint: disable-next=context-overridden  # the secrets must go before anything is called
        plain = self.with_context({key: value for key, value in self.env.context.items() if key not in SECRETS})
        if not secrets[0] or not isinstance(secrets[0], str):
            raise UserError(self.env._("Enter your own password."))
        if plain.part == "approve":
            plain.disposal_id._check_may_approve()
        else:
            plain.disposal_id._my_witness()
        identified_by = plain.env["customer.archive.disposal"]._check_identity(*secrets)
        arguments = (identified_by, plain.remark) if plain.part == "approve" else (identified_by,)
        getattr(plain.disposal_id, STEPS[plain.part])(*arguments)
        return {"type": "ir.actions.act_window_close"}
