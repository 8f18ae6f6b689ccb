"""Handover lists: who prepares, who signs, what the second signature does, who sees what (product.md O5)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.customer_archive import GOVERNED
from .common import ROLES, ArchiveCommon

# Letters: (r)ead, (w)rite, (c)reate, (u)nlink. Roles that are not named may do nothing.
USERS = ("clerk", "colleague", "leader", "service", "management", "archivist", "manager")
RIGHTS = {
    "customer.archive.handover": {**dict.fromkeys(USERS, "rw"), "auditor": "r"},
    "customer.archive.handover.line": {**dict.fromkeys(USERS, "rwu"), "auditor": "r"},
    "customer.archive.reassign": dict.fromkeys(USERS, "rwcu"),
    "customer.archive.register.step": dict.fromkeys(USERS, "rwcu"),
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
# Who sees a list of the clerk's (team north) for the colleague.
READERS = {"clerk", "colleague", "leader", "archivist", "manager", "auditor"}


@tagged("post_install", "-at_install")
class TestHandover(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archives = cls.archive | cls.person_archive
        cls.archive.write({"box": "B-1", "shelf": "2"})

    def prepare(self, role="clerk", archives=None, to="colleague", **vals):
        archives = self.of(role, self.archives if archives is None else archives)
        wizard = archives.env["customer.archive.reassign"].create(
            {
                "archive_ids": [(6, 0, archives.ids)],
                "user_id": self.user[to].id,
                "reason": "Leaves",
                "with_handover": True,
                **vals,
            }
        )
        action = wizard.action_apply()
        self.env.flush_all()
        Handover = self.env["customer.archive.handover"]
        return Handover.browse(action["res_id"]) if action.get("res_id") else Handover.search(action["domain"])

    def given(self, **kwargs):
        handover = self.prepare(**kwargs)
        self.of("clerk", handover).action_sign_giver()
        return handover

    # -- the table of rights --------------------------------------------------------------------------------------

    def test_table_of_rights(self):
        for model, rights in RIGHTS.items():
            for role in [*ROLES, "public"]:
                if role.endswith("_two"):
                    continue
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = self.env(user=self.user[role])[model].has_access(operation)
                        self.assertEqual(allowed, letter in rights.get(role, ""))

    def test_who_sees_a_list(self):
        handover = self.prepare()
        for role in [*ROLES, "public"]:
            mine = self.of(role, handover)
            with self.subTest(role=role):
                self.assertEqual(mine.has_access("read"), role in READERS)
                self.assertEqual(self.of(role, handover.line_ids).has_access("read"), role in READERS)
                if role in READERS:
                    self.assertEqual(mine.search([]), mine)
                    mine.read([])
                    mine.line_ids.read([])
                else:
                    for attempt in (
                        lambda mine=mine: mine.read(["name"]),
                        lambda mine=mine: mine.web_read({"line_ids": {"fields": {"number": {}}}}),
                        lambda mine=mine: mine.line_ids.read(["number"]),
                        lambda mine=mine: mine.write({"reason": "x"}),
                        lambda mine=mine: mine.message_post(body="x"),
                        lambda mine=mine: mine.action_sign_giver(),
                        lambda mine=mine: mine.action_sign_receiver(),
                        lambda mine=mine: mine.action_cancel("x"),
                        lambda mine=mine: mine.action_refuse("x"),
                        lambda mine=mine: mine.env["report.customer_archive.report_handover"]._get_report_values(
                            mine.ids
                        ),
                    ):
                        with self.refused(AccessError):
                            attempt()

    def test_receiver_sees_numbers_but_no_names(self):
        handover = self.given()
        lines = self.of("colleague", handover).line_ids
        self.assertEqual(lines.mapped("number"), self.archives.sorted("number").mapped("number"))
        text = str(lines.web_read({"customer_name": {}, "archive_id": {"fields": {"display_name": {}}}, "number": {}}))
        self.assertNotIn("同仁堂", text)
        self.assertNotIn("王芳", text)
        self.assertIn("Restricted customer #", text)
        self.assertIn(self.archived.name, self.of("clerk", handover).line_ids.mapped("customer_name"))
        self.of("colleague", handover).action_sign_receiver()
        self.assertIn(self.archived.name, self.of("colleague", handover).line_ids.mapped("customer_name"))
        self.assertNotIn(self.archived.name, self.of("clerk", handover).line_ids.mapped("customer_name"))

    def test_names_can_not_be_grouped_or_searched(self):
        lines = self.of("colleague", self.given()).line_ids
        for attempt in (
            lambda: lines.search([("customer_name", "ilike", "同仁")]),
            lambda: lines.formatted_read_group([], ["customer_name"], ["__count"]),
            lambda: lines.search([], order="customer_name"),
        ):
            self.assertTrue(self.is_refused(attempt))
        self.assertFalse(lines.search([("archive_id.partner_id.name", "ilike", "同仁")]))
        self.assertFalse(lines.search([("archive_id", "ilike", "同仁")]))

    def is_refused(self, attempt):
        try:
            attempt()
        except (ValueError, UserError):
            return True
        return False

    # -- preparing ------------------------------------------------------------------------------------------------

    def test_lines_say_what_is_on_record(self):
        handover = self.prepare(note="Open: one complaint")
        self.assertRegex(handover.name, r"^YJ-\d{4}-\d{4}$")
        self.assertEqual((handover.giver_id, handover.receiver_id), (self.user["clerk"], self.user["colleague"]))
        self.assertEqual((handover.state, handover.line_count), ("draft", 2))
        self.assertEqual(handover.note, "Open: one complaint")
        line = handover.line_ids.filtered(lambda line: line.archive_id == self.archive)
        self.assertEqual((line.number, line.level, line.place), (self.archive.number, "internal", "B-1 / 2"))
        self.assertEqual(line.category_id, self.category_company)
        self.assertEqual(handover.team_ids, self.team_north)

    def test_own_customers_only(self):
        for role in ROLES:
            if role in ("clerk", "leader", "archivist", "manager"):
                continue
            with self.subTest(role=role), self.refused(AccessError):
                self.prepare(role=role, to="leader")

    def test_readers_of_an_archive_can_not_list_it(self):
        """Service managers and the management read it, but it is not theirs to give."""
        for role in ("service", "management"):
            with self.subTest(role=role), self.refused(AccessError, "handover list"):
                self.prepare(role=role, to="colleague")

    def test_one_list_for_each_giver(self):
        south = self.open(self.companies(2, user_id=self.user["colleague"].id), self.category(applies_to="company"))
        lists = self.prepare(role="archivist", archives=self.archives | south, to="archivist")
        self.assertEqual(lists.giver_id, self.user["clerk"] | self.user["colleague"])
        self.assertEqual(sorted(lists.mapped("line_count")), [2, 2])

    def test_customers_of_nobody(self):
        self.archived.user_id = False
        with self.refused(UserError, "without a handover list"):
            self.prepare(role="archivist")

    def test_bad_lists(self):
        with self.refused(UserError, "reason"):
            self.prepare(reason=" ")
        with self.refused(UserError, "account manager already"):
            self.prepare(to="clerk")
        with self.refused(UserError, "has a role"):
            self.prepare(to="employee")
        with self.refused(UserError, "does not work for"):
            self.prepare(to="clerk_two")
        self.prepare(archives=self.archive)
        with self.refused(UserError, "YJ-", "already"):
            self.prepare()

    def test_receiver_is_checked_when_changed(self):
        handover = self.prepare()
        self.of("clerk", handover).write({"receiver_id": self.user["leader"].id})
        for to in ("employee", "clerk_two"):
            with self.refused(UserError):
                self.of("clerk", handover).write({"receiver_id": self.user[to].id})
        with self.refused(UserError, "account manager already"):
            self.of("clerk", handover).write({"receiver_id": self.user["clerk"].id})

    def test_draft_is_prepared_by_its_parties(self):
        handover = self.prepare()
        line = handover.line_ids[0]
        for role in ("clerk", "leader", "archivist"):
            self.of(role, line).write({"pages": 12, "remark": role})
        with self.refused(AccessError):
            self.of("colleague", line).write({"pages": 1})
        with self.refused(AccessError):
            self.of("colleague", line).unlink()
        for vals in ({"number": "X"}, {"archive_id": self.archive.id}, {"result": "moved"}, {"level": "public"}):
            for role in ("clerk", "archivist", "manager"):
                with self.refused(UserError, "pages and the remark"):
                    self.of(role, line).write(vals)
        self.of("clerk", line).unlink()
        self.assertEqual(handover.line_count, 1)

    def test_governed_fields(self):
        handover = self.prepare()
        for vals in (
            {"state": "done"},
            {"giver_id": self.user["colleague"].id},
            {"giver_signed_at": "2026-01-01 00:00:00"},
            {"giver_signature": "x"},
            {"receiver_signature": "x"},
            {"team_ids": [(5,)]},
            {"name": "x"},
            {"company_id": self.company_two.id},
            {"end_reason": "x"},
        ):
            for role in ("clerk", "archivist", "manager"):
                with self.subTest(vals=vals, role=role), self.refused(UserError):
                    self.of(role, handover, archive_governed=True).write(vals)
        with self.refused(AccessError):
            self.of("clerk", handover).write({"line_ids": [(0, 0, {"archive_id": self.archive.id, "number": "x"})]})
        for role in ("clerk", "archivist", "manager"):
            with self.refused(AccessError):
                self.env_of(role)["customer.archive.handover"].create(
                    {"giver_id": self.user[role].id, "receiver_id": self.user["leader"].id, "reason": "x"}
                )
        self.assertIsNot(GOVERNED, True)

    # -- signing --------------------------------------------------------------------------------------------------

    def test_both_sign(self):
        handover = self.prepare()
        self.assertEqual(self.of("clerk", handover).my_part, "giver")
        self.assertFalse(self.of("colleague", handover).my_part)
        with self.refused(UserError, "not possible"):
            self.of("colleague", handover).action_sign_receiver()
        self.of("clerk", handover).action_sign_giver()
        self.assertEqual((handover.state, handover.giver_signature), ("given", "Clerk"))
        self.assertEqual(self.archives.owner_id, self.user["clerk"], "One signature moves nothing")
        self.assertEqual(handover.activity_ids.user_id, self.user["colleague"])
        self.assertEqual(self.of("colleague", handover).my_part, "receiver")
        self.of("colleague", handover).action_sign_receiver()
        self.env.invalidate_all()
        self.assertEqual((handover.state, handover.receiver_signature), ("done", "Colleague"))
        self.assertEqual(self.archives.owner_id, self.user["colleague"])
        self.assertEqual(self.archives.team_id, self.team_south)
        self.assertEqual(set(handover.line_ids.mapped("result")), {"moved"})
        self.assertEqual(handover.moved_count, 2)
        self.assertFalse(handover.activity_ids)
        self.assertEqual(handover.team_ids, self.team_north | self.team_south)
        self.assertIn(handover.name, self.archive.message_ids[0].body)
        with self.refused(UserError, "not possible"):
            self.of("colleague", handover).action_sign_receiver()

    def test_nobody_signs_for_another(self):
        handover = self.prepare()
        for role in ("colleague", "leader", "archivist", "manager"):
            with self.subTest(role=role), self.refused(AccessError, "in person"):
                self.of(role, handover).action_sign_giver()
        with self.refused(AccessError):
            handover.sudo().action_sign_giver()
        self.of("clerk", handover).action_sign_giver()
        for role in ("clerk", "leader", "archivist", "manager"):
            with self.subTest(role=role), self.refused(AccessError, "in person"):
                self.of(role, handover).action_sign_receiver()
        self.assertEqual(self.archives.owner_id, self.user["clerk"])

    def test_giver_who_left(self):
        handover = self.prepare(role="leader")
        self.user["clerk"].active = False
        with self.refused(AccessError, "no longer sign"):
            self.of("colleague", handover).action_sign_giver()
        self.assertEqual(self.of("leader", handover).my_part, "for_giver")
        self.of("leader", handover).action_sign_giver()
        self.assertEqual(handover.giver_signature, "Leader for Clerk")
        self.assertEqual(handover.giver_signed_by_id, self.user["leader"])
        self.of("colleague", handover).action_sign_receiver()
        self.env.invalidate_all()
        self.assertEqual(self.archives.owner_id, self.user["colleague"])

    def test_receiver_does_not_sign_for_the_giver(self):
        self.user["clerk"].active = False
        handover = self.prepare(role="leader", to="leader")
        self.assertFalse(self.of("leader", handover).my_part)
        with self.refused(AccessError, "somebody else signs"):
            self.of("leader", handover).action_sign_giver()
        self.of("archivist", handover).action_sign_giver()
        self.of("leader", handover).action_sign_receiver()
        self.env.invalidate_all()
        self.assertEqual(self.archives.owner_id, self.user["leader"])

    def test_archivist_without_clearance_does_not_sign_for_the_giver(self):
        handover = self.prepare()
        self.archive._change_level("core", "x")
        self.user["clerk"].active = False
        with self.refused(AccessError):
            self.of("archivist", handover).action_sign_giver()

    def test_giver_without_a_role_any_more(self):
        handover = self.prepare()
        self.user["clerk"].group_ids = self.env.ref("base.group_user")
        self.of("archivist", handover).action_sign_giver()
        self.assertEqual(handover.giver_signature, "Archivist for Clerk")

    def test_frozen_after_the_first_signature(self):
        handover = self.given()
        for role in ("clerk", "leader", "archivist", "manager"):
            with self.subTest(role=role):
                for vals in ({"reason": "x"}, {"receiver_id": self.user["leader"].id}, {"date": "2026-01-01"}):
                    with self.refused(UserError, "no longer be changed"):
                        self.of(role, handover).write(vals)
                with self.refused(UserError, "no longer be changed"):
                    self.of(role, handover.line_ids).write({"pages": 3})
                with self.refused(UserError, "no longer be changed"):
                    self.of(role, handover.line_ids[0]).unlink()
        with self.refused(UserError):
            handover.line_ids[0].unlink()

    def test_what_moved_meanwhile_stays_where_it_is(self):
        handover = self.given()
        self.of("archivist", self.archive)._reassign(self.user["leader"], "x")
        self.of("colleague", handover).action_sign_receiver()
        self.env.invalidate_all()
        self.assertEqual(self.archive.owner_id, self.user["leader"])
        self.assertEqual(self.person_archive.owner_id, self.user["colleague"])
        results = {line.archive_id: line.result for line in handover.line_ids}
        self.assertEqual(results, {self.archive: "elsewhere", self.person_archive: "moved"})

    def test_what_was_closed_meanwhile_stays(self):
        handover = self.given()
        self.archive._governed().write({"state": "sealed"})
        self.of("colleague", handover).action_sign_receiver()
        self.env.invalidate_all()
        self.assertEqual(self.archive.owner_id, self.user["clerk"])
        self.assertEqual(handover.line_ids.filtered(lambda li: li.archive_id == self.archive).result, "closed")

    def test_lines_of_others_are_not_signed(self):
        handover = self.prepare()
        self.of("archivist", self.archive)._reassign(self.user["leader"], "x")
        with self.refused(UserError, self.archive.number, "Take them off"):
            self.of("clerk", handover).action_sign_giver()
        self.of("clerk", handover.line_ids.filtered(lambda li: li.archive_id == self.archive)).unlink()
        self.of("clerk", handover).action_sign_giver()

    def test_receiver_who_can_not_have_them_any_more(self):
        handover = self.given()
        self.user["colleague"].write({"company_ids": [(6, 0, self.company_two.ids)], "company_id": self.company_two.id})
        with self.refused(UserError):
            self.of("colleague", handover).action_sign_receiver()

    def test_refusing(self):
        handover = self.given()
        for role in ("clerk", "leader", "archivist"):
            with self.refused(AccessError):
                self.of(role, handover).action_refuse("x")
        with self.refused(UserError, "reason"):
            self.of("colleague", handover).action_refuse(" ")
        action = self.of("colleague", handover).action_ask_refuse()
        env = self.env_of("colleague", **action["context"])
        env["customer.archive.register.step"].create({"reason": "Too many"}).action_apply()
        self.env.invalidate_all()
        self.assertEqual((handover.state, handover.end_reason), ("refused", "Too many"))
        self.assertEqual(self.archives.owner_id, self.user["clerk"])
        self.assertTrue(self.prepare(), "They can be listed again")

    def test_cancelling(self):
        handover = self.given()
        with self.refused(AccessError):
            self.of("colleague", handover).action_cancel("x")
        self.of("clerk", handover).action_cancel("Wrong list")
        self.assertEqual(handover.state, "cancelled")
        with self.refused(UserError, "not possible"):
            self.of("colleague", handover).action_sign_receiver()
        done = self.given()
        self.of("colleague", done).action_sign_receiver()
        with self.refused(UserError, "not possible"):
            self.of("archivist", done).action_cancel("x")

    def test_dialog_of_reasons_is_no_back_door(self):
        handover = self.given()
        for role in ("clerk", "leader", "archivist", "service"):
            step = self.env_of(role)["customer.archive.register.step"].create(
                {"register": "customer.archive.handover", "row_id": handover.id, "step": "refuse", "reason": "x"}
            )
            with self.subTest(role=role), self.refused(AccessError):
                step.action_apply()

    def test_never_deleted_nor_copied(self):
        handover = self.prepare()
        for role in ("clerk", "archivist", "manager"):
            for attempt in (
                lambda role=role: self.of(role, handover).unlink(),
                lambda role=role: self.of(role, handover).copy(),
            ):
                with self.refused(UserError):
                    attempt()
        with self.refused(UserError):
            handover.unlink()
        with self.refused(UserError):
            handover.line_ids[0].copy()

    # -- on paper -------------------------------------------------------------------------------------------------

    def html(self, role, handover):
        report = self.env_of(role)["ir.actions.report"]
        html, _kind = report._render_qweb_html("customer_archive.report_handover", handover.ids)
        return html.decode()

    def test_print(self):
        handover = self.given()
        paper = self.html("clerk", handover)
        for text in (handover.name, self.archive.number, self.archived.name, "Leaves", "B-1 / 2", "Clerk", "Colleague"):
            self.assertIn(text, paper)
        self.assertNotIn(self.archived.name, self.html("colleague", handover))
        self.assertNotIn(self.archived.name, self.html("auditor", handover))
        self.assertIn(self.archive.number, self.html("auditor", handover))
        for role in ("service", "management", "employee", "archivist_two"):
            with self.subTest(role=role), self.refused(AccessError):
                self.html(role, handover)
