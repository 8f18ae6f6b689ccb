"""Proving who one is at the moment of the step: one's own password, and one's code where the account asks for one."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request

from ..tools.context import without_defaults

_logger = logging.getLogger(__name__)


class CustomerArchiveDisposalTry(models.Model):
    """Failed proofs, by user. Kept for a day: whoever fails too often waits."""

    _name = "customer.archive.disposal.try"
    _description = "Failed Proof of Identity"
    _log_access = False

    user_id = fields.Many2one("res.users", "User", required=True, readonly=True, ondelete="cascade", index=True)
    tried_at = fields.Datetime(required=True, readonly=True)

    # So many failures within so many minutes.
    _MOST, _MINUTES = 5, 15

    @api.model
    def _is_blocked(self, user):
        since = fields.Datetime.now() - timedelta(minutes=self._MINUTES)
        tries = self.sudo().search_count([("user_id", "=", user.id), ("tried_at", ">", since)], limit=self._MOST)
        return tries >= self._MOST  # sudo: how often the user failed

    @api.model
    def _note(self, user):
        """In a transaction of its own: the refusal that follows undoes everything else."""
        with self.env.registry.cursor() as cr:
            own = self.with_env(self.env(cr=cr)).sudo()  # counts
            own.create({"user_id": user.id, "tried_at": fields.Datetime.now()})

    @api.autovacuum
    def _gc_tries(self):
        self.search([("tried_at", "<", fields.Datetime.now() - timedelta(days=1))], limit=10000).unlink()


class CustomerArchiveDisposal(models.Model):
    _inherit = "customer.archive.disposal"

    def _ask_identity(self, part, title):
        """The dialog for the user's password."""
        self.ensure_one()
        # pylint: disable-next=context-overridden  # the client's defaults must go
        clean = self.with_context(without_defaults(self.env.context))
        sign = clean.env["customer.archive.disposal.sign"].create({"disposal_id": self.id, "part": part})
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": sign._name,
            "res_id": sign.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "medium"},
        }

    @api.model
    def _check_identity(self, password, code=None):
        """Prove that it is the user who sits there. Returns by what, in words.

        Odoo's own check of credentials decides; a failure is counted, for the address and for the user, and nothing is
        written. Password and code are neither kept nor logged.

        :raise UserError: where it fails; after five failures for a quarter of an hour
        """
        user = self.env.user
        tries = self.env["customer.archive.disposal.try"]
        if tries._is_blocked(user):
            raise UserError(self.env._("Too many failed attempts. Wait a quarter of an hour, then try again."))
        try:
            with user._assert_can_auth(user=user.id):
                return self._check_credentials_of(user, password, code)
        except AccessDenied as error:
            tries._note(user)
            _logger.info("proof of identity for a disposal failed, uid %s", user.id)
            raise UserError(
                self.env._("That is not your password, or not your current code. Nothing was done; try again.")
            ) from error

    @api.model
    def _check_credentials_of(self, user, password, code):
        user._check_credentials({"type": "password", "login": user.login, "password": password}, {"interactive": True})
        if user._mfa_type() != "totp":
            return self.env._("password")
        digits = "".join(filter(str.isdecimal, code or ""))
        if not digits or not request:
            raise AccessDenied
        user._check_credentials({"type": "totp", "token": int(digits)}, {"interactive": True})
        return self.env._("password and code")
