"""Undoing a cleaning: every value as it was, unless somebody changed it since; that is listed, not overwritten (Q6)."""

from odoo import fields, models

from .customer_archive import GOVERNED


class CustomerArchiveCleaningLine(models.Model):
    _inherit = "customer.archive.cleaning.line"

    def _undo_safely(self):
        """Undo these applied lines; what can't be put back stays as it is, with the reason."""
        self._safely("_undo", "kept")

    def _undo(self):
        """Undo applied lines, all or none."""
        self.check_access("write")
        lines = self._lock_all_for_undo().filtered(lambda line: line.state in ("done", "proposed"))
        outcomes = {}
        waiting = lines.filtered(lambda line: line.state == "proposed")
        outcomes.update(waiting._undo_proposed())
        for remedy, members in (lines - waiting).grouped("remedy").items():
            outcomes.update(getattr(members, f"_undo_{remedy}")())
        self._store_outcomes(outcomes)

    def _lock_all_for_undo(self):
        """As for applying; what is in use at the moment is kept as it is, and said so."""
        free = self._lock_all()
        busy = self.env._("Somebody was changing the customer at that moment.")
        self._store_outcomes({line.id: ("kept", busy, None) for line in self - free})
        return free

    def _undo_proposed(self):
        """Proposals that nobody decided on yet are withdrawn; accepted ones are somebody's decision."""
        outcomes = {}
        for line in self:
            # sudo: whoever undoes the cleaning takes back what it proposed
            proposal = line.sudo().proposal_id
            mine = proposal.line_ids.filtered(
                lambda change, line=line: change.field_name == line.field_name and change.state == "open"
            )
            if mine:
                proposal._lock(mine)
                mine._close("withdrawn")
                outcomes[line.id] = ("undone", None, None)
            else:
                outcomes[line.id] = ("kept", self.env._("The proposal %s was decided already.", proposal.name), None)
        return outcomes

    def _undo_correct(self):
        """The former values, through the same checks. Values of archives that are closed by now stay."""
        closed, usable = self._split_usable()
        outcomes = {line.id: ("kept", self.env._("The archive is not in use any more."), None) for line in closed}
        values = usable.sudo()  # the values that nobody reads; they are written as the user
        changes = [
            (line, hidden.field_name, hidden.new_value["value"], hidden.old_value["value"])
            for line, hidden in zip(usable, values, strict=True)
        ]
        # As they were, written oddly if they were: that may be why they had been corrected.
        restored = usable.with_context(archive_as_is=GOVERNED)._put(changes, "undone", "kept")
        outcomes.update(restored)
        for line in usable:
            if outcomes[line.id][0] == "proposed":  # the category asks for two people by now
                outcomes[line.id] = ("kept", outcomes[line.id][1], None)
        self._log_undone([line.archive_id.id for line in usable if outcomes[line.id][0] == "undone"])
        return outcomes

    def _split_usable(self):
        usable = self.filtered(
            lambda line: line.archive_id.state in ("draft", "active")
            and not line.archive_id.merged_into_id
            and line.archive_id.partner_id
        )
        return self - usable, usable

    def _log_undone(self, archive_ids):
        body = self.env._("The cleaning %s was undone.", self._number())
        self.archive_id.browse(dict.fromkeys(archive_ids))._message_log_batch(bodies=dict.fromkeys(archive_ids, body))

    def _undo_inactive(self):
        outcomes, back = {}, {}
        for line, hidden in zip(self, self.sudo(), strict=True):  # the state before only
            archive = line.archive_id
            closed_on = fields.Date.to_string(archive.closed_on)  # another day: closed once more, by somebody else
            if archive._is_as_deactivated() and closed_on == hidden.before.get("closed_on", closed_on):
                back.setdefault(hidden.before["state"], archive.browse())
                back[hidden.before["state"]] |= archive
                outcomes[line.id] = ("undone", None, None)
            else:
                outcomes[line.id] = ("kept", self.env._("The archive's status was changed since."), None)
        for state, archives in back.items():
            archives._take_back_deactivation(state, self.env._("The cleaning %s was undone", self._number()))
        return outcomes

    def _undo_verify(self):
        outcomes, back = {}, {}
        for line, hidden in zip(self, self.sudo(), strict=True):  # the dates before only
            before, archive = hidden.before, line.archive_id
            if not before:
                outcomes[line.id] = ("undone", None, None)  # it was due anyway
            elif fields.Date.to_string(archive.verification_own_on) != before["set"]:
                outcomes[line.id] = ("kept", self.env._("It was verified, or planned anew, since."), None)
            else:
                back.setdefault(before["own"], archive.browse())
                back[before["own"]] |= archive
                outcomes[line.id] = ("undone", None, None)
        for day, archives in back.items():
            archives.write({"verification_own_on": day})
        return outcomes


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def _is_as_deactivated(self):
        """Whether the archive is as ``action_deactivate`` left it. Whoever makes more of that step says it here."""
        return self.state == "inactive" and not self.merged_into_id

    def _take_back_deactivation(self, state, reason):
        """Undo ``action_deactivate`` of these archives at once: back to the state before."""
        self.check_access("write")
        self._governed().write({"state": state, "closed_on": False})
        self._message_log_batch(bodies=dict.fromkeys(self.ids, reason))
