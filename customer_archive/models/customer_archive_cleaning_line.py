"""What a cleaning found at one archive: the value, what is proposed, what was decided and what became of it."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .customer_archive import GOVERNED
from .customer_archive_access import Link
from .res_partner import GROUP

LINE = "customer.archive.cleaning.line"
# From which states a line can be accepted or refused.
DECIDABLE = {"accepted": ("open", "refused", "failed"), "refused": ("open", "accepted", "failed")}
# What may be typed as a new value.
TYPED = ("char", "text", "date")


class CustomerArchiveCleaningLine(models.Model):
    """Whoever may change the customer sees the line and decides; nobody else learns that there is one.

    The values are kept where nobody reads them, and shown to those who may read the field.
    """

    _name = "customer.archive.cleaning.line"
    _description = "Line of a Cleaning"
    _order = "cleaning_id desc, rule_id, archive_id, id"
    _rec_name = "archive_id"

    cleaning_id = fields.Many2one(
        "customer.archive.cleaning",
        "Cleaning",
        required=True,
        readonly=True,
        ondelete="restrict",
        copy=False,
        index=True,
    )
    cleaning_state = fields.Selection(related="cleaning_id.state", related_sudo=True, string="Status of the Cleaning")
    company_id = fields.Many2one("res.company", "Fonds", required=True, readonly=True, ondelete="restrict")
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", copy=False
    )
    partner_id = fields.Many2one(related="archive_id.partner_id", string="Customer")
    owner_id = fields.Many2one(related="archive_id.owner_id", string="Account Manager")
    rule_id = fields.Many2one(
        "customer.archive.quality.rule", "Rule", required=True, readonly=True, ondelete="restrict", copy=False
    )
    kind = fields.Selection(
        [
            ("missing", "Missing"),
            ("invalid", "Invalid"),
            ("stale", "Stale"),
            ("contradiction", "Contradictory"),
            ("inactive", "Inactive"),
            ("test", "Test Data"),
        ],
        readonly=True,
    )
    field_name = fields.Char(readonly=True)
    old_value = fields.Json("Old Value (Data)", readonly=True, groups=fields.NO_ACCESS, export_string_translation=False)
    new_value = fields.Json("New Value (Data)", readonly=True, groups=fields.NO_ACCESS, export_string_translation=False)
    before = fields.Json("State before (Data)", readonly=True, groups=fields.NO_ACCESS, export_string_translation=False)
    label = fields.Char("Item", compute="_compute_texts", compute_sudo=True)
    old_text = fields.Text("Present Value", compute="_compute_texts", compute_sudo=True)
    new_text = fields.Text(
        "Suggested Value",
        compute="_compute_texts",
        compute_sudo=True,
        inverse="_inverse_new_text",
        help="Type another value if you know better: the line becomes a correction.",
    )
    remedy = fields.Selection(
        [("correct", "Correct"), ("inactive", "Mark Inactive"), ("verify", "Send to Verification")],
        "What Is Proposed",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("open", "To Decide"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("done", "Applied"),
            ("proposed", "Waits for Approval"),
            ("overtaken", "Overtaken"),
            ("failed", "Failed"),
            ("undone", "Undone"),
            ("kept", "Changed Since, Kept"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="open",
        copy=False,
        help="Waits for approval: the field is changed by two people, so a change proposal was made. Overtaken: the "
        "value was changed before the cleaning was applied, and was left alone.",
    )
    note = fields.Char("Outcome", readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, copy=False, ondelete="restrict")
    decided_at = fields.Datetime("Decided", readonly=True, copy=False)
    proposal_id = fields.Many2one(
        "customer.archive.proposal", "Proposal", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    is_decidable = fields.Boolean(compute="_compute_is_decidable")

    _archive_rule = models.Index("(archive_id, rule_id)")
    _cleaning_state_index = models.Index("(cleaning_id, state, archive_id, id)")
    _rule_open_index = models.Index("(rule_id) WHERE state = 'open'")

    @api.depends("state", "remedy")
    @api.depends_context("uid", "lang")
    def _compute_texts(self):
        values = self.env["customer.archive.values"]
        partners = self.env["res.partner"]
        for line in self:
            name = line.field_name
            line.label = values._label(partners, name) if name else ""
            if name and not values._may_read(partners, name):
                line.old_text = line.new_text = self.env._("Not visible to you")
                continue
            line.old_text = line._text_of(line.old_value)
            line.new_text = line._text_of(line.new_value)

    def _text_of(self, kept):
        if not self.field_name or not kept:
            return ""
        return self.env["customer.archive.values"]._text(self.env["res.partner"], self.field_name, kept["value"])

    @api.depends("state", "cleaning_state")
    def _compute_is_decidable(self):
        for line in self:
            line.is_decidable = line.cleaning_state in ("review", "applied") and line.state in ("open", "failed")

    # -- a value that somebody knows better -------------------------------------------------------------------------

    def _inverse_new_text(self):
        """Lines are proposals: what is typed here is checked now, and again when it is written."""
        self._check_decidable(("open", "failed"))
        for line in self:
            text = (line.new_text or "").strip()
            value = line._parse_text(text) if text else None
            kept = None if value is None else {"value": value}
            remedy = "correct" if text else ("verify" if line.remedy == "correct" else line.remedy)
            # sudo: the line of a customer whom the user may change, asked for above
            line.sudo()._governed().write({"new_value": kept, "remedy": remedy})
        self.invalidate_recordset(["new_text"])

    def _parse_text(self, text):
        values, partners = self.env["customer.archive.values"], self.archive_id.partner_id
        field = partners._fields.get(self.field_name)
        if field is None or field.type not in TYPED:
            raise UserError(
                self.env._(
                    "A value for “%s” can't be typed here. Correct it on the customer's card, or send the customer to "
                    "verification.",
                    self.label or self.rule_id.name,
                )
            )
        vals = {field.name: values._parse(partners, field.name, text)}
        partners._archive_normalise(vals)
        return vals[field.name]

    def _governed(self):
        """The same lines, allowed to be written by this addon's own methods."""
        return self.with_context(archive_governed=GOVERNED)

    def write(self, vals):
        if self.env.context.get("archive_governed") is not GOVERNED and vals.keys() - {"new_text"}:
            raise UserError(
                self.env._(
                    "Lines of a cleaning are decided by their buttons: accept or refuse them, don't change them."
                )
            )
        return super().write(vals)

    # -- deciding -----------------------------------------------------------------------------------------------------

    def action_accept(self):
        """What the line proposes is right: an archivist applies it."""
        bare = self.sudo().filtered(lambda line: line.remedy == "correct" and line.new_value is None)  # no value
        if bare:
            raise UserError(
                self.env._("“%s” has no suggested value. Type one, or refuse the line.", bare[0].label or "")
            )
        return self._decide("accepted")

    def action_refuse(self):
        """It is right as it is: not proposed again for a year, as long as the value stays the same."""
        return self._decide("refused")

    def _check_decidable(self, states):
        """Whoever may change the customers decides, as long as nothing was done.

        :raise UserError: names the first line that can't be decided any more
        """
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for line in self:
            if line.cleaning_state not in ("review", "applied"):
                raise UserError(self.env._("The cleaning is not open for this: it runs, was undone or discarded."))
            if line.state not in states:
                raise UserError(
                    self.env._(
                        "The line of %(archive)s can't be decided any more: %(state)s.",
                        archive=line.archive_id.display_name,
                        state=labels[line.state],
                    )
                )

    def _decide(self, state):
        lines = self.filtered(lambda line: line.state != state)
        lines._check_decidable(DECIDABLE[state])
        lines._close(state, user=self.env.user, states=DECIDABLE[state])
        return True

    def _close(self, state, *, user, states=("open", "accepted")):
        """One statement, however many lines: who decided what. The caller asked for the right to it."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive_cleaning_line
                   SET state = %s, decided_by_id = %s, decided_at = %s, note = NULL, write_uid = %s, write_date = %s
                 WHERE id = ANY(%s) AND state = ANY(%s)
                """,
                state,
                user.id,
                fields.Datetime.now(),
                user.id,
                fields.Datetime.now(),
                self.ids,
                list(states),
            )
        )
        if self.env.cr.rowcount != len(self):
            raise UserError(self.env._("Somebody else has decided on these lines meanwhile. Reload the list."))
        self.invalidate_model()
        self.env["customer.archive.cleaning"].invalidate_model()

    def action_view_customer(self):
        self.ensure_one()
        return self.archive_id.action_view_partner()

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("Lines of a cleaning can't be duplicated."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(self.env._("Cleanings are kept as a register: refuse the line instead of deleting it."))


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _customer_links(self):
        link = Link("archive_id", to="archive", card=True, writers=True)
        return {**super()._customer_links(), LINE: link}


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    cleaning_count = fields.Integer("Cleanings", compute="_compute_cleaning_count", groups=GROUP)

    def _compute_cleaning_count(self):
        lines = self.env[LINE]
        counts = {}
        if lines.has_access("read"):
            counts = dict(lines._read_group([("archive_id", "in", self.ids)], ["archive_id"], ["__count"]))
        for archive in self:
            archive.cleaning_count = counts.get(archive._origin, 0)

    def action_view_cleanings(self):
        """What cleanings found at this archive, and what became of it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_cleaning_line_action")
        return dict(action, domain=[("archive_id", "in", self._with_merged().ids)], context={})
