"""What tests of reminders have in common: a rule, dates, the run at a given day."""

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from .common import ArchiveCommon

TODAY = date(2026, 6, 1)  # a Monday


class ReminderCase(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Only what the test makes is due; the shipped rules stay for those who ask for them.
        cls.shipped = cls.env["customer.archive.reminder.rule"].search([])

    @classmethod
    def rule(cls, **vals):
        values = {
            "name": "Review",
            "source": "review",
            "days": "7",
            "shift": "none",
            "person": "owner",
            "company_id": cls.company_one.id,
            "planned_type_id": cls.env.ref("customer_archive.mail_activity_type_reminder").id,
            **vals,
        }
        return cls.env["customer.archive.reminder.rule"].create(values)

    def set(self, records, **vals):
        """Values as they may be after years of use."""
        governed = records._governed() if hasattr(records, "_governed") else records
        governed.write(vals)
        self.env.flush_all()

    def review(self, archives, days):
        self.set(archives, next_review_on=TODAY + timedelta(days=days))

    def at(self, days=0):
        """Nine in the morning in China, so many days after TODAY."""
        delta = days if isinstance(days, timedelta) else timedelta(days=days)
        return freeze_time(f"{TODAY + delta} 01:00:00")

    def no_commit(self):
        return patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=100.0)

    def told(self, rule, days=0):
        """Run the rule on that day: what it newly told, [(archive, offset)]."""
        before = self.rows(rule)
        with self.at(days), self.no_commit():
            rule._run_alone()
        new = self.rows(rule) - before
        return sorted(((row.archive_id, row.offset_days) for row in new), key=lambda pair: pair[0].id)

    def rows(self, rule):
        return self.env["customer.archive.reminder"].search([("rule_id", "=", rule.id)])

    def run_cron(self, days=0):
        with self.at(days), self.no_commit():
            self.env["customer.archive.reminder.rule"]._cron_remind()

    def mails(self, days=0):
        """Have the daily mails sent: those that were made now."""
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        with self.at(days), self.no_commit():
            self.env["customer.archive.reminder"]._cron_mails()
        self.env.flush_all()
        return self.env["mail.mail"].search([("id", ">", last)], order="id")
