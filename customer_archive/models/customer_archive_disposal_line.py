from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.access import rank_of
from .customer_archive import GOVERNED
from .customer_archive_category import LEVELS
from .customer_archive_disposal import APPROVER, ARCHIVIST, DRAFTS, JOB_STATES

OUTCOMES = [
    ("destroy", "Destroy"),
    ("keep", "Keep Longer"),
    ("transfer", "Transfer"),
    ("doubt", "In Doubt"),
]
METHODS = [
    ("erase", "Erase the Data"),
    ("erase_paper", "Erase the Data, Destroy the Paper"),
]
# What an archivist may still note on a line; after the approval any change of it voids the approval.
NOTED = frozenset({"pages", "remark", "accounting", "method"})
# The user's eyes: level up to which archivists see whom a line is about without more ado.
OPEN_RANK = rank_of("internal")


class CustomerArchiveDisposalLine(models.Model):
    """One archive on a disposal list, with what was on record when the list went to appraisal.

    The customer's name is nowhere kept here: it is shown as long as there is one, to those who may know it.
    """

    _name = "customer.archive.disposal.line"
    _description = "Line of a Disposal List"
    _order = "disposal_id desc, place, id"
    _rec_name = "number"

    disposal_id = fields.Many2one(
        "customer.archive.disposal", "Disposal List", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="disposal_id.company_id")
    state = fields.Selection(related="disposal_id.state", string="Status of the List")
    place = fields.Integer("No.", required=True, readonly=True)
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    number = fields.Char("Archive Number", required=True, readonly=True)
    title = fields.Char("Title of the Archive", compute="_compute_title", exportable=False)
    category_id = fields.Many2one("customer.archive.category", "Category", readonly=True, ondelete="restrict")
    owner_id = fields.Many2one("res.users", "Account Manager", readonly=True, ondelete="restrict")
    year = fields.Char(readonly=True)
    date_from = fields.Date("First Date", readonly=True)
    date_until = fields.Date("Last Date", readonly=True)
    dates = fields.Char("First and Last Date", compute="_compute_dates")
    level = fields.Selection(LEVELS, "Confidentiality Level", readonly=True)
    pages = fields.Integer(help="Sheets of paper in the bag, and pages of its documents.")
    has_paper = fields.Boolean("Paper", compute="_compute_has_paper", store=True)
    period_due = fields.Char("Period to Be Kept", readonly=True)
    period_kept = fields.Char("Kept for", readonly=True)
    minimum_on = fields.Date("Earliest Day", readonly=True, help="Not to be destroyed before this day.")
    basis = fields.Char("Basis of the Destruction", readonly=True, help="The rule that asks for it, and its law.")
    method = fields.Selection(METHODS, "Way of Destruction", required=True, default="erase")
    accounting = fields.Boolean(
        "Accounting Records",
        help="Destroyed before a third witness from the information systems, if the policy says so.",
    )
    remark = fields.Char(help="No names of customers: the list is kept for ever.")
    fingerprint = fields.Char(readonly=True, help="Of the archive when it was listed: shows any later change.")
    vote_ids = fields.One2many("customer.archive.disposal.vote", "line_id", "Opinions", readonly=True)
    vote_count = fields.Integer("Opinions Given", compute="_compute_votes")
    my_opinion = fields.Selection(OUTCOMES, compute="_compute_votes")
    waits_for_me = fields.Boolean("Waits for Me", compute="_compute_votes", search="_search_waits_for_me")
    opinion_text = fields.Char("Opinion of the Appraisers", compute="_compute_votes")
    outcome = fields.Selection(OUTCOMES, "Result of the Appraisal", readonly=True, index=True)
    keep_until = fields.Date("New Period until", readonly=True)
    keep_for_ever = fields.Boolean("Keep for Ever", readonly=True)
    job_state = fields.Selection(JOB_STATES, "Job", readonly=True, index="btree_not_null")
    error = fields.Char("What Went Wrong", readonly=True)
    is_off = fields.Boolean("Taken off the List", readonly=True)
    left_reason = fields.Char("Why It Was Left out", readonly=True)
    destroyed_at = fields.Datetime("Destroyed", readonly=True)
    destruction_id = fields.Many2one(
        "customer.archive.destruction", "Entry of the Register", readonly=True, ondelete="restrict"
    )

    _list_archive_unique = models.UniqueIndex(
        "(disposal_id, archive_id) WHERE is_off IS NOT TRUE", "The archive is on this list already."
    )
    _pages_positive = models.Constraint("CHECK (pages >= 0)", "The number of pages is 0 or more.")

    # -- what is shown -------------------------------------------------------------------------------------------

    @api.depends("archive_id", "state")
    @api.depends_context("uid", "lang")
    def _compute_title(self):
        """The customer's name, to those whose task it is to know it; nothing once the archive is destroyed."""
        visible = self._with_visible_title()
        for line in self:
            archive = line.archive_id.sudo()  # the name is shown to those only who were found above
            if not archive.partner_id:
                line.title = self.env._("(destroyed)") if archive.state == "destroyed" else ""
            elif line in visible:
                line.title = archive.partner_id.name or ""
            else:
                line.title = archive._masked_name()

    def _with_visible_title(self):
        """Lines of which the user may know the customer: as appraiser, witness or approver of the list, or as archivist
        up to the level “Internal”, or because the archive is open to the user anyway."""
        if self.env.su:
            return self
        user = self.env.user
        approver, archivist = user.has_group(APPROVER), user.has_group(ARCHIVIST)
        rows = self.sudo()  # who is named, and the level
        found = rows.filtered(
            lambda line: user in line.disposal_id.appraiser_ids
            or user in line.disposal_id.witness_ids.user_id
            or (approver and line.disposal_id.state not in DRAFTS)
            or (archivist and rank_of(line.archive_id.level) <= OPEN_RANK)
        )
        rest = self - self.browse(found.ids)
        archives = rest.archive_id._filtered_access("read") if user.has_group("customer_archive.group_user") else ()
        return self.browse(found.ids) | rest.filtered(lambda line: line.archive_id in archives)

    @api.depends("date_from", "date_until")
    @api.depends_context("lang")
    def _compute_dates(self):
        for line in self:
            days = [format_date(self.env, day) for day in (line.date_from, line.date_until) if day]
            line.dates = " – ".join(days)

    @api.depends("method")
    def _compute_has_paper(self):
        for line in self:
            line.has_paper = line.method == "erase_paper"

    @api.depends("vote_ids.is_void", "vote_ids.opinion", "outcome")
    @api.depends_context("uid", "lang")
    def _compute_votes(self):
        votes = self.env["customer.archive.disposal.vote"].sudo()  # of lines that the user reads
        found = votes.search([("line_id", "in", self.ids), ("is_void", "=", False)]).grouped("line_id")
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        for line in self:
            mine = found.get(line.sudo()) or votes
            line.vote_count = len(mine)
            line.my_opinion = mine.filtered(lambda vote: vote.user_id == self.env.user).opinion
            line.waits_for_me = (
                line.state == "appraisal" and not line.is_off and line._is_asked(self.env.user) and not line.my_opinion
            )
            line.opinion_text = "; ".join(f"{vote.user_name}: {labels[vote.opinion]}" for vote in mine)

    def _is_asked(self, user):
        """Whether the user is to judge this line: named, and not its account manager."""
        line = self.sudo()  # decides
        return user in line.disposal_id.appraiser_ids and user not in (line.owner_id, line.archive_id.owner_id)

    @api.model
    def _search_waits_for_me(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        uid = self.env.uid
        mine = (
            self.env["customer.archive.disposal.vote"]
            .sudo()
            ._search(  # the user's own
                [("user_id", "=", uid), ("is_void", "=", False)]
            )
        )
        own = self.sudo()._search([("archive_id.owner_id", "=", uid)])  # of the user's own customers, to leave out
        return (
            Domain("disposal_id.state", "=", "appraisal")
            & Domain("disposal_id.appraiser_ids", "in", [uid])
            & Domain("owner_id", "!=", uid)
            & Domain("id", "not in", own)
            & Domain("is_off", "=", False)
            & Domain("vote_ids", "not any", [("id", "in", mine)])
        )

    # -- what is approved, and what is entered in the register ---------------------------------------------------------

    def _content(self):
        """All that is approved of this line."""
        self.ensure_one()
        names = ("number", "year", "level", "pages", "period_due", "period_kept", "basis", "method", "accounting")
        names += ("remark", "fingerprint", "outcome", "keep_for_ever")
        votes = self.vote_ids.filtered(lambda vote: not vote.is_void).sorted("id")
        return {
            "id": self.id,
            "archive": self.archive_id.id,
            "category": self.category_id.id,
            **{name: self[name] or None for name in names},
            **{
                name: fields.Date.to_string(self[name]) or None
                for name in ("date_from", "date_until", "minimum_on", "keep_until")
            },
            "votes": [vote._content() for vote in votes],
        }

    # -- who changes what ----------------------------------------------------------------------------------------

    def _is_governed(self):
        return self.env.context.get("archive_governed") is GOVERNED

    def _governed(self):
        return self.with_context(archive_governed=GOVERNED)

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_governed():
            raise UserError(
                self.env._("Archives are put on a disposal list by “Add Due Archives” or from their own list.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self._is_governed():
            return super().write(vals)
        self._check_change_by_hand(vals)
        result = super().write(vals)
        self.disposal_id._changed_by_hand(self.env._("a line was changed"))
        return result

    def _check_change_by_hand(self, vals):
        if vals.keys() - NOTED:
            raise UserError(
                self.env._(
                    "Of a line of a disposal list only pages, way of destruction, accounting records and remark are "
                    "entered by hand. The rest is on record, or comes from the appraisal."
                )
            )
        self.disposal_id._check_may_change_lines()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_listed(self):
        if self.disposal_id.filtered(lambda row: row.state not in DRAFTS):
            raise UserError(
                self.env._(
                    "Lines of a list that has been sent to appraisal are kept. Use “Take off the List”, with a reason."
                )
            )
        self.disposal_id._check_may_change_lines()

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("Lines of a disposal list can't be duplicated."))
