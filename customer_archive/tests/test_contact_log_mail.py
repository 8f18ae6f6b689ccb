"""E-mails from and to customers become lines of the contact log, once (L2)."""

from datetime import timedelta

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .test_contact_log import MODEL, LogCommon

INCOMING = """Return-Path: <{sender}>
To: {to}
From: {sender}
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Date: Mon, 02 Mar 2026 10:00:00 +0800
Message-ID: {message_id}
References: {references}
In-Reply-To: {references}

{body}
"""


@tagged("post_install", "-at_install")
class TestContactLogMail(LogCommon, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.partner(name="李采购", parent_id=cls.archived.id, email="buyer@tongrentang.example.com")
        cls.archived.email = "office@tongrentang.example.com"
        cls.archived.message_subscribe(cls.user["clerk"].partner_id.ids)
        cls.env.flush_all()

    def new_logs(self):
        return self.env[MODEL].search([("origin", "=", "email")], order="id")

    def send(self, record=None, partners=None, role="clerk", **vals):
        """The role writes to the customer's people in the chatter."""
        record = self.of(role, self.archived if record is None else record)
        with self.mock_mail_gateway():
            message = record.message_post(
                body=Markup("<p>Our offer: 200 sets.</p>"),
                subject="Offer",
                partner_ids=(partners or self.buyer).ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                **vals,
            )
            self.env.flush_all()
        return message.sudo()

    def receive(self, answered, sender="buyer@tongrentang.example.com", number=1, **vals):
        values = {
            "sender": sender,
            "to": "catchall@example.com",
            "subject": "Re: Offer",
            "message_id": f"<answer-{number}@tongrentang.example.com>",
            "references": answered.message_id,
            "body": "We take them. Canary.",
            **vals,
        }
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(None, INCOMING.format(**values))
            self.env.flush_all()

    def test_sent(self):
        message = self.send()
        log = self.new_logs()
        self.assertEqual((log.archive_id, log.subject, log.direction), (self.archive, "Offer", "out"))
        self.assertEqual((log.contact_ids, log.user_id), (self.buyer, self.user["clerk"]))
        self.assertEqual((log.summary, log.type_id.code), ("Our offer: 200 sets.", "email"))
        self.assertEqual(log.sudo().mail_message_id, message)
        action = self.of("clerk", log).action_view_origin()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", self.archived.id))

    def test_received_through_the_gateway(self):
        sent = self.send()
        self.receive(sent)
        received = self.new_logs()[1:]
        self.assertEqual(len(received), 1)
        self.assertEqual((received.archive_id, received.direction), (self.archive, "in"))
        self.assertEqual((received.subject, received.contact_ids), ("Re: Offer", self.buyer))
        self.assertIn("Canary", received.summary)
        self.assertEqual(received.user_id, self.user["clerk"])
        self.assertEqual(self.archive.last_contact_on, self.today)
        # The same letter once more is the same message to Odoo.
        self.receive(sent)
        self.assertEqual(len(self.new_logs()), 2)
        # The chatter forwards it to the account manager; that is no letter to the customer.
        self.assertEqual(self.new_logs().mapped("direction"), ["out", "in"])

    def test_received_from_somebody_unknown(self):
        sent = self.send()
        self.receive(sent, sender="new@tongrentang.example.com", number=2)
        received = self.new_logs()[1:]
        self.assertEqual((received.archive_id, received.contact_ids.ids), (self.archive, []))

    def test_once(self):
        message = self.send()
        drafts = [self.env[MODEL]._draft_of_email(message, self.archive.id)]
        self.assertFalse(self.env[MODEL]._write_by_itself("mail_message_id", drafts))
        # Two letters of one message, as Odoo makes them for groups of recipients.
        self.env["mail.mail"].create({"mail_message_id": message.id, "recipient_ids": [(6, 0, self.archived.ids)]})
        self.assertEqual(len(self.new_logs()), 1)

    def test_one_line_for_each_customer(self):
        self.archived_person.email = "wangfang@example.com"
        self.send(partners=self.buyer | self.archived_person)
        self.assertEqual(self.new_logs().archive_id, self.archive | self.person_archive)

    def test_confidential(self):
        self.secret()
        sent = self.send()
        self.receive(sent)
        logs = self.new_logs()
        self.assertEqual(logs.mapped("subject"), ["E-mail", "E-mail"])
        self.assertEqual(logs.mapped("summary"), [False, False])
        self.env.flush_all()
        self.env.cr.execute("SELECT l::text FROM customer_archive_contact_log l WHERE l.id = ANY(%s)", [logs.ids])
        self.assertNotIn("Canary", repr(self.env.cr.fetchall()))

    def test_letter_in_another_customer_s_chatter(self):
        """What stands with one customer is not told to those who read the other one's log."""
        self.secret()
        self.archived_person.email = "wangfang@example.com"
        sent = self.send(partners=self.buyer | self.archived_person)
        self.receive(sent, sender="wangfang@example.com", number=7)
        logs = self.new_logs().filtered(lambda log: log.archive_id == self.person_archive)
        self.assertEqual(logs.mapped("direction"), ["out", "in"])
        self.assertEqual((logs.mapped("subject"), any(logs.mapped("summary"))), (["E-mail", "E-mail"], False))

    def test_posted_as_if_it_had_come_in(self):
        """A line that says to be an e-mail of the customer is no evidence if an employee can make it."""
        archived = self.of("clerk", self.archived).with_context(archive_gateway=True)
        archived.message_post(body="We pay.", message_type="email", email_from="buyer@tongrentang.example.com")
        self.env["mail.message"].create(
            {"model": "res.partner", "res_id": self.archived.id, "body": "x", "message_type": "email"}
        )
        self.assertFalse(self.new_logs())

    def test_clock_of_the_sender(self):
        message = self.plain_message()
        message.date = fields.Datetime.now() + timedelta(days=30)
        draft = self.env[MODEL]._draft_of_email(message, self.person_archive.id)
        self.assertLessEqual(draft["begin_at"], fields.Datetime.now())

    def test_no_contact_with_a_customer(self):
        before = self.new_logs()
        self.send(record=self.customer, partners=self.contact, role="archivist")  # without an archive
        self.send(partners=self.user["leader"].partner_id)  # to a colleague
        with self.mock_mail_gateway():
            self.of("clerk", self.archived).message_post(body="A note", subtype_xmlid="mail.mt_note")
            self.env["mail.mail"].create({"body_html": "x", "recipient_ids": [(6, 0, self.buyer.ids)]})
        self.assertEqual(self.new_logs(), before)

    def test_closed_archive(self):
        """The answer comes in as ever; nobody writes to a sealed customer any more."""
        sent = self.send()
        self.archive._governed().write({"state": "sealed"})
        self.receive(sent)
        self.assertIn(self.buyer, self.archived.message_ids.author_id)
        self.assertEqual(self.new_logs().mapped("direction"), ["out"])
        with self.refused(AccessError, "sealed"):
            self.send()

    def test_trouble_stops_no_letter(self):
        self.env["ir.default"].set(MODEL, "duration", -1)
        with self.assertLogs("odoo.addons.customer_archive.models.customer_archive_contact_log_itself", "ERROR"):
            sent = self.send()
        self.assertTrue(sent.exists())
        self.assertFalse(self.new_logs())

    def test_name_of_a_message_is_no_oracle(self):
        message = self.plain_message()
        clerk = self.env_of("clerk")[MODEL]
        for way, call in {
            "create": lambda: clerk.create(self.values(mail_message_id=message.id)),
            "write": lambda: self.of("clerk", self.log).write({"mail_message_id": message.id}),
            "onchange": lambda: clerk.with_context(default_mail_message_id=message.id).onchange(
                {}, [], {"mail_message_id": {"fields": {"display_name": {}}}}
            ),
        }.items():
            with self.subTest(way=way), self.refused(UserError):
                call()
        log = clerk.with_context(default_mail_message_id=message.id)
        try:
            made = log.create(self.values())
        except AccessError:
            return
        self.assertFalse(made.sudo().mail_message_id)

    def plain_message(self):
        return self.env["mail.message"].create({"model": "res.partner", "res_id": self.person.id, "body": "x"})
