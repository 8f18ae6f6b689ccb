"""The daily mail: one to each person and day, in their language, nothing of the customer in it (product.md L4)."""

from unittest.mock import patch

from odoo.tests import tagged

from .reminders import ReminderCase

LOGGER = "odoo.addons.customer_archive.models.customer_archive_reminder_mail"


@tagged("post_install", "-at_install")
class TestReminderMail(ReminderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["customer.archive.reminder"].search([("mail_state", "=", "waiting")]).mail_state = "none"
        cls.secrets = [cls.archived.name, "同仁堂", "010-67001234", cls.archived.vat, "王芳", "13700137000", "芳姐"]

    def assert_no_secrets(self, *texts):
        for text in texts:
            for secret in self.secrets:
                self.assertNotIn(secret, str(text))

    def test_one_mail_of_all(self):
        first, second = self.rule(channel="mail"), self.rule(channel="both", name="Look through")
        self.review(self.archive | self.person_archive, 3)
        self.told(first)
        self.told(second)
        self.assertFalse(self.rows(first).activity_id)
        self.assertEqual(len(self.rows(second).activity_id), 2)
        [mail] = self.mails()
        self.assertEqual(mail.recipient_ids, self.user["clerk"].partner_id)
        self.assertEqual(mail.subject, "4 reminders from the customer archive")
        for word in (self.archive.number, self.person_archive.number, "Look through", "06/04/2026"):
            self.assertIn(word, mail.body_html)
        self.assertIn(f"/mail/view?model=customer.archive&amp;res_id={self.archive.id}", mail.body_html)
        self.assert_no_secrets(mail.subject, mail.body_html, mail.headers, mail.mail_message_id.record_name)
        self.assertEqual(set((self.rows(first) | self.rows(second)).mapped("mail_state")), {"sent"})

    def test_one_mail_a_day(self):
        rule = self.rule(channel="mail")
        self.review(self.archive, 3)
        self.told(rule)
        self.assertEqual(len(self.mails()), 1)
        self.assertFalse(self.mails())
        self.review(self.person_archive, 3)
        self.told(rule)
        self.assertFalse(self.mails(), "there was one today")
        [mail] = self.mails(days=1)
        self.assertIn(self.person_archive.number, mail.body_html)
        self.assertNotIn(self.archive.number, mail.body_html)

    def test_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        rule = self.rule(channel="mail")
        rule.with_context(lang="zh_CN").name = "档案复核"
        self.user["clerk"].lang = "zh_CN"
        self.review(self.archive, 3)
        self.told(rule)
        [mail] = self.mails()
        self.assertIn("档案复核", mail.body_html)
        self.assertIn("2026/06/04", mail.body_html)

    def test_no_access_any_more(self):
        """Between the reminder and the mail the customer went to somebody else."""
        rule = self.rule(channel="both")
        self.review(self.archive | self.person_archive, 3)
        self.told(rule)
        self.archived.user_id = self.user["colleague"]
        [mail] = self.mails()
        self.assertNotIn(self.archive.number, mail.body_html)
        self.assertIn(self.person_archive.number, mail.body_html)
        states = {row.archive_id: row.mail_state for row in self.rows(rule)}
        self.assertEqual(states, {self.archive: "withheld", self.person_archive: "sent"})
        activities = self.rows(rule).activity_id
        self.assertEqual(
            activities.filtered(lambda a: a.res_id == self.archive.id).user_id,
            self.user["colleague"],
            "what is to be done goes to whoever has the customer now",
        )

    def test_nothing_to_whoever_lost_it_all(self):
        rule = self.rule(channel="mail")
        self.review(self.archive, 3)
        self.told(rule)
        self.user["clerk"].active = False
        self.assertFalse(self.mails())
        self.assertEqual(self.rows(rule).mail_state, "withheld")

    def test_level_raised(self):
        rule = self.rule(channel="mail", person="user", user_id=self.user["archivist"].id)
        self.review(self.archive, 3)
        self.told(rule)
        self.set(self.archive, level="core")
        self.assertFalse(self.mails())
        self.assertEqual(self.rows(rule).mail_state, "withheld")

    def test_without_an_address(self):
        rule = self.rule(channel="both")
        self.review(self.archive, 3)
        self.told(rule)
        self.user["clerk"].partner_id.email = False
        self.assertFalse(self.mails())
        self.assertEqual(self.rows(rule).mail_state, "none")

    def test_many_lines(self):
        rule = self.rule(channel="mail")
        self.review(self.open(self.companies(7), self.category_company), 3)
        self.told(rule)
        with patch("odoo.addons.customer_archive.models.customer_archive_reminder_mail.MOST_LINES", 5):
            [mail] = self.mails()
        self.assertEqual(mail.body_html.count("/mail/view"), 5)
        self.assertIn("and 2 more", mail.body_html)

    def test_the_others_get_theirs(self):
        rule = self.rule(channel="mail", person="role", group_id=self.env.ref("customer_archive.group_archivist").id)
        self.review(self.archive, 3)
        self.told(rule)
        original = type(self.env["customer.archive.reminder"])._mail_to

        def mail_to(reminders, user):
            if user == self.user["archivist"]:
                raise ZeroDivisionError
            return original(reminders, user)

        with (
            patch.object(type(self.env["customer.archive.reminder"]), "_mail_to", mail_to),
            self.assertLogs(LOGGER, "ERROR"),
        ):
            mails = self.mails()
        self.assertIn(self.user["manager"].partner_id, mails.recipient_ids)
        self.assertNotIn(self.user["archivist"].partner_id, mails.recipient_ids)
        self.assertIn(self.user["archivist"].partner_id, self.mails().recipient_ids)

    def test_names_in_no_shadow(self):
        """Neither the activity nor what Odoo keeps beside it names the customer."""
        rule = self.rule(channel="both", summary="{rule} {number} {date} {days}")
        self.review(self.archive | self.person_archive, 3)
        self.told(rule)
        for activity in self.rows(rule).activity_id:
            self.assert_no_secrets(activity.res_name, activity.summary, activity.note, activity.display_name)
        by_hand = self.archive.activity_schedule("mail.mail_activity_data_todo", user_id=self.user["clerk"].id)
        self.assertEqual(by_hand.res_name, self.archive.number)
