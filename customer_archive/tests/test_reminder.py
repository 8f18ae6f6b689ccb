"""Reminders: what is due, whom it is told, once (product.md L4)."""

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from .reminders import TODAY, ReminderCase

LOGGER = "odoo.addons.customer_archive.models.customer_archive_reminder_rule_run"


@tagged("post_install", "-at_install")
class TestReminder(ReminderCase):
    # -- what is due ------------------------------------------------------------------------------------------

    def test_stages(self):
        """Thirty, seven, one day before; each once, entered late or not."""
        rule = self.rule(days="30, 7, 1")
        self.review(self.archive, 30)
        self.review(self.person_archive, 20)  # entered when the thirty days were over
        self.assertEqual(self.told(rule), [(self.archive, -30), (self.person_archive, -30)])
        self.assertEqual(self.told(rule), [])
        self.assertEqual(self.told(rule, days=12), [])
        self.assertEqual(self.told(rule, days=13), [(self.person_archive, -7)])
        self.assertEqual(self.told(rule, days=23), [(self.archive, -7), (self.person_archive, -1)])
        self.assertEqual(self.told(rule, days=40), [(self.archive, -1)])

    def test_after_and_for_ever(self):
        rule = self.rule(source="no_contact", days="+90")
        self.set(self.archive, opened_on=TODAY - timedelta(days=800), last_contact_on=TODAY - timedelta(days=90))
        self.set(self.person_archive, opened_on=TODAY - timedelta(days=800))
        self.assertEqual(self.told(rule), [(self.archive, 90), (self.person_archive, 90)])
        self.set(self.archive, last_contact_on=TODAY)
        self.assertEqual(self.told(rule, days=89), [])
        self.assertEqual(self.told(rule, days=90), [(self.archive, 90)])

    def test_days_that_were_changed(self):
        rule = self.rule(days="30")
        self.review(self.archive, 25)
        self.assertEqual(self.told(rule), [(self.archive, -30)])
        rule.days = "31, 7"
        self.assertEqual(self.told(rule), [])
        rule.days = "31, 20"
        self.assertEqual(self.told(rule, days=5), [(self.archive, -20)])

    def test_the_date_moves(self):
        rule = self.rule(days="7")
        self.review(self.archive, 5)
        self.assertEqual(self.told(rule), [(self.archive, -7)])
        self.review(self.archive, 100)
        self.assertEqual(self.told(rule), [])
        self.assertEqual(self.told(rule, days=93), [(self.archive, -7)])

    def test_working_days(self):
        """6 and 7 June 2026 are a weekend; the 8th is a holiday."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.company_one.id,
                "calendar_id": self.company_one.resource_calendar_id.id,
                "date_from": "2026-06-07 16:00:00",
                "date_to": "2026-06-08 15:59:59",
            }
        )
        before, after, same = (self.rule(days="0", shift=shift) for shift in ("previous", "next", "none"))
        self.set(self.archive, next_review_on=date(2026, 6, 7))
        for day, expected in (
            (4, [False, False, False]),
            (5, [True, False, False]),
            (6, [False, False, False]),
            (7, [False, False, True]),
            (8, [False, False, False]),
            (9, [False, True, False]),
        ):
            ahead = (date(2026, 6, day) - TODAY).days
            found = [bool(self.told(rule, days=ahead)) for rule in (before, after, same)]
            self.assertEqual(found, expected, day)

    def test_birthdays(self):
        """By the sun, by the moon, of a contact of a company, on 29 February."""
        rule = self.rule(source="birthday", days="3")
        ahead = TODAY + timedelta(days=3)
        self.set(self.archived_person, card_birth_date=ahead.replace(year=1980))
        contact = self.partner(name="老友", parent_id=self.archived.id, card_birth_date=ahead.replace(year=1971))
        self.partner(name="无档案", card_birth_date=ahead.replace(year=1980))
        self.assertEqual(self.told(rule), [(self.archive, -3), (self.person_archive, -3)])
        self.assertIn(contact.id, self.rows(rule).mapped("res_id"))
        self.assertEqual(self.told(rule, days=1), [])
        self.assertEqual(self.told(rule, days=365), [(self.archive, -3), (self.person_archive, -3)])
        # 15th of the 8th month: 6 October 2025, 25 September 2026
        self.archived_person.write({"card_birth_date": date(2025, 10, 6), "card_birth_calendar": "lunar"})
        rows = self.told(rule, days=(date(2026, 9, 22) - TODAY).days)
        self.assertEqual(rows, [(self.person_archive, -3)])
        self.assertEqual(self.archived_person.archive_birthday_key, 10815)
        self.archived_person.write({"card_birth_date": date(1992, 2, 29), "card_birth_calendar": False})
        rows = self.told(rule, days=(date(2027, 2, 25) - TODAY).days)
        self.assertEqual(rows, [(self.person_archive, -3)])

    def test_preferences_and_levels(self):
        stale = self.rule(source="preference", days="0")
        line = self.env["customer.archive.preference"].create(
            {"partner_id": self.archived.id, "subject": "绿茶", "noted_on": TODAY - timedelta(days=400)}
        )
        self.assertEqual(self.told(stale), [(self.archive, 0)])
        self.assertEqual(self.rows(stale).res_id, line.id)
        level = self.rule(source="level_end", days="30")
        self.set(self.archive, level_until=TODAY + timedelta(days=30), level_after="public")
        self.assertEqual(self.told(level), [(self.archive, -30)])

    def test_which_archives(self):
        self.review(self.archive | self.person_archive, 3)
        of_category = self.rule(category_ids=[(6, 0, self.category_root.ids)])
        self.assertEqual(len(self.told(of_category)), 2)
        of_persons = self.rule(category_ids=[(6, 0, self.category_person.ids)])
        self.assertEqual(self.told(of_persons), [(self.person_archive, -7)])
        self.set(self.archive, level="secret")
        up_to = self.rule(level_max="internal")
        self.assertEqual(self.told(up_to), [(self.person_archive, -7)])
        of_two = self.rule(company_id=self.company_two.id)
        self.assertEqual(self.told(of_two), [])
        self.archive._governed().state = "inactive"
        self.assertEqual(self.told(self.rule()), [(self.person_archive, -7)])

    # -- whom ---------------------------------------------------------------------------------------------------

    def test_persons(self):
        self.review(self.archive, 3)
        for vals, role in (
            ({"person": "owner"}, "clerk"),
            ({"person": "leader"}, "leader"),
            ({"person": "user", "user_id": self.user["archivist"].id}, "archivist"),
            ({"person": "user", "user_id": self.user["colleague"].id}, None),  # may not see it
            ({"person": "user", "user_id": self.user["employee"].id}, None),
            ({"person": "user", "user_id": self.user["sysop"].id}, None),
            ({"person": "user", "user_id": self.user["archivist_two"].id}, None),  # works elsewhere
        ):
            rule = self.rule(**vals)
            self.told(rule)
            self.assertEqual(self.rows(rule).user_id, self.user[role] if role else self.env["res.users"], vals)

    def test_roles(self):
        self.review(self.archive, 3)
        rule = self.rule(person="role", group_id=self.env.ref("customer_archive.group_archivist").id)
        self.told(rule)
        mine = self.env["res.users"].browse([user.id for user in self.user.values()])
        self.assertEqual(self.rows(rule).user_id & mine, self.user["archivist"] | self.user["manager"])
        self.set(self.archive, level="core")
        rule = self.rule(person="role", group_id=self.env.ref("customer_archive.group_archivist").id)
        self.told(rule)
        self.assertFalse(self.rows(rule))

    def test_without_account_manager(self):
        self.review(self.archive, 3)
        self.archived.user_id = False
        self.archive.team_id = self.team_north
        rule = self.rule()
        self.told(rule)
        self.assertEqual(self.rows(rule).user_id, self.user["leader"])
        self.archive.team_id = False
        self.assertEqual(self.told(self.rule()), [])

    def test_whoever_left(self):
        self.review(self.archive, 3)
        self.user["clerk"].active = False
        self.assertEqual(self.told(self.rule()), [])

    # -- how ----------------------------------------------------------------------------------------------------

    def test_activity(self):
        rule = self.rule(summary="{rule}: {number}, {date}, {days}")
        self.review(self.archive, 5)
        mails = self.env["mail.mail"].search_count([])
        self.told(rule)
        activity = self.rows(rule).activity_id
        self.assertEqual((activity.res_model, activity.res_id), ("customer.archive", self.archive.id))
        self.assertEqual(activity.user_id, self.user["clerk"])
        self.assertEqual(activity.date_deadline, TODAY + timedelta(days=5))
        self.assertEqual(activity.summary, f"Review: {self.archive.number}, 06/06/2026, 5")
        self.assertEqual(activity.res_name, self.archive.number)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertNotIn(self.user["clerk"].partner_id, self.archive.message_partner_ids)

    def test_activity_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        rule = self.rule()
        rule.with_context(lang="zh_CN").write({"name": "复核", "summary": "{rule}：{date}"})
        self.user["clerk"].lang = "zh_CN"
        self.review(self.archive, 5)
        self.told(rule)
        self.assertEqual(self.rows(rule).activity_id.summary, "复核：2026/06/06")

    def test_one_activity_until_it_is_done(self):
        rule = self.rule(days="30, 7, 1")
        self.review(self.archive, 30)
        self.told(rule)
        first = self.rows(rule).activity_id
        self.told(rule, days=23)
        self.assertEqual(self.rows(rule).activity_id, first)
        self.of("clerk", first).action_done()
        self.told(rule, days=29)
        self.assertEqual(len(self.rows(rule).activity_id), 2)
        rows = self.of("clerk", self.rows(rule))
        self.assertEqual(len(rows.search([("is_done", "=", True), ("rule_id", "=", rule.id)])), 2)
        self.assertEqual(len(rows.search([("is_done", "=", False), ("rule_id", "=", rule.id)])), 1)

    def test_loans(self):
        """The borrower hears of it before; whoever is late is chased by the loan itself."""
        rule = self.rule(source="loan_due", days="2", person="responsible", channel="both")
        loan = self.env["customer.archive.loan"].create(
            {
                "archive_id": self.archive.id,
                "user_id": self.user["employee"].id,
                "kind": "paper",
                "purpose": "Visit",
                "state": "open",
                "opened_at": "2026-05-20 08:00:00",
                "due_at": "2026-06-02 18:00:00",  # the 3rd in China
            }
        )
        self.assertEqual(self.told(rule, days=-1), [])
        self.assertEqual(self.told(rule), [(self.archive, -2)])
        row = self.rows(rule)
        self.assertEqual((row.user_id, row.due_on), (self.user["employee"], date(2026, 6, 3)))
        self.assertEqual((row.activity_id.res_model, row.activity_id.res_id), (loan._name, loan.id))
        self.assertEqual(row.activity_id.res_name, loan.name)
        with freeze_time("2026-06-01 01:00:00"):
            [mail] = self.mails()
        self.assertIn(loan.name, mail.body_html)
        self.assertNotIn(self.archive.number, mail.body_html)

    # -- runs ---------------------------------------------------------------------------------------------------

    def test_batches(self):
        archives = self.open(self.companies(25), self.category_company)
        self.review(archives, 3)
        rule = self.rule()
        with patch("odoo.addons.customer_archive.models.customer_archive_reminder_rule_run.BATCH", 10):
            self.assertEqual(len(self.told(rule)), 25)
            self.assertEqual(self.told(rule), [])
        self.assertEqual(self.rows(rule).archive_id, archives)
        self.assertEqual(len(self.rows(rule).activity_id), 25)

    def test_statements(self):
        """Their number does not depend on that of the archives."""
        counts = []
        for number in (5, 40):
            archives = self.open(self.companies(number), self.category_company)
            self.review(archives, 3)
            rule = self.rule()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.told(rule)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 15)

    def test_the_others_go_on(self):
        """A rule that fails names itself, to the administrators once; the next one runs."""
        first, second = self.rule(sequence=-20, name="Broken"), self.rule(sequence=-10)
        self.review(self.archive, 3)
        original = type(first)._due

        def due(rule, *args, **kwargs):
            if rule == first:
                rule.env.cr.execute("SELECT 1 / 0")
            return original(rule, *args, **kwargs)

        for _number in range(2):
            with patch.object(type(first), "_due", due), self.assertLogs(LOGGER, "ERROR") as logs:
                self.run_cron()
            self.assertIn("division by zero", first.last_error)
            activities = first.activity_ids.filtered(lambda a: a.user_id == self.user["manager"])
            self.assertEqual(activities.mapped("summary"), ["The reminder rule “Broken” failed"])
            self.assertIn("reminder rule", logs.output[-1])
        self.assertEqual(self.rows(second).archive_id, self.archive)
        self.assertFalse(second.last_error)
        self.run_cron()
        self.assertFalse(first.last_error)
        self.assertFalse(first.activity_ids)
        self.assertEqual((first.last_count, self.rows(first).archive_id), (1, self.archive))

    def test_errors_tell_no_values(self):
        rule = self.rule()
        self.review(self.archive, 3)
        with (
            patch.object(type(rule), "_people", side_effect=KeyError("010-67001234")),
            self.assertLogs(LOGGER, "ERROR"),
        ):
            rule._run_alone()
        self.assertEqual(rule.last_error, "KeyError")

    def test_source_that_is_not_there(self):
        rule = self.rule()
        with patch.object(type(rule), "_sources", lambda self: {}):
            rule.invalidate_recordset()
            self.assertFalse(rule.is_available)
            self.assertEqual(self.told(rule), [])
            self.assertFalse(rule.last_error)

    def test_shipped_rules_run(self):
        """All of them, without an error; the dates of the demo data give reminders."""
        self.run_cron(date.today() - TODAY)
        rules = self.env["customer.archive.reminder.rule"].search([])
        self.assertEqual(rules.filtered("last_error").mapped("last_error"), [])
        self.assertGreaterEqual(len(rules), 10)
