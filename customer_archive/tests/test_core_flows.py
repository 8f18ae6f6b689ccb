"""Odoo's everyday work goes on with the access predicate: contacts, users, settings, merging, portal, mail (A1)."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MailCommon

from .leaks import LeakCommon


@tagged("post_install", "-at_install")
class TestCoreFlows(LeakCommon, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.also("clerk", "base.group_partner_manager")

    # -- contacts ---------------------------------------------------------------------------------------------

    def test_contacts_of_plain_users(self):
        Partner = self.env_of("contact_maker")["res.partner"]
        company = Partner.create({"name": "New Ltd", "is_company": True, "child_ids": [(0, 0, {"name": "Man"})]})
        with Form(Partner.browse(company.child_ids.id)) as form:
            form.phone = "+86 138 0013 8000"
            form.parent_id = Partner.browse(self.plain.id)
        self.assertEqual(company.child_ids.ids, [])
        with Form(Partner) as form:
            form.name = "Quick"
            form.parent_id = company
        self.assertIn("Quick", company.child_ids.mapped("name"))
        self.assertTrue(Partner.load(["name", "email"], [["Imported", "imported@example.com"]])["ids"])
        self.assertTrue(Partner.find_or_create("Found <found@example.com>"))
        Partner.browse(self.plain.id).message_post(body="Hello", partner_ids=company.ids)
        (company | company.child_ids).unlink()

    def test_new_contact_of_an_account_manager_is_theirs(self):
        for role in ("clerk",):
            Partner = self.env_of(role)["res.partner"]
            for partner in (
                Partner.create({"name": "新客户有限公司", "is_company": True}),
                Partner.browse(Partner.name_create("速建客户 <quick@quick.example.com>")[0]),
                Partner.find_or_create("寻得客户 <found@quick.example.com>"),
            ):
                self.assert_in_reach(role, partner)
                self.of(role, partner).write({"phone": "010-67001234"})
                partner.unlink()

    def test_contact_of_ones_own_customer(self):
        Partner = self.env_of("clerk")["res.partner"]
        with Form(Partner) as form:
            form.name = "新联系人"
            form.parent_id = Partner.browse(self.hidden.id)
            form.phone = "13800138000"
        contact = form.record
        self.assertEqual(contact.commercial_partner_id, self.hidden)
        self.assert_out_of_reach("colleague", contact)
        self.assertEqual(Partner.browse(self.hidden.id).child_ids, contact | self.hidden_contact)

    def test_forged_parent(self):
        for role in ("contact_maker", "colleague"):
            for call in (
                lambda env: env["res.partner"].create({"name": "x", "parent_id": self.hidden.id}).vat,
                lambda env: env["res.partner"].browse(self.plain.id).write({"parent_id": self.hidden.id}),
                lambda env: env["res.partner"].onchange(
                    {"name": "x", "parent_id": self.hidden.id},
                    ["parent_id"],
                    {"vat": {}, "street": {}, "parent_id": {}},
                ),
                lambda env: env["res.partner"].with_context(default_parent_id=self.hidden.id).create({"name": "x"}),
            ):
                with self.subTest(role=role):
                    self.assertIsInstance(self.attempt(role, call), AccessError)

    def test_merging_of_plain_contacts(self):
        twin = self.partner(name="Plain Partner Ltd", is_company=True, user_id=False)
        wizard = self.env_of("contact_maker")["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": [(6, 0, (twin | self.plain).ids)], "dst_partner_id": twin.id}
        )
        wizard.action_merge()
        self.assertFalse(self.plain.exists())

    # -- users and settings -----------------------------------------------------------------------------------

    def test_users(self):
        Users = self.env_of("sysop")["res.users"]
        with Form(Users) as form:
            form.name = "Newcomer"
            form.login = "newcomer@example.com"
        user = form.record
        self.assertFalse(user.has_group("customer_archive.group_user"))
        self.assertTrue(self.env_of("colleague")["res.users"].search([("id", "=", user.id)]))
        user.write({"group_ids": [(4, self.env.ref("customer_archive.group_user").id)]})
        user.action_archive()
        self.assertFalse(user.active)
        user.action_unarchive()
        self.assertTrue(user.active)

    def test_colleagues_are_seen(self):
        """Assignees and authors are colleagues: nobody loses sight of them."""
        everybody = self.env["res.users"].browse([user.id for role, user in self.user.items() if not user.share])
        for role in ("employee", "colleague", "service", "auditor"):
            found = self.env_of(role)["res.users"].search([("id", "in", everybody.ids)])
            same_company = everybody.filtered(lambda user: user.company_id == self.company_one)
            self.assertLessEqual(set(same_company.ids), set(found.ids))
            self.of(role, same_company).mapped("name")
            self.env_of(role)["res.partner"].get_mention_suggestions("Clerk")
            self.of(role, self.company_one).partner_id.mapped("name")

    def test_settings(self):
        manager = self.user["manager"]
        manager.group_ids += self.env.ref("base.group_system")
        settings = Form(self.env_of("manager")["res.config.settings"])
        answer = settings.save().execute()
        self.assertEqual(answer["tag"], "reload")

    def test_preferences_of_the_user(self):
        for role in ("employee", "clerk"):
            me = self.env_of(role).user
            me.write({"signature": "<p>Best</p>", "tz": "Asia/Shanghai"})
            self.assertTrue(me.read(["name", "email", "phone"]))

    def test_portal_access_for_ones_own_customer(self):
        wizard = self.env_of("clerk", active_ids=self.hidden_contact.ids, active_model="res.partner")[
            "portal.wizard"
        ].create({})
        with self.mock_mail_gateway():
            wizard.user_ids.filtered(lambda line: line.partner_id == self.hidden_contact).action_grant_access()
        user = self.hidden_contact.user_ids
        self.assertTrue(user._is_portal())
        # The customer reads themselves; the colleague does not find them among the users.
        self.assertEqual(
            self.env["res.partner"].with_user(user).browse(self.hidden_contact.id).name, self.hidden_contact.name
        )
        self.assertFalse(self.env_of("colleague")["res.users"].search([("id", "=", user.id)]))

    def test_portal_access_of_hidden_customers_is_refused(self):
        for role in ("contact_maker", "colleague"):
            self.also(role, "base.group_partner_manager")
            answer = self.attempt(
                role,
                lambda env: env["portal.wizard"]
                .create({"partner_ids": [(6, 0, self.hidden.ids)]})
                .user_ids.read(["email"]),
            )
            self.assertIsInstance(answer, AccessError)

    # -- mail and activities ------------------------------------------------------------------------------------

    def test_chatter_of_ones_own_customer(self):
        mine = self.of("clerk", self.hidden)
        with self.mock_mail_gateway():
            mine.message_post(
                body="Hello", partner_ids=mine.ids, message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertSentEmail(self.user["clerk"].email_formatted, [self.hidden.email_formatted])
        activity = mine.activity_schedule("mail.mail_activity_data_todo", user_id=mine.env.uid)
        self.assertEqual(activity.res_name, self.hidden.name)
        activity.action_feedback(feedback="Done")
        composer = mine.env["mail.compose.message"].with_context(default_model="res.partner", default_res_ids=mine.ids)
        with self.mock_mail_gateway():
            composer.create({"body": "Mass", "subject": "Mass", "composition_mode": "mass_mail"})._action_send_mail()
        self.assertTrue(self._mails)

    def test_answer_by_mail(self):
        with self.mock_mail_gateway():
            sent = self.hidden.message_post(body="Question", message_type="comment", partner_ids=self.hidden.ids)
            self.env["mail.thread"].message_process(
                False,
                f"Message-ID: <answer@x>\nIn-Reply-To: {sent.message_id}\nFrom: {self.hidden.email}\n"
                f"To: catchall@test.example.com\nSubject: Re\nContent-Type: text/plain\n\nAnswer\n",
            )
        answer = self.hidden.message_ids.sorted("id")[-1]
        self.assertIn("Answer", answer.body)
        self.assertEqual(answer.author_id, self.hidden)
        self.assert_out_of_reach("colleague", answer)

    def test_private_message_and_discuss(self):
        channel = self.env_of("employee")["discuss.channel"]._create_channel("Tea", group_id=None)
        channel.message_post(body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.assertTrue(channel.message_ids)
