"""The register of reminders: who was reminded of what, when. It is also what keeps anybody from being told twice."""

from odoo import api, fields, models


class CustomerArchiveReminder(models.Model):
    """One person was reminded of one date by one rule. Written by the runs only."""

    _name = "customer.archive.reminder"
    _description = "Reminder"
    _order = "told_on desc, id desc"
    _rec_name = "rule_id"
    _log_access = False  # the system writes it, on the day on which it reminds

    rule_id = fields.Many2one(
        "customer.archive.reminder.rule", "Rule", required=True, readonly=True, ondelete="restrict"
    )
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", "Fonds", required=True, readonly=True, ondelete="restrict")
    res_model = fields.Char("Model", required=True, readonly=True, exportable=False)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True, exportable=False)
    due_on = fields.Date("Date", required=True, readonly=True, help="What the person was reminded of.")
    offset_days = fields.Integer(
        "Days", required=True, readonly=True, aggregator=None, help="Before the date negative, after it positive."
    )
    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="restrict")
    told_on = fields.Date("Reminded", required=True, readonly=True)
    activity_id = fields.Many2one(
        "mail.activity", "Activity", readonly=True, ondelete="set null", index="btree_not_null", exportable=False
    )
    mail_state = fields.Selection(
        [("none", "No Mail"), ("waiting", "Waits for the Mail"), ("sent", "Mailed"), ("withheld", "Withheld")],
        "Mail",
        required=True,
        readonly=True,
        default="none",
        help="Withheld: the person had no access to it any more when the mail was to be sent.",
    )
    mailed_on = fields.Date(readonly=True)
    is_done = fields.Boolean("Done", compute="_compute_is_done", search="_search_is_done")

    # No double can be made, however many workers run at once.
    _once = models.UniqueIndex("(rule_id, res_id, due_on, offset_days, user_id)")
    _waiting = models.Index("(user_id) WHERE mail_state = 'waiting'")
    _mailed = models.Index("(user_id, mailed_on) WHERE mailed_on IS NOT NULL")
    _user_told = models.Index("(user_id, told_on)")

    @api.depends("activity_id.active")
    def _compute_is_done(self):
        for reminder in self:
            activity = reminder.activity_id.sudo()  # of others too: whether it is done
            reminder.is_done = bool(activity) and not activity.active

    def _search_is_done(self, operator, value):
        if operator != "in" or len(value) != 1:
            return NotImplemented
        # sudo: whether activities of others are done; the reminders found are the reader's own
        done = self.env["mail.activity"].sudo().with_context(active_test=False)._search([("active", "=", False)])
        return [("activity_id", "in" if True in value else "not in", done)]

    def action_open(self):
        """What the reminder is about."""
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id).exists() if self.res_model in self.env else None
        if not record or not record.has_access("read"):
            record = self.archive_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
