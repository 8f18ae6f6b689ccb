"""Verifications (核对): the data of one customer, confirmed field by field; kept for ever (product.md Q1)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.context import without_defaults
from .customer_archive import GOVERNED

STATES = [("draft", "In Progress"), ("done", "Done"), ("cancelled", "Broken Off")]
# What people write; the rest is written by the steps.
BY_HAND = {"user_id", "remark", "next_on", "line_ids"}


class CustomerArchiveVerification(models.Model):
    """One verification of one archive. It is numbered when it is begun and never deleted."""

    _name = "customer.archive.verification"
    _description = "Verification"
    _inherit = ["customer.archive.item"]
    _item_prefix = "H"
    _order = "id desc"
    _rec_name = "item_number"
    _check_company_auto = True

    state = fields.Selection(STATES, "Status", required=True, default="draft", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        "Verified by",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        ondelete="restrict",
        index=True,
    )
    started_on = fields.Date("Begun", required=True, readonly=True, copy=False, default=fields.Date.context_today)
    done_on = fields.Date("Done on", readonly=True, copy=False, index="btree_not_null")
    done_by_id = fields.Many2one("res.users", "Finished by", readonly=True, copy=False, ondelete="restrict")
    next_on = fields.Date(
        "Next Time on",
        copy=False,
        help="Only if this customer is to be verified on another day than the category's cycle says.",
    )
    due_on = fields.Date("Was Due on", readonly=True, copy=False, help="When the verification was due as it was begun.")
    remark = fields.Text(help="What whoever verifies next should know.")
    end_reason = fields.Char("Reason of the End", readonly=True, copy=False)
    line_ids = fields.One2many("customer.archive.verification.line", "verification_id", "Fields")
    field_count = fields.Integer("Number of Fields", compute="_compute_counts")
    answered_count = fields.Integer("Answered", compute="_compute_counts")
    changed_count = fields.Integer("Changed", compute="_compute_counts")
    progress = fields.Integer(compute="_compute_counts", help="How many of the fields have an answer, in per cent.")
    is_late = fields.Boolean(
        "Late", compute="_compute_is_late", help="It was finished, or is still open, after its day."
    )

    _archive_sequence = models.UniqueIndex("(archive_id, item_sequence)")
    _one_open = models.UniqueIndex(
        "(archive_id) WHERE state = 'draft'",
        "A verification of this customer has been begun already: go on with that one.",
    )
    _done_index = models.Index("(archive_id, done_on DESC) WHERE state = 'done'")

    @api.depends("line_ids.answer")
    def _compute_counts(self):
        for verification in self:
            lines = verification.line_ids.filtered("field_name")
            answered = lines.filtered("answer")
            verification.field_count = len(lines)
            verification.answered_count = len(answered)
            verification.changed_count = len(answered.filtered(lambda line: line.answer == "changed"))
            verification.progress = 100 * len(answered) // len(lines) if lines else 0

    @api.depends("due_on", "done_on", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for verification in self:
            end = verification.done_on or today
            verification.is_late = bool(
                verification.due_on and verification.due_on < end and verification.state != "cancelled"
            )

    @api.depends("item_number")
    def _compute_display_name(self):
        for verification in self:
            verification.display_name = self.env._("Verification %s", verification.item_number or "")

    # -- begun by a button, written by its steps ----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_governed():
            vals_list = [
                {name: value for name, value in vals.items() if name in {"archive_id", "user_id", "remark"}}
                for vals in vals_list
            ]
        # pylint: disable-next=context-overridden  # keys must go
        clean = self.with_context(without_defaults(self.env.context))
        vals_list = [{**self.default_get(["archive_id"]), **vals, "state": "draft"} for vals in vals_list]
        verifications = super(CustomerArchiveVerification, clean).create(vals_list)
        verifications.sudo().archive_id._check_still_changeable()  # the state decides, nothing is shown
        for verification in verifications:
            verification._check_has_customer()
            verification._governed().write({"due_on": verification.sudo().archive_id.next_verification_on})
            verification._make_lines()
        return verifications

    def write(self, vals):
        if not self._is_governed():
            self._check_by_hand(vals)
        return super().write(vals)

    def _check_by_hand(self, vals):
        for name in vals:
            if name in self._fields and name not in BY_HAND | {"archive_id"}:
                raise UserError(
                    self.env._(
                        "“%s” of a verification is written by its steps. Use the buttons.",
                        self._fields[name]._description_string(self.env),
                    )
                )
        self._check_open()

    def _check_open(self):
        for verification in self:
            if verification.state != "draft":
                raise UserError(
                    self.env._(
                        "%(verification)s of %(archive)s is closed and stays as it is. Begin a new one.",
                        verification=verification.display_name,
                        archive=verification.sudo().archive_id.number,  # the number of what the user writes
                    )
                )

    def _check_has_customer(self):
        if not self.sudo().archive_id.partner_id:  # whether there is one
            raise UserError(
                self.env._(
                    "The archive %s has no customer any more, so there is nothing to verify.",
                    self.sudo().archive_id.number,  # as above
                )
            )

    def _make_lines(self):
        """One line for each section, and below it one for each field that the category asks for."""
        customer = self.sudo().archive_id.partner_id  # the values are shown to each reader by their rights only
        items = self.env["customer.archive.category.item"]._items_for(
            customer.archive_category_id.id, customer.is_company
        )
        sections = self.env["customer.archive.section"].sudo().search([("code", "!=", False)])  # the same for everybody
        lines = self.env["customer.archive.verification.line"]
        last = lines._last_confirmed(self.archive_id, {item.field for item in items})
        vals_list, place = [], 0
        for section in sections:
            members = [item for item in items if item.section == section.code]
            for name in [False, *(item.field for item in members)] if members else ():
                place += 1
                vals_list.append(
                    {
                        "verification_id": self.id,
                        "sequence": place,
                        "section_id": section.id,
                        "field_name": name,
                        "old_value": {"value": lines._dump(customer, name)} if name else False,
                        "last_line_id": last.get((self.archive_id.id, name)) if name else False,
                    }
                )
        # sudo: the lines of a verification that was just permitted; nobody makes lines by hand
        lines.sudo().with_context(archive_governed=GOVERNED).create(vals_list)
        self.invalidate_recordset(["line_ids"])

    # -- buttons ------------------------------------------------------------------------------------------------

    def action_view_customer(self):
        self.ensure_one()
        return self.archive_id.action_view_partner()

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # -- a register ---------------------------------------------------------------------------------------------

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("A verification can't be duplicated. Begin a new one from the customer."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(
                self.env._(
                    "%s can't be deleted: verifications are the record of how the archive was maintained. "
                    "Break it off instead, with the reason.",
                    self[0].display_name,
                )
            )
