from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.access import rank_of
from .customer_archive import GOVERNED

# Nobody changes these by hand: the register tells who was cleared for what, and when.
FIXED = {
    "user_id",
    "level",
    "valid_from",
    "valid_until",
    "reason",
    "state",
    "granted_by_id",
    "revoked_on",
    "revoked_by_id",
    "revoke_reason",
    "is_wound_up",
}


class CustomerArchiveClearance(models.Model):
    """Permission for one person to read confidential archives within their role's reach, for a term (product.md A2)."""

    _name = "customer.archive.clearance"
    _description = "Clearance for Confidential Archives"
    _inherit = ["mail.thread"]
    _order = "valid_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('share', '=', False), ('id', '!=', uid)]",
        help="Management and archivists read confidential archives with a clearance. It gives other roles nothing.",
    )
    level = fields.Selection(
        [("secret", "Commercial Secret"), ("core", "Core Commercial Secret")],
        "Cleared up to",
        required=True,
        default="secret",
    )
    valid_from = fields.Date("From", required=True, default=lambda self: self.env.company._archive_today())
    valid_until = fields.Date(
        "Until", required=True, help="The last day. Afterwards the clearance has ended by itself; grant a new one."
    )
    reason = fields.Char(required=True, help="Why the person needs it: duty, project, decision.")
    state = fields.Selection(
        [("granted", "Granted"), ("revoked", "Withdrawn")],
        required=True,
        default="granted",
        readonly=True,
        copy=False,
        tracking=True,
    )
    status = fields.Selection(
        [("future", "Not Yet"), ("valid", "Valid"), ("ended", "Ended"), ("revoked", "Withdrawn")],
        compute="_compute_status",
    )
    granted_by_id = fields.Many2one(
        "res.users", "Granted by", required=True, readonly=True, copy=False, default=lambda self: self.env.user
    )
    revoked_on = fields.Date("Withdrawn on", readonly=True, copy=False)
    revoked_by_id = fields.Many2one("res.users", "Withdrawn by", readonly=True, copy=False)
    revoke_reason = fields.Char("Reason of the Withdrawal", readonly=True, copy=False)
    is_wound_up = fields.Boolean(
        "Wound up", readonly=True, copy=False, help="What the person kept of the archives was taken back."
    )
    has_effect = fields.Boolean(compute="_compute_has_effect")

    _state_until = models.Index("(valid_until) WHERE is_wound_up IS NOT TRUE")

    @api.depends("state", "valid_from", "valid_until", "user_id")
    def _compute_status(self):
        for clearance in self:
            today = clearance._today()
            if clearance.state == "revoked":
                clearance.status = "revoked"
            elif clearance.valid_from and clearance.valid_from > today:
                clearance.status = "future"
            else:
                ended = clearance.valid_until and clearance.valid_until < today
                clearance.status = "ended" if ended else "valid"

    def _today(self):
        """The day where the person works; the same that decides about their access."""
        return (self.user_id.sudo().company_id or self.env.company)._archive_today()  # the time zone only

    @api.depends("user_id")
    def _compute_has_effect(self):
        for clearance in self:
            user = clearance.user_id.sudo()  # whether the role is one that clearances are for; no secret
            clearance.has_effect = user.active and any(
                user.has_group(f"customer_archive.group_{role}") for role in ("management", "archivist")
            )

    # -- granting -------------------------------------------------------------------------------------------

    @api.constrains("user_id", "granted_by_id")
    def _check_person(self):
        for clearance in self:
            person = clearance.user_id
            if person == clearance.granted_by_id or person.id == self.env.uid:
                raise ValidationError(
                    self.env._("Nobody grants clearance to themselves. Ask another security officer to grant it.")
                )
            if person.share or not person.active or person.id == SUPERUSER_ID:
                raise ValidationError(
                    self.env._(
                        "%s is no active employee in Odoo: clearance is granted to employees who can log in.",
                        person.name,
                    )
                )

    @api.constrains("valid_from", "valid_until")
    def _check_term(self):
        for clearance in self:
            if clearance.valid_until < clearance.valid_from:
                raise ValidationError(
                    self.env._("The clearance of %s would end before it begins.", clearance.user_id.name)
                )
            if clearance.valid_until < clearance._today():
                raise ValidationError(
                    self.env._(
                        "The clearance of %s would be over already. Choose a day to come.", clearance.user_id.name
                    )
                )

    @api.constrains("reason")
    def _check_reason(self):
        if any(not (clearance.reason or "").strip() for clearance in self):
            raise ValidationError(self.env._("Fill in why the person needs the clearance: it is kept in the register."))

    @api.constrains("user_id", "level", "valid_from", "valid_until")
    def _check_overlap(self):
        """One clearance for each person, level and day: withdrawing it must not leave another one open unnoticed."""
        for clearance in self.filtered(lambda clearance: clearance.state == "granted"):
            others = self.search(
                [
                    ("user_id", "=", clearance.user_id.id),
                    ("level", "=", clearance.level),
                    ("state", "=", "granted"),
                    ("valid_from", "<=", clearance.valid_until),
                    ("valid_until", ">=", clearance.valid_from),
                    ("id", "!=", clearance.id),
                ],
                limit=1,
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "%(person)s has this clearance from %(begin)s until %(end)s already. Let the new one begin "
                        "afterwards, or withdraw the other one first.",
                        person=clearance.user_id.name,
                        begin=others.valid_from,
                        end=others.valid_until,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        granted = {
            "state": "granted",
            "revoked_on": False,
            "revoked_by_id": False,
            "revoke_reason": False,
            "is_wound_up": False,
        }
        if self.env.uid != SUPERUSER_ID:  # only the system itself, loading data, says that somebody else granted it
            granted["granted_by_id"] = self.env.uid
        clearances = super().create([{**vals, **granted} for vals in vals_list])
        self.env.registry.clear_cache()
        return clearances

    def write(self, vals):
        if FIXED & vals.keys() and self.env.context.get("archive_governed") is not GOVERNED:
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

    # -- its end --------------------------------------------------------------------------------------------

    def action_revoke(self):
        """The dialog that asks for the reason."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw Clearance"),
            "res_model": "customer.archive.clearance.revoke",
            "view_mode": "form",
            "target": "new",
            "context": {"default_clearance_ids": self.ids},
        }

    def _revoke(self, reason):
        """Withdraw these clearances from now on.

        :raise AccessError: for others than security officers
        :raise UserError: without a reason, and for a clearance that has ended
        """
        self.check_access("write")
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Fill in the reason of the withdrawal: it is kept in the register."))
        for clearance in self:
            if clearance.status not in ("valid", "future"):
                raise UserError(self.env._("The clearance of %s has ended already.", clearance.user_id.name))
        self.with_context(archive_governed=GOVERNED).write(
            {
                "state": "revoked",
                "revoked_on": self.env.company._archive_today(),
                "revoked_by_id": self.env.uid,
                "revoke_reason": reason.strip(),
                "is_wound_up": True,
            }
        )
        self.env["customer.archive.access"]._revoke_of(self.user_id)

    @api.model
    def _in_force(self, user):
        """The highest clearance that the user has today."""
        found = self.sudo().search([("user_id", "=", user.id), ("state", "=", "granted")])  # for those who may ask
        return found.filtered(lambda c: c.status == "valid").sorted(lambda c: (rank_of(c.level), c.valid_until))[-1:]

    @api.model
    def _cron_ended(self):
        """Take back what those people keep of the archives whose clearance has ended by itself."""
        due = self.search(
            [
                ("state", "=", "granted"),
                ("is_wound_up", "!=", True),
                ("valid_until", "<=", fields.Date.today()),  # the days of the companies differ by one at most
            ]
        ).filtered(lambda clearance: clearance.status == "ended")
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for clearance in due:
            clearance.with_context(archive_governed=GOVERNED).is_wound_up = True
            clearance._message_log(body=self.env._("The term ended on %s.", clearance.valid_until))
            self.env["customer.archive.access"]._revoke_of(clearance.user_id)
            if not self.env["ir.cron"]._commit_progress(1):
                return


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            self._archive_revoke_clearances()
            employees = self.filtered(lambda user: not user.share)
            # sudo: takes back what they follow, shows nothing
            self.env["customer.archive.access"].sudo()._revoke_of(employees)
        return result

    def _archive_revoke_clearances(self):
        """Whoever leaves has no clearance left; back again they need a new one."""
        # sudo: whoever deactivates users needn't be a security officer
        clearances = self.env["customer.archive.clearance"].sudo()
        found = clearances.search([("user_id", "in", self.ids), ("state", "=", "granted")])
        found = found.filtered(lambda clearance: clearance.status in ("valid", "future"))
        if found:
            found._revoke(self.env._("The person's user was deactivated."))
