"""The archive itself: its states, what is fixed, names and search (product.md Words, C2)."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestArchive(ArchiveCommon):
    def test_governed_fields_are_refused_to_everybody(self):
        tries = {
            "number": "X-1",
            "state": "sealed",
            "closed_on": "2020-01-01",
            "partner_id": self.person.id,
            "company_id": self.company_two.id,
            "opened_on": "2001-01-01",
            "merged_into_id": self.person_archive.id,
            "completeness": 100,
            "section_scores": {"basic": 100},
        }
        for archive in (self.archive, self.of("archivist", self.archive), self.of("manager", self.archive)):
            for name, value in tries.items():
                with (
                    self.subTest(uid=archive.env.uid, field=name),
                    self.refused(UserError, "can't be changed directly"),
                ):
                    archive.write({name: value})

    def test_the_same_value_again_is_no_change(self):
        self.of("archivist", self.archive).write({"number": self.archive.number, "state": "active", "box": "B-1"})
        self.assertEqual(self.archive.box, "B-1")

    def test_the_sentence_says_what_to_do(self):
        with self.refused(UserError, "Archive Number", "Change Number"):
            self.of("archivist", self.archive).write({"number": "X"})
        with self.refused(UserError, "Status", "buttons"):
            self.of("archivist", self.archive).write({"state": "draft"})

    def test_free_fields(self):
        archive = self.of("archivist", self.archive)
        archive.write({"box": "B-2", "shelf": "R1", "remark": "x", "team_id": self.team_south.id})
        self.assertEqual((archive.box, archive.team_id), ("B-2", self.team_south))

    def test_commands_on_the_lines_are_governed_as_well(self):
        other = self.person_archive
        for commands in (
            [(0, 0, {"name": "FAKE-1"})],
            [(1, self.archive.number_ids[0].id, {"name": "FAKE-1"})],
            [(2, self.archive.number_ids[0].id)],
            [(3, self.archive.number_ids[0].id)],
            [(4, other.number_ids[0].id)],
            [(5,)],
            [(6, 0, other.number_ids.ids)],
        ):
            with self.subTest(commands=commands), self.refused(UserError):
                self.of("archivist", self.archive).write({"number_ids": commands})
        for commands in ([(0, 0, {"field_name": "vat"})], [(5,)]):
            archive = self.of("archivist", self.archive)
            archive.sudo()._store_faults({})
            with self.subTest(faults=commands):
                try:
                    archive.write({"fault_ids": commands})
                except UserError:
                    continue
                self.assertFalse(archive.fault_ids)

    def test_archives_of_a_customer_are_not_moved_through_the_customer(self):
        me, other = self.archived, self.person_archive
        for commands in (
            [(2, self.archive.id)],
            [(3, self.archive.id)],
            [(5,)],
            [(4, other.id)],
            [(6, 0, other.ids)],
            [(1, self.archive.id, {"state": "draft"})],
            [(0, 0, {"category_id": self.category_key.id})],
        ):
            for role in ("clerk", "archivist"):
                with self.subTest(commands=commands, role=role), self.refused(UserError):
                    self.of(role, me).write({"archive_ids": commands})
        with self.refused(UserError):
            self.env_of("archivist")["res.partner"].create({"name": "Thief", "archive_ids": [(4, other.id)]})

    def test_the_link_on_the_customer_is_not_written_by_hand(self):
        for role in ("clerk", "archivist", "manager"):
            for value in (False, self.person_archive.id):
                with self.subTest(role=role, value=value), self.refused(UserError):
                    self.of(role, self.archived).write({"archive_id": value})
        with self.refused(UserError):
            self.env_of("clerk")["res.partner"].create({"name": "Thief", "archive_id": self.archive.id})
        thief = self.env_of("clerk", default_archive_id=self.archive.id)["res.partner"].create({"name": "Thief"})
        self.assertFalse(thief.archive_id)

    def test_life_cycle(self):
        self.env["customer.archive.policy"]._record().reopening_needs_two = False  # test_sealing has the usual way
        archive = self.of("archivist", self.archive)
        archive.action_deactivate("moved away")
        self.assertEqual((archive.state, archive.closed_on), ("inactive", date.today()))
        archive.action_reopen("came back")
        self.assertEqual((archive.state, archive.closed_on), ("draft", False))
        archive.action_activate()
        self.assertEqual(archive.state, "active")
        labels = dict(archive._fields["state"]._description_selection(archive.env))
        with self.refused(UserError, archive.number, labels["active"], labels["draft"]):
            archive.action_activate()
        with self.refused(UserError, archive.number):
            archive.action_reopen("again")

    def test_a_step_needs_a_reason_and_keeps_it(self):
        archive = self.of("archivist", self.archive)
        for reason in (None, "", "   ", False):
            with self.refused(UserError, "reason"):
                archive.action_deactivate(reason)
        archive.action_deactivate("合同终止")
        self.assertIn("合同终止", archive.message_ids[0].body)

    def test_steps_are_the_archivists(self):
        for step in ("action_deactivate", "action_reopen"):
            with self.refused(AccessError):
                getattr(self.of("clerk", self.archive), step)("reason")
        with self.refused(AccessError):
            self.of("clerk", self.archive).action_activate()
        with self.refused(AccessError):
            self.env_of("clerk")["customer.archive.step"].create({"archive_ids": self.archive.ids, "step": "reopen"})

    def test_activation_is_refused_with_the_list_of_what_is_missing(self):
        draft = self.open(self.companies(1), self.category_key)
        self.clear("archivist", "secret")
        self.assertEqual(draft.state, "draft")
        with self.refused(ValidationError, "can't be activated", "Unified Social Credit Code", "empty"):
            self.of("archivist", draft).action_activate()

    def test_dialog(self):
        self.env["customer.archive.policy"]._record().write({"reopening_needs_two": False, "inactive_seals": False})
        Step = self.env_of("archivist")["customer.archive.step"]
        archives = self.archive | self.person_archive
        Step.create({"archive_ids": archives.ids, "step": "deactivate", "reason": "both"}).action_apply()
        self.assertEqual(archives.mapped("state"), ["inactive", "inactive"])
        Step.create({"archive_ids": archives.ids, "step": "reopen", "reason": "both"}).action_apply()
        self.assertEqual(archives.mapped("state"), ["draft", "draft"])
        with self.refused(UserError, "reason"):
            Step.create({"archive_ids": self.archive.ids, "step": "deactivate"}).action_apply()

    def test_sealed_is_closed_for_changes(self):
        self.archive._governed().write({"state": "sealed"})
        for vals in ({"box": "B"}, {"category_id": self.category_key.id}, {"remark": "x"}):
            with self.subTest(vals=vals), self.refused(UserError, self.archive.number, "closed for changes", "Sealed"):
                self.of("manager", self.archive).write(vals)
        with self.refused(UserError):
            self.of("manager", self.archive)._renumber("reason")

    def test_never_deleted_never_copied(self):
        for archive in (self.archive, self.of("manager", self.archive), self.archive.sudo()):
            with self.refused(UserError):
                archive.unlink()
            with self.refused(UserError, "can't be duplicated"):
                archive.copy()

    def test_one_customer_one_archive(self):
        with self.refused(UserError, self.archived.name, "open already"):
            self.env_of("archivist")["customer.archive"].create(
                {"partner_id": self.archived.id, "category_id": self.category_company.id}
            )

    def test_created_through_the_model(self):
        companies = self.companies(3)
        Archive = self.env_of("archivist")["customer.archive"]
        vals_list = [
            {"partner_id": companies[2].id, "category_id": self.category_company.id, "box": "B-3"},
            {"partner_id": companies[0].id, "category_id": self.category_potential.id, "state": "sealed"},
            {"partner_id": companies[1].id, "category_id": self.category_company.id, "opened_on": "1999-01-01"},
        ]
        before = [dict(vals) for vals in vals_list]
        archives = Archive.create(vals_list)
        self.assertEqual(vals_list, before, "the caller's values are the caller's")
        self.assertEqual(archives.partner_id.ids, [companies[2].id, companies[0].id, companies[1].id])
        self.assertEqual(archives.mapped("state"), ["active"] * 3)
        self.assertEqual(archives[0].box, "B-3")
        self.assertEqual(archives[2].opened_on, date.today())
        for vals, words in (
            ({"category_id": self.category_company.id}, "customer"),
            ({"partner_id": self.customer.id}, "category"),
        ):
            with self.refused(UserError, words):
                Archive.create(vals)

    def test_owner_follows_the_customer_and_back(self):
        self.assertEqual(self.archive.owner_id, self.user["clerk"])
        self.archived.user_id = self.user["archivist"]
        self.assertEqual(self.archive.owner_id, self.user["archivist"])
        self.of("archivist", self.archive).owner_id = self.user["manager"]
        self.assertEqual(self.archived.user_id, self.user["manager"])

    def test_names(self):
        self.assertEqual(self.archive.display_name, f"{self.archive.number} {self.archived.name}")
        search = self.env_of("archivist")["customer.archive"].name_search
        for text in (self.archive.number, self.archive.number[-7:], "同仁堂", "trtgf", "tongrentang"):
            with self.subTest(text=text):
                self.assertIn(self.archive.id, [row[0] for row in search(text)])

    def test_operators_on_the_name(self):
        Archive = self.env["customer.archive"]
        mine = self.archive | self.person_archive
        number = self.archive.number

        def found(operator, value):
            return Archive.search([("id", "in", mine.ids), ("display_name", operator, value)])

        self.assertEqual(found("=", number), self.archive)
        self.assertEqual(found("in", [number]), self.archive)
        self.assertEqual(found("ilike", number), self.archive)
        self.assertEqual(found("ilike", ""), mine)
        self.assertEqual(found("not ilike", number), self.person_archive)
        self.assertEqual(found("!=", number), self.person_archive)

    def test_refiling(self):
        archive = self.of("archivist", self.archive)
        archive.category_id = self.category_key
        self.assertEqual(self.archived.archive_category_id, self.category_key)
        self.assertEqual(archive.number, self.archived.archive_number)
        with self.refused(ValidationError, "individuals only", self.archived.name):
            archive.category_id = self.category_person
        with self.refused(AccessError):
            self.of("clerk", self.archived).archive_category_id = self.category_company

    def test_refiling_asks_what_the_new_category_asks(self):
        partner = self.companies(1, vat="12345")
        archive = self.open(partner, self.category_potential)
        self.assertEqual(archive.state, "active")
        with self.refused(ValidationError, "Unified Social Credit Code", "12345", "18 characters"):
            self.of("archivist", archive).category_id = self.category_key
        category = self.category(applies_to="company")
        self.item(category, "vat", check_kind="uscc", check_severity="score", required="score")
        self.of("archivist", archive).category_id = category
        self.assertEqual(archive.fault_ids.mapped("field_name"), ["vat"])
        self.assertEqual(archive.completeness, 0)
