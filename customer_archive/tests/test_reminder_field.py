"""Reminders of dates that no shipped source knows."""

from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .reminders import TODAY, ReminderCase


@tagged("post_install", "-at_install")
class TestReminderField(ReminderCase):
    def field(self, model, name):
        return self.env["ir.model.fields"]._get(model, name)

    def field_rule(self, model, name, **vals):
        return self.rule(source="field", field_id=self.field(model, name).id, **vals)

    def test_a_date_of_the_archive(self):
        rule = self.field_rule("customer.archive", "level_until")
        self.set(self.archive, level_until=TODAY + timedelta(days=7))
        self.assertEqual(self.told(rule), [(self.archive, -7)])
        self.assertEqual(self.told(rule), [])
        self.assertEqual(self.rows(rule).user_id, self.user["clerk"])

    def test_a_date_of_what_belongs_to_the_customer(self):
        rule = self.field_rule("customer.archive.preference", "noted_on", days="0")
        preference = self.env["customer.archive.preference"].create(
            {"partner_id": self.archived.id, "subject": "Tea", "noted_on": TODAY}
        )
        self.assertEqual(self.told(rule), [(self.archive, 0)])
        self.assertEqual(self.rows(rule).res_id, preference.id)

    def test_only_dates_that_are_reached(self):
        for model, name in (
            ("res.users", "login_date"),
            ("customer.archive.reminder", "due_on"),
            ("customer.archive", "number"),
        ):
            with self.subTest(field=name), self.refused(ValidationError, "choose a date"):
                self.field_rule(model, name)
        with self.refused(ValidationError, "choose a date"):
            self.rule(source="field")
        with self.refused(ValidationError, "account manager"):
            self.field_rule("customer.archive", "level_until", person="responsible")

    def test_every_field_that_is_offered_can_be_run(self):
        rule = self.field_rule("customer.archive", "opened_on")
        for field in self.env["ir.model.fields"].search(rule._domain_fields()):
            rule.with_context(tracking_disable=True).field_id = field
            if not rule._source():
                continue
            with self.subTest(field=f"{field.model}.{field.name}"), self.at():
                self.assertIsInstance(rule._due(self.company_one, rule._windows(self.company_one, TODAY)), list)

    def test_stays_once_it_has_reminded(self):
        rule = self.field_rule("customer.archive", "level_until")
        self.set(self.archive, level_until=TODAY + timedelta(days=7))
        self.told(rule)
        with self.refused(UserError, "Make a new rule"):
            rule.field_id = self.field("customer.archive", "opened_on")
