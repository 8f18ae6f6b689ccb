"""Applying what was accepted: thousands of lines in set statements, each through the rules that hold by hand (Q6)."""

import json

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Kept of the reason why a line failed.
NOTE_LENGTH = 300


class CustomerArchiveCleaningLine(models.Model):
    _inherit = "customer.archive.cleaning.line"

    # -- safely ---------------------------------------------------------------------------------------------------

    def _apply_safely(self):
        """Apply these accepted lines; one that is refused does not stop the others, and leaves nothing half-written."""
        self._safely("_apply", "failed")

    def _safely(self, step, failed):
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                getattr(self, step)()
        except (UserError, psycopg2.IntegrityError, psycopg2.DataError) as error:
            self.env.invalidate_all(flush=False)
            if len(self) > 1:
                half = len(self) // 2
                self[:half]._safely(step, failed)
                self[half:]._safely(step, failed)
            else:
                reason = str(error) if isinstance(error, UserError) else self.env._("The database refused the value.")
                self._store_outcomes({self.id: (failed, reason.replace("\n", " ")[:NOTE_LENGTH], None)})

    def _store_outcomes(self, outcomes):
        """What became of the lines: {line id: (state, note or None, state before or None)}; one statement."""
        if not outcomes:
            return
        ids = list(outcomes)
        states, notes, before = (list(column) for column in zip(*outcomes.values(), strict=True))
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive_cleaning_line l
                   SET state = o.state, note = o.note, before = COALESCE(o.before, l.before),
                       write_uid = %s, write_date = %s
                  FROM unnest(%s::int[], %s::varchar[], %s::varchar[], %s::jsonb[]) AS o(id, state, note, before)
                 WHERE l.id = o.id
                """,
                self.env.uid,
                fields.Datetime.now(),
                ids,
                states,
                notes,
                [None if value is None else json.dumps(value) for value in before],
            )
        )
        self.invalidate_model()
        self.env["customer.archive.cleaning"].invalidate_model()

    def _lock_all(self):
        """Take lines, archives and customers for this transaction; returns the lines that could be taken.

        The others are said to be in use: somebody is changing those customers at this moment.
        """
        lines = self.sudo().try_lock_for_update()  # lines of customers whom the user may change: asked for in _apply
        archives = lines.archive_id.try_lock_for_update(allow_referencing=True)
        partners = archives.partner_id.try_lock_for_update(allow_referencing=True)
        free = lines.filtered(
            lambda line: line.archive_id in archives
            and (not line.archive_id.partner_id or line.archive_id.partner_id in partners)
        ).with_env(self.env)
        busy = self.env._("Somebody was changing the customer at that moment. Accept the line again.")
        (self - free)._store_outcomes({line.id: ("failed", busy, None) for line in self - free})
        free.invalidate_recordset()
        archives.partner_id.invalidate_recordset()
        return free

    # -- applying -------------------------------------------------------------------------------------------------

    def _apply(self):
        """Apply accepted lines, all or none.

        :raise UserError: whatever refuses one of the changes
        """
        self.check_access("write")
        lines = self._lock_all().filtered(lambda line: line.state == "accepted")
        gone = lines.filtered(
            lambda line: line.archive_id.state not in ("draft", "active")
            or line.archive_id.merged_into_id
            or not line.archive_id.partner_id
        )
        why = self.env._("The archive is not in use any more.")
        outcomes = {line.id: ("overtaken", why, None) for line in gone}
        for remedy, members in (lines - gone).grouped("remedy").items():
            outcomes.update(getattr(members, f"_apply_{remedy}")())
        self._store_outcomes(outcomes)

    def _apply_correct(self):
        values = self.sudo()  # the values that nobody reads; they are written as the user
        changes = [
            (line, hidden.field_name, hidden.old_value["value"], (hidden.new_value or {}).get("value"))
            for line, hidden in zip(self, values, strict=True)
        ]
        outcomes = self._put(changes, "done", "overtaken")
        self._log_corrections(outcomes)
        return outcomes

    def _put(self, changes, done, overtaken):
        """Write values, but only over those that are expected.

        :param changes: [(line, field, expected value, new value), …], values in the form of proposals
        :return: {line id: (state, note, None)}; ``done`` where written, ``proposed`` where two people decide,
            ``overtaken`` where another value stands there by now
        """
        values = self.env["customer.archive.values"]
        partners = self.archive_id.partner_id
        partners.check_access("write")
        known = {name for _line, name, _old, _new in changes if name in partners._fields}
        partners.fetch(known)
        why = self.env._("The value was changed meanwhile and is left alone.")
        outcomes, wanted, lines = {}, {}, {}
        for line, name, expected, new in changes:
            partner = line.archive_id.partner_id
            mine = wanted.setdefault(partner.id, {})
            if name not in known or name in mine or values._dump(partner, name) != expected:
                outcomes[line.id] = (overtaken, why, None)
                continue
            mine[name] = new
            lines[partner.id, name] = line
            outcomes[line.id] = (done, None, None)
        outcomes.update(self._propose_critical(partners, wanted, lines))
        partners._archive_write_each({id_: vals for id_, vals in wanted.items() if vals})
        return outcomes

    def _propose_critical(self, partners, wanted, lines):
        """Take what two people decide out of ``wanted`` and propose it; returns the outcomes of these lines."""
        critical = partners._archive_critical_names()
        outcomes = {}
        for partner in partners:
            vals = wanted.get(partner.id, {})
            if critical.isdisjoint(vals):
                continue
            customer, names = partner._archive_critical_part(vals)
            if not names:
                continue
            mine = [lines[partner.id, name] for name in names]
            reason = self.env._("%(cleaning)s: %(rule)s", cleaning=self._number(), rule=mine[0].rule_id.name)
            proposal = customer._archive_propose({name: vals[name] for name in names}, reason, origin="critical")
            for name in names:
                line = lines[partner.id, name]
                del vals[name]
                # sudo: notes which proposal was made just now
                line.sudo()._governed().proposal_id = proposal
                state = "proposed" if proposal else "overtaken"
                note = proposal.name if proposal else self.env._("It is proposed already.")
                outcomes[line.id] = (state, note, None)
        return outcomes

    def _number(self):
        # sudo: the number of the register; whoever sees its lines may know it
        return self.sudo().cleaning_id[:1].name

    def _log_corrections(self, outcomes):
        """A line in the history of each archive: which fields, no values."""
        names = {}
        for line in self:
            if outcomes[line.id][0] == "done":
                names.setdefault(line.archive_id.id, []).append(line.label)
        number = self._number()
        self.archive_id.browse(names)._message_log_batch(
            bodies={
                id_: self.env._(
                    "Corrected by the cleaning %(number)s: %(fields)s", number=number, fields=", ".join(labels)
                )
                for id_, labels in names.items()
            }
        )

    # -- marking inactive -----------------------------------------------------------------------------------------

    def _apply_inactive(self):
        outcomes, first = {}, {}
        for line in self:
            if line.archive_id in first:
                outcomes[line.id] = ("overtaken", self.env._("Another line marks the archive inactive."), None)
            else:
                first[line.archive_id] = line
                outcomes[line.id] = ("done", None, {"state": line.archive_id.state})
        number = self._number()
        for rule, lines in self.browse([line.id for line in first.values()]).grouped("rule_id").items():
            lines.archive_id.action_deactivate(self.env._("%(cleaning)s: %(rule)s", cleaning=number, rule=rule.name))
        for archive, line in first.items():
            outcomes[line.id][2]["closed_on"] = fields.Date.to_string(archive.closed_on)
        return outcomes

    # -- sending to verification ----------------------------------------------------------------------------------

    def _apply_verify(self):
        """The customer stands in this week's work list, or stays where it is due already."""
        outcomes, due = {}, {}
        for line in self:
            archive = line.archive_id
            today = archive.company_id._archive_today()
            outcomes[line.id] = ("done", None, None)
            planned = archive.next_verification_on
            if archive not in due and (not planned or planned > today):
                own = archive.verification_own_on
                due[archive] = today
                before = {"own": fields.Date.to_string(own) or False, "set": fields.Date.to_string(today)}
                outcomes[line.id] = ("done", None, before)
        for today in set(due.values()):
            archives = self.archive_id.browse([archive.id for archive, day in due.items() if day == today])
            archives.write({"verification_own_on": today})
        return outcomes
