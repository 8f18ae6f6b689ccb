"""Holds (product.md R4): by hand and from facts, the one check, who places and lifts them."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..models.customer_archive_merge_engine import MergeGroup
from .test_retention import RetentionCommon

OTHERS = ("clerk", "leader", "service", "management", "employee", "auditor", "security", "appraiser", "sysop")


class HoldCommon(RetentionCommon):
    """An archive that is due, but for the holds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.due_category = cls.category(name="Due")
        cls.line(cls.due_category, minimum=1)
        cls.archive.category_id = cls.due_category
        cls.archive._governed().write({"state": "inactive", "closed_on": "2020-01-01"})
        other = cls.env["res.users"].create(
            {
                "login": "test_archivist_b",
                "name": "Archivist B",
                "group_ids": [(6, 0, [cls.env.ref("customer_archive.group_archivist").id])],
                "company_id": cls.company_one.id,
                "company_ids": [(6, 0, cls.company_one.ids)],
            }
        )
        cls.user["archivist_b"] = other
        cls.env.flush_all()

    def place(self, role="archivist", archives=None, **vals):
        values = {"name": "Lawsuit", "reason": "asked by the court", "authority": "Court 7", **vals}
        archives = self.archive if archives is None else archives
        hold = self.env_of(role)["customer.archive.hold"]._place(self.of(role, archives), **values)
        return self.env["customer.archive.hold"].browse(hold.id)

    def sentences(self, archive=None):
        archive = self.archive if archive is None else archive
        self.env.invalidate_all()
        return archive._hold_sentences().get(archive.id, [])


@tagged("post_install", "-at_install")
class TestHold(HoldCommon):
    def test_placing(self):
        self.assertIn(self.archive, self.env["customer.archive"]._retention_candidates())
        hold = self.place()
        self.assertEqual(hold.placed_by_id, self.user["archivist"])
        self.assertEqual(self.sentences(), ["Lawsuit (Court 7)"])
        self.assertNotIn(self.archive, self.env["customer.archive"]._retention_candidates())
        self.assertIn("on hold", self.archive.retention_text)
        self.assertIn("Lawsuit", self.of("clerk", self.archive).retention_hold_text)

    def test_many_at_once_and_again(self):
        archives = self.open(self.companies(5), self.category_company)
        hold = self.place(archives=archives | self.archive)
        self.assertEqual(hold.archive_count, 6)
        hold.action_add(archives)
        self.assertEqual(len(hold.line_ids), 6)
        self.assertEqual(set(archives._hold_sentences()), set(archives.ids))

    def test_lifting_by_two(self):
        hold = self.place()
        with self.refused(UserError, "why"):
            self.of("archivist", hold).action_lift(" ")
        self.of("archivist", hold).action_lift("settled")
        self.assertEqual(hold.state, "lifting")
        self.assertTrue(self.sentences(), "it holds until another one agrees")
        with self.refused(AccessError, "two people"):
            self.of("archivist", hold).action_agree()
        self.of("archivist_b", hold).action_keep()
        self.assertEqual((hold.state, hold.lift_reason), ("active", False))
        self.of("archivist", hold).action_lift("settled")
        self.of("archivist_b", hold).action_agree()
        self.assertEqual((hold.state, hold.lifted_by_id), ("lifted", self.user["archivist_b"]))
        self.assertFalse(self.sentences())
        self.assertTrue(hold.line_ids.ended_on, "the register tells how long")
        with self.refused(UserError, "lifted"):
            self.of("archivist", hold).action_add(self.archive.ids)

    def test_one_is_enough_by_the_policy(self):
        self.env["customer.archive.policy"]._record().holds_need_two = False
        hold = self.place()
        self.of("archivist", hold).action_lift("settled")
        self.assertEqual(hold.state, "lifted")

    def test_confirming(self):
        hold = self.place()
        with self.refused(AccessError, "two people"):
            self.of("archivist", hold).action_confirm()
        self.of("archivist_b", hold).action_confirm()
        self.assertEqual(hold.confirmed_by_id, self.user["archivist_b"])

    def test_sudo_holds_too(self):
        hold = self.env["customer.archive.hold"].sudo()._place(self.archive, name="By code", reason="x")
        self.assertEqual(self.of("clerk", self.archive).sudo()._hold_sentences()[self.archive.id], ["By code"])
        self.assertEqual(hold.placed_by_id, self.env.user)

    def test_others_neither_place_nor_lift(self):
        hold = self.place()
        for role in OTHERS:
            for call in (
                lambda env: env["customer.archive.hold"]._place(
                    env["customer.archive"].browse(self.archive.id), name="x", reason="x"
                ),
                lambda env: env["customer.archive.hold"].browse(hold.id).action_lift("x"),
                lambda env: env["customer.archive.hold"].browse(hold.id).action_agree(),
                lambda env: env["customer.archive.hold"].browse(hold.id).action_confirm(),
                lambda env: env["customer.archive.hold"].browse(hold.id).action_add([self.archive.id]),
                lambda env: env["customer.archive.hold"].create({"name": "x", "reason": "x"}),
                lambda env: env["customer.archive.hold"].browse(hold.id).write({"name": "x"}),
                lambda env: env["customer.archive.hold.place"].create({"name": "x"}),
                lambda env: env["customer.archive.hold.line"].browse(hold.line_ids.ids).write({"is_open": False}),
            ):
                with self.subTest(role=role), self.refused(AccessError):
                    call(self.env_of(role))

    def test_what_is_fixed(self):
        hold = self.place()
        mine = self.of("archivist", hold)
        forged = ({"state": "lifted"}, {"reason": "x"}, {"line_ids": [(5,)]}, {"placed_by_id": 1}, {"kind": "finding"})
        for vals in forged:
            with self.subTest(vals=vals), self.refused(UserError, "can't be changed"):
                mine.with_context(archive_governed=True).write(vals)
        mine.write({"review_on": "2030-01-01"})
        for call in (mine.unlink, mine.copy, mine.line_ids.unlink):
            with self.refused(UserError):
                call()
        forged = mine.create({"name": "x", "reason": "x", "placed_by_id": self.user["clerk"].id, "state": "lifted"})
        self.assertEqual((forged.placed_by_id, forged.state), (self.user["archivist"], "active"))
        with self.refused(UserError, "Add Archives"):
            mine.env["customer.archive.hold.line"].sudo().create(
                {"hold_id": hold.id, "archive_id": self.person_archive.id}
            )
        with self.refused(ValidationError, "reason"):
            mine.create({"name": "x", "reason": " "})

    def test_reviews(self):
        hold = self.place(review_on="2026-01-01")
        later = self.place(name="Later", review_on="2999-01-01")
        for _night in range(2):
            self.env["customer.archive.hold"]._remind_of_reviews()
        self.assertEqual(hold.activity_ids.user_id, self.user["archivist"])
        self.assertEqual(len(hold.activity_ids), 1, "told once")
        self.assertFalse(later.activity_ids)
        self.of("archivist", hold).write({"review_on": "2026-02-01"})
        self.env["customer.archive.hold"]._remind_of_reviews()
        self.assertEqual(len(hold.activity_ids), 2, "another day was set")

    def test_auditor_reads(self):
        hold = self.place()
        self.assertEqual(self.of("auditor", hold).name, "Lawsuit")

    def test_other_company(self):
        hold = self.place()
        self.assertFalse(self.of("archivist_two", hold).search([("id", "=", hold.id)]))
        with self.refused(AccessError):
            self.place("archivist_two")

    def test_merged_archives_are_held(self):
        """Holds go with the archive that goes on; one that is placed on a merged archive holds that one."""
        twin = self.partner(name="同仁堂二", is_company=True)
        merged = self.open(twin, self.category_company)
        hold = self.place(archives=merged)
        self.env["customer.archive.merge.engine"]._merge([self._group(self.archived, twin)])
        self.env.invalidate_all()
        self.assertEqual(merged.merged_into_id, self.archive)
        self.assertEqual(self.sentences(), ["Lawsuit (Court 7)"])
        later = self.place(archives=merged, name="Second")
        self.assertEqual(later.line_ids.archive_id, self.archive)
        self.assertTrue(hold.line_ids.is_open)

    def test_both_held_by_the_same(self):
        twin = self.partner(name="同仁堂二", is_company=True)
        merged = self.open(twin, self.category_company)
        self.place(archives=merged | self.archive)
        self.env["customer.archive.merge.engine"]._merge([self._group(self.archived, twin)])
        self.assertEqual(self.sentences(), ["Lawsuit (Court 7)"])

    def test_longest_retention_wins(self):
        """Of two merged archives each part is kept as long as the one says that keeps it longest."""
        long, twin = self.category(name="Long"), self.partner(name="同仁堂二", is_company=True)
        self.line(long, minimum=9)
        self.line(long, "logs", minimum=2)
        merged = self.open(twin, long)
        before = self.archive.retention_minimum_on
        self.env["customer.archive.merge.engine"]._merge([self._group(self.archived, twin)])
        self.env.invalidate_all()
        self.assertFalse(merged.clock_ids)
        self.assertEqual(self.archive.retention_minimum_on.year, before.year + 8)
        self.assertEqual(set(self.archive.clock_ids.mapped("field_group")), {"card", "logs"})
        self.env["customer.archive"]._set_all_clocks(lambda *args, **kw: 60)
        self.assertEqual(self.archive.retention_minimum_on.year, before.year + 8)

    def _group(self, target, source):
        return MergeGroup(target.id, tuple(source.ids))

    def test_contracts_and_requests(self):
        self.env["customer.archive.document"].create({"archive_id": self.archive.id, "name": "x"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive_document SET state = 'in_force', register = 'contract', valid_from = '2024-05-01'"
            " WHERE archive_id = %s",
            [self.archive.id],
        )
        self.assertEqual(self.sentences(), ["a contract in force since 2024-05-01"])
        self.assertNotIn(self.archive, self.env["customer.archive"]._retention_candidates())
        self.env.cr.execute(
            "UPDATE customer_archive_document SET state = 'terminated' WHERE archive_id = %s", [self.archive.id]
        )
        self.assertFalse(self.sentences())
        self.of("archivist", self.archive).action_reopen("again")
        self.assertIn("an open request", self.sentences()[0])

    def test_dialog(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_hold_place_action")
        env = self.env_of("archivist", active_model="customer.archive", active_ids=self.archive.ids)
        dialog = Form(env[action["res_model"]])
        dialog.numbers = f"{self.person_archive.number}\n"
        dialog.name = dialog.reason = "Dispute"
        hold = env["customer.archive.hold"].browse(dialog.save().action_apply()["res_id"])
        self.assertEqual(hold.line_ids.archive_id, (self.archive | self.person_archive).with_env(env))
        dialog = env["customer.archive.hold.place"].create({"numbers": "NONE-1", "name": "x", "reason": "x"})
        with self.refused(UserError, "NONE-1"):
            dialog.action_apply()

    def test_destroyed_ones(self):
        self.archive._governed().write({"state": "destroyed", "partner_id": False})
        with self.refused(UserError, "destroyed"):
            self.env["customer.archive.hold"]._place(self.archive, name="x", reason="x")


@tagged("post_install", "-at_install")
class TestSimulation(HoldCommon):
    def test_shorter_and_longer(self):
        line = self.Line.search([("category_id", "=", self.due_category.id)])
        before = (self.archive.retention_minimum_on, line.minimum)
        env = self.env_of("archivist", default_line_id=line.id)
        dialog = Form(env["customer.archive.retention.simulation"])
        self.assertEqual(dialog.minimum, 1)
        dialog.minimum = 90
        record = dialog.save()
        record.action_run()
        self.assertEqual((record.total, record.due_before, record.due_after), (1, 1, 0))
        self.assertEqual(record.no_longer_due, 1)
        self.assertEqual(record.result_ids.archive_id.id, self.archive.id)
        self.env.invalidate_all()
        self.assertEqual((self.archive.retention_minimum_on, line.minimum), before, "nothing was changed")
        record.write({"minimum": 2})
        record.action_run()
        self.assertEqual((record.newly_due, record.no_longer_due), (0, 0))

    def test_new_line_for_a_category_above(self):
        child = self.category(name="Below", parent_id=self.due_category.id)
        self.person_archive.category_id = child
        self.person_archive._governed().write({"state": "inactive", "closed_on": "2024-12-01"})
        env = self.env_of("archivist")
        record = env["customer.archive.retention.simulation"].create(
            {
                "category_id": self.due_category.id,
                "field_group": "logs",
                "minimum": 80,
                "trigger_ids": [(6, 0, self.triggers["archive_closed"].ids)],
                "citation": "x",
                "day": "2027-01-01",
            }
        )
        record.action_run()
        self.assertEqual((record.total, record.due_before, record.due_after), (2, 2, 0))

    def test_refused_like_the_line_itself(self):
        env = self.env_of("archivist")
        record = env["customer.archive.retention.simulation"].create(
            {"category_id": self.due_category.id, "field_group": "logs", "minimum": 1}
        )
        with self.refused(ValidationError, "from when"):
            record.action_run()

    def test_others(self):
        for role in OTHERS:
            with self.subTest(role=role), self.refused(AccessError):
                self.env_of(role)["customer.archive.retention.simulation"].create(
                    {"category_id": self.due_category.id}
                ).action_run()
