"""Inspections: planned, drawn by chance, answered, frozen; who may, and who may not (product.md Q5)."""

from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ROLES, ArchiveCommon

INSPECTION = "customer.archive.inspection"
LINE = "customer.archive.inspection.line"
ANSWER = "customer.archive.inspection.answer"
PLAN = "customer.archive.inspection.plan"
TEMPLATE = "customer.archive.inspection.template"
ITEM = "customer.archive.inspection.item"
FINDING = "customer.archive.finding"

# Letters: (r)ead, (w)rite, (c)reate, (u)nlink. Roles that are not named may do nothing.
USERS = ("clerk", "colleague", "leader", "service", "management")
RIGHTS = {
    TEMPLATE: {"archivist": "r", "manager": "rwcu", "auditor": "r"},
    ITEM: {"archivist": "r", "manager": "rwcu", "auditor": "r"},
    PLAN: {"archivist": "rwcu", "manager": "rwcu", "auditor": "r"},
    INSPECTION: {"archivist": "rwc", "manager": "rwc", "auditor": "r"},
    LINE: {"archivist": "rw", "manager": "rw", "auditor": "r"},
    ANSWER: {"archivist": "rw", "manager": "rw", "auditor": "r"},
    FINDING: {**dict.fromkeys(USERS, "r"), "archivist": "rwc", "manager": "rwc", "auditor": "r"},
    "customer.archive.finding.step": dict.fromkeys((*USERS, "archivist", "manager"), "rwcu"),
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


class InspectionCase(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.archive | cls.person_archive).team_id = cls.team_north
        cls.template = cls.env[TEMPLATE].create(
            {
                "name": "测试检查",
                "item_ids": [
                    (0, 0, {"name": "卡片完整", "fact": "completeness", "severity": "minor", "days": 10}),
                    (0, 0, {"name": "借阅归还", "fact": "loans", "severity": "major", "days": 5}),
                ],
            }
        )
        cls.items = cls.template.item_ids
        cls.env.flush_all()

    def plan(self, role="archivist", **vals):
        values = {"template_id": self.template.id, "sample_size": 100, "sample_unit": "percent", **vals}
        return self.env_of(role)[INSPECTION].create(values)

    def begin(self, role="archivist", **vals):
        inspection = self.plan(role, **vals)
        inspection.action_start()
        return inspection

    def answers(self, inspection, archive=None, item=None):
        domain = [("inspection_id", "=", inspection.id)]
        if archive:
            domain.append(("archive_id", "=", archive.id))
        if item:
            domain.append(("item_id", "=", item.id))
        return inspection.env[ANSWER].search(domain)

    def finish(self, inspection=None, archive=None, item=None, remark="扫描件缺失", **vals):
        """A finished inspection with one finding, about the archive and the item."""
        inspection = inspection or self.begin(**vals)
        answers = self.answers(inspection)
        found = self.answers(inspection, archive or self.archive, item or self.items[0])
        found.write({"result": "finding", "remark": remark})
        (answers - found).write({"result": "ok"})
        inspection.action_finish()
        return inspection

    def finding_of(self, inspection):
        return self.env[FINDING].search([("inspection_id", "=", inspection.id)])


@tagged("post_install", "-at_install")
class TestInspection(InspectionCase):
    def test_table_of_rights(self):
        for model, rights in RIGHTS.items():
            for role in [*ROLES, "public"]:
                if role.endswith("_two"):
                    continue
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = self.env(user=self.user[role])[model].has_access(operation)
                        self.assertEqual(allowed, letter in rights.get(role, ""))

    # -- the sample ---------------------------------------------------------------------------------------------

    def test_sample_can_be_drawn_again(self):
        archives = self.open(self.companies(30), self.category_company)
        inspection = self.begin(sample_size=10, sample_unit="count", category_ids=self.category_company.ids)
        self.assertEqual((inspection.line_count, inspection.population_count), (10, 31))
        self.assertLessEqual(set(inspection.line_ids.archive_id.ids), set((archives | self.archive).ids))
        self.assertEqual(inspection.action_check_sample()["params"]["type"], "success")
        with self.refused(UserError, "not possible"):
            inspection.action_start()
        self.assertTrue(inspection.seed and inspection.population_hash)
        # Somebody who changes a line in the database is found out.
        other = (archives | self.archive) - inspection.line_ids.archive_id
        line = inspection.line_ids[0]
        self.env.cr.execute(
            "UPDATE customer_archive_inspection_line SET archive_id = %s WHERE id = %s", [other[0].id, line.id]
        )
        self.env.invalidate_all()
        self.assertEqual(inspection.action_check_sample()["params"]["type"], "danger")

    def test_spread_over_account_managers(self):
        mine = self.companies(20)
        theirs = self.partner(name="唯一客户", user_id=self.user["colleague"].id)
        category = self.category()
        self.open(mine | theirs, category)
        inspection = self.begin(sample_size=5, sample_unit="count", spread="owner", category_ids=category.ids)
        owners = inspection.line_ids.mapped("owner_id")
        self.assertEqual(owners, self.user["clerk"] | self.user["colleague"])
        self.assertEqual(len(inspection.line_ids.filtered(lambda line: line.owner_id == self.user["colleague"])), 1)

    def test_scope(self):
        category = self.category()
        archives = self.open(self.companies(3), category)
        archives[0]._change_level("secret", "x")
        archives[1].action_deactivate("x")
        cases = (
            ({"category_ids": category.ids}, archives[2]),
            ({"category_ids": category.ids, "level": "internal"}, archives[2]),
            ({"team_ids": self.team_north.ids}, self.archive | self.person_archive | archives[2]),
        )
        for scope, expected in cases:
            with self.subTest(scope=scope):
                self.assertEqual(set(self.begin(**scope).line_ids.archive_id.ids), set(expected.ids))
        self.clear("archivist", "secret")
        inspection = self.begin(category_ids=category.ids)
        self.assertEqual(len(inspection.line_ids), 2, "with clearance")
        with self.refused(UserError, "No archive"):
            self.begin(owner_ids=self.user["colleague"].ids)

    def test_scope_of_what_is_archived_by_now(self):
        """“Only the customers of somebody who has left” is not “all”."""
        category = self.category()
        theirs = self.open(self.partner(name="离职者客户", user_id=self.user["colleague"].id), category)
        plan = self.env_of("archivist")[PLAN].create(
            {"name": "离职", "template_id": self.template.id, "owner_ids": self.user["colleague"].ids}
        )
        inspection = self.plan(category_ids=category.ids)
        self.user["colleague"].active = False
        category.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        made = plan._make_inspection(date(2026, 5, 1))
        for some in (made, inspection):
            some.action_start()
            self.assertEqual(some.line_ids.archive_id.ids, theirs.ids)

    def test_per_cent(self):
        category = self.category()
        self.open(self.companies(21), category)
        self.assertEqual(self.begin(sample_size=10, category_ids=category.ids).line_count, 3)

    def test_checklist_without_items(self):
        empty = self.env[TEMPLATE].create({"name": "空"})
        with self.refused(UserError, "has no items"):
            self.begin(template_id=empty.id)

    def test_nobody_inspects_their_own(self):
        own = self.open(self.partner(name="自管客户", user_id=self.user["archivist"].id), self.category_person)
        inspection = self.begin()
        self.assertNotIn(own, inspection.line_ids.archive_id)
        other = self.begin("manager")
        line = other.line_ids.filtered(lambda line: line.archive_id.id == own.id)
        self.assertTrue(line)
        mine = self.of("archivist", line)
        self.assertTrue(mine.is_mine)
        for attempt in (
            mine.action_rest_ok,
            lambda: mine.write({"remark": "x"}),
            lambda: mine.answer_ids[0].write({"result": "ok"}),
            lambda: mine.write({"answer_ids": [(1, mine.answer_ids[0].id, {"result": "ok"})]}),
        ):
            with self.refused(AccessError, "own archives"):
                attempt()
        # Nor by passing the archive on afterwards.
        own.owner_id = self.user["clerk"]
        with self.refused(AccessError, "own archives"):
            self.of("archivist", line).action_rest_ok()

    # -- answers ------------------------------------------------------------------------------------------------

    def test_answers_and_figures(self):
        inspection = self.begin(team_ids=self.team_north.ids)
        self.assertEqual((inspection.line_count, inspection.open_count, inspection.progress), (2, 2, 0))
        line = inspection.line_ids.filtered(lambda line: line.archive_id == self.of("archivist", self.archive))
        self.assertIn("%", line.answer_ids[0].fact)
        self.assertIn("0 lent", line.answer_ids[1].fact)
        with self.refused(UserError, "what was found"):
            line.answer_ids[0].write({"result": "finding"})
        line.write({"answer_ids": [(1, line.answer_ids[0].id, {"result": "finding", "remark": "缺"})]})
        line.action_rest_ok()
        self.assertEqual((line.ok_count, line.finding_count, line.open_count, line.score), (1, 1, 0, 50))
        self.assertEqual(line.user_id, self.user["archivist"])
        self.assertEqual((inspection.progress, inspection.score, inspection.open_count), (50, 50, 1))
        with self.refused(UserError, "not inspected to the end", self.person_archive.number):
            inspection.action_finish()
        other = line.action_next()
        self.assertEqual((other["res_model"], other["res_id"]), (LINE, (inspection.line_ids - line).id))
        last = inspection.line_ids - line
        with self.refused(UserError, "why the archive"):
            last.action_rest_na()
        last.remark = "档案袋借出"
        last.action_rest_na()
        self.assertEqual((last.na_count, last.score), (2, 0))
        self.assertEqual(last.action_next()["res_model"], INSPECTION)
        inspection.action_finish()
        self.assertEqual((inspection.state, inspection.done_by_id), ("done", self.user["archivist"]))

    def test_what_others_have_answered(self):
        inspection = self.begin()
        answer = self.answers(inspection, self.archive, self.items[0])
        self.of("manager", answer).write({"result": "ok"})
        self.of("archivist", answer).write({"result": "na"})  # in charge
        with self.refused(UserError, "has answered", "Archivist"):
            self.of("manager", answer).write({"result": "ok"})

    def test_finished_ones_are_frozen(self):
        inspection = self.finish(team_ids=self.team_north.ids)
        line, answer = inspection.line_ids[0], self.answers(inspection)[0]
        for role in ("archivist", "manager"):
            for attempt in (
                lambda role=role: self.of(role, answer).write({"result": "na"}),
                lambda role=role: self.of(role, line).write({"remark": "x"}),
                lambda role=role: self.of(role, inspection).write({"conclusion": "x"}),
                lambda role=role: self.of(role, inspection).write({"sample_size": 1}),
                lambda role=role: self.of(role, inspection).write({"state": "running"}),
                lambda role=role: self.of(role, inspection).action_finish(),
                lambda role=role: self.of(role, inspection).action_cancel("x"),
                lambda role=role: self.of(role, inspection).copy(),
                lambda role=role: self.of(role, line).copy(),
            ):
                with self.subTest(role=role), self.refused(UserError):
                    attempt()
        with self.refused(UserError, "stay as they are"):
            self.of("archivist", answer).write({"result": "na"})
        for records in (inspection, line, answer):
            with self.assertRaises(UserError):
                self.env[records._name].browse(records.ids).unlink()

    def test_what_is_fixed(self):
        inspection = self.plan()
        for vals in ({"seed": "x"}, {"population_hash": "x"}, {"state": "done"}, {"name": "x"}, {"company_id": 1}):
            with self.subTest(vals=vals), self.refused(UserError):
                inspection.write(vals)
        forged = self.plan(seed="x", state="done", population_count=5, done_by_id=self.user["clerk"].id)
        self.assertEqual((forged.state, forged.seed, forged.population_count), ("draft", False, 0))
        self.assertEqual(forged.company_id, self.company_one)
        inspection.action_start()
        line = inspection.line_ids[0]
        with self.refused(UserError, "as it was drawn"):
            line.write({"archive_id": self.person_archive.id})
        with self.refused(UserError, "only result"):
            line.answer_ids[0].write({"item_id": self.items[1].id})
        for model in (LINE, ANSWER):
            with self.assertRaises(AccessError):
                self.env_of("archivist")[model].create({})
        with self.assertRaises(AccessError):
            line.write({"answer_ids": [(2, line.answer_ids[0].id)]})
        with self.assertRaises(AccessError):
            inspection.read(["population"])
        inspection.conclusion = "良好"
        inspection.user_id = self.user["manager"]
        with self.refused(ValidationError, "no archivist"):
            inspection.user_id = self.user["clerk"]
        inspection.action_cancel("计划变更")
        self.assertEqual((inspection.state, inspection.end_reason), ("cancelled", "计划变更"))
        self.assertTrue(inspection.line_ids, "the sample stays")

    def test_used_items_stay(self):
        self.begin()
        item = self.of("manager", self.items[0])
        with self.refused(UserError, "stands in an inspection"):
            item.write({"name": "别的"})
        with self.refused(UserError, "stands in an inspection"):
            item.unlink()
        with self.refused(UserError, "stands in an inspection"):
            item.template_id.unlink()
        item.write({"days": 3, "active": False})
        copied = item.template_id.copy()
        self.assertEqual(len(copied.item_ids), 1)
        copied.item_ids.name = "新项目"

    # -- who ----------------------------------------------------------------------------------------------------

    def test_others_are_refused(self):
        inspection = self.begin()
        line, answer = inspection.line_ids[0], self.answers(inspection)[0]
        for role in (set(ROLES) - {"archivist", "manager"}) | {"public"}:
            steps = [
                lambda role=role: self.of(role, inspection).action_start(),
                lambda role=role: self.of(role, inspection).action_finish(),
                lambda role=role: self.of(role, inspection).action_cancel("x"),
                lambda role=role: self.of(role, inspection).write({"conclusion": "x"}),
                lambda role=role: self.of(role, line).action_rest_ok(),
                lambda role=role: self.of(role, line).write({"remark": "x"}),
                lambda role=role: self.of(role, answer).write({"result": "ok"}),
                lambda role=role: self.plan(role),
            ]
            if role == "archivist_two":
                steps.pop()
            if role != "auditor":
                steps += [
                    lambda role=role: self.of(role, inspection).read(["name"]),
                    lambda role=role: self.of(role, line).read(["number"]),
                    lambda role=role: self.of(role, answer).read(["remark"]),
                    lambda role=role: self.of(role, inspection).action_check_sample(),
                ]
            for number, step in enumerate(steps):
                with self.subTest(role=role, step=number), self.assertRaises(AccessError):
                    step()

    def test_auditor_reads_masked(self):
        inspection = self.begin()
        auditor = self.of("auditor", inspection)
        auditor.read(["name", "seed", "line_count", "score"])
        lines = auditor.line_ids
        self.assertEqual(len(lines), inspection.line_count)
        label = lines.web_read({"archive_id": {"fields": {"display_name": {}}}, "answer_ids": {"fields": {"fact": {}}}})
        self.assertNotIn("同仁堂", str(label))
        auditor.action_check_sample()

    def test_hidden_archives_stay_hidden(self):
        self.clear("manager", "core")
        self.archive._change_level("core", "x")
        inspection = self.begin("manager")
        line = inspection.line_ids.filtered(lambda line: line.archive_id.id == self.archive.id)
        self.assertTrue(line)
        mine = self.of("archivist", line)
        with self.assertRaises(AccessError):
            mine.read(["number"])
        with self.assertRaises(AccessError):
            mine.answer_ids.browse(line.answer_ids.ids).write({"result": "ok"})
        self.assertNotIn(line.id, self.of("archivist", inspection).line_ids.ids)
        self.assertEqual(self.of("archivist", inspection).line_count, inspection.line_count, "figures are whole")

    def test_raised_in_level_meanwhile(self):
        """Whoever is not cleared any more is told who goes on."""
        inspection = self.begin(team_ids=self.team_north.ids)
        self.archive._change_level("core", "x")
        self.env.invalidate_all()
        mine = self.answers(inspection)
        self.assertEqual(mine.archive_id, self.of("archivist", self.person_archive))
        with self.refused(UserError, "Answer all items", self.person_archive.number):
            inspection.action_finish()
        mine.write({"result": "ok"})
        with self.refused(UserError, "cleared for them", self.archive.number):
            inspection.action_finish()
        self.clear("manager", "core")
        self.answers(self.of("manager", inspection), self.archive).write({"result": "ok"})
        self.of("archivist", inspection).action_finish()

    # -- plans --------------------------------------------------------------------------------------------------

    def test_cron_makes_next_month_once(self):
        plan = self.env_of("archivist")[PLAN].create(
            {"name": "每月", "template_id": self.template.id, "category_ids": self.category_company.ids}
        )
        with freeze_time("2026-05-31 18:00:00"), self.enter_registry_test_mode():  # June already in China
            for _time in range(2):
                self.env.ref("customer_archive.ir_cron_inspections").method_direct_trigger()
        self.env.invalidate_all()
        inspection = plan.inspection_ids
        self.assertEqual(inspection.period, date(2026, 7, 1))
        self.assertEqual((inspection.due_on, inspection.state), (date(2026, 7, 31), "draft"))
        self.assertEqual(inspection.category_ids, self.of("archivist", self.category_company))
        self.assertEqual(inspection.company_id, self.company_one)
        self.assertEqual(inspection.activity_ids.user_id, self.user["archivist"])
        with freeze_time("2026-06-15 02:00:00"):
            first = plan.action_plan_now()["res_id"]
            self.assertEqual(plan.action_plan_now()["res_id"], first)
        with self.assertRaises(AccessError):
            self.of("auditor", plan).action_plan_now()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env[INSPECTION].browse(first)._governed().write({"period": "2026-07-01"})
            self.env.flush_all()
        with self.refused(ValidationError, "no archivist"):
            plan.user_id = self.user["clerk"]

    def test_inspector_who_is_none_any_more(self):
        """The month's inspection goes to another archivist, and the other plans have theirs."""
        mine = self.env_of("archivist")[PLAN].create({"name": "一", "template_id": self.template.id})
        other = self.env_of("manager")[PLAN].create({"name": "二", "template_id": self.template.id})
        self.user["archivist"].group_ids = self.env.ref("customer_archive.group_user")
        self.user["manager"].lang = "zh_CN"
        self.env.flush_all()
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_inspections").method_direct_trigger()
        self.env.invalidate_all()
        for plan in (mine, other):
            inspection = plan.with_env(self.env).inspection_ids
            self.assertEqual(inspection.user_id, self.user["manager"])
            self.assertEqual(inspection.activity_ids.user_id, self.user["manager"])
            self.assertEqual(inspection.activity_ids.summary, "档案检查")

    def test_no_archivist_left(self):
        lost = self.env_of("archivist_two")[PLAN].create({"name": "二", "template_id": self.template.id})
        mine = self.env_of("archivist")[PLAN].create({"name": "一", "template_id": self.template.id})
        self.user["archivist_two"].group_ids = self.env.ref("customer_archive.group_user")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.enter_registry_test_mode(), mute_logger("odoo.addons.customer_archive"):
            self.env.ref("customer_archive.ir_cron_inspections").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(lost.with_env(self.env).inspection_ids)
        self.assertTrue(mine.with_env(self.env).inspection_ids)

    def test_inspector_of_another_company(self):
        with self.refused(ValidationError, "no archivist of", self.company_one.name):
            self.plan(user_id=self.user["archivist_two"].id)

    def test_second_company(self):
        two = self.env_of("archivist_two")[PLAN].create({"name": "二", "template_id": self.template.id})
        self.assertEqual(two.company_id, self.company_two)
        for role in ("archivist", "auditor"):
            with self.assertRaises(AccessError):
                self.of(role, two).read(["name"])
        with self.refused(UserError, "No archive"):
            self.begin("archivist_two")

    # -- merged archives ----------------------------------------------------------------------------------------

    def test_merged_archives(self):
        pair = self.companies(2)
        archives = self.open(pair, self.category_company)
        inspection = self.begin()
        finished = self.finish(archive=archives[1])
        finding = self.finding_of(finished)
        self.assertEqual(finding.archive_id, archives[1])
        wizard = self.env_of("archivist")["customer.archive.merge.engine"]
        from ..models.customer_archive_merge_engine import MergeGroup

        record = wizard._merge([MergeGroup(pair[0].id, (pair[1].id,))])
        self.env.invalidate_all()
        lines = self.env[LINE].search([("archive_id", "in", archives.ids), ("inspection_id", "=", inspection.id)])
        self.assertEqual(len(lines), 2, "the sample stays what it was")
        self.assertEqual(finding.archive_id, archives[0], "the finding goes on")
        self.assertEqual(inspection.action_check_sample()["params"]["type"], "success")
        record._undo()
        self.env.invalidate_all()
        self.assertEqual(finding.archive_id, archives[1])

    # -- paper, export ------------------------------------------------------------------------------------------

    def test_print(self):
        inspection = self.finish(team_ids=self.team_north.ids)
        render = "customer_archive.report_inspection"

        def html(role):
            return self.env_of(role)["ir.actions.report"]._render_qweb_html(render, inspection.ids)[0].decode()

        page = html("archivist")
        for text in (inspection.name, inspection.seed, self.archive.number, "扫描件缺失", "Inspection Record"):
            self.assertIn(text, page)
        self.assertIn(self.archive.number, html("auditor"))
        for role in ("clerk", "leader", "management", "employee", "archivist_two", "sysop"):
            with self.subTest(role), self.assertRaises(AccessError):
                html(role)

    def test_export(self):
        inspection = self.finish(team_ids=self.team_north.ids)
        lines = inspection.line_ids
        rows = lines.export_data(["number", "owner_id", "period", "ok_count", "finding_count", "score"])["datas"]
        self.assertEqual(sum(row[4] for row in rows), 1)
        groups = lines.formatted_read_group(
            [("id", "in", lines.ids)], ["owner_id", "period:month"], ["finding_count:sum", "score:avg"]
        )
        self.assertEqual((groups[0]["finding_count:sum"], groups[0]["score:avg"]), (1, 75))
