"""Who would be reminded in the next days, before it happens."""

from datetime import timedelta

from odoo import fields, models

PREVIEW_DAYS = 30
MOST = 500


class CustomerArchiveReminderPreview(models.TransientModel):
    """One reminder to come."""

    _name = "customer.archive.reminder.preview"
    _description = "Reminder to Come"
    _order = "remind_on, id"

    rule_id = fields.Many2one(
        "customer.archive.reminder.rule", "Rule", required=True, readonly=True, ondelete="cascade"
    )
    archive_id = fields.Many2one("customer.archive", "Archive", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="cascade")
    due_on = fields.Date("Date", required=True, readonly=True)
    remind_on = fields.Date("Reminder", required=True, readonly=True)


class CustomerArchiveReminderRule(models.Model):
    _inherit = "customer.archive.reminder.rule"

    def action_preview(self):
        """The reminders of the next days, of archives that the asker may see."""
        self.ensure_one()
        self.check_access("read")
        # sudo: whom the rule would remind is worked out as in the run; each line is then read by who may read it
        lines = self.sudo()._preview()
        there = lines.sudo(False)
        seen = there.search([("id", "in", lines.ids)])
        hidden = len(lines) - len(seen)
        name = self.env._("%(rule)s: the next %(days)s days", rule=self.name, days=PREVIEW_DAYS)
        if hidden:
            name = self.env._("%(name)s (%(count)s more of archives not open to you)", name=name, count=hidden)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.customer_archive_reminder_preview_action"
        )
        return dict(action, name=name, domain=[("id", "in", seen.ids)])

    def _preview(self):
        values = []
        for company in self._companies() & self.env.user.company_ids if self._source() else ():
            today = company._archive_today()
            until = today + timedelta(days=PREVIEW_DAYS)
            due = self._due(company, self._windows(company, today, until), limit=MOST)
            values += [
                {
                    "rule_id": self.id,
                    "archive_id": item.archive_id,
                    "user_id": uid,
                    "due_on": item.due_on,
                    "remind_on": self._reminded_on(item, company, today),
                }
                for item, uid in self._people(due, company)
            ]
        return self.env["customer.archive.reminder.preview"].create(values)
