"""Disposal lists (销毁清册): what is to be destroyed, and who judged, approved and watched it (product.md R5)."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..tools.destruction import digest
from .customer_archive_register import CustomerArchiveRegister

STATES = [
    ("draft", "Drafting"),
    ("appraisal", "Appraisal"),
    ("approval", "Approval"),
    ("cooling", "Cooling-off"),
    ("execution", "Witnessed Destruction"),
    ("done", "Done"),
    ("returned", "Sent Back"),
    ("cancelled", "Cancelled"),
]
JOB_STATES = [("waiting", "Waiting"), ("running", "Running"), ("failed", "Failed"), ("done", "Done")]
# States in which whoever drafts may change the list, and in which it is over.
DRAFTS, ENDED = ("draft", "returned"), ("done", "cancelled")
# States in which an approval counts.
APPROVED = ("cooling", "execution")

ARCHIVIST = "customer_archive.group_archivist"
APPROVER = "customer_archive.group_management"
APPRAISER = "customer_archive.group_appraiser"

PAPER_METHODS = [
    ("shred", "Shredded"),
    ("pulp", "Pulped"),
    ("burn", "Burnt"),
    ("other", "In Another Way"),
]


class _Counts(list):
    """Numbers of lines by result and by state of the job."""

    def of(self, **wanted):
        return sum(
            count
            for outcome, job, count in self
            if wanted.get("outcome", outcome) == outcome and wanted.get("job", job) == job
        )


class CustomerArchiveDisposal(models.Model):
    """One list, from the draft to the certificate. Two axes: what people decided, and how the job went.

    ========== ================================== =======================================================
    draft      an archivist (or the job of the    due archives, the appraisers, who is to approve
               night) puts due archives together
    appraisal  the named appraisers               one opinion each for every line, with a reason; nobody
                                                  judges customers of their own
    approval   the management                     signs the list as it is: its hash stands in the approval
    cooling    nobody                             some days in which it can still be cancelled
    execution  two witnesses, then an archivist   they identify themselves; the job destroys line by line
    done       nobody                             the certificate is there for ever
    returned   an archivist                       changes the list and sends it to appraisal again
    ========== ================================== =======================================================
    """

    _name = "customer.archive.disposal"
    _description = "Disposal List"
    _inherit = [CustomerArchiveRegister._name]

    _sequence_code = "customer.archive.disposal"
    _draft_fields = frozenset({"subject", "note", "appraiser_ids", "approver_id"})
    # Named by whoever drafts, until the destruction begins; and what is noted about the paper.
    _witness_fields = frozenset({"witness_ids"})
    _paper_fields = frozenset({"paper_method", "paper_place", "paper_contractor", "paper_date", "paper_photo_ids"})

    subject = fields.Char(
        "Title",
        required=True,
        default=lambda self: self.env._("Archives whose period is over"),
        tracking=True,
        help="What the list is about, e.g. “Individual customers lost before 2020”. No names of customers.",
    )
    note = fields.Text("Remarks", help="On the list as a whole. No names of customers: the list is kept for ever.")
    state = fields.Selection(
        STATES, "Status", required=True, default="draft", readonly=True, tracking=True, index=True, copy=False
    )
    job_state = fields.Selection(JOB_STATES, "Job", readonly=True, copy=False)
    requester_id = fields.Many2one(
        "res.users", "Requested by", readonly=True, ondelete="restrict", index="btree_not_null", tracking=True
    )
    requester_name = fields.Char("Name of the Requester", readonly=True, help="As it was then.")
    requested_at = fields.Datetime("Sent to Appraisal", readonly=True)
    appraiser_ids = fields.Many2many(
        "res.users",
        "customer_archive_disposal_appraiser_rel",
        "disposal_id",
        "user_id",
        "Appraisers",
        domain=lambda self: self._domain_of_group(APPRAISER),
        help="The members of the appraisal group who judge this list.",
    )
    approver_id = fields.Many2one(
        "res.users",
        "To Be Approved by",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        domain=lambda self: self._domain_of_group(APPROVER),
        help="Who is asked to approve; not whoever requests it, nor the account manager of a customer on the list.",
    )
    line_ids = fields.One2many("customer.archive.disposal.line", "disposal_id", "Archives", readonly=True)
    approval_ids = fields.One2many("customer.archive.disposal.approval", "disposal_id", "Approvals", readonly=True)
    witness_ids = fields.One2many("customer.archive.disposal.witness", "disposal_id", "Witnesses")
    list_hash = fields.Char("Hash of the List", readonly=True, help="SHA-256 over all lines and opinions.")
    submitted_at = fields.Datetime("Sent to Approval", readonly=True)
    cooling_until = fields.Datetime("Cooling-off until", readonly=True, tracking=True)
    started_at = fields.Datetime("Destruction Began", readonly=True)
    carried_out_by_id = fields.Many2one("res.users", "Carried out by", readonly=True, ondelete="restrict")
    carried_out_by_name = fields.Char("Name of Who Carried It out", readonly=True, help="As it was then.")
    done_at = fields.Datetime("Done on", readonly=True)
    end_reason = fields.Char("Reason of the Return or Cancellation", readonly=True)

    paper_state = fields.Selection(
        [("none", "No Paper"), ("open", "Still to Be Destroyed"), ("done", "Destroyed")],
        "Paper",
        readonly=True,
        required=True,
        default="none",
    )
    paper_method = fields.Selection(PAPER_METHODS, "How the Paper Is Destroyed")
    paper_place = fields.Char("Place of Its Destruction")
    paper_contractor = fields.Char("Contractor", help="The firm that destroyed it, and the number of its receipt.")
    paper_date = fields.Date("Day of Its Destruction")
    paper_photo_ids = fields.Many2many(
        "ir.attachment",
        "customer_archive_disposal_photo_rel",
        "disposal_id",
        "attachment_id",
        "Photos",
        help="Of the destruction and of the receipt.",
    )

    line_count = fields.Integer("Archives Listed", compute="_compute_counts")
    judged_count = fields.Integer("Judged", compute="_compute_counts", help="Lines with opinions enough.")
    destroy_count = fields.Integer("To Be Destroyed", compute="_compute_counts")
    done_count = fields.Integer("Archives Destroyed", compute="_compute_counts")
    failed_count = fields.Integer("Failed Lines", compute="_compute_counts")
    progress = fields.Integer("Progress (%)", compute="_compute_counts")
    needs_it_witness = fields.Boolean(compute="_compute_needs_it_witness")
    next_step = fields.Char("What Comes Next", compute="_compute_next_step")
    waiting_for = fields.Char("Waits for", compute="_compute_next_step")
    may_prepare = fields.Boolean(compute="_compute_my_part")
    may_judge = fields.Boolean(compute="_compute_my_part")
    may_approve = fields.Boolean(compute="_compute_my_part")
    may_watch = fields.Boolean(compute="_compute_my_part", search="_search_may_watch")
    may_carry_out = fields.Boolean(compute="_compute_my_part")

    @api.model
    def _domain_of_group(self, group):
        return [("share", "=", False), ("all_group_ids", "in", self.env.ref(group).ids)]

    # -- counting ------------------------------------------------------------------------------------------------

    @api.depends("line_ids.outcome", "line_ids.job_state", "line_ids.vote_ids.is_void", "state")
    def _compute_counts(self):
        domain = [("disposal_id", "in", self.ids), ("is_off", "=", False)]
        lines = self.env["customer.archive.disposal.line"].sudo()  # how many, of lists that the user reads
        rows = lines._read_group(domain, ["disposal_id", "outcome", "job_state"], ["__count"])
        judged = self._judged_counts()
        for row in self:
            mine = _Counts((outcome, job, count) for disposal, outcome, job, count in rows if disposal.id == row.id)
            row.line_count = mine.of()
            row.judged_count = judged.get(row.id, 0)
            row.destroy_count = mine.of(outcome="destroy")
            row.done_count = mine.of(job="done")
            row.failed_count = mine.of(job="failed")
            row.progress = 100 * row.done_count // row.destroy_count if row.destroy_count else 0

    @api.depends("line_ids.accounting", "line_ids.outcome")
    def _compute_needs_it_witness(self):
        asked = self._policy().disposal_it_witness
        for row in self:
            lines = row._lines("destroy", False)
            row.needs_it_witness = asked and any(lines.mapped("accounting"))

    @api.model
    def _policy(self):
        """The policy's record: how many votes, days and minutes. No secrets."""
        return self.env["customer.archive.policy"]._record().sudo()  # as said

    def _lines(self, *outcomes):
        """The lines, found anew and as superuser: decides; what is shown of them is asked for elsewhere."""
        domain = [("disposal_id", "in", self.ids), ("is_off", "=", False)]
        if outcomes:
            domain.append(("outcome", "in", outcomes))
        return self.env["customer.archive.disposal.line"].sudo().search(domain)  # as said

    # -- what is approved ----------------------------------------------------------------------------------------

    def _content(self):
        """All that is approved: the list and its lines, with the opinions, as plain values."""
        self.ensure_one()
        row = self.sudo()  # a hash of it
        return {
            "number": row.name,
            "company": row.company_id.id,
            "requester": row.requester_id.id,
            "lines": [line._content() for line in row._lines()],
        }

    def _current_hash(self):
        return digest(self._content())

    # -- whose turn it is ----------------------------------------------------------------------------------------

    @api.depends("state", "appraiser_ids", "witness_ids.user_id", "witness_ids.authenticated_at")
    @api.depends_context("uid")
    def _compute_my_part(self):
        user = self.env.user
        archivist, approver = user.has_group(ARCHIVIST), user.has_group(APPROVER)
        for row in self:
            witness = row.sudo().witness_ids.filtered(lambda line: line.user_id == user)  # the user's own
            row.may_prepare = archivist and row.state in DRAFTS
            row.may_judge = row.state == "appraisal" and user in row.appraiser_ids
            row.may_approve = approver and row.state == "approval"
            row.may_watch = row.state == "execution" and bool(witness) and not witness.is_present
            row.may_carry_out = archivist and row.state == "execution" and row.job_state in (False, "failed")

    @api.model
    def _search_may_watch(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain("state", "=", "execution") & Domain("witness_ids.user_id", "=", self.env.uid)

    @api.depends("state", "job_state", "paper_state", "line_ids.outcome", "line_ids.job_state")
    @api.depends_context("uid", "lang", "tz")
    def _compute_next_step(self):
        for row in self:
            row.next_step, row.waiting_for = getattr(row, f"_next_in_{row.state}")()

    def _archivists_words(self):
        return self.env._("an archivist")

    def _next_in_draft(self):
        _ = self.env._
        if not self.line_count:
            return _(
                "Add the archives that are due, then name the appraisers and who approves."
            ), self._archivists_words()
        return (
            _("Look through the lines, name the appraisers and who approves, then send the list to appraisal."),
            self._archivists_words(),
        )

    def _next_in_returned(self):
        return (
            self.env._("Change what was objected to, then send the list to appraisal again, or cancel it."),
            self._archivists_words(),
        )

    def _next_in_appraisal(self):
        _ = self.env._
        if self.judged_count < self.line_count:
            sentence = _(
                "The appraisers judge each line: %(judged)s of %(count)s have opinions enough.",
                judged=self.judged_count,
                count=self.line_count,
            )
            return sentence, ", ".join(self._missing_appraisers().mapped("name"))
        return _("All lines are judged. Send the list to approval."), self._archivists_words()

    def _next_in_approval(self):
        asked = self.approver_id.sudo().name or self.env._("the management")  # the name of a colleague
        return self.env._("The list is to be approved or sent back."), asked

    def _next_in_cooling(self):
        until = format_datetime(self.env, self.cooling_until, tz=self.env.user.tz or "UTC", dt_format="short")
        return (
            self.env._("Approved. Until %s it can still be cancelled; nothing is destroyed before.", until),
            self.env._("nobody"),
        )

    def _next_in_execution(self):
        _ = self.env._
        if self.job_state in ("waiting", "running"):
            return _("The archives are being destroyed, one by one."), _("nobody")
        if self.job_state == "done" and self.paper_state == "open":
            return _("Destroy the paper, enter how and where, then note it as destroyed."), self._archivists_words()
        absent = self._absent_witnesses()
        if absent:
            return absent
        if self.job_state == "failed":
            return (
                _("Some lines could not be destroyed. Mend what they say and try again, or leave them out."),
                self._archivists_words(),
            )
        return _("The witnesses are there. Carry out the destruction."), self._archivists_words()

    def _next_in_done(self):
        return self.env._("Done. The certificate can be printed."), self.env._("nobody")

    def _next_in_cancelled(self):
        return self.env._("Cancelled. The archives stay as they are."), self.env._("nobody")

    # -- buttons of the form -------------------------------------------------------------------------------------

    def _of_lines(self, title, domain):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "customer.archive.disposal.line",
            "view_mode": "list,form",
            "domain": [("disposal_id", "=", self.id), *domain],
            "context": {"create": False},
        }

    def action_view_lines(self):
        return self._of_lines(self.env._("Archives of %s", self.name), [])

    def action_view_to_judge(self):
        """The lines of this list on which the user gives an opinion."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.customer_archive_disposal_line_action_judge"
        )
        return {**action, "domain": [("disposal_id", "=", self.id), ("is_off", "=", False)]}

    def action_print_certificate(self):
        self.ensure_one()
        return self.env.ref("customer_archive.disposal_certificate_report").report_action(self)

    def action_view_destroyed(self):
        """The entries of the register."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Destroyed by %s", self.name),
            "res_model": "customer.archive.destruction",
            "view_mode": "list,form",
            "domain": [("disposal_id", "=", self.id)],
        }
