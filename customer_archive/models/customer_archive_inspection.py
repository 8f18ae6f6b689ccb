"""Inspections (检查): whether the rules of the house are kept, looked at in a random sample (product.md Q5)."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .customer_archive_inspection_scope import ARCHIVIST
from .customer_archive_register import CustomerArchiveRegister

# What may be written as long as it is not finished; the scope only before the sample is drawn.
UNTIL_FINISHED = frozenset({"user_id", "conclusion"})


class CustomerArchiveInspection(models.Model):
    """One inspection: its scope, the sample with all that is needed to draw it again, the result."""

    _name = "customer.archive.inspection"
    _description = "Inspection"
    _inherit = [CustomerArchiveRegister._name, "customer.archive.inspection.scope"]
    _order = "period desc, id desc"

    _sequence_code = "customer.archive.inspection"
    _draft_fields = frozenset(
        {
            "period",
            "template_id",
            "category_ids",
            "team_ids",
            "owner_ids",
            "level",
            "sample_size",
            "sample_unit",
            "spread",
            *UNTIL_FINISHED,
        }
    )

    plan_id = fields.Many2one(
        "customer.archive.inspection.plan", "Plan", readonly=True, ondelete="set null", index="btree_not_null"
    )
    period = fields.Date(
        "Month",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="The month that the inspection is for.",
    )
    due_on = fields.Date("To Be Done by", compute="_compute_due_on", store=True)
    state = fields.Selection(
        [("draft", "Planned"), ("running", "In Progress"), ("done", "Completed"), ("cancelled", "Cancelled")],
        "Status",
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        index=True,
    )
    # How the sample was drawn: see tools/inspection.py.
    seed = fields.Char(
        readonly=True,
        help="Chosen by chance when the inspection began. The same seed draws the same sample from the same archives.",
    )
    population_count = fields.Integer("Archives Drawn from", readonly=True, aggregator=None)
    population_hash = fields.Char(
        "Fingerprint of the Population", readonly=True, help="SHA-256 of the list of archives that were drawn from."
    )
    population = fields.Binary(
        readonly=True, attachment=False, groups=fields.NO_ACCESS, exportable=False, export_string_translation=False
    )
    started_on = fields.Datetime("Sample Drawn", readonly=True)
    started_by_id = fields.Many2one("res.users", "Drawn by", readonly=True, ondelete="restrict")
    done_on = fields.Date("Finished on", readonly=True, index="btree_not_null")
    done_by_id = fields.Many2one("res.users", "Finished by", readonly=True, ondelete="restrict")
    end_reason = fields.Char("Reason of the Cancellation", readonly=True)
    conclusion = fields.Text(help="What the inspection says in all; it is printed on the record.")
    line_ids = fields.One2many("customer.archive.inspection.line", "inspection_id", "Sample")
    finding_ids = fields.One2many("customer.archive.finding", "inspection_id", "Findings", readonly=True)
    line_count = fields.Integer("Archives in the Sample", compute="_compute_counts")
    open_count = fields.Integer("Archives to Be Inspected", compute="_compute_counts")
    finding_count = fields.Integer("Number of Findings", compute="_compute_counts")
    progress = fields.Integer(compute="_compute_counts", help="How many of the questions have an answer, in per cent.")
    score = fields.Integer(
        "In Order", compute="_compute_counts", help="How many of the answers are “in order”, in per cent."
    )

    _plan_month = models.UniqueIndex(
        "(plan_id, period) WHERE plan_id IS NOT NULL", "The plan has an inspection in this month already."
    )
    _sample_positive = models.Constraint("CHECK (sample_size > 0)", "A sample has one archive at least.")

    @api.depends("period")
    def _compute_due_on(self):
        for inspection in self:
            first = inspection.period and inspection.period.replace(day=1)
            inspection.due_on = first and first + relativedelta(months=1, days=-1)

    @api.depends("line_ids.open_count", "line_ids.ok_count", "line_ids.finding_count")
    def _compute_counts(self):
        """Of the whole inspection, whoever looks: figures, no customers."""
        # sudo: as said
        lines = self.env["customer.archive.inspection.line"].sudo()
        rows = lines._read_group(
            [("inspection_id", "in", self.ids)],
            ["inspection_id"],
            ["__count", "open_count:sum", "ok_count:sum", "finding_count:sum", "na_count:sum"],
        )
        pending = dict(
            lines._read_group(
                [("inspection_id", "in", self.ids), ("open_count", ">", 0)], ["inspection_id"], ["__count"]
            )
        )
        figures = {inspection.id: values for inspection, *values in rows}
        pending = {inspection.id: count for inspection, count in pending.items()}
        for inspection in self:
            count, open_, ok, found, apart = figures.get(inspection.id, (0, 0, 0, 0, 0))
            total = open_ + ok + found + apart
            inspection.line_count = count
            inspection.open_count = pending.get(inspection.id, 0)
            inspection.finding_count = found
            inspection.progress = 100 * (total - open_) // total if total else 0
            inspection.score = 100 * ok // (ok + found) if ok + found else 0

    @api.depends("name", "period")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for inspection in self:
            month = inspection.period and format_date(self.env, inspection.period, date_format="yyyy-MM")
            inspection.display_name = " ".join(filter(None, (inspection.name, month)))

    # -- who, and what is fixed ---------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            if vals.get("period"):
                vals["period"] = fields.Date.to_date(vals["period"]).replace(day=1)
        # The list of the population is nobody's to write, so not to be given a value like the other fixed fields.
        context = {key: value for key, value in self.env.context.items() if key != "default_population"}
        # pylint: disable-next=context-overridden  # a key must go
        inspections = super(CustomerArchiveInspection, self.with_context(context)).create(vals_list)
        inspections = inspections.with_env(self.env)
        inspections._check_inspector()
        return inspections

    def _register_new_values(self, vals):
        vals = super()._register_new_values(vals)
        vals.pop("population", None)
        return vals

    def write(self, vals):
        if vals.get("period"):
            vals = {**vals, "period": fields.Date.to_date(vals["period"]).replace(day=1)}
        result = super().write(vals)
        if "user_id" in vals:
            self._check_inspector()
        return result

    def _check_change_by_hand(self, vals):
        if vals.keys() <= UNTIL_FINISHED and all(inspection.state in ("draft", "running") for inspection in self):
            for inspection in self:
                inspection._check_is_preparer()
            return
        super()._check_change_by_hand(vals)

    def _check_is_preparer(self):
        if not (self.env.su or self.env.user.has_group(ARCHIVIST)):
            raise AccessError(self.env._("Inspections are planned and carried out by archivists."))

    def _check_running(self):
        """Hold the inspection for this transaction: nobody finishes it between, others go on answering.

        :raise UserError: when it is finished, cancelled or not begun
        """
        self.env.cr.execute(
            "SELECT id FROM customer_archive_inspection WHERE id = ANY(%s) ORDER BY id FOR SHARE", [self.ids]
        )
        self.invalidate_recordset(["state"])
        for inspection in self:
            if inspection.state != "running":
                raise UserError(
                    self.env._(
                        "The inspection %(number)s is “%(state)s”: its answers stay as they are. What shows later is a "
                        "finding of its own, or belongs to the next inspection.",
                        number=inspection.name,
                        state=inspection._state_label(),
                    )
                )

    # -- buttons ------------------------------------------------------------------------------------------------

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_view_findings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_finding_action")
        return dict(action, domain=[("inspection_id", "=", self.id)], context={})

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.customer_archive_inspection_line_action"
        )
        return dict(action, domain=[("inspection_id", "=", self.id)], context={})

    def action_ask_cancel(self):
        return self._ask_reason("cancel", self.env._("Cancel the Inspection"))
