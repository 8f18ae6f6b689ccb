"""Campaigns, reminders and the printed record of verifications (product.md Q1, L4, R10)."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .reminders import TODAY, ReminderCase
from .test_verification import MODEL, VerificationCase

CAMPAIGN = "customer.archive.verification.campaign"


@tagged("post_install", "-at_install")
class TestVerificationCampaign(VerificationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category_mine = cls.category(verification_months="12")
        cls.archives = cls.open(cls.companies(20), cls.category_mine)
        cls.archives.team_id = cls.team_north
        cls.env.flush_all()

    def campaign(self, role="archivist", **vals):
        values = {
            "name": "年度核对",
            "date_from": date(2026, 6, 1),
            "weeks": 4,
            "category_ids": self.category_mine.ids,
            "company_id": self.company_one.id,
            **vals,
        }
        return self.env_of(role)[CAMPAIGN].create(values)

    def test_spread_over_weeks(self):
        campaign = self.campaign()
        campaign.action_plan()
        self.assertEqual(campaign.line_ids.archive_id, self.archives)
        days = campaign.line_ids.mapped("due_on")
        self.assertEqual((min(days), campaign.date_until), (date(2026, 6, 1), date(2026, 6, 28)))
        self.assertTrue(all(day.weekday() < 5 for day in days))
        weeks = [sum(day.isocalendar().week == week for day in days) for week in (23, 24, 25, 26)]
        self.assertEqual(weeks, [5, 5, 5, 5])
        self.assertEqual(campaign.line_ids.user_id, self.user["clerk"])
        campaign.action_plan()  # anew
        self.assertEqual(campaign.line_count, 20)

    def test_scope_of_what_is_archived_by_now(self):
        campaign = self.campaign()
        self.category_mine.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        campaign.action_plan()
        self.assertEqual(campaign.line_ids.archive_id, self.archives)

    def test_spread_over_people(self):
        people = self.user["leader"] | self.user["archivist"]
        campaign = self.campaign(people_ids=people.ids)
        campaign.action_plan()
        shares = [len(lines) for lines in campaign.line_ids.grouped("user_id").values()]
        self.assertEqual(shares, [10, 10])

    def test_people_must_reach(self):
        campaign = self.campaign(people_ids=self.user["colleague"].ids)
        with self.refused(UserError, "belong to others"):
            campaign.action_start()

    def test_start_progress_close(self):
        campaign = self.campaign()
        with self.refused(UserError):
            campaign.write({"state": "running"})
        campaign.action_start()
        self.archives.invalidate_recordset()
        line = campaign.line_ids[0]
        self.assertEqual(line.archive_id.sudo().next_verification_on, line.due_on)
        with self.refused(UserError, "running already"):
            campaign.write({"weeks": 2})
        self.archives[0]._governed().write({"verified_on": campaign.started_on})
        campaign.invalidate_recordset()
        self.assertEqual((campaign.done_count, campaign.progress), (1, 5))
        lines = self.env["customer.archive.verification.campaign.line"].search([("campaign_id", "=", campaign.id)])
        done = lines.filtered(lambda line: line.status == "done")
        self.assertEqual(done.archive_id, self.archives[0])
        self.assertEqual(lines.search([("campaign_id", "=", campaign.id), ("status", "=", "done")]), done)
        with self.refused(UserError, "is kept"):
            campaign.unlink()
        campaign.action_close()
        self.assertEqual(campaign.state, "closed")

    def test_never_verified_only(self):
        self.archives[:5]._governed().write({"verified_on": "2026-05-01"})
        campaign = self.campaign(only="never")
        campaign.action_plan()
        self.assertEqual(campaign.line_ids.archive_id, self.archives[5:])

    def test_rights(self):
        campaign = self.campaign()
        campaign.action_plan()
        for role in ("clerk", "service", "management"):
            with self.subTest(role):
                self.assertTrue(self.of(role, campaign).read(["name"]))
                for step in ("action_plan", "action_start", "action_close"):
                    with self.assertRaises(AccessError):
                        getattr(self.of(role, campaign), step)()
                with self.assertRaises(AccessError):
                    self.of(role, campaign).write({"name": "x"})
                with self.assertRaises(AccessError):
                    self.campaign(role)
        for role in ("employee", "portal", "auditor", "security", "sysop", "archivist_two"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.of(role, campaign).read(["name"])
        # A leader plans their own campaigns, with the archives of their team only.
        with self.assertRaises(AccessError):
            self.of("leader", campaign).action_plan()
        south = self.open(self.partner(name="南方客户", user_id=self.user["colleague"].id), self.category_mine)
        south.team_id = self.team_south
        own = self.campaign("leader")
        own.action_plan()
        self.assertEqual(own.sudo().line_ids.archive_id, self.archives)
        # The lines are those of the archives that one sees.
        lines = self.env_of("colleague")["customer.archive.verification.campaign.line"]
        self.assertFalse(lines.search([("campaign_id", "=", campaign.id)]) - south.sudo().env[lines._name])
        with self.assertRaises(AccessError):
            self.of("archivist", campaign.line_ids).write({"due_on": "2026-01-01"})


@tagged("post_install", "-at_install")
class TestVerificationReminders(ReminderCase):
    def rules(self):
        return [
            self.env.ref(f"customer_archive.reminder_verification{suffix}") for suffix in ("", "_leader", "_archivist")
        ]

    def told_to(self, rule, days):
        with self.at(days), self.no_commit():
            rule._run_alone()
        rows = self.rows(rule).filtered(lambda row: row.archive_id == self.archive)
        return set(rows.user_id.mapped("login"))

    def test_owner_leader_archivist(self):
        self.archive.team_id = self.team_north
        self.set(self.archive, next_verification_on=TODAY)
        owner, leader, archivist = self.rules()
        self.assertEqual(self.told_to(owner, 0), {"test_clerk"})
        self.assertEqual(self.told_to(leader, 6), set())
        self.assertEqual(self.told_to(leader, 7), {"test_leader"})
        self.assertEqual(self.told_to(archivist, 20), set())
        self.assertIn("test_archivist", self.told_to(archivist, 21))

    def test_reminders_end_with_the_verification(self):
        self.set(self.archive, next_verification_on=TODAY)
        owner = self.rules()[0]
        self.told_to(owner, 0)
        activity = self.rows(owner).filtered(lambda row: row.archive_id == self.archive).activity_id
        self.assertTrue(activity.active)
        verification = self.env[MODEL].browse(self.of("clerk", self.archive).action_verify()["res_id"])
        verification = self.of("clerk", verification)
        verification.line_ids.filtered("field_name").write({"answer": "unknown"})
        verification.action_finish()
        self.env.invalidate_all()
        self.assertFalse(activity.exists() and activity.active)


@tagged("post_install", "-at_install")
class TestVerificationPrint(VerificationCase):
    def html(self, role, verification):
        report = self.env_of(role)["ir.actions.report"]
        return report._render_qweb_html("customer_archive.report_verification", verification.ids)[0].decode()

    def test_record(self):
        verification = self.finish(phone="010-67009999")
        html = self.html("clerk", verification)
        for text in (verification.item_reference, "010-67001234", "010-67009999", "Clerk", self.log.item_reference):
            self.assertIn(text, html)

    def test_only_for_readers(self):
        verification = self.finish()
        for role in ("colleague", "employee", "archivist_two", "sysop"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.html(role, verification)
        self.assertTrue(self.html("service", verification))


@tagged("post_install", "-at_install")
class TestVerificationAtScale(VerificationCase):
    def test_statements_do_not_grow(self):
        """The plan and the freshness of one archive and of many take as many statements."""
        archives = self.open(self.companies(40), self.category_company)
        self.env.flush_all()
        archives[:1]._plan_verifications()
        archives[:1]._recount_freshness()
        counts = []
        for some in (archives[:1], archives):
            some.fetch(["category_id"])
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            some._plan_verifications()
            some._confirm_fields({"vat"}, TODAY + timedelta(days=1))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
