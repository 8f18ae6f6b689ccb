"""Customers change hands: who may, in set statements, one message for each person, nothing left behind."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ROLES, ArchiveCommon

# Who changes the account manager of the clerk's customers (team north) directly; all others are refused.
MAY_REASSIGN = {"leader", "archivist", "manager"}


@tagged("post_install", "-at_install")
class TestReassign(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archives = cls.archive | cls.person_archive
        cls.user["clerk"].notification_type = "inbox"
        cls.user["colleague"].notification_type = "inbox"

    def many(self, count, **vals):
        return self.open(self.companies(count, **vals), self.category(applies_to="company"))

    def messages_to(self, role):
        partner = self.user[role].partner_id
        return self.env["mail.message"].search(
            [("notified_partner_ids", "in", partner.ids), ("message_type", "=", "user_notification")]
        )

    def reassign(self, role, archives, to="colleague", reason="Leaves", **kwargs):
        return self.of(role, archives)._reassign(self.user[to].with_env(self.env_of(role)), reason, **kwargs)

    # -- who may ------------------------------------------------------------------------------------------------

    def test_who_may(self):
        for role in ROLES:
            if role == "portal":
                continue
            with self.subTest(role=role):
                savepoint = self.env.cr.savepoint()
                if role in MAY_REASSIGN:
                    self.reassign(role, self.archives)
                    self.env.invalidate_all()
                    self.assertEqual(self.archives.owner_id, self.user["colleague"])
                else:
                    with self.assertRaises(AccessError):
                        self.reassign(role, self.archives)
                savepoint.rollback()
                self.env.invalidate_all()
                self.assertEqual(self.archives.owner_id, self.user["clerk"])

    def test_methods_are_private(self):
        from odoo.service.model import get_public_method

        for name in ("_reassign", "_reassign_rows"):
            with self.subTest(name), self.assertRaises(AccessError):
                get_public_method(self.archive, name)

    def test_leader_moves_the_customers_of_his_teams_only(self):
        south = self.many(1, user_id=self.user["colleague"].id)
        self.assertEqual(south.team_id, self.team_south)
        with self.refused(AccessError, "leader of the sales team"):
            self.reassign("leader", self.archives | south, to="clerk")
        self.assertEqual(self.archive.owner_id, self.user["clerk"])

    def test_refusal_masks_names(self):
        south = self.many(1, user_id=self.user["colleague"].id)
        with self.refused(AccessError) as caught:
            self.reassign("clerk", south, to="clerk")
        self.assertNotIn(south.partner_id.name, str(caught.exception))
        self.assertNotIn(south.number, str(caught.exception))

    def test_archivist_up_to_the_clearance(self):
        self.archive._change_level("core", "test")
        with self.refused(AccessError):
            self.reassign("archivist", self.archives)
        self.env["customer.archive.clearance"].create(
            {"user_id": self.user["archivist"].id, "level": "core", "valid_until": "2099-01-01", "reason": "test"}
        )
        self.reassign("archivist", self.archives)
        self.assertEqual(self.archive.owner_id, self.user["colleague"])

    def test_other_company(self):
        with self.refused(AccessError):
            self.reassign("archivist_two", self.archives, to="archivist_two")
        with self.refused(UserError, "测试一公司", "does not work for"):
            self.reassign("archivist", self.archives, to="clerk_two")

    def test_receiver(self):
        for to in ("employee", "sysop", "auditor", "portal"):
            with self.subTest(to=to), self.refused(UserError, "active colleague who has a role"):
                self.reassign("archivist", self.archives, to=to)
        self.user["colleague"].active = False
        with self.refused(UserError, "active colleague"):
            self.reassign("archivist", self.archives)

    def test_reason(self):
        for reason in ("", "  ", None, 7, []):
            with self.subTest(reason=reason), self.refused(UserError, "reason"):
                self.reassign("archivist", self.archives, reason=reason)

    # -- what happens ---------------------------------------------------------------------------------------------

    def test_everything_moves(self):
        below, other = self.partner(
            {"name": "采购员", "parent_id": self.archived.id},
            {"name": "质检员", "parent_id": self.archived.id, "user_id": self.user["management"].id},
        )
        self.assertEqual(below.user_id, self.user["clerk"])
        changed = self.reassign("archivist", self.archives)
        self.env.invalidate_all()
        self.assertEqual(changed, self.archives)
        self.assertEqual(self.archives.owner_id, self.user["colleague"])
        self.assertEqual(self.archives.team_id, self.team_south)
        self.assertEqual(self.archives.partner_id.user_id, self.user["colleague"])
        self.assertEqual(below.user_id, self.user["colleague"])
        self.assertEqual(other.user_id, self.user["management"])
        self.assertFalse(self.env["customer.archive.access"]._differences())
        self.assertTrue(self.of("colleague", self.archived).has_access("write"))
        for role in ("clerk", "leader"):
            self.assertFalse(self.of(role, self.archived).has_access("read"))

    def test_unchanged_rows_stay(self):
        self.reassign("archivist", self.archive)
        self.env.invalidate_all()
        before = self.archive.write_date, len(self.archive.message_ids)
        self.assertEqual(self.reassign("archivist", self.archives), self.person_archive)
        self.env.invalidate_all()
        self.assertEqual((self.archive.write_date, len(self.archive.message_ids)), before)

    def test_team(self):
        self.reassign("archivist", self.archive, to="archivist")
        self.env.invalidate_all()
        self.assertEqual(self.archive.team_id, self.team_north, "The new owner has no team: it stays")
        self.reassign("archivist", self.archive, to="colleague", team=self.team_north)
        self.env.invalidate_all()
        self.assertEqual(self.archive.team_id, self.team_north)
        self.user["colleague"].company_ids += self.company_two
        self.team_south.company_id = self.company_two
        self.reassign("archivist", self.person_archive, to="colleague")
        self.env.invalidate_all()
        self.assertEqual(self.person_archive.team_id, self.team_north, "A team of another company never takes over")

    def test_closed_archives_keep_their_last_owner(self):
        self.archive._governed().write({"state": "destroyed"})  # nobody reaches sealed ones
        self.assertEqual(self.reassign("archivist", self.archives), self.person_archive)
        self.assertEqual(self.archive.owner_id, self.user["clerk"])

    def test_history(self):
        self.reassign("archivist", self.archive, reason="离职 <b>x</b>")
        self.env.invalidate_all()
        message = self.archive.message_ids[0]
        self.assertIn("离职 &lt;b&gt;x&lt;/b&gt;", message.body)
        self.assertEqual(message.author_id, self.user["archivist"].partner_id)
        self.assertFalse(message.notified_partner_ids)
        values = {v.field_id.name: (v.old_value_char, v.new_value_char) for v in message.sudo().tracking_value_ids}
        self.assertEqual(values, {"owner_id": ("Clerk", "Colleague"), "team_id": ("华北", "华南")})

    def test_activities_go_along(self):
        self.archived.activity_schedule("mail.mail_activity_data_todo", user_id=self.user["clerk"].id)
        self.archived.activity_schedule("mail.mail_activity_data_todo", user_id=self.user["archivist"].id)
        self.reassign("archivist", self.archive)
        self.env.invalidate_all()
        self.assertEqual(self.archived.activity_ids.user_id, self.user["colleague"] | self.user["archivist"])

    def test_what_the_former_ones_keep_is_revoked(self):
        clerk = self.user["clerk"].partner_id
        self.archived.message_subscribe(clerk.ids)
        self.archive.message_subscribe(clerk.ids)
        self.archived.message_notify(partner_ids=clerk.ids, body="secret", subject="s")
        self.reassign("archivist", self.archives)
        self.env.invalidate_all()
        self.assertNotIn(clerk, (self.archived.message_follower_ids | self.archive.message_follower_ids).partner_id)
        self.assertFalse(
            self.env["mail.notification"].search(
                [("res_partner_id", "=", clerk.id), ("mail_message_id.model", "=", "res.partner")]
            )
        )

    def test_one_message_for_each_person(self):
        archives = self.many(30)
        followers = self.env["mail.followers"].search_count([])
        mails = self.env["mail.mail"].search_count([])
        self.reassign("archivist", archives)
        for role, words in (("colleague", "entrusted"), ("clerk", "gave customers of yours")):
            message = self.messages_to(role)
            with self.subTest(role=role):
                self.assertEqual(len(message), 1)
                self.assertIn(words, message.body)
                self.assertIn("30", message.body)
                self.assertIn("/odoo/my-archives", message.body)
                for archive in archives:
                    self.assertNotIn(archive.partner_id.name, message.body + message.subject)
        self.assertEqual(self.env["mail.followers"].search_count([]), followers)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_mail_for_those_who_read_mail(self):
        self.user["colleague"].notification_type = "email"
        self.env["ir.config_parameter"].set_param("mail.mail.queue.batch.size", 100)
        self.reassign("archivist", self.many(5))
        notification = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.user["colleague"].partner_id.id)], order="id desc", limit=1
        )
        self.assertEqual(notification.notification_type, "email")

    def test_who_does_it_is_not_told(self):
        self.user["archivist"].notification_type = "inbox"
        self.reassign("archivist", self.archives, to="archivist")
        self.assertFalse(self.messages_to("archivist"))
        self.assertEqual(len(self.messages_to("clerk")), 1)

    def test_former_owner_who_left_is_not_told(self):
        self.user["clerk"].active = False
        self.reassign("archivist", self.archives)
        self.assertFalse(self.messages_to("clerk"))

    def count_queries(self, archives):
        env = self.env_of("archivist")
        user = env["res.users"].browse(self.user["colleague"].id)
        records = archives.with_env(env)
        self.env.cr.flush()
        before = self.env.cr.sql_log_count
        records._reassign(user, "x")
        return self.env.cr.sql_log_count - before

    def test_constant_number_of_statements(self):
        few, many, first = self.many(10), self.many(200), self.many(10)
        self.count_queries(first)
        self.assertAlmostEqual(self.count_queries(few), self.count_queries(many), delta=3)

    # -- in the form ------------------------------------------------------------------------------------------------

    def test_account_manager_is_refused_in_the_form(self):
        for attempt in (
            lambda: self.of("clerk", self.archived).write({"user_id": self.user["colleague"].id}),
            lambda: self.of("clerk", self.archived).write({"user_id": False, "ref": "x"}),
            lambda: self.of("clerk", self.archived).web_save({"user_id": self.user["colleague"].id}, {"name": {}}),
            lambda: self.of("clerk", self.archived, archive_governed=True).write({"user_id": self.user["leader"].id}),
            lambda: self.of("clerk", self.archive).write({"owner_id": self.user["colleague"].id}),
            lambda: self.of("clerk", self.archived).write(
                {"archive_ids": [Command.update(self.archive.id, {"owner_id": self.user["colleague"].id})]}
            ),
        ):
            with self.refused(AccessError):
                attempt()
        self.assertEqual(self.archived.user_id, self.user["clerk"])
        with self.refused(AccessError, "handover list"):
            self.of("clerk", self.archived).write({"user_id": self.user["colleague"].id})

    def test_account_manager_is_refused_in_an_import(self):
        result = self.env_of("clerk")["res.partner"].load(
            [".id", "user_id/.id"], [[str(self.archived.id), str(self.user["colleague"].id)]]
        )
        self.assertFalse(result["ids"])
        self.assertIn("handover list", str(result["messages"]))
        self.env.invalidate_all()
        self.assertEqual(self.archived.user_id, self.user["clerk"])

    def test_entrusted_employees_give_nothing_away(self):
        self.archived.user_id = self.user["contact_maker"]
        with self.refused(AccessError, "handover list"):
            self.of("contact_maker", self.archived).write({"user_id": self.user["employee"].id})

    def test_same_value_is_no_change(self):
        self.of("clerk", self.archived).write({"user_id": self.user["clerk"].id, "ref": "same"})
        self.assertEqual(self.archived.ref, "same")

    def test_contacts_and_plain_partners_as_in_odoo(self):
        contact = self.partner(name="采购员", parent_id=self.archived.id)
        self.of("clerk", contact | self.customer).write({"user_id": self.user["colleague"].id})
        self.assertEqual((contact | self.customer).user_id, self.user["colleague"])

    def test_leader_and_archivist_in_the_form(self):
        self.archived.message_subscribe(self.user["clerk"].partner_id.ids)
        self.user["archivist"].group_ids += self.env.ref("base.group_partner_manager")
        with Form(self.of("archivist", self.archived), "base.view_partner_form") as form:
            form.user_id = self.user["colleague"]
            form.ref = "moved"
        self.env.invalidate_all()
        self.assertEqual(self.archived.ref, "moved")
        self.assertEqual(self.archive.owner_id, self.user["colleague"])
        self.assertEqual(self.archive.team_id, self.team_south)
        self.assertNotIn(self.user["clerk"].partner_id, self.archived.message_follower_ids.partner_id)
        self.assertEqual(len(self.messages_to("colleague")), 1)
        self.of("leader", self.archived_person).write({"user_id": self.user["colleague"].id})
        self.env.invalidate_all()
        self.assertEqual(self.person_archive.team_id, self.team_south)

    def test_leader_who_would_lose_the_customer_is_told_what_to_do(self):
        with self.refused(UserError, "Hand Over or Reassign"):
            self.of("leader", self.archived).web_save({"user_id": self.user["colleague"].id}, {"name": {}})

    def test_mixed_selection_in_the_list(self):
        self.of("archivist", self.archived | self.archived_person | self.customer).write(
            {"user_id": self.user["colleague"].id}
        )
        self.env.invalidate_all()
        self.assertEqual((self.archived | self.archived_person | self.customer).user_id, self.user["colleague"])
        self.assertEqual(len(self.messages_to("colleague").filtered(lambda m: "entrusted" in m.body)), 1)

    def test_archive_form(self):
        self.of("archivist", self.archive).write(
            {"owner_id": self.user["colleague"].id, "team_id": self.team_north.id, "box": "B-9"}
        )
        self.env.invalidate_all()
        self.assertEqual(self.archive.owner_id, self.user["colleague"])
        self.assertEqual((self.archive.team_id, self.archive.box), (self.team_north, "B-9"))
        self.assertEqual(self.archived.user_id, self.user["colleague"])

    def test_team_alone_revokes_as_well(self):
        self.archived.message_subscribe(self.user["leader"].partner_id.ids)
        self.of("archivist", self.archive).write({"team_id": self.team_south.id})
        self.env.invalidate_all()
        self.assertNotIn(self.user["leader"].partner_id, self.archived.message_follower_ids.partner_id)

    def test_closed_archive_in_the_form(self):
        self.archive._governed().write({"state": "sealed"})
        with self.refused(UserError, "sealed"):
            self.of("archivist", self.archived).write({"user_id": self.user["colleague"].id})

    def test_emptying(self):
        self.of("archivist", self.archived).write({"user_id": False})
        self.env.invalidate_all()
        self.assertFalse(self.archive.owner_id)
        self.assertEqual(self.archive.team_id, self.team_north)
        with self.refused(AccessError):
            self.of("clerk", self.archived_person).write({"user_id": False})

    def test_superuser_as_plain_odoo_but_revoked(self):
        self.archived.message_subscribe(self.user["clerk"].partner_id.ids)
        self.archived.user_id = self.user["colleague"]
        self.env.invalidate_all()
        self.assertEqual(self.archive.owner_id, self.user["colleague"])
        self.assertNotIn(self.user["clerk"].partner_id, self.archived.message_follower_ids.partner_id)

    # -- customers of nobody ------------------------------------------------------------------------------------------

    def test_unattended(self):
        Archive = self.env_of("archivist")["customer.archive"]
        self.assertFalse(Archive.search([("is_unattended", "=", True), ("id", "in", self.archives.ids)]))
        self.user["clerk"].active = False
        self.person_archive.with_context(tracking_disable=True).partner_id.user_id = False
        self.env.invalidate_all()
        self.assertEqual(Archive.search([("is_unattended", "=", True), ("id", "in", self.archives.ids)]), self.archives)
        self.assertFalse(Archive.search([("is_unattended", "=", False), ("id", "in", self.archives.ids)]))
        self.assertTrue(all(self.of("archivist", self.archives).mapped("is_unattended")))
        self.reassign("leader", self.archives)
        self.assertFalse(
            self.env["customer.archive"].search([("is_unattended", "=", True), ("id", "in", self.archives.ids)])
        )

    # -- the dialog ---------------------------------------------------------------------------------------------------

    def wizard(self, role, records, **vals):
        env = self.env_of(role, active_model=records._name, active_ids=records.ids)
        return env["customer.archive.reassign"].create(
            {"user_id": self.user["colleague"].id, "reason": "Leaves", **vals}
        )

    def test_dialog_at_once(self):
        for role, default in (("archivist", False), ("leader", True), ("clerk", True)):
            with self.subTest(role=role):
                wizard = self.wizard(role, self.archived | self.customer)
                self.assertEqual(wizard.with_handover, default)
                self.assertEqual((wizard.archive_count, wizard.without_count), (1, 1))
                self.assertEqual(wizard.may_reassign, role != "clerk")
        self.wizard("archivist", self.archives).action_apply()
        self.env.invalidate_all()
        self.assertEqual(self.archives.owner_id, self.user["colleague"])

    def test_dialog_opens_no_back_door(self):
        with self.refused(AccessError, "handover list"):
            self.wizard("clerk", self.archives, with_handover=False).action_apply()
        for role in ROLES:
            if role in MAY_REASSIGN | {"clerk"}:
                continue
            with self.subTest(role=role), self.refused(AccessError):
                self.env_of(role)["customer.archive.reassign"].create(
                    {
                        "archive_ids": [Command.set(self.archives.ids)],
                        "user_id": self.user["colleague"].id,
                        "reason": "x",
                        "with_handover": False,
                    }
                ).action_apply()
        self.assertEqual(self.archives.owner_id, self.user["clerk"])
        for records in (self.customer, self.env["res.partner"]):
            with self.refused(UserError, "Select customers"):
                self.wizard("archivist", records).action_apply()
