"""What mail tells of hidden customers: followers, notifications, the chatter, mentions, pictures (security.md 1a)."""

import re
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.mail.tests.common import MailCommon
from odoo.addons.mail.tools.discuss import Store

from .leaks import LeakCommon


@tagged("post_install", "-at_install")
class TestMailLeaks(LeakCommon, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A record that everybody reads, followed by the hidden customer, and the hidden customer's own followers.
        cls.plain.message_subscribe(cls.hidden.ids)
        cls.hidden.message_subscribe((cls.user["clerk"] | cls.user["leader"]).partner_id.ids)
        cls.message = cls.plain.message_post(
            body="To all",
            author_id=cls.user["clerk"].partner_id.id,
            partner_ids=cls.hidden.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        cls.from_customer = cls.plain.message_post(
            body="From the customer",
            author_id=cls.hidden.id,
            email_from=cls.hidden.email_formatted,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        cls.env.flush_all()

    def test_followers(self):
        Followers = self.env["mail.followers"]
        bears_name = Followers.search([("res_model", "=", "res.partner"), ("partner_id", "=", self.hidden.id)])
        of_hidden = Followers.search([("res_model", "=", "res.partner"), ("res_id", "=", self.hidden.id)])
        self.assertTrue(bears_name and of_hidden)
        for role in ("colleague", "employee", "contact_maker"):
            self.assert_out_of_reach(role, bears_name)
            self.assert_out_of_reach(role, of_hidden)
        for role in ("clerk", "leader", "management"):
            self.assert_in_reach(role, bears_name | of_hidden)
        self.assertEqual(
            self.env_of("colleague")["mail.followers"].search_count([("id", "in", (bears_name | of_hidden).ids)]), 0
        )
        # The record itself shows its other followers.
        self.plain.message_subscribe(self.theirs.ids)
        self.assertEqual(self.of("colleague", self.plain).message_partner_ids, self.theirs)

    def test_followers_in_python_as_in_sql(self):
        followers = self.env["mail.followers"].search([("res_model", "in", ("res.partner", "customer.archive"))])
        for role in ("clerk", "colleague", "employee", "leader", "archivist"):
            mine = self.of(role, followers)
            link = mine.env["customer.archive.access"]._links()["mail.followers"]
            reached = mine.env["customer.archive.access"]._reached(mine, link, "read")
            self.assertEqual(set(mine.search([("id", "in", mine.ids)]).ids), set(reached.ids), role)

    def test_follower_forgery(self):
        for role in ("colleague", "employee", "contact_maker"):
            for quietly in (
                lambda env: env["res.partner"].browse(self.hidden.id).message_subscribe(env.user.partner_id.ids),
                lambda env: env["mail.followers.edit"]
                .create(
                    {
                        "res_model": "res.partner",
                        "res_ids": str(self.hidden.ids),
                        "partner_ids": env.user.partner_id.ids,
                    }
                )
                .edit_followers(),
            ):
                self.attempt(role, quietly)
            for call in (
                lambda env: env["mail.followers"].create(
                    {"res_model": "res.partner", "res_id": self.hidden.id, "partner_id": env.user.partner_id.id}
                ),
                lambda env: env["mail.activity"].onchange(
                    {"res_model": "res.partner", "res_id": self.hidden.id}, ["res_id"], {"res_name": {}}
                ),
                lambda env: env["mail.message"].onchange(
                    {"model": "res.partner", "res_id": self.hidden.id}, ["res_id"], {"record_name": {}}
                ),
                lambda env: env["mail.message"].onchange(
                    {"model": "customer.archive", "res_id": self.hidden_archive.id}, ["res_id"], {"record_name": {}}
                ),
            ):
                with self.subTest(role=role):
                    self.assertIsInstance(self.attempt(role, call), AccessError)
            self.assertNotIn(self.user[role].partner_id, self.hidden.message_partner_ids)

    def test_notifications(self):
        notifications = self.env["mail.notification"].search([("mail_message_id", "=", self.message.id)])
        self.assertTrue(notifications)
        for role in ("colleague", "employee", "sysop", "leader"):
            self.assert_out_of_reach(role, notifications)
        self.assert_in_reach("clerk", notifications)  # the author
        mine = self.env["mail.notification"].create(
            {
                "mail_message_id": self.message.id,
                "res_partner_id": self.user["employee"].partner_id.id,
                "notification_type": "inbox",
            }
        )
        self.assert_in_reach("employee", mine)
        self.assert_out_of_reach("colleague", mine)

    def test_store_masks_persons(self):
        """Everybody reads the message; its author and recipients are masked for those who may not see them."""
        messages = self.message | self.from_customer
        for role in ("colleague", "employee"):
            answer = self.attempt(role, lambda env: Store().add(env["mail.message"].browse(messages.ids)).get_result())
            self.assertIn(f"Restricted customer #{self.hidden.id}", repr(answer))
            partner = next(row for row in answer["res.partner"] if row["id"] == self.hidden.id)
            self.assertFalse({"email", "phone", "avatar_128_access_token"} & partner.keys())
            self.attempt(
                role,
                lambda env: (
                    Store()
                    .add(
                        env["res.partner"].browse(self.plain.id),
                        as_thread=True,
                        request_list=["followers", "suggestedRecipients", "display_name", "activities", "attachments"],
                    )
                    .get_result()
                ),
            )
        for role in ("clerk", "leader"):
            answer = Store().add(self.of(role, messages)).get_result()
            self.assertIn(self.hidden.name, repr(answer))

    def test_messages_of_hidden_customers(self):
        message = self.hidden.message_post(body="canary709 note", subject="canary709")
        attachment = self.env["ir.attachment"].create(
            {"name": "canary709.txt", "raw": b"canary709", "res_model": "res.partner", "res_id": self.hidden.id}
        )
        activity = self.hidden.activity_schedule(
            "mail.mail_activity_data_call", summary="canary709", user_id=self.env.uid
        )
        for role in ("colleague", "employee", "contact_maker"):
            for records in (message, attachment, activity):
                self.assert_out_of_reach(role, records)
        for role in ("clerk", "leader"):
            for records in (message, attachment):
                self.assert_in_reach(role, records)

    def test_mentions_and_names(self):
        for role in ("colleague", "employee", "contact_maker"):
            for call in (
                lambda env: env["res.partner"].get_mention_suggestions("泄密柒零", limit=20),
                lambda env: env["res.partner"].get_mention_suggestions("canary", limit=20),
                lambda env: env["res.partner"].search_for_channel_invite("泄密柒零"),
                lambda env: env["res.partner"].im_search("泄密柒零")
                if hasattr(env["res.partner"], "im_search")
                else [],
                lambda env: env["res.partner"].name_search("泄密柒零"),
                lambda env: env["res.users"].name_search("泄密柒零"),
                lambda env: env["res.partner"].browse(self.plain.id)._message_get_suggested_recipients(),
            ):
                with self.subTest(role=role):
                    self.attempt(role, call)
        found = self.env_of("clerk")["res.partner"].get_mention_suggestions("泄密柒零", limit=20)
        self.assertIn(self.hidden.name, repr(found))

    def test_display_names_with_every_key(self):
        keys = (
            "show_email",
            "show_address",
            "show_vat",
            "formatted_display_name",
            "partner_show_db_id",
            "address_inline",
        )
        for role in ("colleague", "employee"):
            for context in ({}, *({key: 1} for key in keys), dict.fromkeys(keys, 1)):
                self.attempt(
                    role, lambda env: env["res.partner"].browse(self.hidden.ids).sudo().display_name, **context
                )
                self.attempt(
                    role, lambda env: env["res.partner"].browse(self.hidden_contact.ids).read(["name"]), **context
                )

    def test_order_by_hidden_names(self):
        """Records that everybody reads, sorted by contacts whose names some may not see."""
        before, after = self.partner({"name": "泄密柒零"}, {"name": "泄密柒零玖零"}, user_id=False)
        products = self.env["res.partner.category"].create([{"name": str(number)} for number in range(3)])
        users = self.env["res.partner"].create(
            [
                {"name": f"Child {number}", "user_id": False, "card_group_id": partner.id}
                for number, partner in enumerate((before, self.hidden, after))
            ]
        )
        self.assertTrue(products)
        self.assertEqual(self.order_of("leader", users, "card_group_id"), users.ids)
        for order in ("card_group_id", "card_group_id desc"):
            self.assertEqual(self.order_of("colleague", users, order).index(users[1].id), 2)

    def test_our_bus_messages_go_to_records(self):
        """Any user may listen to a channel that is a text (security.md 31)."""
        for addon in Path(__file__).parents[2].glob("customer_archive*"):
            for path in addon.rglob("*.py"):
                if "tests" not in path.parts:
                    with self.subTest(path=path.name):
                        self.assertFalse(re.search(r"_sendone\(\s*[f\"']", path.read_text("utf-8")))


@tagged("post_install", "-at_install")
class TestRoutes(LeakCommon, HttpCase):
    def test_routes(self):
        self.hidden.message_post(body="canary709")
        for role in ("colleague", "employee"):
            self.authenticate(f"test_{role}", f"test_{role}")
            for path in (
                f"/web/partner/vcard?partner_ids={self.hidden.id}",
                f"/web/image/res.partner/{self.hidden.id}/avatar_128",
                f"/web/image/res.partner/{self.hidden.id}/image_1920",
                f"/web/content/res.partner/{self.hidden.id}/image_1920",
                f"/mail/view?model=res.partner&res_id={self.hidden.id}",
                f"/odoo/contacts/{self.hidden.id}?debug=1",
                f"/web/content/{self.hidden.id}?model=res.partner&field=comment",
            ):
                with self.subTest(role=role, path=path):
                    self.assert_no_telltale(self.url_open(path).text)
            for route, params in (
                ("/mail/thread/messages", {"thread_model": "res.partner", "thread_id": self.hidden.id}),
                ("/mail/thread/recipients", {"thread_model": "res.partner", "thread_id": self.hidden.id}),
                (
                    "/mail/partner/from_email",
                    {"thread_model": "res.partner", "thread_id": self.plain.id, "emails": [self.hidden.email]},
                ),
                (
                    "/mail/data",
                    {
                        "fetch_params": [
                            [
                                "mail.thread",
                                {
                                    "thread_model": "res.partner",
                                    "thread_id": self.hidden.id,
                                    "request_list": ["followers", "display_name", "suggestedRecipients", "activities"],
                                },
                            ]
                        ]
                    },
                ),
                (
                    "/web/dataset/call_kw/res.partner/read",
                    {"model": "res.partner", "method": "read", "args": [self.hidden.ids, ["name"]], "kwargs": {}},
                ),
                (
                    "/web/dataset/call_kw/res.partner/web_read",
                    {
                        "model": "res.partner",
                        "method": "web_read",
                        "args": [self.hidden.ids],
                        "kwargs": {"specification": {"name": {}}, "context": {"show_email": 1}},
                    },
                ),
            ):
                with self.subTest(role=role, route=route):
                    answer = self.url_open(route, json={"params": params}).json()
                    answer.get("error", {}).get("data", {}).pop("debug", None)
                    if route != "/mail/partner/from_email":
                        self.assert_no_telltale(repr(answer))
                    else:
                        self.assertNotIn(f"'id': {self.hidden.id}", repr(answer))
                        self.assertNotIn("泄密柒零玖", repr(answer))
