"""Separation of the three administrators from every door, and the record of who gave which role to whom (A5)."""

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ArchiveCommon

OFFICER = "customer_archive.group_security_officer"
AUDITOR = "customer_archive.group_auditor"
SYSTEM = "base.group_system"


@tagged("post_install", "-at_install")
class TestDuties(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = {xml_id: cls.env.ref(xml_id) for xml_id in (OFFICER, AUDITOR, SYSTEM)}
        cls.policy = cls.env.ref("customer_archive.policy")

    def history(self):
        self.env.cr.precommit.run()
        return self.policy.message_ids.sorted("id")

    def tearDown(self):
        self.env.cr.precommit.data.pop("customer_archive.roles", None)
        super().tearDown()

    # -- doors ------------------------------------------------------------------------------------------------

    def test_users_side(self):
        pairs = [("security", AUDITOR), ("security", SYSTEM), ("auditor", SYSTEM), ("auditor", OFFICER)]
        pairs += [("sysop", OFFICER), ("sysop", AUDITOR)]
        for role, xml_id in pairs:
            user = self.user[role]
            words = (user.name, self.group[xml_id].name, "three people", "somebody else")
            for command in (
                Command.link(self.group[xml_id].id),
                Command.set([*user.group_ids.ids, self.group[xml_id].id]),
            ):
                with self.subTest(role=role, group=xml_id), self.refused(ValidationError, *words):
                    user.write({"group_ids": [command]})
                with self.subTest(role=role, group=xml_id, way="as administrator"), self.refused(ValidationError):
                    self.of("sysop", user).sudo().write({"group_ids": [command]})

    def test_form_and_import(self):
        form = Form(self.user["security"], "base.view_users_form")
        form.role = "group_system"
        with self.refused(ValidationError, self.user["security"].name):
            form.save()
        result = self.env["res.users"].load(
            ["login", "name", "group_ids/.id"],
            [["imported", "Imported", f"{self.group[OFFICER].id},{self.group[AUDITOR].id}"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("three people", str(result["messages"]))

    def test_new_users(self):
        both = [Command.set([self.group[OFFICER].id, self.group[AUDITOR].id])]
        with self.refused(ValidationError, "Both", "Security Officer", "Auditor"):
            self.env["res.users"].create({"login": "both", "name": "Both", "group_ids": both})
        # Given to every new user: the next one has both.
        self.env.ref("base.default_user_group").implied_ids += self.group[OFFICER]
        with self.refused(ValidationError):
            groups = self.env["res.users"]._default_groups() + self.group[AUDITOR]
            self.env["res.users"].create({"login": "both", "name": "Both", "group_ids": groups.ids})

    def test_copies_and_templates(self):
        template = self.env["res.users"].create(
            {"login": "template", "name": "T", "active": False, "group_ids": [Command.set(self.group[OFFICER].ids)]}
        )
        template.group_ids += self.group[AUDITOR]  # inactive: nobody works with it
        with self.refused(ValidationError, "three people"):
            template.copy({"login": "copied", "active": True})

    def test_activation(self):
        user = self.user["security"]
        user.active = False
        user.group_ids += self.group[AUDITOR]
        with self.refused(ValidationError, user.name):
            user.active = True
        with self.refused(ValidationError, user.name):
            user.action_unarchive()

    def test_groups_side(self):
        officer, auditor = self.group[OFFICER], self.group[AUDITOR]
        user = self.user["security"]
        attempts = {
            "users": lambda: auditor.write({"user_ids": [Command.link(user.id)]}),
            "all users": lambda: auditor.write({"all_user_ids": [Command.link(user.id)]}),
            "implied": lambda: officer.write({"implied_ids": [Command.link(auditor.id)]}),
            "implied by": lambda: auditor.write({"implied_by_ids": [Command.link(officer.id)]}),
            "applied": lambda: officer._apply_group(auditor),
            "new group": lambda: self.env["res.groups"].create(
                {"name": "X", "implied_ids": [Command.link(auditor.id)], "user_ids": [Command.link(user.id)]}
            ),
            "new group above": lambda: self.env["res.groups"].create(
                {"name": "X", "implied_by_ids": [Command.link(officer.id)], "implied_ids": [Command.link(auditor.id)]}
            ),
            "everybody": lambda: self.env.ref("base.group_user").write({"implied_ids": [Command.link(auditor.id)]}),
        }
        for way, attempt in attempts.items():
            with self.subTest(way=way), self.refused(ValidationError, "three people"):
                attempt()

    def test_through_two_steps(self):
        step = self.env["res.groups"].create({"name": "Step"})
        self.user["security"].group_ids += step
        with self.refused(ValidationError, self.user["security"].name):
            step.implied_ids += self.group[SYSTEM]
        outer = self.env["res.groups"].create({"name": "Outer", "implied_ids": [Command.link(step.id)]})
        self.user["auditor"].group_ids += outer
        with self.refused(ValidationError):
            step.implied_ids += self.group[SYSTEM]

    def test_who_may_have_what(self):
        self.user["manager"].group_ids += self.group[SYSTEM]  # an archive administrator is none of the three
        self.user["employee"].group_ids += self.group[AUDITOR]
        self.assertTrue(self.user["employee"].has_group(AUDITOR))
        self.user["employee"].group_ids -= self.group[AUDITOR]
        root = self.env["res.users"].browse(SUPERUSER_ID)
        root.group_ids += self.group[AUDITOR] | self.group[OFFICER]
        self.user["employee"].name = "Other"  # nothing to do with it
        self.assertTrue(self.user["manager"].has_group(SYSTEM))
        self.assertTrue(root.has_group(AUDITOR) and root.has_group(OFFICER))

    # -- the switch -------------------------------------------------------------------------------------------

    def test_switched_off(self):
        self.policy.duties_separate = False
        self.user["security"].group_ids += self.group[AUDITOR]
        with self.refused(ValidationError, self.user["security"].name, "Auditor"):
            self.policy.duties_separate = True
        with self.refused(ValidationError):
            self.of("manager", self.policy).write({"duties_separate": True})
        self.user["security"].group_ids -= self.group[AUDITOR]
        self.policy.duties_separate = True
        with self.refused(ValidationError):
            self.user["security"].group_ids += self.group[AUDITOR]

    def test_the_switch_is_recorded_whatever_the_context_says(self):
        contexts = (
            {},
            {"tracking_disable": True},
            {"mail_notrack": True},
            {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True, "default_body": "x"},
        )
        for value, context in zip((False, True, False, True), contexts, strict=True):
            before = self.history()
            mine = self.of("manager", self.policy).with_context(**context)
            mine.write({"duties_separate": value})
            message = self.history() - before
            with self.subTest(context=context):
                self.assertEqual(len(message), 1)
                self.assertEqual(message.author_id, self.user["manager"].partner_id)
                tracked = message.sudo().tracking_value_ids
                self.assertEqual(tracked.field_id.name, "duties_separate")
                self.assertEqual((tracked.old_value_integer, tracked.new_value_integer), (int(not value), int(value)))

    def test_history_is_kept(self):
        self.of("manager", self.policy).loan_days = 12
        line = self.history()[-1:]
        for role in ("manager", "sysop", "security", "auditor", "employee"):
            for attempt in (
                lambda mine: mine.unlink(),
                lambda mine: mine.write({"body": "nothing"}),
                lambda mine: mine.write({"res_id": 0}),
                lambda mine: mine.sudo().tracking_value_ids.with_env(mine.env).unlink(),
                lambda mine: mine.sudo().tracking_value_ids.with_env(mine.env).write({"new_value_integer": 30}),
            ):
                with self.subTest(role=role), self.refused(UserError):
                    attempt(self.of(role, line))
            with self.subTest(role=role), self.refused(UserError):
                self.of(role, line).sudo().unlink()
        self.assertTrue(line.exists())

    # -- the record -------------------------------------------------------------------------------------------

    def assertRecorded(self, attempt, *words, role="sysop"):
        before = self.history()
        attempt(self.env_of(role, tracking_disable=True, mail_notrack=True))
        message = self.history() - before
        self.assertEqual(len(message), 1, [m.body for m in message])
        self.assertEqual(message.author_id, self.user[role].partner_id)
        for word in words:
            self.assertIn(word, message.body)

    def test_roles_are_recorded(self):
        archivists = self.env.ref("customer_archive.group_archivist")
        employee, auditor = self.user["employee"], self.group[AUDITOR]
        commands = {True: Command.link(auditor.id), False: Command.unlink(auditor.id)}
        self.assertRecorded(
            lambda env: env["res.users"].browse(employee.id).write({"group_ids": [commands[True]]}),
            *("Given", "Auditor", "Employee", "test_employee"),
        )
        self.assertRecorded(
            lambda env: env["res.users"].browse(employee.id).write({"group_ids": [commands[False]]}),
            *("Taken", "Auditor", "Employee"),
        )
        self.assertRecorded(
            lambda env: env["res.groups"].browse(archivists.id).write({"user_ids": [Command.link(employee.id)]}),
            *("Given", "Archivist", "Account Manager", "Employee"),
        )
        self.assertRecorded(
            lambda env: env["res.groups"].browse(archivists.id).write({"user_ids": [Command.unlink(employee.id)]}),
            *("Taken", "Archivist", "Employee"),
        )
        self.assertRecorded(
            lambda env: env["res.users"].create(
                {"login": "fresh", "name": "Fresh", "group_ids": [Command.set(self.group[OFFICER].ids)]}
            ),
            *("Given", "Security Officer", "Fresh"),
        )
        group = self.env["res.groups"].create({"name": "X", "user_ids": [Command.link(employee.id)]})
        self.assertRecorded(
            lambda env: env["res.groups"].browse(group.id).write({"implied_ids": [commands[True]]}), "Given", "Auditor"
        )
        self.assertRecorded(lambda env: env["res.groups"].browse(group.id).unlink(), "Taken", "Auditor", "Employee")

    def test_nothing_else_is_recorded(self):
        before = self.history()
        employee = self.user["employee"]
        employee.group_ids += self.env.ref("base.group_allow_export")
        employee.name = "Other"
        self.env["res.users"].create({"login": "plain", "name": "Plain"})
        self.group[AUDITOR].comment = "x"
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.user["security"].group_ids += self.group[AUDITOR]
        self.assertEqual(self.history(), before)
        # A failed change leaves no trace of being under way.
        employee.group_ids += self.group[AUDITOR]
        self.assertEqual(len(self.history() - before), 1)

    def test_changes_are_one_after_the_other(self):
        """The policy's row is written, so that of two changes at the same time the later one starts anew."""
        self.env.cr.execute("SELECT ctid FROM customer_archive_policy")
        before = self.env.cr.fetchall()
        self.user["employee"].group_ids += self.group[AUDITOR]
        self.env.cr.execute("SELECT ctid FROM customer_archive_policy")
        self.assertNotEqual(self.env.cr.fetchall(), before)

    def test_who_loses_a_role_keeps_nothing(self):
        service = self.user["service"]
        self.archived.message_subscribe(service.partner_id.ids)
        self.assertIn(service.partner_id, self.archived.message_partner_ids)
        service.write({"group_ids": [Command.set(self.env.ref("base.group_user").ids)]})
        self.env.invalidate_all()
        self.assertNotIn(service.partner_id, self.archived.message_partner_ids)

    def test_who_leaves_keeps_nothing(self):
        """Mails go to followers, whether they can log in or not."""
        clerk, management = self.user["clerk"], self.user["management"]
        self.archived.message_subscribe((clerk | management).partner_id.ids)
        clerk.active = False  # though the customer is still entrusted to this one
        management.group_ids = self.env.ref("base.group_portal")
        self.env.invalidate_all()
        self.assertFalse((clerk | management).partner_id & self.archived.message_partner_ids)

    def test_roles_are_given_by_administrators_only(self):
        for role in ("employee", "clerk", "manager", "security", "auditor"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, self.user["employee"]).write({"group_ids": [Command.link(self.group[AUDITOR].id)]})
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, self.group[OFFICER]).write({"user_ids": [Command.link(self.user[role].id)]})
