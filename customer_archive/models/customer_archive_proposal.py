"""Change proposals: what somebody wants changed on a card who may not change it alone (product.md A7)."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

from .res_partner import GROUP

# Archivists who are asked when there is nobody nearer.
ARCHIVISTS_ASKED = 10


class CustomerArchiveProposal(models.Model):
    """Changes of one contact's card, each accepted or refused by somebody else than the proposer.

    Nobody creates or writes proposals directly: the customer's form and ``archive_propose`` make them, the buttons
    decide. No value of the card is in its chatter, activities or mails.
    """

    _name = "customer.archive.proposal"
    _description = "Change Proposal"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    name = fields.Char("Register Number", readonly=True, copy=False, index=True)
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Whose data are to be changed: the customer, or one of its contacts.",
    )
    company_id = fields.Many2one("res.company", "Proposed in", required=True, readonly=True, ondelete="restrict")
    proposer_id = fields.Many2one(
        "res.users", "Proposed by", required=True, readonly=True, ondelete="restrict", index=True
    )
    origin = fields.Selection(
        [("management", "Management"), ("critical", "Needs Approval"), ("customer", "The Customer")],
        required=True,
        readonly=True,
        help="Why it is a proposal: the proposer reads the customer only; the fields need a second person's approval "
        "whoever changes them; or the customer changed their own data in the portal.",
    )
    reason = fields.Char(readonly=True)
    state = fields.Selection(
        [("open", "Undecided"), ("decided", "Decided"), ("withdrawn", "Withdrawn")],
        "Status",
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
    )
    outcome = fields.Selection(
        [("accepted", "Accepted"), ("partly", "Partly Accepted"), ("refused", "Refused"), ("withdrawn", "Withdrawn")],
        readonly=True,
        copy=False,
        tracking=True,
    )
    closed_at = fields.Datetime("Closed", readonly=True, copy=False)
    line_ids = fields.One2many("customer.archive.proposal.line", "proposal_id", "Changes", readonly=True)
    open_count = fields.Integer("Open Changes", compute="_compute_counts")
    has_conflict = fields.Boolean(
        "Overtaken",
        compute="_compute_counts",
        search="_search_has_conflict",
        help="A value was changed by somebody else since it was proposed.",
    )
    can_decide = fields.Boolean("To Decide by Me", compute="_compute_can_decide", search="_search_can_decide")
    is_mine = fields.Boolean(compute="_compute_can_decide")
    obstacle = fields.Char(compute="_compute_obstacle")

    _open_index = models.Index("(archive_id) WHERE state = 'open'")

    @api.depends("line_ids.status")
    @api.depends_context("uid")
    def _compute_counts(self):
        for proposal in self:
            proposal.open_count = len(proposal.line_ids.filtered(lambda line: line.state == "open"))
            proposal.has_conflict = any(line.status == "conflict" for line in proposal.line_ids)

    def _search_has_conflict(self, operator, value):
        return self._search_among_open(operator, value, "has_conflict")

    def _search_can_decide(self, operator, value):
        return self._search_among_open(operator, value, "can_decide")

    def _search_among_open(self, operator, value, name):
        """Few proposals are open at a time: they are looked at one by one, those that the user may read."""
        if operator != "in":
            return NotImplemented
        found = self.search([("state", "=", "open")]).filtered(name)
        return [("id", "in" if True in value else "not in", found.ids)]

    @api.depends("state", "line_ids.state")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for proposal in self:
            proposal.is_mine = proposal.proposer_id == self.env.user
            proposal.can_decide = any(line.can_decide for line in proposal.line_ids)

    @api.depends("partner_id", "archive_id.state", "archive_id.merged_into_id")
    @api.depends_context("lang")
    def _compute_obstacle(self):
        for proposal in self:
            proposal.obstacle = proposal._find_obstacle() if proposal.state == "open" else False

    def _find_obstacle(self):
        """Why nothing of the proposal can be accepted any more, or False."""
        _ = self.env._
        archive, partner = self.sudo().archive_id, self.sudo().partner_id  # decides; only that it is so is told
        if archive.merged_into_id:
            return _("The customer was merged into another one. Propose the changes there, if they are still wanted.")
        if archive.state not in ("draft", "active"):
            return _("The archive is no longer in use, so the card is not changed any more.")
        if not partner.exists():
            return _("The contact was deleted.")
        guard = partner._archive_get_guard()
        if guard is None or guard.archive_id != archive.id:
            return _(
                "The contact belongs to another customer now. Propose the changes there, if they are still wanted."
            )
        return False

    # -- who decides --------------------------------------------------------------------------------------------

    def _may_decide(self, critical):
        """Whether the environment's user (under sudo as well) decides on changes of this proposal.

        :param critical: changes that need an archivist or the team leader, whoever proposed them
        """
        user = self.env.user
        if user.id == SUPERUSER_ID:
            return True
        if self.sudo().proposer_id == user or not user.has_group(GROUP):  # decides
            return False
        guard = self.sudo().archive_id._archive_get_guard()  # decides
        scope = self.env["customer.archive.access"]._scope()
        if critical:
            return guard.rank <= scope.write_rank or guard.team_id in scope.team_ids
        return scope.writes(guard)

    def _check_may_decide(self, critical):
        if self._may_decide(critical):
            return
        if self.sudo().proposer_id == self.env.user:  # decides
            raise AccessError(self.env._("Nobody decides on their own proposal. %s", self._who_decides(critical)))
        raise AccessError(self.env._("You don't decide on this proposal. %s", self._who_decides(critical)))

    def _who_decides(self, critical):
        if critical:
            return self.env._("An archivist or the leader of the customer's sales team decides.")
        return self.env._("The account manager, the leader of the sales team or an archivist decides.")

    def _deciders(self):
        """Users who are asked: the account manager, else the team leader, else archivists."""
        self.ensure_one()
        critical = any(line.is_critical for line in self.line_ids)
        archive = self.archive_id
        for user in (archive.owner_id, archive.team_id.user_id):
            if user.active and user._is_internal() and self.with_user(user).sudo()._may_decide(critical):
                return user
        archivists = self.env.ref("customer_archive.group_archivist").all_user_ids
        company = archive.company_id
        return archivists.filtered(
            lambda user: user.active
            and user.id != SUPERUSER_ID
            and company in user.company_ids
            and self.with_user(user).sudo()._may_decide(critical)
        )[:ARCHIVISTS_ASKED]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # sudo: the next number of the register
            vals["name"] = self.env["ir.sequence"].sudo().next_by_code("customer.archive.proposal")
        return super().create(vals_list)

    # -- making and closing -------------------------------------------------------------------------------------

    @api.model
    def _propose(self, partner, archive, lines, *, origin, reason=None):
        """Make the proposal of the environment's user; those who decide get an activity.

        :param lines: as ``customer.archive.values._lines`` gives them
        """
        # sudo: nobody has the right to create proposals; the caller checked who proposes what
        proposals = self.sudo().with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
        proposal = proposals.create(
            {
                "archive_id": archive.id,
                "partner_id": partner.id,
                "company_id": self.env.company.id,
                "proposer_id": self.env.uid,
                "origin": origin,
                "reason": (reason or "").strip() or False,
                "line_ids": [fields.Command.create(line) for line in lines],
            }
        )
        proposal._ask_deciders()
        return proposal.sudo(self.env.su)

    def _ask_deciders(self):
        """An activity with the number only: activities are shown and mailed without asking for rights."""
        for user in self._deciders():
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Accept or refuse the changes"),
                user_id=user.id,
            )

    def _lock(self, lines):
        """Take the proposal and its lines for this transaction, so that nobody else decides at the same time."""
        try:
            self.sudo().lock_for_update()  # locks rows that the user may read
            lines.sudo().lock_for_update()  # as above
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is deciding on the proposal %s right now. Reload it in a moment.", self.name)
            ) from error
        self.invalidate_recordset()
        lines.invalidate_recordset()

    def _check_open(self):
        if self.state != "open":
            labels = dict(self._fields["state"]._description_selection(self.env))
            users = self.sudo().line_ids.decided_by_id  # names of colleagues
            raise UserError(
                self.env._(
                    "The proposal %(number)s is closed already: %(state)s, by %(users)s.",
                    number=self.name,
                    state=labels[self.state],
                    users=", ".join(users.mapped("name")),
                )
            )

    def _close_if_done(self):
        """Once nothing is open the proposal is decided: activities end, the proposer is told."""
        proposal = self.sudo()  # the caller decided on the last line
        states = set(proposal.line_ids.mapped("state"))
        if "open" in states:
            return
        outcome = "partly" if states == {"accepted", "refused"} else states.pop()
        proposal.write(
            {
                "state": "withdrawn" if outcome == "withdrawn" else "decided",
                "outcome": outcome,
                "closed_at": fields.Datetime.now(),
            }
        )
        proposal.activity_unlink(["mail.mail_activity_data_todo"])
        if outcome != "withdrawn":
            proposal._tell_proposer()

    def _tell_proposer(self):
        """Without values. Customers get no mail by themselves: their account manager answers them."""
        user = self.proposer_id
        if not user.active or not user._is_internal() or user.id in (SUPERUSER_ID, self.env.uid):
            return
        words = dict(self._fields["outcome"]._description_selection(self.with_context(lang=user.lang).env))
        env = self.with_context(lang=user.lang).env
        self.message_notify(
            partner_ids=user.partner_id.ids,
            subject=env._("Your proposal %s", self.name),
            body=env._(
                "Your proposal %(number)s: %(outcome)s. Open it to see which changes were accepted, and the reasons.",
                number=self.name,
                outcome=words[self.outcome],
            ),
        )

    # -- buttons ------------------------------------------------------------------------------------------------

    def action_accept_all(self):
        """Accept every open change that the user decides on and that was not overtaken meanwhile."""
        for proposal in self:
            proposal.check_access("read")
            proposal._check_open()
            lines = proposal.line_ids.filtered(lambda line: line.status == "open" and line.can_decide)
            if not lines:
                proposal._check_may_decide(any(line.is_critical for line in proposal.line_ids))
                raise UserError(
                    self.env._(
                        "Nothing of the proposal %s can be accepted at once: what is open was overtaken, or is for "
                        "an archivist or the team leader. Look at the changes one by one.",
                        proposal.name,
                    )
                )
            lines._accept()
        return True

    def action_withdraw(self):
        """The proposer takes back what is not decided yet."""
        for proposal in self:
            proposal.check_access("read")
            if proposal.proposer_id != self.env.user and not self.env.su:
                raise AccessError(self.env._("Only the proposer withdraws a proposal. Refuse it instead."))
            lines = proposal.line_ids.filtered(lambda line: line.state == "open")
            proposal._lock(lines)
            proposal._check_open()
            lines.filtered(lambda line: line.state == "open")._close("withdrawn")
        return True

    def action_view_partner(self):
        self.ensure_one()
        return self.archive_id.action_view_partner() | {"res_id": self.partner_id.id}

    # -- a register ---------------------------------------------------------------------------------------------

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("A proposal can't be duplicated. Make the change in the customer's form again."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(
                self.env._("Proposals are kept as a register. Withdraw or refuse it instead of deleting it.")
            )
