"""The appraisal (鉴定): each named appraiser gives one opinion on each line; the most careful opinion counts."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ..tools.basis import brief
from . import customer_archive_disposal_line, customer_archive_disposal_vote
from .customer_archive import GOVERNED
from .customer_archive_disposal import APPRAISER, APPROVED, DRAFTS, ENDED

# The most careful first: one such opinion is enough.
CAREFUL = ("keep", "transfer", "doubt", "destroy")


class CustomerArchiveDisposal(models.Model):
    _inherit = "customer.archive.disposal"

    def _judged_counts(self):
        """{id: lines with opinions enough}."""
        votes = self.env["customer.archive.disposal.vote"]._fields
        rows = self.env.execute_query(
            SQL(
                """
                SELECT disposal_id, count(*) FROM (
                    SELECT line.disposal_id, line.id FROM customer_archive_disposal_line line
                      JOIN customer_archive_disposal_vote vote ON vote.line_id = line.id AND vote.is_void IS NOT TRUE
                     WHERE line.disposal_id = ANY(%s) AND line.is_off IS NOT TRUE GROUP BY line.disposal_id, line.id
                    HAVING count(DISTINCT vote.user_id) >= %s) judged
                 GROUP BY disposal_id
                """,
                self.ids,
                self._policy().disposal_quorum,
                to_flush=[votes[name] for name in ("line_id", "user_id", "is_void")]
                + [self.env["customer.archive.disposal.line"]._fields["disposal_id"]],
            )
        )
        return dict(rows)

    # -- sending ---------------------------------------------------------------------------------------------------

    def action_send_to_appraisal(self):
        """Draft or returned → appraisal. From now on the lines are what was on record at this moment.

        :raise UserError: without lines, appraisers enough for each line or an approver; or when archives are no longer
            due or are held
        """
        self._check_step(*DRAFTS)
        self._check_is_archivist()
        lines = self._lines()
        if not lines:
            raise UserError(self.env._("%s has no archives. Add those that are due first.", self.name))
        self._check_appraisers(lines)
        self._check_asked_approver()
        self._refresh_lines(lines)
        lines.vote_ids._void(self.env._("The list was sent to appraisal again."))
        # sudo: the step of an archivist, as was checked
        self.sudo()._governed().write(
            {
                "state": "appraisal",
                "requester_id": self.env.uid,
                "requester_name": self.env.user.name,
                "requested_at": fields.Datetime.now(),
                "end_reason": False,
            }
        )
        self._end_tasks()
        self._ask(self.appraiser_ids, self.env._("Judge the disposal list %s", self.name))
        return True

    def _check_appraisers(self, lines):
        _ = self.env._
        quorum = self._policy().disposal_quorum
        members = self.sudo().appraiser_ids  # who is named, and their groups
        strangers = members.filtered(lambda user: not user.active or not user.has_group(APPRAISER))
        if strangers:
            raise UserError(
                _("%s is not in the appraisal group. Name somebody else, or ask for the role.", strangers[0].name)
            )
        for line in lines:
            able = members.filtered(line._is_asked)
            if len(able) < quorum:
                raise UserError(
                    _(
                        "Each archive is judged by %(quorum)s appraisers who are not its account manager. For "
                        "%(number)s %(count)s are named: add another one.",
                        quorum=quorum,
                        number=line.number,
                        count=len(able),
                    )
                )

    def _check_asked_approver(self):
        if not self.approver_id:
            raise UserError(self.env._("Enter who is asked to approve the list."))
        refusal = self._approver_refusal(self.approver_id, requester=self.env.user)
        if refusal:
            raise UserError(refusal)

    def _refresh_lines(self, lines):
        """What is on record now; and refuse what can't be destroyed any more."""
        archives = lines.archive_id.with_context(lang=self._words_of_company())
        self._refuse_archives(archives._disposal_refusals(apart_from=self))
        basis, period = archives._retention_basis(), archives._retention_period_text()
        facts = archives._disposal_facts()
        noted = ("pages", "accounting", "method")  # corrected by hand perhaps
        for line in lines:
            id_ = line.archive_id.id
            values = {name: value for name, value in facts[id_].items() if name not in noted}
            values |= {"basis": brief(basis.get(id_)), "period_due": period.get(id_) or ""}
            line._governed().write({**values, "outcome": False, "keep_until": False, "keep_for_ever": False})

    # -- the end of the appraisal ------------------------------------------------------------------------------------

    def action_submit(self):
        """Appraisal → approval, when every line has opinions enough. The most careful opinion is the line's result.

        :raise UserError: names the first line with too few opinions
        """
        self._check_step("appraisal")
        self._check_is_archivist()
        self._check_quorum()
        for line in self._lines():
            line._governed().write(line._result_of_votes())
        self._to_approval()
        return True

    def _check_quorum(self):
        quorum = self._policy().disposal_quorum
        for line in self._lines():
            count = len(line._valid_votes().user_id)
            if count < quorum:
                raise UserError(
                    self.env._(
                        "%(number)s has %(count)s opinions, and needs those of %(quorum)s different appraisers. One "
                        "opinion alone decides nothing.",
                        number=line.number,
                        count=count,
                        quorum=quorum,
                    )
                )

    def _to_approval(self):
        """The list as it is now waits for the approver."""
        self.env.flush_all()
        self.invalidate_recordset()
        # sudo: a step that was checked by the caller
        row = self.sudo()._governed()
        row.write(
            {
                "state": "approval",
                "submitted_at": fields.Datetime.now(),
                "list_hash": self._current_hash(),
                "cooling_until": False,
            }
        )
        self._end_tasks()
        self._ask(self.approver_id, self.env._("Approve the disposal list %s", self.name))

    def _missing_appraisers(self):
        """Named appraisers who still have lines to judge. Decides what is shown."""
        votes = self.env["customer.archive.disposal.vote"].sudo()  # who has given opinions, not which
        lines = self._lines()
        given = {
            user: set(group.line_id.ids)
            for user, group in votes.search([("disposal_id", "=", self.id), ("is_void", "=", False)])
            .grouped("user_id")
            .items()
        }
        members = self.sudo().appraiser_ids  # names of colleagues
        return members.filtered(
            lambda user: any(line._is_asked(user) and line.id not in given.get(user, ()) for line in lines)
        )

    # -- taking off ----------------------------------------------------------------------------------------------------

    def _check_may_change_lines(self):
        """Raise unless the user may change lines of these lists now."""
        self._check_is_archivist()
        for row in self:
            if row.state in ENDED or row.job_state in ("waiting", "running", "done") or row._begun():
                raise UserError(
                    self.env._(
                        "The disposal list %(number)s can no longer be changed (%(state)s).",
                        number=row.name,
                        state=row._state_label(),
                    )
                )

    def _hold_state(self):
        """Nobody ends the appraisal while an opinion is given; several opinions at once don't hinder each other."""
        self.env.cr.execute(SQL("SELECT id FROM customer_archive_disposal WHERE id = ANY(%s) FOR SHARE", self.ids))

    def _begun(self):
        """Whether a line has been destroyed already."""
        return any(line.job_state == "done" for line in self._lines())

    def _changed_by_hand(self, what):
        """A line was changed, or taken off: approvals of what the list was before don't hold any more."""
        for row in self:
            if row.state in APPROVED:
                row._void_approvals(what)
            elif row.state == "approval":
                row._to_approval()


class CustomerArchiveDisposalLine(models.Model):
    _inherit = customer_archive_disposal_line.CustomerArchiveDisposalLine._name

    def _valid_votes(self):
        votes = self.env["customer.archive.disposal.vote"].sudo()  # decides
        return votes.search([("line_id", "in", self.ids), ("is_void", "=", False)])

    def _result_of_votes(self):
        """The most careful opinion; of several new periods the longest."""
        votes = self._valid_votes()
        opinions = set(votes.mapped("opinion"))
        outcome = next(opinion for opinion in CAREFUL if opinion in opinions)
        keeping = votes.filtered(lambda vote: vote.opinion == "keep")
        for_ever = any(keeping.mapped("keep_for_ever"))
        until = max(filter(None, keeping.mapped("keep_until")), default=False)
        return {
            "outcome": outcome,
            "keep_for_ever": outcome == "keep" and for_ever,
            "keep_until": outcome == "keep" and not for_ever and until,
        }

    # -- judging -----------------------------------------------------------------------------------------------------

    def action_ask_judge(self):
        """The dialog that asks for an opinion on these lines."""
        for line in self:
            line._check_may_judge()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My Opinion"),
            "res_model": "customer.archive.disposal.judge",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_ids": self.ids},
        }

    def _check_may_judge(self):
        """Raise unless the user is to judge this line, and says by which rule not."""
        _ = self.env._
        self.check_access("read")
        line, user = self.sudo(), self.env.user  # decides
        if user not in line.disposal_id.appraiser_ids or not user.has_group(APPRAISER):
            raise AccessError(_("Only the appraisers who are named on %s judge its lines.", line.disposal_id.name))
        if user in (line.owner_id, line.archive_id.owner_id):
            raise AccessError(
                _(
                    "You are the account manager of %s: nobody judges customers of their own. Another appraiser does.",
                    line.number,
                )
            )
        if line.disposal_id.state != "appraisal":
            raise UserError(
                _(
                    "%(number)s is not in appraisal now (%(state)s).",
                    number=line.disposal_id.name,
                    state=line.disposal_id._state_label(),
                )
            )

    def _judge(self, opinion, reason, keep_until=False, keep_for_ever=False):
        """One opinion of the user on each of these lines.

        :raise AccessError: for everybody who isn't asked: not named, or the account manager
        :raise UserError: without a reason; for a second opinion; for a new period that is none
        """
        reason = self.disposal_id._check_register_reason(reason)
        self.disposal_id._hold_state()
        for line in self:
            line._check_may_judge()
            line._check_not_judged()
            if opinion == "keep":
                line._check_new_period(keep_until, keep_for_ever)
        keeps = opinion == "keep"
        # sudo: the user's own opinion, as was checked
        self.env["customer.archive.disposal.vote"].sudo().with_context(archive_governed=GOVERNED).create(
            [
                {
                    "line_id": line.id,
                    "user_id": self.env.uid,
                    "user_name": self.env.user.name,
                    "opinion": opinion,
                    "reason": reason,
                    "keep_until": keeps and not keep_for_ever and keep_until,
                    "keep_for_ever": keeps and keep_for_ever,
                }
                for line in self
            ]
        )
        self.env.flush_all()  # the index says at once if somebody was quicker
        self.invalidate_recordset()
        self.disposal_id.invalidate_recordset()

    def _check_not_judged(self):
        if self._valid_votes().filtered(lambda vote: vote.user_id == self.env.user):
            raise UserError(
                self.env._(
                    "You have judged %s already: each appraiser has one opinion. Take it back first.", self.number
                )
            )

    def _check_new_period(self, until, for_ever):
        _ = self.env._
        if for_ever:
            return
        if not until:
            raise UserError(_("Enter until when %s is to be kept.", self.number))
        earliest = max(filter(None, [self.minimum_on, self.company_id._archive_today()]))
        if until <= earliest:
            raise UserError(
                _(
                    "The new period of %(number)s must end after %(day)s: not before the legal minimum, and in the "
                    "future.",
                    number=self.number,
                    day=format_date(self.env, earliest),
                )
            )

    def action_take_back(self):
        """The user's opinions on these lines, taken back as long as the appraisal goes on. They stay, void."""
        self.disposal_id._hold_state()
        for line in self:
            line._check_may_judge()
        mine = self._valid_votes().filtered(lambda vote: vote.user_id == self.env.user)
        if not mine:
            raise UserError(self.env._("You have given no opinion here yet."))
        mine._void(self.env._("Taken back"))
        return True

    # -- taking off --------------------------------------------------------------------------------------------------

    def action_ask_take_off(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take off the List"),
            "res_model": "customer.archive.register.step",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_register": self._name,
                "default_row_id": self.id,
                "default_step": "take_off",
            },
        }

    def action_take_off(self, reason=None):
        """Take a line off, with a reason. It stays to be seen; approvals of the list become void."""
        self.ensure_one()
        self.check_access("read")
        reason = self.disposal_id._check_register_reason(reason)
        self.disposal_id._check_step("draft", "returned", "appraisal", "approval", "cooling", "execution")
        self.disposal_id._check_may_change_lines()
        disposal, number = self.disposal_id, self.number
        # sudo: an archivist's step, as was checked; the number only
        self.sudo()._governed().write({"is_off": True, "left_reason": reason, "job_state": False})
        disposal.sudo()._message_log(  # as above
            body=self.env._("%(number)s was taken off. Reason: %(reason)s", number=number, reason=reason)
        )
        self.env.flush_all()
        disposal.invalidate_recordset()
        disposal._changed_by_hand(self.env._("%s was taken off the list", number))
        return True


class CustomerArchiveDisposalVote(models.Model):
    _inherit = customer_archive_disposal_vote.CustomerArchiveDisposalVote._name

    def _void(self, reason):
        """They stay, and count no more."""
        valid = self.filtered(lambda vote: not vote.is_void)
        # sudo: by a step that was checked
        valid.sudo().with_context(archive_governed=GOVERNED).write({"is_void": True, "void_reason": reason})
