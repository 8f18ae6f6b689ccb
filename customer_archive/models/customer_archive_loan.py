from odoo import api, fields, models
from odoo.exceptions import UserError

from .customer_archive import GOVERNED

# What this addon's own methods write, and nobody by hand (write() refuses it).
FIXED = frozenset(
    """
    name archive_id user_id kind gives_access takes_paper company_id purpose state wished_due_at opened_at due_at
    approver_id decided_at refusal_reason renewals renewal_wish_at renewal_reason access_ended_at returned_at
    received_by_id condition condition_note chased_on escalated_on single_documents line_ids
    """.split()
)


class CustomerArchiveLoan(models.Model):
    """Approved, time-limited access to one archive, and the borrowing of its paper: one record (product.md A3, D3).

    Nobody has rights to write here: each step is a method that checks who takes it (customer_archive_loan_flow.py).
    """

    _name = "customer.archive.loan"
    _description = "Loan of a Customer Archive"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    name = fields.Char("Loan Number", required=True, readonly=True, copy=False, default="/")
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    archive_number = fields.Char(
        compute="_compute_archive_facts",
        search="_search_archive_number",
        exportable=False,
        help="Shown to those who may read the archive, and to those who keep or audit the register.",
    )
    place = fields.Char(
        "Place of the Paper", compute="_compute_archive_facts", exportable=False, help="Box and shelf of the paper bag."
    )
    company_id = fields.Many2one(related="archive_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        "Borrower",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user,
    )
    team_id = fields.Many2one(related="user_id.sale_team_id", string="Team of the Borrower")
    purpose = fields.Text(required=True, readonly=True, help="What the archive is needed for.")
    kind = fields.Selection(
        [("screen", "On Screen"), ("paper", "Paper"), ("both", "On Screen and Paper")],
        "Kind of Loan",
        required=True,
        readonly=True,
        default="screen",
        help="On screen: the archive opens to the borrower until the due time, and closes by itself. "
        "Paper: the bag is handed out and must be returned.",
    )
    gives_access = fields.Boolean("Opens the Archive on Screen", compute="_compute_kinds", store=True)
    takes_paper = fields.Boolean("Hands out the Paper", compute="_compute_kinds", store=True)
    single_documents = fields.Boolean(
        "Single Documents Only", readonly=True, help="Not the whole bag is handed out, but some documents of it."
    )
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("open", "Lent"),
            ("closed", "Returned"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        required=True,
        default="requested",
        readonly=True,
        copy=False,
        tracking=True,
    )
    wished_due_at = fields.Datetime("Wanted until", readonly=True)
    opened_at = fields.Datetime("Lent", readonly=True, copy=False)
    due_at = fields.Datetime("Due", readonly=True, copy=False, tracking=True)
    approver_id = fields.Many2one("res.users", "Decided by", readonly=True, copy=False, ondelete="restrict")
    decided_at = fields.Datetime("Decided", readonly=True, copy=False)
    refusal_reason = fields.Char("Reason of the Refusal", readonly=True, copy=False)
    renewals = fields.Integer(readonly=True, copy=False, help="How often the due time was put off.")
    renewal_wish_at = fields.Datetime("Renewal Wanted until", readonly=True, copy=False)
    renewal_reason = fields.Char("Reason of the Renewal", readonly=True, copy=False)
    access_ended_at = fields.Datetime("Access Ended", readonly=True, copy=False)
    returned_at = fields.Datetime("Returned", readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", "Taken back by", readonly=True, copy=False, ondelete="restrict")
    condition = fields.Selection(
        [("good", "Good"), ("damaged", "Damaged"), ("incomplete", "Incomplete")],
        "Condition at Return",
        readonly=True,
        copy=False,
    )
    condition_note = fields.Char("Note on the Condition", readonly=True, copy=False)
    is_overdue = fields.Boolean("Overdue", compute="_compute_is_overdue", search="_search_is_overdue", exportable=False)
    chased_on = fields.Date("Last Reminder", readonly=True, copy=False)
    escalated_on = fields.Date("Passed on", readonly=True, copy=False)

    _user_state = models.Index("(user_id, state, due_at)")
    _open_due = models.Index("(due_at) WHERE state = 'open'")
    _name_unique = models.UniqueIndex("(name)", "Another loan has this number.")
    _one_request = models.UniqueIndex(
        "(user_id, archive_id) WHERE state = 'requested'",
        "This archive has been asked for already, and the request waits for the decision.",
    )
    _one_paper = models.UniqueIndex(
        "(archive_id) WHERE state = 'open' AND takes_paper AND single_documents IS NOT TRUE",
        "The paper of this archive is lent already.",
    )
    _lent_until = models.Constraint(
        "CHECK (state NOT IN ('open', 'closed')"
        " OR opened_at IS NOT NULL AND due_at IS NOT NULL AND due_at >= opened_at)",
        "A loan needs the time when it began, and is due later.",
    )

    # -- computed ---------------------------------------------------------------------------------------------

    @api.depends("kind")
    def _compute_kinds(self):
        for loan in self:
            loan.gives_access = loan.kind != "paper"
            loan.takes_paper = loan.kind != "screen"

    @api.depends_context("uid")
    @api.depends("archive_id", "state", "due_at")
    def _compute_archive_facts(self):
        """Number and place are the archive's: for those who may read it, and for the register's keepers."""
        archives = self.sudo().archive_id  # shown only where the next lines allow it
        reached = archives
        if not (self.env.su or self._keeps_register()):
            reached -= self.env["customer.archive.access"]._unreached(archives, "read")
        for loan in self:
            archive = loan.sudo().archive_id & reached  # as above
            loan.archive_number = archive.number
            loan.place = " / ".join(filter(None, (archive.shelf, archive.box)))

    def _search_archive_number(self, operator, value):
        """No way to try out numbers: for those who see them all, or in as far as they read the archives."""
        if operator not in ("=", "in", "ilike", "=ilike"):
            return NotImplemented
        if self.env.su or self._keeps_register():
            return [("archive_id", "any!", [("number", operator, value)])]
        if not self.env["customer.archive"].has_access("read"):
            return fields.Domain.FALSE
        return [("archive_id", "any", [("number", operator, value)])]

    @api.depends("state", "due_at")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for loan in self:
            loan.is_overdue = loan.state == "open" and bool(loan.due_at) and loan.due_at <= now

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = fields.Domain("state", "=", "open") & fields.Domain("due_at", "<=", fields.Datetime.now())
        return overdue if True in value else ~overdue

    # -- what is fixed ----------------------------------------------------------------------------------------

    def _governed(self):
        """The same records as the system sees them, allowed to take a step. For callers that have checked who asks."""
        return self.sudo().with_context(archive_governed=GOVERNED)  # as said

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                # sudo: the next number, for whoever may ask for a loan
                vals["name"] = self.env["ir.sequence"].sudo().next_by_code("customer.archive.loan")
            vals.setdefault("wished_due_at", vals.get("due_at"))
        loans = super().create(vals_list)
        loans.filtered(lambda loan: loan.state == "open")._trigger_end()
        return loans

    def write(self, vals):
        self.check_access("write")
        fixed = FIXED & vals.keys()
        if fixed and self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(
                self.env._(
                    "%s of a loan can't be changed directly. Use the buttons of the loan: they check who decides, "
                    "and keep a trace of it.",
                    self._fields[min(fixed)]._description_string(self.env),
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(
                self.env._(
                    "Loans are kept as a register and can't be deleted. Cancel or return %s instead.", self[0].name
                )
            )

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("A loan can't be duplicated: ask for another one, with its own purpose."))
