"""Findings: who mends them by when, who looks again, what was found before (product.md Q5)."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ROLES
from .reminders import TODAY, ReminderCase
from .test_inspection import FINDING, InspectionCase

STEP = "customer.archive.finding.step"
# Who reads a finding about a customer of the clerk.
READERS = {"clerk", "archivist", "manager", "auditor"}


@tagged("post_install", "-at_install")
class TestFinding(InspectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-06-10 02:00:00"))

    def found(self, **vals):
        return self.finding_of(self.finish(team_ids=self.team_north.ids, **vals))

    def by_hand(self, role="archivist", **vals):
        values = {"archive_id": self.archive.id, "title": "袋子不在柜里", "description": "二号柜", **vals}
        return self.env_of(role)[FINDING].create(values)

    # -- the way of a finding -----------------------------------------------------------------------------------

    def test_from_an_inspection(self):
        finding = self.found(item=self.items[1])
        self.assertEqual(finding.subject, "借阅归还")
        self.assertEqual((finding.severity, finding.source, finding.state), ("major", "inspection", "open"))
        self.assertEqual((finding.responsible_id, finding.owner_id), (self.user["clerk"], self.user["clerk"]))
        self.assertEqual((finding.found_on, finding.deadline), (date(2026, 6, 10), date(2026, 6, 15)))
        self.assertEqual(finding.found_by_id, self.user["archivist"])
        self.assertEqual(finding.activity_ids.user_id, self.user["clerk"])
        self.assertEqual(finding.company_id, self.company_one)

    def test_to_the_end(self):
        finding = self.found()
        mine = self.of("clerk", finding)
        self.assertTrue(mine.may_answer)
        self.assertFalse(mine.may_recheck)
        with self.refused(UserError, "what was done"):
            mine.take_measure(" ")
        dialog = self.env_of("clerk")[STEP].create({"finding_id": finding.id, "step": "measure", "text": "已补"})
        dialog.action_apply()
        self.assertEqual((finding.state, finding.measured_by_id), ("answered", self.user["clerk"]))
        self.assertEqual(finding.activity_ids.user_id, self.user["archivist"])
        checker = self.of("archivist", finding)
        self.assertTrue(checker.may_recheck)
        with self.refused(UserError, "still wrong"):
            checker.recheck(False)
        with self.refused(UserError, "passed already"):
            checker.recheck(False, "缺页", "2026-06-01")
        checker.recheck(False, "缺页", "2026-06-20")
        self.assertEqual((finding.state, finding.reopened_count), ("open", 1))
        self.assertEqual(finding.deadline, date(2026, 6, 20))
        self.assertEqual(finding.activity_ids.user_id, self.user["clerk"])
        self.of("clerk", finding).take_measure("补齐")
        self.of("archivist", finding).recheck(True, "齐全")
        self.assertEqual((finding.state, finding.closed_on), ("closed", date(2026, 6, 10)))
        self.assertFalse(finding.activity_ids)
        history = " ".join(finding.message_ids.mapped("body"))
        for text in ("已补", "缺页", "补齐", "齐全"):
            self.assertIn(text, history)
        for step in (
            lambda: self.of("clerk", finding).take_measure("x"),
            lambda: self.of("archivist", finding).recheck(True),
            lambda: self.of("archivist", finding).write({"deadline": "2026-07-01"}),
        ):
            with self.refused(UserError):
                step()

    def test_somebody_else_looks_again(self):
        finding = self.by_hand(responsible_id=self.user["archivist"].id)
        self.of("archivist", finding).take_measure("放回")
        with self.refused(AccessError, "somebody else"):
            self.of("archivist", finding).recheck(True)
        for role in ("clerk", "leader", "auditor", "management"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.of(role, finding).recheck(True)
        self.of("manager", finding).recheck(True)
        self.assertEqual(finding.with_env(self.env).recheck_by_id, self.user["manager"])
        # Nor by handing it over to a straw man: who did it does not check it either.
        finding = self.by_hand(responsible_id=self.user["archivist"].id)
        self.of("archivist", finding).take_measure("放回")
        self.of("archivist", finding).write({"responsible_id": self.user["clerk"].id})
        with self.refused(AccessError, "somebody else"):
            self.of("archivist", finding).recheck(True)
        # Who keeps the archive does not check either.
        own = self.open(self.partner(name="自管", user_id=self.user["archivist"].id), self.category_person)
        finding = self.by_hand("manager", archive_id=own.id, responsible_id=self.user["clerk"].id)
        self.of("clerk", finding).take_measure("好")
        with self.refused(AccessError, "somebody else"):
            self.of("archivist", finding).recheck(True)

    def test_without_account_manager(self):
        self.archived.user_id = False
        self.assertEqual(self.by_hand().responsible_id, self.user["leader"])
        self.archive.team_id = False
        self.assertEqual(self.by_hand().responsible_id, self.user["archivist"])

    def test_repeated(self):
        first = self.found()
        self.assertFalse(first.repeated)
        with freeze_time("2026-07-10 02:00:00"):
            again = self.found()
            other = self.found(archive=self.person_archive)
            different = self.found(item=self.items[1])
        self.assertEqual((again.repeated, again.repeat_count), ("archive", 1))
        self.assertEqual((other.repeated, other.repeat_count), ("owner", 2))
        self.assertFalse(different.repeated)
        earlier = self.of("clerk", other)
        self.assertEqual(earlier.search(earlier.action_view_earlier()["domain"]), self.of("clerk", first | again))
        with freeze_time("2027-08-01 02:00:00"):
            self.assertFalse(self.found().repeated, "more than twelve months")

    def test_overdue(self):
        finding = self.by_hand(deadline="2026-06-12")
        self.assertFalse(finding.is_late)
        with freeze_time("2026-06-13 02:00:00"):
            finding.invalidate_recordset(["is_late"])
            self.assertTrue(finding.is_late)
            self.assertIn(finding, finding.search([("is_late", "=", True)]))
            self.of("clerk", finding).take_measure("好")
            self.assertNotIn(finding, finding.search([("is_late", "=", True)]))

    def test_severity_gives_the_deadline(self):
        for severity, day in (("minor", "2026-07-10"), ("major", "2026-06-24"), ("critical", "2026-06-13")):
            self.assertEqual(str(self.by_hand(severity=severity).deadline), day)
        self.assertEqual(str(self.by_hand(item_id=self.items[1].id, title=False).deadline), "2026-06-15")

    # -- who ----------------------------------------------------------------------------------------------------

    def test_who_reads(self):
        finding = self.found()
        for role in [*ROLES, "public"]:
            mine = self.of(role, finding)
            with self.subTest(role=role):
                self.assertEqual(mine.has_access("read"), role in READERS)
                if role in READERS:
                    mine.read(["name", "subject", "description", "is_late", "may_answer"])
                    self.assertIn(finding.id, mine.search([]).ids)
                    continue
                for attempt in (
                    lambda mine=mine: mine.read(["name"]),
                    lambda mine=mine: mine.take_measure("x"),
                    lambda mine=mine: mine.recheck(True),
                    lambda mine=mine: mine.action_view_earlier(),
                    lambda mine=mine: mine.write({"deadline": "2027-01-01"}),
                    lambda mine=mine: mine.message_post(body="x"),
                ):
                    with self.refused(AccessError):
                        attempt()
                if role not in ("portal", "public"):
                    values = {"finding_id": finding.id, "step": "measure", "text": "x"}
                    spec = {"subject": {}, "description": {}, "deadline": {}}
                    dialogs = mine.env[STEP]
                    with self.refused(AccessError):
                        dialogs.create(values)
                    with self.refused(AccessError):
                        dialogs.onchange(values, ["finding_id"], spec)
                    with self.refused(AccessError):
                        dialogs.with_context(default_finding_id=finding.id).onchange({}, [], spec)
        label = self.of("auditor", finding).web_read({"archive_id": {"fields": {"display_name": {}}}})
        self.assertNotIn("同仁堂", str(label))

    def test_who_answers(self):
        finding = self.found()
        for role in ("archivist", "manager", "auditor"):
            with self.subTest(role), self.refused(AccessError):
                self.of(role, finding).take_measure("x")
        # Whoever it is entrusted to instead, with the archive out of their reach.
        self.of("archivist", finding).write({"responsible_id": self.user["colleague"].id})
        self.archive._change_level("core", "x")
        mine = self.of("colleague", finding)
        mine.read(["description"])
        mine.take_measure("好")
        self.assertEqual(finding.state, "answered")

    def test_new_account_manager_answers(self):
        finding = self.found()
        self.archive.owner_id = self.user["colleague"]
        self.of("colleague", finding).take_measure("好")
        self.assertEqual(finding.state, "answered")

    def test_goes_along_with_the_archive(self):
        finding, other = self.found(), self.by_hand(responsible_id=self.user["leader"].id)
        self.of("archivist", self.archive)._reassign(self.of("archivist", self.user["colleague"]), "Leaves")
        self.env.invalidate_all()
        self.assertEqual((finding.responsible_id, finding.owner_id), (self.user["colleague"], self.user["clerk"]))
        self.assertEqual(finding.activity_ids.user_id, self.user["colleague"])
        self.assertFalse(self.of("clerk", finding).has_access("read"))
        self.assertNotIn(self.user["clerk"].partner_id, finding.message_partner_ids)
        self.assertEqual(other.with_env(self.env).responsible_id, self.user["leader"])

    def test_archivists_within_their_reach(self):
        finding = self.found()
        self.archive._change_level("core", "x")
        for attempt in (
            lambda: self.of("archivist", finding).read(["description"]),
            lambda: self.of("archivist", finding).write({"severity": "minor"}),
            lambda: self.of("archivist", finding).recheck(True),
            lambda: self.by_hand(),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertNotIn(finding.id, self.env_of("archivist")[FINDING].search([]).ids)

    def test_what_is_fixed(self):
        forged = self.by_hand(state="closed", name="X", source="inspection", repeated="owner", reopened_count=3)
        self.assertEqual((forged.state, forged.source, forged.repeated), ("open", "hand", False))
        self.assertNotEqual(forged.name, "X")
        for vals in (
            {"state": "closed"},
            {"measure": "x"},
            {"archive_id": self.person_archive.id},
            {"description": "x"},
            {"found_by_id": self.user["clerk"].id},
            {"recheck_by_id": self.user["manager"].id},
        ):
            with self.subTest(vals=vals), self.refused(UserError):
                forged.write(vals)
        for step in (forged.copy, lambda: forged.with_env(self.env).unlink()):
            with self.refused(UserError):
                step()
        forged.write({"severity": "critical", "deadline": "2026-06-11"})
        with self.refused(ValidationError, "no role"):
            forged.responsible_id = self.user["employee"]
        with self.refused(ValidationError, "no role", self.company_one.name):
            forged.responsible_id = self.user["clerk_two"]
        with self.refused(ValidationError, "in a few words"):
            self.by_hand(title=False)
        with self.assertRaises(AccessError):
            self.by_hand("clerk")
        with self.assertRaises(AttributeError):
            _none = self.env_of("clerk")[FINDING].report_finding

    def test_dialogs_of_others(self):
        finding = self.found()
        dialog = self.env_of("archivist")[STEP].create({"finding_id": finding.id, "step": "passed"})
        for role in ("clerk", "manager"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.of(role, dialog).read(["text"])

    def test_second_company(self):
        finding = self.found()
        for step in ("read", "write"):
            self.assertFalse(self.of("archivist_two", finding).has_access(step))

    # -- made by others -----------------------------------------------------------------------------------------

    def test_reported(self):
        report = self.env[FINDING]._report_finding
        archives = self.archive | self.person_archive
        found = report(archives, "critical", "封条断裂", source="seal", source_ref="box,1", title="封条")
        self.assertEqual(found.archive_id, archives)
        self.assertEqual(set(found.mapped("severity")), {"critical"})
        self.assertFalse(report(archives, "critical", "封条断裂", source="seal", source_ref="box,1", title="封条"))
        self.assertEqual(report(self.archive, self.items[1], "x").severity, "major")

    def test_followers_who_read_it_no_more(self):
        """Mails go to followers, whatever they may read."""
        finding = self.by_hand(responsible_id=self.user["colleague"].id).with_env(self.env)
        finding.message_subscribe(self.user["archivist"].partner_id.ids)
        self.assertIn(self.user["colleague"].partner_id, finding.message_partner_ids)
        self.of("archivist", finding).responsible_id = self.user["leader"]
        self.assertNotIn(self.user["colleague"].partner_id, finding.message_partner_ids)
        self.assertIn(self.user["leader"].partner_id, finding.message_partner_ids)
        self.of("archivist", finding).responsible_id = self.user["clerk"]  # the leader reads the archive only
        self.assertNotIn(self.user["leader"].partner_id, finding.message_partner_ids)
        self.archive._change_level("core", "x")
        self.env.invalidate_all()
        self.assertEqual(finding.message_partner_ids, self.user["clerk"].partner_id)

    def test_told_in_their_own_language(self):
        self.user["clerk"].lang = "zh_CN"
        finding = self.by_hand()
        self.assertEqual(finding.with_env(self.env).activity_ids.summary, "整改问题并填写整改情况")

    def test_account_manager_of_another_company(self):
        """They could not read it: whoever leads the team mends it."""
        self.env.cr.execute(
            "UPDATE customer_archive SET owner_id = %s WHERE id = %s", [self.user["clerk_two"].id, self.archive.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.by_hand().responsible_id, self.of("archivist", self.user["leader"]))

    def test_changed_file(self):
        kind = self.env["customer.archive.document.type"].search([], limit=1)
        document = self.env["customer.archive.document"].create(
            {"archive_id": self.archive.id, "name": "合同", "type_id": kind.id}
        )
        document._ask_archivist("checksum")
        document._ask_archivist("checksum")
        finding = self.env[FINDING].search([("source", "=", "fixity"), ("archive_id", "=", self.archive.id)])
        self.assertEqual((len(finding), finding.responsible_id), (1, self.user["clerk"]))
        document._close_findings()
        self.assertEqual(finding.state, "closed")

    def test_button_on_the_archive(self):
        self.found()
        for role, count in (("clerk", 1), ("archivist", 1), ("service", 0), ("management", 0)):
            with self.subTest(role):
                archive = self.of(role, self.archive)
                self.assertEqual(archive.open_finding_count, count)
                found = archive.env[FINDING].search(archive.action_view_inspection_findings()["domain"])
                self.assertEqual(len(found), count)

    def test_many_at_once(self):
        """Statements for one finding and for many."""
        archives = self.open(self.companies(20), self.category_company)
        counts = []
        for some in (archives[:1], archives[1:]):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env[FINDING]._report_finding(some, "minor", "x", title="t")
            self.env.flush_all()
            counts.append((self.env.cr.sql_log_count - before) / len(some))
        self.assertLess(counts[1], counts[0] / 2)


@tagged("post_install", "-at_install")
class TestFindingReminders(ReminderCase):
    def test_responsible_then_archivist(self):
        finding = self.env[FINDING].create(
            {"archive_id": self.archive.id, "title": "x", "description": "x", "deadline": TODAY}
        )
        rule = self.env.ref("customer_archive.reminder_finding")
        self.assertEqual(self.told(rule), [(self.archive, 0)])
        self.assertEqual(self.rows(rule).filtered(lambda row: row.res_id == finding.id).user_id, self.user["clerk"])
        late = self.env.ref("customer_archive.reminder_finding_archivist")
        self.assertFalse(self.told(late, 6))
        self.told(late, 7)
        told = self.rows(late).filtered(lambda row: row.res_id == finding.id).user_id
        self.assertIn(self.user["archivist"], told)
        self.assertNotIn(self.user["leader"], told)
        finding.take_measure("x")
        self.set(finding, deadline=TODAY + timedelta(days=1))
        self.assertFalse(self.told(rule, 1))
