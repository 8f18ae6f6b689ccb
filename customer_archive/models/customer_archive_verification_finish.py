"""The end of a verification: what changed is written or proposed, and the archive knows when it was confirmed (Q1)."""

from odoo import fields, models
from odoo.exceptions import LockError, UserError

from .customer_archive import GOVERNED
from .customer_archive_verification_line import GROUNDED, SETTLED

# Names that an error shows before it says "and N more".
SHOWN = 5


class CustomerArchiveVerification(models.Model):
    _inherit = "customer.archive.verification"

    def action_finish(self):
        """All fields have an answer: write the changes under the user's own rights, propose the critical ones.

        :raise UserError: names the fields that lack an answer or grounds, or that were changed meanwhile
        """
        for verification in self:
            verification._finish()
        return True

    def _finish(self):
        self._take()
        lines = self.line_ids.filtered("field_name")
        self._check_answers(lines)
        self._share_grounds()
        self._check_grounds(lines)
        self._check_not_overtaken(lines)
        self._write_changes(lines.filtered(lambda line: line.answer == "changed" and not line.proposal_id))
        today = self.company_id._archive_today()
        self._governed().write({"state": "done", "done_on": today, "done_by_id": self.env.uid})
        self._tell_archive(lines, today)

    def _take(self):
        """Lock the verification for this transaction: nobody finishes it twice."""
        self.check_access("write")
        try:
            self.sudo().lock_for_update()  # locks a row that the user may write
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is working on %s right now. Reload it in a moment.", self.display_name)
            ) from error
        self.invalidate_recordset()
        self._check_open()
        self.archive_id._check_still_changeable()
        self._check_has_customer()

    def _names(self, lines):
        names = ", ".join(line.label for line in lines[:SHOWN])
        if len(lines) > SHOWN:
            return self.env._("%(names)s and %(count)s more", names=names, count=len(lines) - SHOWN)
        return names

    def _check_answers(self, lines):
        if not lines:
            raise UserError(self.env._("The category asks for no fields, so there is nothing to confirm."))
        missing = lines.filtered(lambda line: not line.answer)
        if missing:
            raise UserError(
                self.env._(
                    "These fields have no answer yet: %s. Answer them, with “Unknown” if nobody could say.",
                    self._names(missing),
                )
            )

    def _share_grounds(self):
        """Fields without grounds of their own rest on those of their section."""
        for title in self.line_ids.filtered("is_section"):
            if not (title.log_id or title.document_id):
                continue
            bare = title._fields_of_section().filtered(lambda line: line.answer in GROUNDED and not line.evidence)
            bare.write({"log_id": title.log_id.id, "document_id": title.document_id.id})

    def _check_grounds(self, lines):
        bare = lines.filtered(lambda line: line.answer in GROUNDED and not line.evidence)
        if bare:
            raise UserError(
                self.env._(
                    "It is not said what these answers rest on: %s. Choose the contact log or the document, for the "
                    "whole section in its title or for a field in its line.",
                    self._names(bare),
                )
            )

    def _check_not_overtaken(self, lines):
        overtaken = lines.filtered(lambda line: line._is_overtaken())
        if overtaken:
            raise UserError(
                self.env._(
                    "These fields were changed on the card since the verification was begun: %s. "
                    "Use “Take New Values”, and answer them again.",
                    self._names(overtaken),
                )
            )

    def action_refresh(self):
        """Take the values of now where the card was changed meanwhile; those fields are to be answered again."""
        for verification in self:
            verification._take()
            lines = verification.line_ids.filtered(lambda line: line.field_name and line._is_overtaken())
            # sudo: values that nobody reads as they are; they are shown by each reader's rights
            for line in lines.sudo().with_context(archive_governed=GOVERNED):
                line.write({"old_value": {"value": line._current()}, "answer": False, "new_input": False})
            lines.invalidate_recordset(["old_text", "new_text"])
        return True

    def action_cancel(self, reason=None):
        """Break off: it stays in the register, and the archive is due as before."""
        for verification in self:
            verification._take()
            verification.archive_id._check_reason(reason)
            verification._governed().write({"state": "cancelled", "end_reason": reason.strip()})
        return True

    def action_ask_cancel(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Break Off"),
            "res_model": "customer.archive.verification.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_verification_id": self.id},
        }

    # -- the changes ----------------------------------------------------------------------------------------------

    def _write_changes(self, lines):
        """One write for what the user may change alone, one proposal for what needs a second person."""
        if not lines:
            return
        customer = self.archive_id.partner_id
        vals = {line.field_name: line._parse() for line in lines}
        _customer, critical = customer._archive_critical_part(vals)
        free = {name: value for name, value in vals.items() if name not in critical}
        if free:
            customer.write(free)
        proposal = self.env["customer.archive.proposal"]
        if critical:
            proposal = customer._archive_propose(
                {name: vals[name] for name in critical},
                self.env._("%(verification)s: %(remark)s", verification=self.display_name, remark=self.remark or "–"),
                origin="critical",
            )
        # sudo: as the record of what was written or proposed just now, under the user's own rights
        for line in lines.sudo().with_context(archive_governed=GOVERNED):
            kept = line._kept_value(customer, vals[line.field_name])
            line.write(
                {
                    "new_value": {"value": kept},
                    "proposal_id": proposal.id if line.field_name in critical else False,
                }
            )

    def _tell_archive(self, lines, today):
        """The archive is verified: its dates, its freshness; reminders of it are done."""
        # sudo: account managers don't write archives; they may write the customer, that was checked
        archive = self.sudo().archive_id
        archive._governed().with_context(tracking_disable=True).write(
            {"verified_on": today, "verification_own_on": self.next_on or False}
        )
        settled = lines.filtered(lambda line: line.answer in SETTLED and line._is_on_card())
        archive._confirm_fields(settled.mapped("field_name"), today)
        archive._plan_verifications()
        archive._verification_reminders_done()


class CustomerArchiveVerificationLine(models.Model):
    _inherit = "customer.archive.verification.line"

    def _current(self):
        """The value of now, in the form of ``old_value``."""
        return self._dump(self.archive_id.partner_id, self.field_name)

    def _is_overtaken(self):
        line = self.sudo()  # compares only
        if line.field_name not in self.env["res.partner"]._fields:
            return False
        known = [line.old_value] if not line.proposal_id else [line.old_value, line.new_value]  # accepted meanwhile
        return {"value": line._current()} not in known

    def _is_on_card(self):
        """Whether the answer stands on the card already: what was proposed does once it is accepted."""
        line = self.sudo()  # compares only
        return not line.proposal_id or line.new_value == {"value": line._current()}

    def _kept_value(self, customer, value):
        """What was written or proposed, in the form of ``old_value``."""
        values, field = self.env["customer.archive.values"], customer._fields[self.field_name]
        vals = {self.field_name: value}
        customer._archive_normalise(vals)
        if field.type == "many2many":
            return sorted(vals[self.field_name][0][2])
        return values._plain(field, vals[self.field_name])


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def _verification_reminders_done(self):
        """Activities by which people were reminded of the verification end with it."""
        reminders = self.env["customer.archive.reminder"].search(
            [("archive_id", "in", self.ids), ("rule_id.source", "=", "verification"), ("activity_id", "!=", False)]
        )
        reminders.activity_id.filtered("active")._action_done()


class CustomerArchiveProposalLine(models.Model):
    _inherit = "customer.archive.proposal.line"

    def _close(self, state, **vals):
        """A change that a verification proposed counts as confirmed once it is accepted."""
        result = super()._close(state, **vals)
        if state == "accepted":
            # sudo: notes the day; whoever decides on the change may write the customer
            found = self.env["customer.archive.verification.line"].sudo()
            names = set(self.sudo().mapped("field_name"))  # as above
            found = found.search([("proposal_id", "in", self.proposal_id.ids), ("field_name", "in", list(names))])
            for archive, lines in found.filtered(lambda line: line.state == "done").grouped("archive_id").items():
                archive._confirm_fields(lines.mapped("field_name"), fields.Date.context_today(self))
        return result
