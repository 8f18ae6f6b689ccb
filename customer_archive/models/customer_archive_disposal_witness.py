from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .customer_archive import GOVERNED
from .customer_archive_disposal import APPRAISER

ROLES = [("first", "First Witness"), ("second", "Second Witness"), ("it", "Witness from IT")]
NAMED = frozenset({"role", "user_id"})


class CustomerArchiveDisposalWitness(models.Model):
    """Who watches the destruction (监销人), and when they proved who they are."""

    _name = "customer.archive.disposal.witness"
    _description = "Witness of a Disposal"
    _order = "disposal_id, role, id"
    _rec_name = "user_name"

    disposal_id = fields.Many2one(
        "customer.archive.disposal", "Disposal List", required=True, ondelete="cascade", index=True
    )
    role = fields.Selection(ROLES, "Part", required=True, default="first")
    user_id = fields.Many2one(
        "res.users",
        "Witness",
        required=True,
        ondelete="restrict",
        index=True,
        domain=lambda self: self.env["customer.archive.disposal"]._domain_of_group(APPRAISER),
        help="Neither whoever requests or approves the list, nor the account manager of a customer on it.",
    )
    user_name = fields.Char("Name of the Witness", readonly=True, help="As it was when they identified themselves.")
    authenticated_at = fields.Datetime("Identified on", readonly=True)
    identified_by = fields.Char("Identified by", readonly=True)
    is_present = fields.Boolean("Present", compute="_compute_is_present")

    _role_once = models.UniqueIndex(
        "(disposal_id, role)", "This witness is named already: change the line that is there."
    )
    _person_once = models.UniqueIndex("(disposal_id, user_id)", "The witnesses must be different people.")

    @api.depends("authenticated_at")
    def _compute_is_present(self):
        """Identified so short a time ago that they can be watching; once the destruction began, then."""
        minutes = self.env["customer.archive.disposal"]._policy().disposal_presence_minutes
        for witness in self:
            begun = witness.disposal_id.started_at if witness.disposal_id.job_state else False
            since = (begun or fields.Datetime.now()) - timedelta(minutes=minutes)
            witness.is_present = bool(witness.authenticated_at and witness.authenticated_at >= since)

    @api.depends("user_id", "user_name")
    def _compute_display_name(self):
        for witness in self:
            witness.display_name = witness.user_name or witness.user_id.sudo().name  # the name of a colleague

    # -- who is named, and by whom ---------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("archive_governed") is not GOVERNED:
            self._check_new(vals_list)
        witnesses = super().create(vals_list)
        witnesses._check_naming()
        return witnesses

    def write(self, vals):
        if self.env.context.get("archive_governed") is GOVERNED:
            return super().write(vals)
        self._check_named_only(vals)
        self._check_naming()
        if vals.get("user_id"):
            for witness in self:
                witness.disposal_id._check_witness(self.env["res.users"].browse(vals["user_id"]), apart_from=witness)
        # Somebody else is named: nobody has identified themselves for this part yet.
        cleared = {"user_name": False, "authenticated_at": False, "identified_by": False}
        result = super().write({**vals, **(cleared if "user_id" in vals else {})})
        self._check_naming()
        return result

    @api.model
    def _check_new(self, vals_list):
        """Before they are there: whom a rule forbids, and who is named twice."""
        named = set()
        for vals in vals_list:
            self._check_named_only(vals)
            disposal = self.env["customer.archive.disposal"].browse(vals.get("disposal_id"))
            user = self.env["res.users"].browse(vals.get("user_id"))
            if disposal and user:
                disposal._check_may_name_witnesses()
                disposal._check_witness(user, also=self.env["res.users"].browse(named))
                named.add(user.id)

    def _check_named_only(self, vals):
        if vals.keys() - NAMED - {"disposal_id"}:
            raise UserError(self.env._("Witnesses identify themselves: nobody can enter it for them."))

    def _check_naming(self):
        if self.env.context.get("archive_governed") is GOVERNED:
            return
        for witness in self:
            witness.disposal_id._check_may_name_witnesses()
            witness.disposal_id._check_witness(witness.user_id, apart_from=witness)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_over(self):
        for row in self.disposal_id:
            row._check_may_name_witnesses()

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("Witnesses are named for each list anew."))
