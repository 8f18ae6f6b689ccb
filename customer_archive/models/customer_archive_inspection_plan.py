"""Inspections month by month (product.md Q5)."""

import logging

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from .customer_archive_inspection_scope import ARCHIVIST

_logger = logging.getLogger(__name__)


class CustomerArchiveInspectionPlan(models.Model):
    _name = "customer.archive.inspection.plan"
    _description = "Plan of Monthly Inspections"
    _inherit = ["customer.archive.inspection.scope"]
    _order = "company_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", "Fonds", required=True, ondelete="cascade", default=lambda self: self.env.company
    )
    inspection_ids = fields.One2many("customer.archive.inspection", "plan_id", "Inspections", readonly=True)
    inspection_count = fields.Integer("Number of Inspections", compute="_compute_inspection_count")

    _sample_positive = models.Constraint("CHECK (sample_size > 0)", "A sample has one archive at least.")

    @api.depends("inspection_ids")
    def _compute_inspection_count(self):
        rows = self.env["customer.archive.inspection"]._read_group(
            [("plan_id", "in", self.ids)], ["plan_id"], ["__count"]
        )
        counts = dict(rows)
        for plan in self:
            plan.inspection_count = counts.get(plan, 0)

    @api.constrains("user_id", "company_id")
    def _check_plan_inspector(self):
        self._check_inspector()

    @api.model
    def _cron_plan(self):
        """Make next month's inspection of each plan; running it again makes nothing.

        A plan for which nobody can inspect any more doesn't stop the others.
        """
        plans = self.search([("company_id.active", "=", True)])
        self.env["ir.cron"]._commit_progress(remaining=len(plans))
        for plan in plans:
            month = plan.company_id._archive_today().replace(day=1)
            try:
                with self.env.cr.savepoint():
                    plan._make_inspection(month + relativedelta(months=1))
            except UserError as error:
                _logger.warning("no inspection by the plan %s: %s", plan.id, error)
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _make_inspection(self, month):
        """The inspection of that month, made if it is not there yet.

        :param month: the month's first day
        """
        self.ensure_one()
        # sudo: whether there is one; whoever asks may plan, or is the system
        inspections = self.env["customer.archive.inspection"].sudo()
        inspection = inspections.search([("plan_id", "=", self.id), ("period", "=", month)], limit=1)
        if not inspection:
            values = self.copy_data()[0]
            inspection = inspections.with_company(self.company_id).create(
                {
                    **{name: values[name] for name in self._scope_fields() if name in values},
                    "user_id": self._inspector().id,
                    "plan_id": self.id,
                    "period": month,
                    "company_id": self.company_id.id,
                }
            )
            user = inspection.user_id
            inspection.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=inspection.due_on,
                user_id=user.id,
                summary=self.with_context(lang=user.lang or self.env.lang).env._("Inspection of the archives"),
            )
        return inspection.with_env(self.env)

    def _inspector(self):
        """The plan's; another archivist of the company where that one has left or has another role by now."""
        if self._may_inspect(self.user_id):
            return self.user_id
        # sudo: names of colleagues
        archivists = (
            self.env["res.users"].sudo().search([("all_group_ids", "in", self.env.ref(ARCHIVIST).id)], order="id")
        )
        return next((user for user in archivists if user.id != SUPERUSER_ID and self._may_inspect(user)), self.user_id)

    def action_plan_now(self):
        """This month's inspection."""
        self.ensure_one()
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group(ARCHIVIST)):
            raise AccessError(self.env._("Inspections are planned by archivists."))
        inspection = self._make_inspection(self.company_id._archive_today().replace(day=1))
        return inspection.action_open()

    def action_view_inspections(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_inspection_action")
        return dict(action, domain=[("plan_id", "=", self.id)], context={})
