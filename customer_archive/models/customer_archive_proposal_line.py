from odoo import api, fields, models
from odoo.exceptions import UserError

from .customer_archive import GOVERNED
from .res_partner import GROUP


class CustomerArchiveProposalLine(models.Model):
    """One proposed change: a field, or a line of a list on the card (a bank account, a contact, a need).

    The values are kept as JSON that nobody reads; what is shown is made from them for each reader, who must have the
    right to the field as well.
    """

    _name = "customer.archive.proposal.line"
    _description = "Proposed Change"
    _order = "id"
    _rec_name = "label"

    proposal_id = fields.Many2one(
        "customer.archive.proposal", "Proposal", required=True, readonly=True, ondelete="cascade", index=True
    )
    archive_id = fields.Many2one(related="proposal_id.archive_id", store=True, index=True)
    field_name = fields.Char("Field", required=True, readonly=True)
    operation = fields.Selection(
        [
            ("set", "Change"),
            ("create", "New"),
            ("update", "Change in a List"),
            ("delete", "Remove"),
            ("deactivate", "Mark Inactive"),
        ],
        "What",
        required=True,
        readonly=True,
        default="set",
    )
    record_id = fields.Integer(readonly=True, help="The line of the list that is changed or removed.")
    old_value = fields.Json("Old Value (Data)", readonly=True, groups=fields.NO_ACCESS, export_string_translation=False)
    new_value = fields.Json("New Value (Data)", readonly=True, groups=fields.NO_ACCESS, export_string_translation=False)
    label = fields.Char("Item", compute="_compute_texts", compute_sudo=True)
    old_text = fields.Text("Old Value", compute="_compute_texts", compute_sudo=True)
    new_text = fields.Text("New Value", compute="_compute_texts", compute_sudo=True)
    current_text = fields.Text("Value Now", compute="_compute_texts", compute_sudo=True)
    state = fields.Selection(
        [("open", "Undecided"), ("accepted", "Accepted"), ("refused", "Refused"), ("withdrawn", "Withdrawn")],
        "Decision",
        required=True,
        readonly=True,
        default="open",
        copy=False,
    )
    status = fields.Selection(
        [
            ("open", "Undecided"),
            ("conflict", "Overtaken"),
            ("gone", "No Longer Possible"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        compute="_compute_status",
        compute_sudo=True,
        help="Overtaken: somebody changed the value since. No longer possible: what was to be changed is not there.",
    )
    is_critical = fields.Boolean("Needs Approval", compute="_compute_status", compute_sudo=True)
    can_decide = fields.Boolean(compute="_compute_can_decide", compute_sudo=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, copy=False, ondelete="restrict")
    decided_at = fields.Datetime("Decided", readonly=True, copy=False)
    refusal_reason = fields.Char("Reason of the Refusal", readonly=True, copy=False)
    is_overruled = fields.Boolean(
        "Accepted Anyway", readonly=True, copy=False, help="Accepted though the value had been changed meanwhile."
    )

    # -- what is compared ---------------------------------------------------------------------------------------

    def _contact(self):
        """The contact, in the company for which the change was proposed."""
        proposal = self.proposal_id
        return proposal.partner_id.with_company(proposal.company_id)

    def _target(self):
        """The record that has the values: the contact, or the line of its list; empty if it is gone."""
        contact = self._contact()
        field = contact._fields.get(self.field_name)
        if field is None or self.operation == "set":
            return contact if field is not None else contact.browse()
        if self.operation == "create":
            return self.env[field.comodel_name]
        line = contact[field.name].browse(self.record_id).exists()
        removed = line._name == "res.partner.bank" and not line.active  # Odoo archives accounts that are deleted
        return line if line and line[field.inverse_name] == contact and not removed else line.browse()

    def _current(self):
        """The values now, in the form of ``old_value``."""
        values, target = self.env["customer.archive.values"], self._target()
        if self.operation == "create" or not target:
            return {}
        if self.operation == "set":
            return values._dump(target, self.field_name)
        return {name: values._dump(target, name) for name in self.old_value["value"] if name in target._fields}

    def _is_gone(self):
        """Whether the change can't be made any more: no field, no line, or a linked record that was deleted."""
        contact = self._contact()
        field = contact._fields.get(self.field_name)
        if field is None or not contact or (self.operation != "create" and not self._target()):
            return True
        model = contact if self.operation == "set" else self.env[field.comodel_name]
        new = self.new_value["value"]
        new = {self.field_name: new} if self.operation == "set" else new
        return any(self._is_gone_value(model, name, value) for name, value in new.items())

    def _is_gone_value(self, model, name, value):
        field = model._fields.get(name)
        if field is None:
            return True
        if field.type in ("many2one", "many2many") and value:
            ids = value if isinstance(value, list) else [value]
            return len(self.env[field.comodel_name].browse(ids).exists()) != len(ids)
        return False

    @api.depends("state", "proposal_id.partner_id")
    def _compute_status(self):
        for line in self:
            contact = line._contact()
            line.is_critical = line.proposal_id.origin == "critical" or contact._archive_needs_approval(line.field_name)
            if line.state != "open":
                line.status = line.state
            elif line.proposal_id._find_obstacle() or line._is_gone():
                line.status = "gone"
            else:
                line.status = "open" if line._current() == line.old_value["value"] else "conflict"

    @api.depends("state", "proposal_id.state")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for line in self:
            is_open = line.state == "open" and line.proposal_id.state == "open"
            line.can_decide = is_open and line.proposal_id._may_decide(line.is_critical)

    # -- what is shown ------------------------------------------------------------------------------------------

    @api.depends("state", "proposal_id.partner_id")
    @api.depends_context("uid", "lang")
    def _compute_texts(self):
        values = self.env["customer.archive.values"]
        partners = self.env["res.partner"]
        for line in self:
            field = partners._fields.get(line.field_name)
            line.label = values._label(partners, line.field_name)
            if field is not None and not values._may_read(partners, line.field_name):
                line.old_text = line.new_text = line.current_text = self.env._("Not visible to you")
                continue
            line.old_text = line._text_of(line.old_value["value"])
            line.new_text = line._text_of(line.new_value["value"])
            # A contact that went to another customer may be one whom the reader of this archive does not see.
            is_shown = line.state == "open" and not line.proposal_id._find_obstacle()
            line.current_text = line._text_of(line._current()) if is_shown else ""

    def _text_of(self, value):
        values = self.env["customer.archive.values"]
        partners = self.env["res.partner"]
        if self.operation == "set":
            return values._text(partners, self.field_name, value)
        field = partners._fields.get(self.field_name)
        if field is None or not value:
            return ""
        model = self.env[field.comodel_name]
        return values._text_of_line(
            model, {name: part for name, part in value.items() if values._may_read(model, name)}
        )

    # -- deciding -----------------------------------------------------------------------------------------------

    def action_accept(self):
        """Accept this change. One that was overtaken asks again and shows the value of now."""
        self.ensure_one()
        self.check_access("read")
        self._check_decidable()
        if self.status == "conflict":
            return self._answer_dialog("accept", self.env._("Accept Anyway?"))
        self._accept()
        return True

    def action_refuse(self):
        """The dialog that asks for the reason."""
        self.ensure_one()
        self.check_access("read")
        self._check_decidable()
        return self._answer_dialog("refuse", self.env._("Refuse the Change"))

    def _answer_dialog(self, answer, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "customer.archive.proposal.answer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id, "default_answer": answer},
        }

    def _check_decidable(self):
        for line in self:
            line.proposal_id._check_open()
            line.proposal_id._check_may_decide(line.is_critical)
            if line.state != "open":
                raise UserError(
                    self.env._(
                        "“%(item)s” was decided already by %(user)s.",
                        item=line.label,
                        user=line.sudo().decided_by_id.name or "",  # the name of a colleague
                    )
                )

    def _accept(self, *, seen=None):
        """Write the values of these lines of one proposal as the environment's user, through all checks.

        :param seen: for one overtaken line: the value that the user was shown and accepts to replace
        :raise UserError: nothing is written then
        """
        proposal = self.proposal_id
        proposal.ensure_one()
        proposal.check_access("read")
        proposal._lock(self)
        self._check_decidable()
        if proposal.obstacle:
            raise UserError(proposal.obstacle)
        for line in self:
            line._check_acceptable(seen)
        overruled = self.filtered(lambda line: line.status == "conflict")
        self._apply()
        self._close("accepted")
        overruled.sudo().is_overruled = True  # the user confirmed it
        return True

    def _check_acceptable(self, seen):
        if self.status == "gone":
            raise UserError(
                self.env._(
                    "“%s” can't be changed any more: what was to be changed is not there. Refuse it.", self.label
                )
            )
        if self.status == "conflict" and (seen is None or seen != {"value": self.sudo()._current()}):  # compares only
            raise UserError(
                self.env._(
                    "“%s” was changed by somebody else meanwhile. Look at the value of now, and accept it again if the "
                    "proposed one is still right.",
                    self.label,
                )
            )

    def _apply(self):
        """One write for all fields and lists, so that the checks see the customer as it is going to be."""
        vals = {}
        lines = self.sudo()  # the values that nobody reads; they are written as the user
        for line in lines:
            new = line.new_value["value"]
            if line.operation == "set":
                field = line._contact()._fields[line.field_name]
                vals[line.field_name] = [fields.Command.set(new)] if field.type == "many2many" else new
            elif line.field_name != "bank_ids":
                command = {
                    "create": fields.Command.create(new),
                    "update": fields.Command.update(line.record_id, new),
                    "delete": fields.Command.delete(line.record_id),
                }[line.operation]
                vals.setdefault(line.field_name, []).append(command)
        contact = lines._company_contact(vals).with_context(archive_accepted=GOVERNED)
        contact.check_access("write")
        if vals:
            contact.write(vals)
        for line in lines.filtered(lambda line: line.operation != "set" and line.field_name == "bank_ids"):
            line._apply_to_bank(contact)

    def _company_contact(self, vals):
        """The contact as the user writes it, in the company for which the changes were proposed."""
        proposal = self.proposal_id
        contact = proposal.partner_id.sudo(False)
        if proposal.company_id in self.env.user.company_ids:
            return contact.with_company(proposal.company_id)
        for name in vals:
            if contact._fields[name].company_dependent:
                raise UserError(
                    self.env._(
                        "“%(item)s” has another value in each company, and was proposed in %(company)s: somebody who "
                        "works for that company accepts it.",
                        item=self.env["customer.archive.values"]._label(contact, name),
                        company=proposal.company_id.name,
                    )
                )
        return contact

    def _apply_to_bank(self, contact):
        """Bank accounts of a customer: whoever decides on them needs no right to those of vendors and employees."""
        # sudo: as said; the user may write the customer and decide on this change, both are checked
        banks = self.env["res.partner.bank"].sudo().with_context(archive_accepted=GOVERNED)
        new = self.new_value["value"]
        if self.operation == "create":
            banks.create({**new, "partner_id": contact.id})
        elif self.operation == "update":
            banks.browse(self.record_id).write(new)
        else:
            banks.browse(self.record_id).unlink()

    def _refuse(self, reason):
        """Refuse these lines of one proposal; the proposer reads the reason."""
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("A reason is needed: the proposer reads it."))
        proposal = self.proposal_id
        proposal.ensure_one()
        proposal.check_access("read")
        proposal._lock(self)
        self._check_decidable()
        self._close("refused", refusal_reason=reason.strip())
        return True

    def _close(self, state, **vals):
        # sudo: nobody has the right to write proposals; the caller checked who decides
        self.sudo().write({"state": state, "decided_by_id": self.env.uid, "decided_at": fields.Datetime.now(), **vals})
        self.proposal_id._close_if_done()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(
                self.env._("Proposals are kept as a register. Withdraw or refuse it instead of deleting it.")
            )


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    proposal_count = fields.Integer("Open Proposals", compute="_compute_proposal_count", groups=GROUP)

    def _compute_proposal_count(self):
        counts = dict(
            self.env["customer.archive.proposal"]._read_group(
                [("archive_id", "in", self.ids), ("state", "=", "open")], ["archive_id"], ["__count"]
            )
        )
        for archive in self:
            archive.proposal_count = counts.get(archive._origin, 0)

    def action_view_proposals(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_proposal_action")
        return dict(action, domain=[("archive_id", "=", self.id)], context={"search_default_open": 1})
