"""Meetings with customers in the contact log: by themselves when they are over, or by hand; once (L2)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.customer_archive.tests.common import ArchiveCommon

MODEL = "customer.archive.contact.log"


@tagged("post_install", "-at_install")
class TestMeetingLog(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.partner(name="李采购", parent_id=cls.archived.id)
        cls.event = cls.meeting("Price for 2027", cls.buyer | cls.user["clerk"].partner_id | cls.archived)
        cls.env.flush_all()

    @classmethod
    def meeting(cls, name, partners, hours_ago=3, **vals):
        start = fields.Datetime.now().replace(microsecond=0) - timedelta(hours=hours_ago)
        return (
            cls.env["calendar.event"]
            .with_context(no_mail_to_attendees=True, mail_create_nolog=True)
            .create(
                {
                    "name": name,
                    "start": start,
                    "stop": start + timedelta(hours=1.5),
                    "partner_ids": [(6, 0, partners.ids)],
                    "user_id": cls.user["clerk"].id,
                    **vals,
                }
            )
        )

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive_calendar.ir_cron_meetings").method_direct_trigger()
        self.env.invalidate_all()

    def logs(self, *events):
        return self.env[MODEL].search([("calendar_event_id", "in", [event.id for event in events or (self.event,)])])

    def test_a_meeting_that_is_over(self):
        self.run_cron()
        log = self.logs()
        self.assertEqual((log.archive_id, log.subject, log.origin), (self.archive, "Price for 2027", "meeting"))
        self.assertEqual((log.begin_at, log.duration, log.direction), (self.event.start, 1.5, "none"))
        self.assertEqual((log.contact_ids, log.user_id), (self.buyer | self.archived, self.user["clerk"]))
        self.assertEqual(
            self.archive.last_contact_on,
            fields.Date.context_today(self.archived.with_context(tz="Asia/Shanghai"), self.event.start),
        )
        self.run_cron()
        self.assertEqual(len(self.logs()), 1)
        action = self.of("clerk", log).action_view_origin()
        self.assertEqual((action["res_model"], action["res_id"]), ("calendar.event", self.event.id))

    def test_meetings_that_are_none(self):
        others = [
            self.meeting("To come", self.archived, hours_ago=-5),
            self.meeting("Cancelled", self.archived, active=False),
            self.meeting("Plain", self.customer),
            self.meeting("Long ago", self.archived, hours_ago=24 * 30),
            self.meeting("Declined", self.archived_person),
        ]
        others[-1].attendee_ids.write({"state": "declined"})
        self.run_cron()
        self.assertFalse(self.logs(*others))

    def test_one_line_for_each_customer(self):
        event = self.meeting("Both", self.buyer | self.archived_person)
        self.run_cron()
        self.assertEqual(self.logs(event).archive_id, self.archive | self.person_archive)

    def test_confidential(self):
        self.archive.sudo()._change_level("secret", "Test")
        event = self.meeting("Canary", self.archived, description="Canary")
        self.run_cron()
        self.assertEqual((self.logs(event).subject, self.logs(event).summary), ("Meeting", False))

    def test_names_that_stay_in_the_calendar(self):
        """Of private meetings, and where a confidential customer sat at the table as well."""
        private = self.meeting("Canary", self.archived, privacy="private")
        self.person_archive.sudo()._change_level("secret", "Test")
        mixed = self.meeting("Canary", self.archived | self.archived_person)
        self.run_cron()
        self.assertEqual(self.logs(private).mapped("subject"), ["Meeting"])
        self.assertEqual(self.logs(mixed).mapped("subject"), ["Meeting", "Meeting"])

    def test_closed_archive(self):
        self.archive._governed().write({"state": "sealed"})
        self.run_cron()
        self.assertFalse(self.logs())

    def test_by_hand(self):
        event = self.of("clerk", self.event)
        self.assertTrue(event.archive_with_customer)
        action = event.action_archive_write_log()
        with Form(
            self.env_of("clerk")[MODEL].with_context(**action["context"]),
            "customer_archive.customer_archive_contact_log_view_form_quick",
        ) as form:
            self.assertEqual(form.subject, "Price for 2027")
            form.summary = "They take 200."
        log = form.record
        self.assertEqual((log.calendar_event_id, log.archive_id), (self.event, self.archive))
        self.run_cron()
        self.assertEqual(self.logs(), log)
        # Once it is there, the button opens it.
        self.assertEqual(self.of("clerk", self.event).action_archive_write_log()["res_id"], log.id)
        with self.refused(UserError, "No customer"):
            self.meeting("Plain", self.customer).action_archive_write_log()

    def test_other_peoples_meetings(self):
        """The name of a meeting that one may not see is no way out."""
        theirs = self.partner(name="别人的客户", is_company=True, user_id=self.user["colleague"].id)
        self.open(theirs, self.category_company)
        event = self.meeting("Canary", theirs, user_id=self.user["colleague"].id)
        values = {"archive_id": self.archive.id, "subject": "x", "calendar_event_id": event.id}
        with self.refused(AccessError):
            self.env_of("clerk")[MODEL].create(values)
        with self.refused(AccessError):
            self.env_of("clerk")[MODEL].onchange(
                values, ["calendar_event_id"], {"calendar_event_id": {"fields": {"display_name": {}}}}
            )
