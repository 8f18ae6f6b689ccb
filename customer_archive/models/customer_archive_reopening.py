"""Reopening of inactive and sealed archives: asked for by one person, approved by another (product.md R3, R11)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .customer_archive import GOVERNED

ARCHIVIST = "customer_archive.group_archivist"
STATES = [
    ("requested", "Requested"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]


class CustomerArchiveReopening(models.Model):
    """The request to reopen one archive, with the reason and the answer. It stays for ever."""

    _name = "customer.archive.reopening"
    _description = "Reopening of an Archive"
    _order = "id desc"
    _rec_name = "archive_id"

    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="archive_id.company_id", store=True, index=True)
    was_sealed = fields.Boolean(readonly=True)
    reason = fields.Text(required=True, readonly=True)
    state = fields.Selection(STATES, "Status", required=True, default="requested", readonly=True, copy=False)
    requested_by_id = fields.Many2one("res.users", "Requested by", required=True, readonly=True, ondelete="restrict")
    requested_at = fields.Datetime("Requested", required=True, readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime("Decided", readonly=True)
    answer = fields.Text(readonly=True)
    may_decide = fields.Boolean(compute="_compute_may_decide", exportable=False)
    is_mine = fields.Boolean(compute="_compute_may_decide", exportable=False)

    _one_open = models.UniqueIndex(
        "(archive_id) WHERE state = 'requested'", "Somebody has asked to reopen this archive already."
    )

    @api.depends("state", "requested_by_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        archivist = self.env.user.has_group(ARCHIVIST)
        for request in self:
            request.is_mine = request.requested_by_id == self.env.user
            request.may_decide = archivist and request.state == "requested" and not request.is_mine

    def write(self, vals):
        if self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(self.env._("A request to reopen an archive is never changed. Use its buttons."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("Requests to reopen archives are kept. Withdraw it instead."))

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("A request to reopen an archive can't be duplicated. Ask anew on the archive."))

    @api.model
    def _request(self, archives, reason):
        """Ask for these archives to be reopened. Whoever calls has checked that the user may."""
        self._check_none_open(archives)
        requests = self.create(
            [
                {
                    "archive_id": archive.id,
                    "was_sealed": archive.state == "sealed",
                    "reason": reason,
                    "requested_by_id": self.env.uid,
                    "requested_at": fields.Datetime.now(),
                }
                for archive in archives
            ]
        )
        archives.sudo()._log_reason(self.env._("Reopening requested"), reason)  # their history, of the user's own step
        return requests

    @api.model
    def _check_none_open(self, archives):
        known = self.search([("archive_id", "in", archives.ids), ("state", "=", "requested")], limit=1)
        if known:
            raise UserError(
                self.env._(
                    "%(person)s has asked to reopen the archive %(number)s already. Another archivist decides.",
                    person=known.requested_by_id.name,
                    number=known.archive_id.number,
                )
            )

    # -- deciding ---------------------------------------------------------------------------------------------------

    def action_approve(self, answer=None):
        """Open the archives again: by another archivist than the one who asked."""
        self._check_may_decide()
        for request in self:
            request._decide("approved", answer)
            request.archive_id._reopen(request.reason)
        return True

    def action_refuse(self, answer=None):
        """Leave the archives as they are. The answer is kept."""
        self._check_may_decide()
        if not isinstance(answer, str) or not answer.strip():
            raise UserError(self.env._("Say why it is refused: the answer is kept with the request."))
        for request in self:
            request._decide("refused", answer.strip())
        return True

    def action_ask_refuse(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse Reopening"),
            "res_model": "customer.archive.retention.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_reopening_id": self.id, "default_step": "refuse"},
        }

    def action_withdraw(self):
        """By whoever asked."""
        self._check_open()
        self.check_access("read")
        if any(request.requested_by_id != self.env.user for request in self):
            raise AccessError(self.env._("A request is withdrawn by whoever made it. You can refuse it."))
        for request in self:
            request._decide("withdrawn", None)
        return True

    def _check_open(self):
        self.check_access("read")
        # Two people who decide at the same time: the second one is told.
        self.env.flush_all()
        self.env.execute_query(
            SQL("SELECT id FROM customer_archive_reopening WHERE id = ANY(%s) ORDER BY id FOR UPDATE", self.ids)
        )
        self.invalidate_recordset(["state"])
        done = self.filtered(lambda request: request.state != "requested")
        if done:
            raise UserError(
                self.env._(
                    "The request for the archive %s is decided already. Reload the page.", done[0].archive_id.number
                )
            )

    def _check_may_decide(self):
        if not self.env.su and not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Archivists decide about the reopening of archives: ask one."))
        self._check_open()
        own = self.filtered(lambda request: request.requested_by_id == self.env.user)
        if own:
            raise AccessError(
                self.env._(
                    "Nobody approves their own request: ask another archivist to decide about the archive %s.",
                    own[0].archive_id.number,
                )
            )

    def _decide(self, state, answer):
        # sudo: checked by the callers; nobody has rights to write requests by hand
        self.sudo().with_context(archive_governed=GOVERNED).write(
            {
                "state": state,
                "answer": answer.strip() if isinstance(answer, str) and answer.strip() else False,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        labels = dict(self._fields["state"]._description_selection(self.env))
        sentence = self.env._("Reopening: %s", labels[state])
        self.archive_id.sudo()._message_log(body=f"{sentence}. {answer or ''}".strip())  # the archive's own history
