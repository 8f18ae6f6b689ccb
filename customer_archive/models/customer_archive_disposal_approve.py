"""The approval (审批) of exactly one list, the cooling-off (冷静期) after it, and what makes an approval void."""

from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from . import customer_archive_disposal_line
from .customer_archive import GOVERNED
from .customer_archive_disposal import APPROVER, ARCHIVIST


class CustomerArchiveDisposal(models.Model):
    _inherit = "customer.archive.disposal"

    # -- who may -----------------------------------------------------------------------------------------------------

    def _approver_refusal(self, user, requester=None):
        """The sentence that says by which rule the user can't approve this list; nothing when they can."""
        self.ensure_one()
        _ = self.env._
        row, name = self.sudo(), user.sudo().name  # decides; the name of a colleague
        if not user.sudo().active or not user.has_group(APPROVER):
            return _("%s can't approve disposal lists: that is for the management.", name)
        if user == (requester or row.requester_id):
            return _("%s requested this list: nobody approves a list of their own.", name)
        if user in row._lines()._owners():
            return _("%s is the account manager of a customer on this list, and can't approve it.", name)
        if user in row._lines()._valid_votes().user_id:
            return _("%s judged this list as appraiser: somebody else approves it.", name)
        if user in row._witnesses().user_id:
            return _("%s is named as witness of this list: somebody else approves it.", name)
        return ""

    def _check_may_approve(self):
        self._check_step("approval")
        if not self.env.user.has_group(APPROVER):
            raise AccessError(self.env._("Disposal lists are approved by the management."))
        refusal = self._approver_refusal(self.env.user)
        if refusal:
            raise AccessError(refusal)
        if self._current_hash() != self.list_hash:
            raise UserError(
                self.env._(
                    "%s was changed after the appraisal. Return it, so that it is sent to appraisal again.", self.name
                )
            )

    # -- approving ---------------------------------------------------------------------------------------------------

    def action_ask_approve(self):
        """The dialog in which the approver proves who they are."""
        self._check_may_approve()
        return self._ask_identity("approve", self.env._("Approve the Disposal List"))

    def _approve(self, identified_by, remark=False):
        """Approval → cooling-off; or done, where nothing is to be destroyed. New periods begin at once.

        Called by the dialog once the user has proven who they are.
        """
        self._check_may_approve()
        # sudo: the approver's own step, as was checked
        self.env["customer.archive.disposal.approval"].sudo().with_context(archive_governed=GOVERNED).create(
            {
                "disposal_id": self.id,
                "user_id": self.env.uid,
                "user_name": self.env.user.name,
                "identified_by": identified_by,
                "remark": remark,
                "list_hash": self.list_hash,
            }
        )
        self._extend_periods()
        self._end_tasks()
        row = self.sudo()._governed()  # as above
        if row._lines("destroy"):
            days = self._policy().disposal_cooling_days
            row.write({"state": "cooling", "cooling_until": fields.Datetime.now() + timedelta(days=days)})
        else:
            row.write({"state": "done", "done_at": fields.Datetime.now()})

    def _extend_periods(self):
        """Lines that are to be kept: the archive's period ends later from now on."""
        for line in self._lines("keep"):
            reason = "; ".join(vote.reason for vote in line._valid_votes() if vote.opinion == "keep")
            line.archive_id._extend_retention(
                line.keep_until or date.max,  # for ever
                self.env._("%(list)s: %(reason)s", list=self.name, reason=reason),
            )

    def _valid_approval(self):
        approvals = self.env["customer.archive.disposal.approval"].sudo()  # decides
        return approvals.search([("disposal_id", "=", self.id), ("is_void", "=", False)])

    def action_return(self, reason=None):
        """The approver objects: back to whoever drafts. What was judged is judged again."""
        self._check_step("approval")
        if not self.env.user.has_group(APPROVER):
            raise AccessError(self.env._("Disposal lists are sent back by the management."))
        reason = self._check_register_reason(reason)
        # sudo: the approver's step, as was checked
        self.sudo()._governed().write({"state": "returned", "end_reason": reason, "list_hash": False})
        self._end_tasks()
        self._ask(self.requester_id, self.env._("The disposal list %s was sent back", self.name))
        return True

    def action_ask_return(self):
        return self._ask_reason("return", self.env._("Send Back the Disposal List"))

    # -- void ----------------------------------------------------------------------------------------------------------

    def _void_approvals(self, why):
        """Approved → approval: the list isn't what was approved any more. Witnesses identify themselves anew."""
        self.ensure_one()
        reason = self.env._("The list was changed after the approval: %s", why)
        governed = self.sudo()._governed()  # a consequence, whoever changed it
        approval = governed._valid_approval().with_context(archive_governed=GOVERNED)
        approval.write({"is_void": True, "void_reason": reason})
        governed._witnesses().with_context(archive_governed=GOVERNED).write(
            {"authenticated_at": False, "identified_by": False, "user_name": False}
        )
        governed.write({"job_state": False, "started_at": False})
        governed._message_log(body=reason)
        self._to_approval()

    def _is_as_approved(self):
        """Whether the list still is what the approver signed."""
        approval = self._valid_approval()
        return bool(approval) and approval.list_hash == self._current_hash()

    # -- cooling-off --------------------------------------------------------------------------------------------------

    @api.model
    def _cron_cooling(self):
        """Lists whose cooling-off is over wait for their witnesses."""
        over = self.search([("state", "=", "cooling"), ("cooling_until", "<=", fields.Datetime.now())])
        for row in over.try_lock_for_update():
            row._end_cooling()

    def _end_cooling(self):
        if not self._is_as_approved():
            return self._void_approvals(self.env._("its lines are other ones"))
        self.sudo()._governed().write({"state": "execution"})  # the time is over
        self._ask(self._witnesses().user_id, self.env._("Watch the destruction of %s", self.name))
        self._ask(self.requester_id, self.env._("Carry out the disposal list %s with its witnesses", self.name))
        return True

    # -- cancelling ---------------------------------------------------------------------------------------------------

    def action_cancel(self, reason=None):
        """Give the list up, at any time before something is destroyed. Archivists and the management can."""
        self._check_step("draft", "returned", "appraisal", "approval", "cooling", "execution")
        if not self.env.user.has_groups(f"{ARCHIVIST},{APPROVER}"):
            raise AccessError(self.env._("Disposal lists are cancelled by archivists or the management."))
        reason = self._check_register_reason(reason)
        if self.job_state in ("waiting", "running") or self._begun():
            raise UserError(
                self.env._(
                    "The destruction of %s has begun and can't be cancelled. Lines that failed can be left out.",
                    self.name,
                )
            )
        # sudo: as was checked
        approval = self.sudo()._valid_approval().with_context(archive_governed=GOVERNED)
        approval.write({"is_void": True, "void_reason": self.env._("The list was cancelled: %s", reason)})
        self.sudo()._governed().write({"state": "cancelled", "end_reason": reason, "job_state": False})
        self._end_tasks()
        return True

    def action_ask_cancel(self):
        return self._ask_reason("cancel", self.env._("Cancel the Disposal List"))


class CustomerArchiveDisposalLine(models.Model):
    _inherit = customer_archive_disposal_line.CustomerArchiveDisposalLine._name

    def _owners(self):
        """Account managers of these archives: now, and when the list was sent to appraisal."""
        lines = self.sudo()  # decides
        return lines.owner_id | lines.archive_id.owner_id
