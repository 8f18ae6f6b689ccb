"""One field of a verification: what stands on the card, what the customer says, on what grounds (product.md Q1)."""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .customer_archive import GOVERNED

ANSWERS = [
    ("confirmed", "Confirmed"),
    ("changed", "Changed to …"),
    ("unknown", "Unknown"),
    ("not_applicable", "Not Applicable"),
]
# Answers after which a field counts as confirmed; the first two say something that somebody must have said.
SETTLED = ("confirmed", "changed", "not_applicable")
GROUNDED = ("confirmed", "changed")

LISTS = ("one2many",)
BY_HAND = {"answer", "new_input", "log_id", "document_id", "note"}
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


class CustomerArchiveVerificationLine(models.Model):
    """Without a field it is the title of a section; the grounds given there hold for all of its fields."""

    _name = "customer.archive.verification.line"
    _description = "Field of a Verification"
    _order = "verification_id, sequence, id"
    _rec_name = "label"
    _check_company_auto = True

    verification_id = fields.Many2one(
        "customer.archive.verification", required=True, readonly=True, ondelete="restrict", index=True
    )
    archive_id = fields.Many2one(related="verification_id.archive_id", store=True)
    company_id = fields.Many2one(related="verification_id.company_id", string="Fonds", store=True)
    state = fields.Selection(related="verification_id.state", string="Status of the Verification")
    sequence = fields.Integer(readonly=True)
    section_id = fields.Many2one(
        "customer.archive.section", "Section", required=True, readonly=True, ondelete="restrict"
    )
    field_name = fields.Char("Technical Name", readonly=True, exportable=False)
    is_section = fields.Boolean(compute="_compute_is_section", exportable=False)
    is_list = fields.Boolean(compute="_compute_is_section", exportable=False)
    label = fields.Char("Item", compute="_compute_texts", compute_sudo=True)
    old_value = fields.Json(
        "On the Card (Data)", readonly=True, copy=False, groups=fields.NO_ACCESS, export_string_translation=False
    )
    new_value = fields.Json(
        "New Value (Data)", readonly=True, copy=False, groups=fields.NO_ACCESS, export_string_translation=False
    )
    old_text = fields.Text("On the Card", compute="_compute_texts", compute_sudo=True)
    new_text = fields.Text("New Value", compute="_compute_texts", compute_sudo=True)
    answer = fields.Selection(ANSWERS, "Check Result", copy=False)
    new_input = fields.Char("Changed to", copy=False, help="The value as it should be. The line tells the choices.")
    hint = fields.Char(compute="_compute_hint", exportable=False)
    log_id = fields.Many2one(
        "customer.archive.contact.log",
        "Contact Log",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="The line of the contact log in which the customer said so.",
    )
    document_id = fields.Many2one(
        "customer.archive.document",
        "Document",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="The document from which it is taken, such as a business licence.",
    )
    request_id = fields.Many2one(
        "customer.archive.verification.request",
        "Customer's Own Answer",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
    )
    proposal_id = fields.Many2one(
        "customer.archive.proposal", "Proposal", readonly=True, ondelete="restrict", index="btree_not_null", copy=False
    )
    note = fields.Char("Remark", copy=False)
    evidence = fields.Char("Grounds", compute="_compute_evidence", compute_sudo=True)
    last_line_id = fields.Many2one(
        "customer.archive.verification.line", "Last Confirmed in", readonly=True, ondelete="restrict", copy=False
    )
    last_text = fields.Char("Last Confirmed", compute="_compute_last_text", compute_sudo=True)

    _archive_field = models.Index("(archive_id, field_name, id DESC) WHERE field_name IS NOT NULL")

    # -- what is shown ------------------------------------------------------------------------------------------

    @api.depends("field_name")
    def _compute_is_section(self):
        partners = self.env["res.partner"]
        for line in self:
            line.is_section = not line.field_name
            field = partners._fields.get(line.field_name) if line.field_name else None
            line.is_list = bool(field) and field.type in LISTS

    @api.depends("field_name", "new_input", "answer", "section_id", "proposal_id", "state")
    @api.depends_context("uid", "lang")
    def _compute_texts(self):
        values = self.env["customer.archive.values"]
        partners = self.env["res.partner"]
        for line in self:
            line.old_text = line.new_text = False
            if not line.field_name:
                line.label = line.section_id.name
                continue
            line.label = values._label(partners, line.field_name)
            if line.field_name in partners._fields and not values._may_read(partners, line.field_name):
                line.old_text = line.new_text = self.env._("Not visible to you")
                continue
            line.old_text = self._text(line.field_name, (line.old_value or {}).get("value"))
            if line.answer == "changed":
                new = line.new_value
                line.new_text = self._text(line.field_name, new["value"]) if new else line.new_input

    @api.model
    def _dump(self, customer, name):
        """The value of a field of the card as JSON; of lists the ids of their lines."""
        if customer._fields[name].type in LISTS:
            return sorted(customer[name].ids)
        return self.env["customer.archive.values"]._dump(customer, name)

    @api.model
    def _text(self, name, value):
        partners = self.env["res.partner"]
        field = partners._fields.get(name)
        if field is None or field.type not in LISTS:
            return self.env["customer.archive.values"]._text(partners, name, value)
        # sudo: names of linked records, as Odoo shows them; those of restricted customers are masked there
        there = self.env[field.comodel_name].sudo().browse(value or ()).exists()
        return "\n".join(record.display_name or "" for record in there)

    @api.depends("field_name")
    @api.depends_context("lang")
    def _compute_hint(self):
        partners = self.env["res.partner"]
        for line in self:
            field = partners._fields.get(line.field_name) if line.field_name else None
            line.hint = False
            if field is not None and field.type == "selection":
                line.hint = " / ".join(label for _key, label in field._description_selection(self.env))
            elif field is not None and field.type in ("date", "datetime"):
                line.hint = self.env._("e.g. 2026-05-01")

    @api.depends("log_id", "document_id", "request_id")
    def _compute_evidence(self):
        for line in self:
            parts = (line.log_id.item_reference, line.document_id.item_reference, line.request_id.item_reference)
            line.evidence = ", ".join(filter(None, parts))

    @api.depends("last_line_id")
    @api.depends_context("lang")
    def _compute_last_text(self):
        for line in self:
            last = line.last_line_id
            done = last.verification_id
            parts = (done.done_on and format_date(self.env, done.done_on), done.done_by_id.name, last.evidence)
            line.last_text = ", ".join(filter(None, parts)) if last else False

    @api.model
    def _last_confirmed(self, archives, names):
        """{(archive id, field): id of the line in which it was confirmed last}, in one query."""
        found = self.sudo()._read_group(  # which lines there are; they are read by the reader's rights
            [
                ("archive_id", "in", archives.ids),
                ("field_name", "in", list(names)),
                ("answer", "in", SETTLED),
                ("verification_id.state", "=", "done"),
            ],
            ["archive_id", "field_name"],
            ["id:max"],
        )
        return {(archive.id, name): id_ for archive, name, id_ in found}

    # -- what holds ---------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list and self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(
                self.env._("The fields of a verification are those that the category asks for: none can be added.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("archive_governed") is not GOVERNED:
            self._check_by_hand(vals)
            vals = self._complete(vals)
        return super().write(vals)

    @api.model
    def _complete(self, vals):
        """Whoever writes what it should be, says that it changed."""
        if vals.get("new_input") and "answer" not in vals:
            vals = {**vals, "answer": "changed"}
        return vals

    def _check_by_hand(self, vals):
        forged = sorted(name for name in vals if name in self._fields and name not in BY_HAND)
        if forged:
            raise UserError(
                self.env._(
                    "“%s” of a verification's field is written by the verification itself.",
                    self._fields[forged[0]]._description_string(self.env),
                )
            )
        self.verification_id._check_open()

    @api.onchange("new_input")
    def _onchange_new_input(self):
        if self.new_input and self.answer != "changed":
            self.answer = "changed"

    @api.constrains("log_id", "document_id")
    def _check_evidence(self):
        for line in self:
            whole = line.sudo().archive_id._with_merged()  # compares only
            for item in (line.log_id.sudo(), line.document_id.sudo()):  # as above
                if item and item.archive_id not in whole:
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” can't rest on %(item)s: that belongs to another customer.",
                            field=line.label,
                            item=item.item_reference or item._description,
                        )
                    )

    @api.constrains("answer", "field_name")
    def _check_answer(self):
        for line in self:
            if line.answer == "changed" and line.is_list:
                raise ValidationError(
                    self.env._("“%s” is a list: change it on the customer's card, then confirm it here.", line.label)
                )
            if line.answer and line.is_section:
                raise ValidationError(self.env._("A section has no answer of its own: use “Confirm All Unchanged”."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(self.env._("The fields of a verification can't be deleted: answer “Not Applicable”."))

    # -- from what was typed to a value ---------------------------------------------------------------------------

    def _parse(self):
        """What was typed as the value of ``write``.

        :raise UserError: names the field and what can be typed
        """
        field = self.env["res.partner"]._fields[self.field_name]
        text = (self.new_input or "").strip()
        parse = {
            "selection": self._parse_selection,
            "date": self._parse_date,
            "integer": self._parse_number,
            "float": self._parse_number,
            "monetary": self._parse_number,
            "many2one": self._parse_linked,
            "many2many": self._parse_linked_many,
        }.get(field.type)
        if not text or field.type in ("one2many", "datetime", "binary"):
            self._refuse_input(self.env._("it is empty") if not text else self.env._("change it on the card"))
        return parse(field, text) if parse else text

    def _refuse_input(self, reason):
        raise UserError(
            self.env._(
                "“%(text)s” is no new value for “%(field)s”: %(reason)s.",
                text=self.new_input or "",
                field=self.label,
                reason=reason,
            )
        )

    def _parse_selection(self, field, text):
        choices = field._description_selection(self.env)
        for key, label in choices:
            if text.casefold() in (str(key).casefold(), label.casefold()):
                return key
        self._refuse_input(self.env._("choose one of %s", " / ".join(label for _key, label in choices)))

    def _parse_date(self, field, text):
        match = DATE.fullmatch(text.replace(" ", ""))
        try:
            return fields.Date.to_date("-".join(part.zfill(2) for part in match.groups()))
        except (AttributeError, ValueError):
            self._refuse_input(self.env._("write a date like 2026-05-01"))

    def _parse_number(self, field, text):
        try:
            return int(text) if field.type == "integer" else float(text.replace(",", ""))
        except ValueError:
            self._refuse_input(self.env._("write a number"))

    def _parse_linked(self, field, text):
        model = self.env[field.comodel_name]
        found = model.name_search(text, operator="=", limit=2) or model.name_search(text, limit=2)
        if len(found) != 1:
            self._refuse_input(
                self.env._("there is more than one with this name")
                if found
                else self.env._("there is none with this name")
            )
        return found[0][0]

    def _parse_linked_many(self, field, text):
        parts = [part.strip() for part in re.split(r"[,，;；、]", text) if part.strip()]
        return [fields.Command.set([self._parse_linked(field, part) for part in parts])]

    # -- the section's button -------------------------------------------------------------------------------------

    def action_confirm_section(self):
        """Confirm what has no answer in this section, on the grounds that stand in its title."""
        self.ensure_one()
        self.check_access("write")
        self.verification_id._check_open()
        if not self.is_section:
            raise UserError(self.env._("Use the button in the title of a section."))
        if not (self.log_id or self.document_id or self.request_id):
            raise UserError(
                self.env._(
                    "Say first what it rests on: choose the contact log or the document in the line “%s”. "
                    "Then its fields can be confirmed together.",
                    self.label,
                )
            )
        self._fields_of_section().filtered(lambda line: not line.answer).write({"answer": "confirmed"})
        return True

    def _fields_of_section(self):
        return self.verification_id.line_ids.filtered(
            lambda line: line.section_id == self.section_id and line.field_name
        )
