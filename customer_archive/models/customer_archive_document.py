"""Contracts, licences, letters: what was signed with or received from a customer (product.md D1, D2)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.normalise import fold_width
from . import customer_archive_item  # noqa: F401  # what it inherits from comes first

ARCHIVIST = "customer_archive.group_archivist"

STATES = [
    ("draft", "Draft"),
    ("in_force", "In Force"),
    ("expired", "Expired"),
    ("terminated", "Terminated"),
    ("closed", "Concluded"),
]

# What only the steps and the fixity check write.
GOVERNED_FIELDS = frozenset(
    "state filed_on ended_on end_reason notice_given_on renews_id item_sequence archive_id create_uid".split()
)
# What is agreed on paper: fixed as soon as the document is in force.
FIXED_FIELDS = frozenset(
    """
    type_id name date contract_number party_ids party_text amount currency_id signed_on valid_from valid_until renewal
    renewal_months notice_days original
    """.split()
)
# Where it lies and who looks after it: may change as long as the paper exists.
CUSTODY_FIELDS = frozenset("user_id box shelf bag pages copies remark".split())


class CustomerArchiveDocument(models.Model):
    """One document of an archive, on paper, as files or both. It gets its number when it comes into force."""

    _name = "customer.archive.document"
    _description = "Archive Document"
    _inherit = ["customer.archive.item", "mail.thread", "mail.activity.mixin"]
    _order = "archive_id, item_sequence, id"
    _rec_names_search = ["name", "contract_number"]
    _mail_post_access = "read"
    _item_numbered_at_once = False  # drafts may be deleted

    name = fields.Char("Document Title", required=True, tracking=True, help="As it stands on the document.")
    type_id = fields.Many2one(
        "customer.archive.document.type",
        "Document Type",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        default=lambda self: self.env["customer.archive.document.type"].search([], limit=1),
    )
    register = fields.Selection(related="type_id.register", store=True, index=True)
    has_term = fields.Boolean(related="type_id.has_term")
    has_amount = fields.Boolean(related="type_id.has_amount")
    date = fields.Date(
        "Date of the Document",
        default=fields.Date.context_today,
        tracking=True,
        help="When it was written or issued; the catalogue inside the file shows it.",
    )
    state = fields.Selection(
        STATES,
        "Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,  # the register shows each state as a column
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        domain="[('share', '=', False)]",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="set null",
        help="Who looks after it and is reminded; the customer's account manager where nobody else is named.",
    )
    contract_number = fields.Char("Contract or Certificate No.", copy=False, index="btree_not_null", tracking=True)
    party_ids = fields.Many2many(
        "res.partner",
        "customer_archive_document_party_rel",
        "document_id",
        "partner_id",
        "Further Parties",
        help="Who signed beside the customer and your company.",
    )
    party_text = fields.Char("Other Parties", help="Parties that are not among your contacts.")
    amount = fields.Monetary(tracking=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, ondelete="restrict", default=lambda self: self.env.company.currency_id
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Currency of the Company")
    company_amount = fields.Monetary(
        "Amount (Company Currency)",
        compute="_compute_company_amount",
        store=True,
        currency_field="company_currency_id",
        help="By the rate of the day on which it was signed; what registers add up.",
    )
    signed_on = fields.Date("Signed", tracking=True, index="btree_not_null")
    valid_from = fields.Date("Valid from", tracking=True)
    valid_until = fields.Date(
        "Valid until", copy=False, tracking=True, index="btree_not_null", help="The last day. Empty: no end."
    )
    renewal = fields.Selection(
        [("none", "Ends"), ("automatic", "Renews Itself")],
        "At the End",
        required=True,
        default="none",
        tracking=True,
        help="Renews itself: where nobody gives notice in time, it goes on for another period.",
    )
    renewal_months = fields.Integer("Renewed by (Months)", default=12)
    notice_days = fields.Integer(
        "Notice (Days)",
        compute="_compute_notice_days",
        store=True,
        readonly=False,
        help="So many days before the last day somebody must decide: give notice, renew, ask for a new certificate.",
    )
    notice_on = fields.Date(
        "Decide by", compute="_compute_notice_on", store=True, index="btree_not_null", help="The last day for notice."
    )
    notice_given_on = fields.Date("Notice Given", readonly=True, copy=False, tracking=True)
    original = fields.Selection(
        [("original", "Original"), ("copy", "Copy"), ("electronic", "Electronic Only")],
        "Original or Copy",
        required=True,
        default="original",
        tracking=True,
    )
    pages = fields.Integer(tracking=True)
    copies = fields.Integer(default=1, help="How many copies of the paper are kept.")
    box = fields.Char(tracking=True, help="Only where it does not lie in the customer's bag.")
    shelf = fields.Char(tracking=True, help="Only where it does not lie in the customer's bag.")
    bag = fields.Char(tracking=True, help="Which bag, where the customer has several.")
    place = fields.Char(
        "Place of the Paper", compute="_compute_place", exportable=False, help="Its own, or that of the customer's bag."
    )
    filed_on = fields.Date("Filed", readonly=True, copy=False)
    ended_on = fields.Date("Ended on", readonly=True, copy=False, tracking=True)
    end_reason = fields.Char("Reason of the End", readonly=True, copy=False)
    remark = fields.Text()

    _item_unique = models.UniqueIndex(
        "(archive_id, item_sequence) WHERE item_sequence > 0", "Another document of the archive has this number."
    )
    _archive_date = models.Index("(archive_id, date DESC)")
    _partner_state = models.Index("(partner_id, state)")
    _in_force_until = models.Index("(valid_until) WHERE state = 'in_force'")
    _term = models.Constraint("CHECK (valid_until >= valid_from)", "A document can't end before it begins.")
    _positive = models.Constraint(
        "CHECK (amount >= 0 AND pages >= 0 AND copies >= 0 AND notice_days >= 0)",
        "Amount, pages, copies and days of notice are 0 or more.",
    )
    _amount_most = models.Constraint(
        "CHECK (amount < 1e15)", "The amount is too large to be added up in the register: check its digits."
    )
    _notice_most = models.Constraint("CHECK (notice_days <= 3660)", "The days of notice are 3660 (ten years) at most.")
    # Beyond all calendars the nightly run could not work out the next last day, and would stop for all documents.
    _renewal_period = models.Constraint(
        "CHECK (renewal <> 'automatic' OR renewal_months BETWEEN 1 AND 1200)",
        "A document that renews itself does so by one month at least and 1200 (a hundred years) at most.",
    )

    # -- computed -------------------------------------------------------------------------------------------

    @api.depends("archive_id")
    def _compute_user_id(self):
        for document in self:
            document.user_id = document.user_id or document.archive_id.owner_id

    @api.depends("type_id")
    def _compute_notice_days(self):
        for document in self:
            document.notice_days = document.notice_days or document.type_id.notice_days

    @api.depends("valid_until", "notice_days")
    def _compute_notice_on(self):
        for document in self:
            last, days = document.valid_until, document.notice_days
            try:
                document.notice_on = fields.Date.subtract(last, days=days) if last and days else False
            except (OverflowError, ValueError):  # beyond the calendar; the constraint on the days says so
                document.notice_on = False

    @api.depends("amount", "currency_id", "signed_on", "company_id")
    def _compute_company_amount(self):
        today = fields.Date.context_today(self)
        for document in self:
            own = document.company_id.currency_id
            document.company_amount = (
                document.currency_id._convert(
                    document.amount, own, document.company_id, document.signed_on or document.date or today
                )
                if document.amount and document.currency_id and own
                else document.amount
            )

    @api.depends("box", "shelf", "bag", "original", "archive_id.box", "archive_id.shelf")
    def _compute_place(self):
        for document in self:
            apart = document.box or document.shelf
            whose = document if apart else document.archive_id
            parts = (whose.shelf, whose.box, document.bag and self.env._("bag %s", document.bag))
            document.place = document.original != "electronic" and " / ".join(filter(None, parts))

    @api.depends("name", "item_sequence")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """As of customers: Odoo takes the names of linked records as superuser (security.md S2)."""
        access = self.env["customer.archive.access"]
        hidden = self.browse()
        if self.env.su and not access._is_exempt():
            hidden = access._unreached(self, "read")
        for document in hidden:
            document.display_name = self.env._("Restricted document #%s", document.id)
        for document in self - hidden:
            document.display_name = " ".join(filter(None, (document.item_number, document.name)))

    @api.onchange("valid_from", "type_id")
    def _onchange_valid_from(self):
        """A year is usual."""
        if self.has_term and self.valid_from and not self.valid_until and self.register == "contract":
            self.valid_until = fields.Date.add(self.valid_from, years=1, days=-1)

    @api.model
    def _domain_of_reference(self, text):
        """Documents by what stands on their labels: the archive's number, a former one too, and the item number.

        :return: a list of domains, the likeliest first
        """
        text = fold_width(text).strip() if isinstance(text, str) else ""
        number, _dash, item = text.rpartition("-")
        if not number or not item.isdecimal() or len(item) > 9 or "\x00" in text:
            return []
        item = Domain("item_sequence", "=", int(item))
        own = Domain("archive_id", "any", [("number", "in", [number, number.upper()])])
        former = Domain("archive_id.number_ids", "any", [("name", "in", [number, number.upper()])])
        return [item & own, item & former]

    @api.model
    def _find_by_reference(self, text):
        """The document with that reference, as far as the environment's user sees it."""
        for domain in self._domain_of_reference(text):
            if found := self.search(domain, limit=1):
                return found
        return self.browse()

    def action_view_archive(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.archive",
            "res_id": self.archive_id.id,
            "views": [(False, "form")],
        }

    # -- what is fixed --------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not (self._is_governed() or self.env.su):
            fixed = dict.fromkeys(GOVERNED_FIELDS - {"archive_id", "create_uid"}, False)
            vals_list = [{**vals, **fixed, "state": "draft"} for vals in vals_list]
        documents = super().create(vals_list)
        if not documents._is_governed():
            documents._check_archive_takes_documents()
        filed = documents.filtered(lambda document: document.state != "draft")
        filed._governed()._allot_item_numbers()
        return documents

    def write(self, vals):
        if not self._is_governed():
            self.check_access("write")
            self._check_change_by_hand(vals)
        return super().write(vals)

    def _check_change_by_hand(self, vals):
        changed = {name for name in vals if name in self._fields and any(d._is_changed(name, vals[name]) for d in self)}
        for name in sorted(changed & GOVERNED_FIELDS - {"archive_id", "item_sequence"}):
            self._refuse_change(name, self.env._("Use the buttons: they check what the step needs and keep a trace."))
        if changed & (FIXED_FIELDS | CUSTODY_FIELDS):
            self._check_archive_not_over()
        if self.env.su or self.env.user.has_group(ARCHIVIST):
            return
        filed = self.filtered(lambda document: document.state != "draft")
        for name in sorted(changed & FIXED_FIELDS if filed else ()):
            filed._refuse_change(
                name,
                self.env._("It is fixed as soon as a document is filed; an archivist corrects mistakes."),
            )

    def _refuse_change(self, name, remedy):
        raise UserError(
            self.env._(
                "%(field)s of “%(document)s” can't be changed. %(remedy)s",
                field=self._fields[name]._description_string(self.env),
                document=self[:1].display_name,
                remedy=remedy,
            )
        )

    def _is_changed(self, name, value):
        """Whether a value as ``write`` takes it differs from what is there."""
        field = self._fields[name]
        if field.type in ("many2many", "one2many"):
            return bool(value)
        try:
            return field.convert_to_cache(value, self) != field.convert_to_cache(self[name], self)
        except (ValueError, TypeError):
            return True

    def _check_archive_takes_documents(self):
        """New documents go into an archive that is open. Running ones of a merged archive stay workable."""
        self._check_archive_not_over()
        for archive in self.archive_id.filtered("merged_into_id"):
            raise UserError(
                self.env._(
                    "The archive %(number)s was merged into %(other)s: file the document there.",
                    number=archive.number,
                    other=archive.sudo().merged_into_id.number,  # the number only
                )
            )

    def _check_archive_not_over(self):
        self.archive_id.filtered(lambda archive: archive.state in ("sealed", "destroyed"))._check_still_changeable()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        for document in self:
            if document.state == "draft" and not document.item_sequence and document.create_uid == self.env.user:
                continue
            raise UserError(
                self.env._(
                    "“%s” can't be deleted: documents are kept in the archive. Terminate or settle it instead; only "
                    "who wrote a draft may delete it before it is filed.",
                    document.display_name,
                )
            )
