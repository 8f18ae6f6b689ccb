"""The next step of a contact is a planned activity; a need that was heard is noted on the card (L2, C5)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.access import SECRET

# Days until a next step for which nobody gave a day.
NEXT_DAYS = 7
# Fields of the line: fields of the activity.
SYNCED = {"next_step": "summary", "next_on": "date_deadline", "next_user_id": "user_id"}
# In the context while one side writes the other.
SYNCING = "archive_next_step_syncing"

# Types of contact that the card's needs know as their source.
SOURCES = {"phone", "meeting", "visit", "email", "message"}


class CustomerArchiveContactLog(models.Model):
    _inherit = "customer.archive.contact.log"

    next_step = fields.Char(help="What is to be done next. It becomes an activity on the customer.")
    next_on = fields.Date("Next Step on", index="btree_not_null")
    next_user_id = fields.Many2one(
        "res.users", "Next Step by", domain="[('share', '=', False)]", ondelete="set null", help="Who does it."
    )
    next_done_on = fields.Date("Next Step Done", readonly=True, copy=False)
    next_state = fields.Selection(
        [("none", "None"), ("planned", "Planned"), ("today", "Today"), ("overdue", "Overdue"), ("done", "Done")],
        "State of the Next Step",
        compute="_compute_next_state",
    )
    activity_id = fields.Many2one(
        "mail.activity",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups=fields.NO_ACCESS,
        exportable=False,
    )
    preference_kind = fields.Selection(
        lambda self: self.env["customer.archive.preference"]._fields["kind"]._description_selection(self.env),
        "Heard",
        store=False,
        help="Something to remember about the customer: it is noted on the card, with this line as its source.",
    )
    preference_subject = fields.Char("What Exactly", store=False)
    preference_ids = fields.One2many(
        "customer.archive.preference", "log_id", "Needs and Preferences", readonly=True, copy=False
    )

    @api.depends("next_on", "next_step", "next_done_on")
    def _compute_next_state(self):
        today = fields.Date.context_today(self)
        for log in self:
            if log.next_done_on:
                log.next_state = "done"
            elif not log.next_on:
                log.next_state = "none"
            elif log.next_on == today:
                log.next_state = "today"
            else:
                log.next_state = "overdue" if log.next_on < today else "planned"

    @api.onchange("next_step")
    def _onchange_next_step(self):
        if self.next_step:
            self.next_on = self.next_on or fields.Date.add(fields.Date.context_today(self), days=NEXT_DAYS)
            self.next_user_id = self.next_user_id or self.user_id

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._complete_next_step(vals) for vals in vals_list]
        return super().create(vals_list)

    def _complete_next_step(self, vals):
        """A next step has a day and somebody who does it; a day alone says that there is something to do."""
        vals = dict(vals)
        if vals.get("next_step") or vals.get("next_on"):
            vals["next_step"] = vals.get("next_step") or self.env._("Get in touch")
            vals["next_on"] = vals.get("next_on") or fields.Date.add(fields.Date.context_today(self), days=NEXT_DAYS)
            vals["next_user_id"] = vals.get("next_user_id") or vals.get("user_id") or self.env.uid
        return vals

    def _after_create(self, vals_list):
        result = super()._after_create(vals_list)
        self._sync_activity()
        self._note_preferences(vals_list)
        return result

    def write(self, vals):
        result = super().write(vals)
        if SYNCED.keys() & vals.keys() and not self.env.context.get(SYNCING):
            self._sync_activity()
        if vals.get("preference_subject") or vals.get("preference_kind"):
            self._note_preferences([vals] * len(self))
        return result

    # -- the activity ------------------------------------------------------------------------------------------

    def _sync_activity(self):
        """Plan, change or take back the activities of these lines' next steps."""
        fresh = []
        # sudo: who writes the line plans its next step; service managers write lines, but not the customer
        for log in self.sudo():
            wanted = bool(log.next_on and log.next_step) and not log.next_done_on
            activity = log.activity_id.exists()
            if wanted and not activity:
                log._check_doer()
                fresh.append(log)
            elif wanted:
                changes = {
                    theirs: log._fields[mine].convert_to_write(log[mine], log)
                    for mine, theirs in SYNCED.items()
                    if log[mine] != activity[theirs]
                }
                if "user_id" in changes:
                    log._check_doer()
                if changes:
                    activity.with_context(**log._activity_context()).write(changes)
            elif activity.active:
                activity.unlink()
        for log in fresh:
            log.activity_id = (
                self.env["mail.activity"]
                .sudo()  # as above
                .with_context(**log._activity_context())
                .create(log._activity_values())
            )

    def _activity_context(self):
        """No letter tells in clear text what is to be done for a confidential customer."""
        guard = self.partner_id._archive_get_guard()
        quiet = bool(guard) and guard.rank >= SECRET
        return {
            SYNCING: True,
            "mail_activity_quick_update": quiet or self.env.context.get("mail_activity_quick_update"),
        }

    def _activity_values(self):
        todo = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.partner_id.id,
            "activity_type_id": todo and todo.id,
            "summary": self.next_step,
            "date_deadline": self.next_on,
            "user_id": (self.next_user_id or self.user_id).id,
            "note": self.env._("From the contact log, %s.", self.item_reference),
        }

    def _check_doer(self):
        """Who is to do the next step must be able to open the customer."""
        doer = self.next_user_id or self.user_id
        if doer.share or self.partner_id.with_user(doer).sudo(False)._archive_unreached():
            raise UserError(
                self.env._(
                    "%(name)s can't do the next step of “%(line)s”: the customer's archive is not open to them. "
                    "Choose somebody who reads the customer.",
                    name=doer.name,
                    line=self.subject,
                )
            )

    # -- needs and preferences ---------------------------------------------------------------------------------

    def _note_preferences(self, vals_list):
        """What was heard goes to the card, with the line as its source. By the rights of the line's writer."""
        preferences = []
        for log, vals in zip(self, vals_list, strict=True):
            if not vals.get("preference_subject"):
                continue
            code = log.type_id.code
            preferences.append(
                {
                    "partner_id": log.partner_id.id,
                    "kind": vals.get("preference_kind") or "need",
                    "subject": vals["preference_subject"],
                    "noted_on": min(
                        fields.Datetime.context_timestamp(log, log.begin_at).date(), fields.Date.context_today(log)
                    ),
                    "said_by_id": log.contact_ids[:1].id,
                    "source": code if code in SOURCES else "other",
                    "log_id": log.id,
                }
            )
        if preferences:
            # sudo: service managers write lines of customers whose card they don't change; what they heard is part of
            # the line, and the line was permitted
            self.env["customer.archive.preference"].sudo().create(preferences)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _archive_logs(self):
        """The lines whose next steps these activities are."""
        # sudo: keeps the lines in step with what was permitted on the activity
        return self.env["customer.archive.contact.log"].sudo().search([("activity_id", "in", self.ids)])

    def write(self, vals):
        result = super().write(vals)
        names = [mine for mine, theirs in SYNCED.items() if theirs in vals]
        if names and not self.env.context.get(SYNCING):
            for log in self._archive_logs().filtered(lambda log: not log.is_locked):
                log.with_context(**{SYNCING: True}).write(
                    {
                        mine: log._fields[mine].convert_to_write(log.activity_id[SYNCED[mine]], log)
                        for mine in names
                        if log.activity_id[SYNCED[mine]]
                    }
                )
        return result

    def _action_done(self, feedback=False, attachment_ids=None):
        logs = self.env["customer.archive.contact.log"]
        due = self._archive_logs()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        due.write({"next_done_on": fields.Date.context_today(self)})
        logs._write_done(self.exists(), feedback)
        return result
