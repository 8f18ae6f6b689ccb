"""What would become due if a line of the schedule were changed: before it is saved (product.md R2)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.customer_archive_mandate import UNIT_SELECTION
from ..models.customer_archive_retention_line import ACTIONS, COMBINE_SELECTION, GROUP_SELECTION

SHOWN = 40
TRIED = """
    category_id field_group minimum minimum_unit maximum maximum_unit trigger_ids combine action seals mandate_id
    citation
""".split()


class CustomerArchiveRetentionSimulation(models.TransientModel):
    """The line as it would be, and how many archives would be due then. Nothing is changed."""

    _name = "customer.archive.retention.simulation"
    _description = "Try Out a Line of the Schedule"

    line_id = fields.Many2one("customer.archive.retention.line", "Line", readonly=True)
    category_id = fields.Many2one("customer.archive.category", "Category", required=True)
    field_group = fields.Selection(GROUP_SELECTION, "Part of the Archive", required=True, default="card")
    minimum = fields.Integer("Keep at Least")
    minimum_unit = fields.Selection(UNIT_SELECTION, "Unit of the Minimum", required=True, default="years")
    maximum = fields.Integer("Keep at Most")
    maximum_unit = fields.Selection(UNIT_SELECTION, "Unit of the Maximum", required=True, default="years")
    trigger_ids = fields.Many2many(
        "customer.archive.retention.trigger",
        "customer_archive_retention_simulation_trigger_rel",
        "simulation_id",
        "trigger_id",
        "Counted from",
    )
    combine = fields.Selection(COMBINE_SELECTION, "Of Several", required=True, default="latest")
    mandate_id = fields.Many2one("customer.archive.mandate", "Mandate")
    citation = fields.Char()
    action = fields.Selection(ACTIONS, "At the End", required=True, default="review")
    seals = fields.Boolean("Seal in Between", default=True)
    day = fields.Date("Due on", required=True, default=lambda self: self.env.company._archive_today())
    is_done = fields.Boolean()
    total = fields.Integer("Archives Concerned", readonly=True)
    due_before = fields.Integer("Due as It Is", readonly=True)
    due_after = fields.Integer("Due with the Change", readonly=True)
    newly_due = fields.Integer(readonly=True)
    no_longer_due = fields.Integer(readonly=True)
    held = fields.Integer("Of These Held", readonly=True, help="Newly due, but something holds them.")
    result_ids = fields.One2many("customer.archive.retention.simulation.archive", "simulation_id", "Archives")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        line = self.env["customer.archive.retention.line"].browse(values.get("line_id", ()))
        if line:
            line.check_access("read")
            for name in TRIED:
                if name in fields:
                    values[name] = line._fields[name].convert_to_write(line[name], line)
        return values

    def _line_values(self):
        return {name: self._fields[name].convert_to_write(self[name], self) for name in TRIED}

    def _tried_schedule(self):
        """The schedule with the change, as ``_rules`` takes it; the line that is tried has the id 0."""
        lines = self.env["customer.archive.retention.line"]
        tried = lines.new(self._line_values())
        tried._check_faults()
        categories = self.env["customer.archive.category"].sudo().with_context(active_test=False)  # no user's data
        below = categories.search([("id", "child_of", self.category_id.ids)])
        schedule = {category_id: dict(parts) for category_id, parts in lines._schedule().items()}
        own = lines.sudo().search([("field_group", "=", self.field_group), ("category_id", "in", below.ids)])
        own -= self.line_id.sudo()
        others = own.category_id - self.category_id
        # Categories below that have a line of their own keep it, with all that is below them.
        kept = categories.search([("id", "child_of", others.ids)]) if others else categories
        for category in below - kept:
            schedule.setdefault(category.id, {})[self.field_group] = 0
        return {0: tried._rule()}, schedule

    def action_run(self):
        """Count, and name the first archives whose days change to or from due."""
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group("customer_archive.group_archivist"):
            raise UserError(self.env._("Archivists try out the schedule."))
        rows = self._compare()
        before = {row[0] for row in rows if row[1] and row[1] <= self.day}
        after = {row[0] for row in rows if row[2] and row[2] <= self.day}
        new, gone = after - before, before - after
        archives = self.env["customer.archive"]
        held = archives.browse(new)._hold_sentences()
        shown = [row for row in rows if row[0] in new | gone]
        self.result_ids.unlink()
        self.write(
            {
                "is_done": True,
                "total": len(rows),
                "due_before": len(before),
                "due_after": len(after),
                "newly_due": len(new),
                "no_longer_due": len(gone),
                "held": len(held),
                "result_ids": [
                    (0, 0, {"archive_id": id_, "before_on": old, "after_on": then, "is_held": id_ in held})
                    for id_, old, then in shown[:SHOWN]
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try Out"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _compare(self):
        """[(archive id, earliest day now, earliest day then)] of the archives that the asker sees."""
        clocks = self.env["customer.archive.retention.clock"]
        self.env.flush_all()
        rules, schedule = clocks._rules(self._tried_schedule())
        below = self.env["customer.archive.category"].search([("id", "child_of", self.category_id.ids)])
        visible = self.env["customer.archive"]._search([("category_id", "in", below.ids)])
        facts = clocks._facts_sql(clocks._codes(rules), SQL("a.id IN (%s)", visible.select()), few=False)
        return self.env.execute_query(
            SQL(
                """
                WITH facts AS MATERIALIZED (%s), %s
                SELECT a.id, a.retention_minimum_on,
                       CASE WHEN NOT totals.keeps AND totals.minimum_on IS NOT NULL
                            THEN GREATEST(totals.minimum_on, a.retention_own_on) END
                  FROM facts JOIN customer_archive a ON a.id = facts.archive_id
                  LEFT JOIN totals ON totals.archive_id = a.id
                 ORDER BY 3 NULLS LAST, a.id
                """,
                facts,
                clocks._wanted_sql(rules, schedule),
            )
        )


class CustomerArchiveRetentionSimulationArchive(models.TransientModel):
    _name = "customer.archive.retention.simulation.archive"
    _description = "Archive in a Simulation"

    simulation_id = fields.Many2one("customer.archive.retention.simulation", required=True, ondelete="cascade")
    archive_id = fields.Many2one("customer.archive", "Archive", readonly=True)
    before_on = fields.Date("Earliest Destruction Now", readonly=True)
    after_on = fields.Date("Earliest Destruction Then", readonly=True)
    is_held = fields.Boolean("Held", readonly=True)
