"""Verifications: the dates, one customer field by field, the record that stays, freshness (product.md Q1, C4)."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ArchiveCommon

MODEL = "customer.archive.verification"
TODAY = date(2026, 6, 3)  # a Wednesday


class VerificationCase(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.archive | cls.person_archive).team_id = cls.team_north
        cls.log = cls.env["customer.archive.contact.log"].create(
            {"archive_id": cls.archive.id, "subject": "核对资料", "begin_at": "2026-01-05 02:00:00"}
        )
        cls.other_log = cls.env["customer.archive.contact.log"].create(
            {"archive_id": cls.person_archive.id, "subject": "别的客户", "begin_at": "2026-01-05 02:00:00"}
        )
        cls.env.flush_all()

    def begin(self, role="clerk", archive=None):
        action = self.of(role, archive or self.archive).action_verify()
        return self.env_of(role)[MODEL].browse(action["res_id"])

    def line(self, verification, name):
        return verification.line_ids.filtered(lambda line: line.field_name == name)

    def confirm_all(self, verification, log=None):
        for title in verification.line_ids.filtered("is_section"):
            title.log_id = log or self.log
            title.action_confirm_section()

    def finish(self, role="clerk", archive=None, **changes):
        """Confirm everything but the changes, {field: text}."""
        verification = self.begin(role, archive)
        for name, text in changes.items():
            self.line(verification, name).write({"new_input": text})
        self.confirm_all(verification, self.log if not archive or archive == self.archive else self.other_log)
        verification.action_finish()
        return verification


@tagged("post_install", "-at_install")
class TestVerificationPlan(VerificationCase):
    def test_cycles_are_inherited(self):
        cycles = self.env["customer.archive.category"]._verification_cycles
        below = self.category(parent_id=self.category_key.id)
        self.assertEqual(cycles()[below.id], "3")
        self.category_key.verification_months = False
        self.assertEqual(cycles()[below.id], "12")
        below.verification_months = "0.25"
        self.assertEqual(cycles()[below.id], "0.25")

    def test_dates_of_new_archives(self):
        with freeze_time("2026-06-03 04:00:00"):
            for code, day in (
                ("0.25", "2026-06-10"),
                ("1", "2026-07-03"),
                ("3", "2026-09-03"),
                ("6", "2026-12-03"),
                ("12", "2027-06-03"),
                ("0", False),
            ):
                category = self.category(verification_months=code)
                archive = self.open(self.partner(name=f"周期{code}"), category)
                self.assertEqual(str(archive.next_verification_on or ""), day or "", code)
                # The statement of the plan says the same as the INSERT.
                archive._plan_verifications()
                self.assertEqual(str(archive.next_verification_on or ""), day or "", code)

    def test_cycle_changes(self):
        category = self.category(verification_months="12")
        archive = self.open(self.partner(name="改周期"), category)
        category.verification_months = "1"
        self.assertEqual(archive.next_verification_on, fields.Date.add(archive.opened_on, months=1))

    def test_own_date_and_columns(self):
        with freeze_time("2026-06-03 04:00:00"):
            for days, due in ((-1, "overdue"), (0, "this_week"), (4, "this_week"), (5, "next_week"), (12, "later")):
                self.archive.verification_own_on = TODAY + timedelta(days=days)
                self.assertEqual(self.archive.next_verification_on, TODAY + timedelta(days=days))
                self.assertEqual(self.archive.verification_due, due, days)

    def test_night(self):
        self.archive.verification_own_on = "2026-06-10"
        with freeze_time("2026-06-20 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_verifications").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.archive.verification_due, "overdue")

    def test_inactive_ones_are_not_due(self):
        self.archive.action_deactivate("关闭")
        self.assertFalse(self.archive.next_verification_on)
        self.archive.action_reopen("重开")
        self.assertTrue(self.archive.next_verification_on)

    def test_plan_is_one_statement(self):
        archives = self.open(self.companies(30), self.category_company)
        self.env.flush_all()
        self.env["res.company"].search([]).mapped("archive_fonds_code")
        archives._plan_verifications()
        with self.assertQueryCount(3):
            archives._plan_verifications()

    def test_dates_are_nobodys_to_write(self):
        for name in ("next_verification_on", "verified_on", "freshness", "verification_due"):
            with self.subTest(name), self.refused(UserError):
                self.of("archivist", self.archive).write({name: "2030-01-01" if name.endswith("_on") else "overdue"})


@tagged("post_install", "-at_install")
class TestVerification(VerificationCase):
    def test_lines(self):
        verification = self.begin()
        self.assertEqual(verification.item_number, "H0001")
        names = set(verification.line_ids.mapped("field_name")) - {False}
        items = self.env["customer.archive.category.item"]._items_for(self.category_company.id, True)
        self.assertEqual(names, {item.field for item in items})
        self.assertEqual(self.line(verification, "vat").old_text, self.archived.vat)
        self.assertTrue(verification.line_ids[0].is_section)
        # Begun once: the button leads to the same.
        self.assertEqual(self.begin(), verification)

    def test_confirm_needs_grounds(self):
        verification = self.begin()
        title = verification.line_ids[0]
        with self.refused(UserError, "what it rests on"):
            title.action_confirm_section()
        title.log_id = self.log
        title.action_confirm_section()
        self.assertEqual(set(title._fields_of_section().mapped("answer")), {"confirmed"})

    def test_grounds_of_another_customer(self):
        verification = self.begin()
        with self.refused(ValidationError, "belongs to another customer"):
            verification.line_ids[0].log_id = self.other_log

    def test_finish(self):
        verification = self.begin()
        with self.refused(UserError, "no answer yet"):
            verification.action_finish()
        self.confirm_all(verification)
        verification.next_on = False
        verification.action_finish()
        self.assertEqual((verification.state, verification.done_by_id), ("done", self.user["clerk"]))
        archive = self.archive
        archive.invalidate_recordset()
        self.assertEqual(archive.verified_on, verification.done_on)
        self.assertEqual(archive.freshness, 100)
        self.assertEqual(set(archive.section_freshness.values()), {100})
        self.assertEqual(self.of("clerk", self.archived).archive_freshness, 100)
        again = self.begin()
        self.assertIn("Clerk", self.line(again, "vat").last_text)
        self.assertIn(self.log.item_reference, self.line(again, "vat").last_text)

    def test_in_the_timeline(self):
        """Once it is done, and for those who read the archive."""
        begun = self.begin(archive=self.person_archive)
        done = self.finish()
        page = self.of("clerk", self.archived).archive_timeline(kinds=["verification"])
        self.assertEqual([(line["model"], line["id"]) for line in page["lines"]], [(MODEL, done.id)])
        self.assertEqual(page["lines"][0]["number"], done.item_number)
        other = self.of("clerk", begun.archive_id.partner_id).archive_timeline(kinds=["verification"])
        self.assertFalse(other["lines"])
        with self.refused(AccessError):
            self.of("colleague", self.archived).archive_timeline(kinds=["verification"])

    def test_every_answer_needs_grounds(self):
        verification = self.begin()
        fields = verification.line_ids.filtered("field_name")
        fields.write({"answer": "confirmed"})
        with self.refused(UserError, "rest on"):
            verification.action_finish()
        fields.write({"answer": "unknown"})
        verification.action_finish()
        self.assertEqual(self.archive.freshness or 0, 0)

    def test_free_change_is_written(self):
        verification = self.finish(phone="010-67009999")
        self.assertEqual(self.archived.phone, "010-67009999")
        line = self.line(verification, "phone")
        self.assertEqual((line.old_text, line.new_text), ("010-67001234", "010-67009999"))
        self.assertFalse(line.proposal_id)

    def test_critical_change_is_proposed(self):
        old = self.archived.card_legal_name
        verification = self.finish(card_legal_name="中国北京同仁堂（集团）股份有限公司")
        self.assertEqual(self.archived.card_legal_name, old)
        line = self.line(verification, "card_legal_name")
        self.assertEqual(line.proposal_id.line_ids.field_name, "card_legal_name")
        self.assertEqual(line.proposal_id.sudo().proposer_id, self.user["clerk"])
        self.assertLess(self.archive.freshness, 100)
        self.of("leader", line.proposal_id).action_accept_all()
        self.archive.invalidate_recordset()
        self.assertEqual(self.archive.freshness, 100)
        self.assertEqual(self.archived.card_legal_name, "中国北京同仁堂（集团）股份有限公司")

    def test_refused_value_changes_nothing(self):
        verification = self.begin()
        self.line(verification, "vat").write({"new_input": "123"})
        self.confirm_all(verification)
        with self.assertRaises(UserError):
            verification.action_finish()

    def test_selection_and_date_as_typed(self):
        verification = self.begin(archive=self.person_archive)
        gender = self.line(verification, "card_gender")
        if gender:
            gender.write({"new_input": "male"})
            self.assertEqual(gender._parse(), "male")
            gender.write({"new_input": "blue"})
            with self.refused(UserError, "choose one of"):
                gender._parse()
        birth = self.line(verification, "card_birth_date")
        if birth:
            for text in ("1980-05-01", "1980年5月1日", "1980/5/1"):
                birth.write({"new_input": text})
                self.assertEqual(str(birth._parse()), "1980-05-01")
            birth.write({"new_input": "gestern"})
            with self.refused(UserError, "2026-05-01"):
                birth._parse()
        self.assertTrue(gender or birth)

    def test_changed_meanwhile(self):
        verification = self.begin()
        self.confirm_all(verification)
        self.of("clerk", self.archived).phone = "010-60000000"
        verification = self.of("clerk", verification)
        with self.refused(UserError, "were changed on the card"):
            verification.action_finish()
        verification.action_refresh()
        line = self.line(verification, "phone")
        self.assertEqual((line.old_text, line.answer), ("010-60000000", False))

    def test_cycle_goes_on_or_own_day(self):
        verification = self.begin()
        self.confirm_all(verification)
        verification.next_on = "2030-02-03"
        verification.action_finish()
        self.archive.invalidate_recordset()
        self.assertEqual(str(self.archive.next_verification_on), "2030-02-03")
        self.finish()
        self.archive.invalidate_recordset()
        self.assertEqual(self.archive.next_verification_on.year, self.archive.verified_on.year + 1)

    def test_freshness_ages(self):
        self.finish()
        self.env.cr.execute(
            "UPDATE customer_archive SET confirmed_days = confirmed_days || %s::jsonb WHERE id = %s",
            ('{"vat": "2001-01-01"}', self.archive.id),
        )
        self.archive._recount_freshness()
        self.assertLess(self.archive.freshness, 100)
        self.assertGreater(self.archive.freshness, 0)

    def test_broken_off(self):
        verification = self.begin()
        with self.refused(UserError, "reason"):
            verification.action_cancel(" ")
        verification.action_cancel("联系不上")
        self.assertEqual(verification.state, "cancelled")
        self.assertFalse(self.archive.verified_on)
        self.assertEqual(self.begin().item_number, "H0002")

    def test_kept_for_ever(self):
        verification = self.finish()
        line = verification.line_ids[1]
        for role in ("clerk", "archivist", "manager"):
            mine, part = self.of(role, verification), self.of(role, line)
            with self.subTest(role):
                with self.assertRaises(UserError):
                    mine.unlink()
                with self.assertRaises(UserError):
                    part.unlink()
                with self.assertRaises(UserError):
                    mine.copy()
                with self.refused(UserError, "closed"):
                    part.answer = "unknown"
                with self.refused(UserError, "closed"):
                    mine.remark = "x"

    def test_written_by_its_steps(self):
        verification = self.begin()
        line = verification.line_ids[1]
        for vals in ({"state": "done"}, {"done_on": "2026-01-01"}, {"done_by_id": self.user["clerk"].id}):
            with self.subTest(vals), self.refused(UserError, "by its steps"):
                verification.write(vals)
        for vals in ({"request_id": 1}, {"proposal_id": 1}, {"old_value": {"value": 1}}, {"field_name": "comment"}):
            with self.subTest(vals), self.assertRaises(UserError):
                line.write(vals)
        with self.assertRaises(UserError):
            line.create({"verification_id": verification.id, "section_id": line.section_id.id, "field_name": "comment"})
        for key in ("archive_governed",):
            with self.assertRaises(UserError):
                verification.with_context(**{key: True}).write({"state": "done"})
        forged = self.env_of("clerk", default_state="done", default_done_on="2020-01-01", default_answer="confirmed")
        other = forged[MODEL].create({"archive_id": self.person_archive.id})
        self.assertEqual((other.state, other.done_on, set(other.line_ids.mapped("answer"))), ("draft", False, {False}))

    def test_list_can_only_be_confirmed(self):
        verification = self.begin()
        lists = verification.line_ids.filtered("is_list")
        if lists:
            with self.refused(ValidationError, "is a list"):
                lists[0].write({"answer": "changed"})

    def test_closed_archive(self):
        self.archive._governed().write({"state": "sealed"})
        with self.refused(UserError, "sealed"):
            self.begin("archivist")


@tagged("post_install", "-at_install")
class TestVerificationRights(VerificationCase):
    """“Rights at a glance”: own, team and archivists write; the others read; who sees nothing reads nothing."""

    WRITES = ("clerk", "leader", "archivist", "manager")
    READS = ("service", "management")
    NOTHING = ("employee", "contact_maker", "appraiser", "security", "auditor", "sysop", "portal")
    HIDDEN = ("colleague", "clerk_two", "archivist_two")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.verification = cls.env[MODEL].create({"archive_id": cls.archive.id, "user_id": cls.user["clerk"].id})
        cls.part = cls.verification.line_ids[1]
        cls.env.flush_all()

    def test_read(self):
        for role in self.WRITES + self.READS:
            with self.subTest(role):
                self.assertEqual(self.of(role, self.verification).read(["state"])[0]["state"], "draft")
                self.assertTrue(self.of(role, self.part).read(["old_text"]))
        for role in self.NOTHING + self.HIDDEN:
            for record in (self.verification, self.part):
                with self.subTest(role=role, model=record._name), self.assertRaises(AccessError):
                    self.of(role, record).read(["state"])

    def test_write(self):
        for role in self.WRITES:
            with self.subTest(role):
                self.of(role, self.part).write({"answer": "unknown"})
                self.of(role, self.verification).write({"remark": role})
        for role in self.READS + self.NOTHING + self.HIDDEN:
            with self.subTest(role):
                with self.assertRaises(AccessError):
                    self.of(role, self.part).write({"answer": "confirmed"})
                with self.assertRaises(AccessError):
                    self.of(role, self.verification).write({"remark": "x"})
                with self.assertRaises(AccessError):
                    self.of(role, self.verification).action_finish()
                with self.assertRaises(AccessError):
                    self.of(role, self.verification).action_cancel("x")
                with self.assertRaises(AccessError):
                    self.of(role, self.part).action_confirm_section()

    def test_create(self):
        for role in self.READS + self.NOTHING + self.HIDDEN:
            with self.subTest(role), self.assertRaises(AccessError):
                self.env_of(role)[MODEL].create({"archive_id": self.person_archive.id})
        self.env_of("leader")[MODEL].create({"archive_id": self.person_archive.id})

    def test_unlink(self):
        for role in self.WRITES + self.READS + self.NOTHING + self.HIDDEN:
            for record in (self.verification, self.part):
                with self.subTest(role=role, model=record._name), self.assertRaises(UserError):
                    self.of(role, record).unlink()

    def test_borrower_reads(self):
        loan = self.env_of("colleague")["customer.archive.loan"].request_loan(
            purpose="拜访", due_at=fields.Datetime.add(fields.Datetime.now(), days=3), archive_id=self.archive.id
        )
        self.of("leader", loan).action_approve()
        self.assertTrue(self.of("colleague", self.verification).read(["state"]))
        with self.assertRaises(AccessError):
            self.of("colleague", self.part).write({"answer": "confirmed"})

    def test_secret(self):
        self.archive._governed().write({"level": "core"})
        for role in ("archivist", "management", "service"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.of(role, self.verification).read(["state"])
        self.assertTrue(self.of("clerk", self.verification).read(["state"]))


@tagged("post_install", "-at_install")
class TestCycleOfLevels(VerificationCase):
    def setUp(self):
        super().setUp()
        self.filing = self.category(verification_months="12", verification_secret_months="3")

    def next_of(self, archive):
        self.env.flush_all()
        archive.invalidate_recordset()
        return archive.next_verification_on

    def test_stricter_levels_are_verified_more_often(self):
        archive = self.open(self.partner(name="密级周期"), self.filing)
        opened = archive.opened_on
        self.assertEqual(self.next_of(archive), fields.Date.add(opened, months=12))
        archive._change_level("secret", "Contract")
        self.assertEqual(self.next_of(archive), fields.Date.add(opened, months=3))
        archive._change_level("core", "Contract")  # nothing is said of it: as the level below
        self.assertEqual(self.next_of(archive), fields.Date.add(opened, months=3))
        self.filing.verification_core_months = "1"
        self.assertEqual(self.next_of(archive), fields.Date.add(opened, months=1))
        archive._change_level("internal", "Over")
        self.assertEqual(self.next_of(archive), fields.Date.add(opened, months=12))

    def test_never_less_often(self):
        self.filing.write({"verification_months": "1", "verification_secret_months": "6"})
        cycles = self.env["customer.archive.category"]._verification_cycles_of_levels()
        self.assertEqual([cycles[self.filing.id, level] for level in ("public", "secret", "core")], ["1", "1", "1"])
        self.filing.verification_months = "0"
        cycles = self.env["customer.archive.category"]._verification_cycles_of_levels()
        self.assertEqual([cycles[self.filing.id, level] for level in ("internal", "secret")], ["0", "6"])

    def test_inherited(self):
        below = self.category(parent_id=self.filing.id)
        cycles = self.env["customer.archive.category"]._verification_cycles_of_levels()
        self.assertEqual((cycles[below.id, "internal"], cycles[below.id, "core"]), ("12", "3"))

    def test_new_archives_of_a_secret_category(self):
        self.filing.default_level = "secret"
        archive = self.open(self.partner(name="新密级"), self.filing)
        day = archive.next_verification_on
        self.assertEqual(day, fields.Date.add(archive.opened_on, months=3))
        archive._plan_verifications()  # the statement says the same as the INSERT
        self.assertEqual(self.next_of(archive), day)

    def test_freshness_counts_by_the_level(self):
        self.item(self.filing, "phone")
        archive = self.open(self.partner(name="新鲜度", phone="13700137001"), self.filing)
        archive._confirm_fields(["phone"], fields.Date.subtract(self.company_one._archive_today(), months=5))
        self.assertEqual(archive.freshness, 100)
        archive._change_level("secret", "Contract")
        self.env.invalidate_all()
        self.assertEqual(archive.freshness, 0)

    def test_archives_of_before(self):
        """After an upgrade nobody waits for the night."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE customer_archive SET next_verification_on = NULL, verification_due = NULL")
        self.env.invalidate_all()
        self.env["customer.archive"]._plan_all()
        self.assertTrue(self.archive.next_verification_on)
        self.assertTrue(self.archive.verification_due)
