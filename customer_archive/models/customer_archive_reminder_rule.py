"""Whom to remind of which dates, when, and how (product.md L4)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.access import rank_of
from ..tools.reminders import parse_offsets, unknown_tokens
from .customer_archive import GOVERNED
from .customer_archive_category import LEVELS

WORDS = ("rule", "number", "date", "days")
# Birthdays come again: further away from them one would not know which year's is meant.
MOST_DAYS_YEARLY = 150
# Written by the runs only.
RESULTS = {"last_run_at", "last_count", "last_error"}


class CustomerArchiveReminderRule(models.Model):
    """One rule: a kind of date, days before and after, who is reminded, how."""

    _name = "customer.archive.reminder.rule"
    _description = "Reminder Rule"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"

    name = fields.Char(
        required=True, translate=True, tracking=True, help="What the reminder says, e.g. “Contract runs out”."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    source = fields.Selection(selection="_selection_source", string="Reminds of", required=True, tracking=True)
    is_available = fields.Boolean(compute="_compute_is_available", exportable=False)
    days = fields.Char(
        "Days before",
        required=True,
        default="7",
        tracking=True,
        help="How many days before the date, several joined by commas: “30, 7, 1”. 0 is the day itself; with a plus it "
        "is after the date: “+3”.",
    )
    shift = fields.Selection(
        [
            ("none", "On that day all the same"),
            ("previous", "The working day before"),
            ("next", "The working day after"),
        ],
        "On Days off",
        required=True,
        default="previous",
        help="When the reminder comes if the company doesn't work on that day, by its working hours and holidays.",
    )
    person = fields.Selection(
        [
            ("owner", "Account manager"),
            ("responsible", "Whoever is responsible for it"),
            ("leader", "Team leader"),
            ("role", "Everybody with a role"),
            ("user", "One person"),
        ],
        "Who Is Reminded",
        required=True,
        default="owner",
        tracking=True,
        help="Only those are reminded who may see it when the reminder is sent. Where an archive has no account "
        "manager the team leader is.",
    )
    group_id = fields.Many2one(
        "res.groups", "Role", ondelete="restrict", domain=lambda self: self._domain_roles(), tracking=True
    )
    user_id = fields.Many2one(
        "res.users", "Person", ondelete="restrict", domain="[('share', '=', False)]", tracking=True
    )
    channel = fields.Selection(
        [("activity", "Activity"), ("mail", "Daily mail"), ("both", "Activity and daily mail")],
        "How",
        required=True,
        default="activity",
        tracking=True,
        help="The daily mail lists everything of the day in one mail to each person: numbers, dates and links, no "
        "names of customers.",
    )
    planned_type_id = fields.Many2one(
        "mail.activity.type",
        "Activity Type",
        ondelete="restrict",
        default=lambda self: self.env.ref("customer_archive.mail_activity_type_reminder", raise_if_not_found=False),
    )
    summary = fields.Char(
        "Text",
        translate=True,
        default="{rule}: {date}",
        help="The text of the activity. {rule} stands for the rule's name, {number} for the archive's number, {date} "
        "for the date, {days} for the days until then.",
    )
    company_id = fields.Many2one("res.company", "Fonds", ondelete="cascade", help="Empty: archives of all companies.")
    category_ids = fields.Many2many(
        "customer.archive.category",
        string="Categories",
        context={"active_test": False},  # a rule for archived ones only is not one for all
        help="Empty: all. With the categories below them.",
    )
    level_max = fields.Selection(LEVELS, "Up to Level", help="Archives at a higher level are left out. Empty: none is.")
    last_run_at = fields.Datetime("Last Run", readonly=True, copy=False)
    last_count = fields.Integer("Reminders of the Last Run", readonly=True, copy=False)
    last_error = fields.Char(readonly=True, copy=False)
    reminder_count = fields.Integer("Reminders", compute="_compute_reminder_count")

    @api.model
    def _domain_roles(self):
        return [("privilege_id.category_id", "=", self.env.ref("customer_archive.module_category_customer_archive").id)]

    @api.depends("source")
    def _compute_is_available(self):
        sources = self._sources()
        for rule in self:
            rule.is_available = not rule.source or rule.source in sources

    def _compute_reminder_count(self):
        counts = self.env["customer.archive.reminder"]._read_group(
            [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
        )
        counts = {rule.id: count for rule, count in counts}
        for rule in self:
            rule.reminder_count = counts.get(rule.id, 0)

    @api.onchange("person")
    def _onchange_person(self):
        if self.person != "role":
            self.group_id = False
        if self.person != "user":
            self.user_id = False

    # -- checks -----------------------------------------------------------------------------------------------

    def _offsets(self):
        """The rule's days as offsets; see parse_offsets."""
        return parse_offsets(self.days)

    @api.constrains("days", "source")
    def _check_days(self):
        _ = self.env._
        for rule in self:
            try:
                offsets = rule._offsets()
            except ValueError as error:
                raise ValidationError(
                    _(
                        "%(rule)s: “%(days)s” can't be read as days. Write up to twelve numbers joined by commas, such "
                        "as “30, 7, 1”; days after the date with a plus, such as “+3”.",
                        rule=rule.name,
                        days=error.args[0] or rule.days,
                    )
                ) from error
            source = self._all_sources().get(rule.source)
            if source and source.before_only and offsets[-1] > 0:
                raise ValidationError(
                    _(
                        "%s: whoever is late with a loan is reminded by the loan itself. Choose days before the date.",
                        rule.name,
                    )
                )
            if source and source.yearly and max(map(abs, offsets)) > MOST_DAYS_YEARLY:
                raise ValidationError(
                    _(
                        "%(rule)s: choose %(most)s days at most for what comes again every year.",
                        rule=rule.name,
                        most=MOST_DAYS_YEARLY,
                    )
                )

    @api.constrains("person", "group_id", "user_id", "source")
    def _check_person(self):
        _ = self.env._
        roles = self.env["res.groups"].sudo()  # which groups are roles is no secret
        for rule in self:
            source = self._all_sources().get(rule.source)
            if rule.person == "responsible" and source and not source.responsible:
                raise ValidationError(
                    _("%s: nobody is responsible for such a date. Choose the account manager instead.", rule.name)
                )
            if rule.person == "role" and not roles.search_count(
                [*self._domain_roles(), ("id", "=", rule.group_id.id)], limit=1
            ):
                raise ValidationError(_("%s: choose one of the roles of the customer archive.", rule.name))
            if rule.person == "user" and (not rule.user_id or rule.user_id.sudo().share):  # an employee or not
                raise ValidationError(_("%s: choose the person who is reminded, an employee.", rule.name))

    @api.constrains("summary")
    def _check_summary(self):
        for rule in self:
            unknown = unknown_tokens(rule.summary, WORDS)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "%(rule)s: “%(word)s” is unknown in the text of the reminder. It may have %(words)s.",
                        rule=rule.name,
                        word=unknown[0],
                        words=", ".join(f"{{{word}}}" for word in WORDS),
                    )
                )

    @api.constrains("planned_type_id", "channel", "source")
    def _check_activity_type(self):
        for rule in self.filtered(lambda rule: rule.channel != "mail"):
            if rule.planned_type_id.res_model not in (False, rule._target_model()) or not rule.planned_type_id:
                raise ValidationError(
                    self.env._(
                        "%s: choose an activity type that is for archives or for all kinds of records.", rule.name
                    )
                )

    def write(self, vals):
        if RESULTS & vals.keys() and self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(self.env._("What the last run of a rule did is written by the run itself."))
        if "source" in vals:
            self.filtered(lambda rule: rule.source != vals["source"])._check_has_reminded_nobody()
        return super().write(vals)

    def _check_has_reminded_nobody(self):
        used = self.sudo().filtered("reminder_count")[:1]  # sudo: whether it has reminded anybody at all
        if used:
            raise UserError(
                self.env._(
                    "%s has reminded people already, so what it reminds of stays as it is. Make a new rule, and "
                    "archive this one.",
                    used.name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{key: vals[key] for key in vals if key not in RESULTS} for vals in vals_list])

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for rule in self:
            if rule.sudo().reminder_count:  # counts, for whoever may delete the rule
                raise UserError(
                    self.env._("%s has reminded people: the register keeps it. Archive the rule instead.", rule.name)
                )

    # -- buttons ----------------------------------------------------------------------------------------------

    def action_view_reminders(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_reminder_action")
        return dict(action, domain=[("rule_id", "=", self.id)], context={})

    def _levels(self):
        """The levels that count, or None for all."""
        return [code for code, _label in LEVELS[: rank_of(self.level_max)]] if self.level_max else None
