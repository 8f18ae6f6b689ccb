"""The steps of an inspection: the sample is drawn once, by chance; what was answered is frozen at the end (Q5)."""

import base64
import secrets

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.inspection import draw, fingerprint, pack, unpack

# Archives that a sentence names before it says how many more there are.
SHOWN = 5
# A sample is looked through by people.
MOST = 2000


class CustomerArchiveInspection(models.Model):
    _inherit = "customer.archive.inspection"

    # -- beginning ----------------------------------------------------------------------------------------------

    def action_start(self):
        """Draw the sample, once: nobody draws until a sample is to their taste.

        :raise UserError: when there is nothing to draw from, or to ask
        """
        for inspection in self:
            inspection.check_access("write")
            inspection._check_is_preparer()
            inspection._check_step("draft")
            inspection._start()
        return True

    def _start(self):
        items = self.template_id.item_ids
        if not items:
            raise UserError(
                self.env._("The checklist %s has no items. Add what is to be looked at first.", self.template_id.name)
            )
        population = self._population(self.user_id | self.env.user)
        if not population:
            raise UserError(
                self.env._(
                    "No archive belongs to this inspection: none fits, or all that fit are the inspector's own. "
                    "Choose a wider scope or another inspector."
                )
            )
        seed = secrets.token_hex(8)
        size = self._sample_of(len(population))
        if size > MOST:
            raise UserError(
                self.env._(
                    "%(size)s archives are too many for one inspection. Choose %(most)s at most.", size=size, most=MOST
                )
            )
        sample = draw(population, seed, size)
        # sudo: the packed list of the population, which nobody reads; the right to the step was checked
        self.sudo()._governed().write(
            {
                "state": "running",
                "seed": seed,
                "population_count": len(population),
                "population_hash": fingerprint(population),
                "population": base64.b64encode(pack(population)),
                "started_on": fields.Datetime.now(),
                "started_by_id": self.env.uid,
            }
        )
        self._insert_lines(sample, items)

    def _insert_lines(self, archive_ids, items):
        """Two statements: the archives of the sample as they are now, and a question for each item."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_archive_inspection_line (
                       inspection_id, archive_id, number, company_id, period, owner_id, team_id, category_id, level,
                       sequence, open_count, ok_count, finding_count, na_count,
                       create_uid, create_date, write_uid, write_date)
                SELECT %(inspection)s, a.id, a.number, a.company_id, %(period)s, a.owner_id, a.team_id, a.category_id,
                       a.level, drawn.place, %(count)s, 0, 0, 0,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(ids)s) WITH ORDINALITY AS drawn(id, place)
                  JOIN customer_archive a ON a.id = drawn.id
                """,
                inspection=self.id,
                period=self.period,
                count=len(items),
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=archive_ids,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_archive_inspection_answer (
                       line_id, inspection_id, archive_id, company_id, item_id, sequence, severity,
                       create_uid, create_date, write_uid, write_date)
                SELECT l.id, l.inspection_id, l.archive_id, l.company_id, i.id, asked.place, i.severity,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM customer_archive_inspection_line l
                 CROSS JOIN unnest(%(items)s) WITH ORDINALITY AS asked(id, place)
                  JOIN customer_archive_inspection_item i ON i.id = asked.id
                 WHERE l.inspection_id = %(inspection)s
                """,
                inspection=self.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
                items=items.ids,
            )
        )
        self.env.invalidate_all()

    def action_check_sample(self):
        """Draw the sample again from the stored list and seed: whether it is the one that was inspected."""
        self.ensure_one()
        self.check_access("read")
        inspection = self.sudo()  # compares; a sentence is all that is shown
        if not inspection.population:
            raise UserError(self.env._("The sample of %s has not been drawn yet.", self.name))
        population = unpack(base64.b64decode(inspection.population))
        lines = inspection.line_ids.sorted(lambda line: (line.sequence, line.id))
        same = (
            fingerprint(population) == inspection.population_hash
            and draw(population, inspection.seed, len(lines)) == lines.archive_id.ids
        )
        message = (
            self.env._(
                "Drawn again with the seed %(seed)s from the same %(count)s archives: it is the same sample.",
                seed=self.seed,
                count=len(population),
            )
            if same
            else self.env._("The sample is not the one that seed and population give. It was changed in the database.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": "success" if same else "danger", "sticky": not same},
        }

    # -- the end ------------------------------------------------------------------------------------------------

    def action_finish(self):
        """All questions have an answer: the findings go to those responsible, the answers are frozen.

        :raise UserError: names the archives that are not answered yet
        """
        for inspection in self:
            inspection.check_access("write")
            inspection._check_is_preparer()
            inspection._check_step("running")
            inspection._check_complete()
            inspection._raise_findings()
            inspection._governed().write(
                {
                    "state": "done",
                    "done_on": inspection.company_id._archive_today(),
                    "done_by_id": self.env.uid,
                }
            )
            inspection.sudo().activity_ids.action_done()  # the inspectors' to-do list: the work is done
        return True

    def _check_complete(self):
        # sudo: of all archives of the sample, those that this inspector may not read as well; numbers are no secret
        lines = self.env["customer.archive.inspection.line"].sudo()
        missing = lines.search([("inspection_id", "=", self.id), ("open_count", ">", 0)])
        if not missing:
            return
        seen = self.env["customer.archive.inspection.line"].search([("id", "in", missing.ids)])
        if not seen:
            raise UserError(
                self.env._(
                    "These archives of the sample are not inspected to the end, and not open to you: %s. Another "
                    "archivist, who is cleared for them, answers their items.",
                    self._some_numbers(missing),
                )
            )
        raise UserError(
            self.env._(
                "These archives of the sample are not inspected to the end: %s. Answer all items.",
                self._some_numbers(seen.sudo()),
            )
        )

    def _some_numbers(self, lines):
        numbers = ", ".join(lines[:SHOWN].mapped("number"))
        if len(lines) <= SHOWN:
            return numbers
        return self.env._("%(numbers)s and %(count)s more archives", numbers=numbers, count=len(lines) - SHOWN)

    def _raise_findings(self):
        # sudo: as above; the findings are made by this step, whoever may read the archives
        answers = self.env["customer.archive.inspection.answer"].sudo()
        found = answers.search([("inspection_id", "=", self.id), ("result", "=", "finding")])
        self.env["customer.archive.finding"]._from_answers(found)

    def action_cancel(self, reason=None):
        """End it without a result: it stays in the register, with the sample that was drawn."""
        self.check_access("write")
        self._check_is_preparer()
        self._check_step("draft", "running")
        reason = self._check_register_reason(reason)
        self._governed().write({"state": "cancelled", "end_reason": reason})
        self.sudo().activity_ids.unlink()  # the inspectors' to-do list
        return True
