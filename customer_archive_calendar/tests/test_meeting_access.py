"""Meetings with customers under the access predicate; and meetings as in plain Odoo."""

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.customer_archive.tests.leaks import LeakCommon
from odoo.addons.mail.tests.common import MailCommon


@tagged("post_install", "-at_install")
class TestMeetingAccess(LeakCommon, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.persona("spy", "base.group_partner_manager", "base.group_allow_export")
        cls.event = cls.meeting("canary709 visit", cls.hidden, "clerk", description="canary709 card")
        cls.unowned = cls.meeting("canary709 call", cls.hidden_contact, None)
        # Who is asked to come knows of it, whoever the customer is.
        cls.invited = cls.meeting("Together", cls.hidden | cls.user["employee"].partner_id, "clerk")
        cls.organised = cls.meeting("Organised", cls.hidden, "spy")
        cls.plain_event = cls.meeting("Plain", cls.plain, "clerk")
        cls.both = cls.meeting("canary709 and plain", cls.plain | cls.hidden, "clerk")
        cls.env.flush_all()

    @classmethod
    def meeting(cls, name, partners, role, **vals):
        return (
            cls.env["calendar.event"]
            .with_context(no_mail_to_attendees=True, mail_create_nolog=True)
            .create(
                {
                    "name": name,
                    "start": "2026-06-01 08:00:00",
                    "stop": "2026-06-01 09:00:00",
                    "partner_ids": [(6, 0, partners.ids)],
                    "user_id": role and cls.user[role].id,
                    **vals,
                }
            )
        )

    def attendees(self, events):
        """The rows of the hidden customer, as they are in the database."""
        return self.env["calendar.attendee"].search(
            [("event_id", "in", events.ids), ("partner_id", "in", (self.hidden | self.hidden_contact).ids)]
        )

    def test_by_role(self):
        closed = self.event | self.unowned | self.both
        for role in ("clerk", "leader", "service", "management", "archivist"):
            self.assert_in_reach(role, closed)
            self.assert_in_reach(role, self.attendees(closed))
        for role in ("colleague", "employee", "spy", "contact_maker"):
            self.assert_out_of_reach(role, closed)
            self.assert_out_of_reach(role, self.attendees(closed))
            self.assert_in_reach(role, self.plain_event)

    def test_attendees_and_organisers_keep_their_meetings(self):
        self.assert_in_reach("employee", self.invited)
        self.assert_in_reach("spy", self.organised)
        for role, event in (("employee", self.invited), ("spy", self.organised)):
            spec = {
                "name": {},
                "partner_ids": {"fields": {"display_name": {}}},
                "attendee_ids": {"fields": {"email": {}, "phone": {}, "common_name": {}, "partner_id": {"fields": {}}}},
            }
            self.attempt(
                role, lambda env, e=event, s=spec: env["calendar.event"].browse(e.ids).web_read(s), show_email=1
            )
            self.assert_out_of_reach(role, self.attendees(event))
        self.assert_out_of_reach("colleague", self.invited | self.organised)
        # The organiser goes on working; the customer stays invited.
        mine = self.of("spy", self.organised)
        mine.write({"start": "2026-06-02 08:00:00", "stop": "2026-06-02 09:00:00", "location": "Here"})
        with Form(self.of("spy", self.organised)) as form:
            form.name = "Organised anew"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertIn(self.hidden, self.organised.partner_ids)
        self.assertTrue(self.attendees(self.organised))

    def test_forged_links(self):
        start = {"name": "x", "start": "2026-06-01 08:00:00", "stop": "2026-06-01 09:00:00"}
        spec = {"email": {}, "phone": {}, "common_name": {}, "partner_id": {"fields": {"display_name": {}}}}
        forgeries = {
            "attendee": lambda env: env["calendar.attendee"].create(
                {"partner_id": self.hidden.id, "event_id": self.plain_event.id}
            ),
            "onchange of an attendee": lambda env: env["calendar.attendee"].onchange(
                {"partner_id": self.hidden.id}, ["partner_id"], spec
            ),
            "invite": lambda env: env["calendar.event"].create({**start, "partner_ids": [(6, 0, self.hidden.ids)]}),
            "invite by link": lambda env: env["calendar.event"].create({**start, "partner_ids": [(4, self.hidden.id)]}),
            "onchange": lambda env: env["calendar.event"].onchange(
                {**start, "partner_ids": [(4, self.hidden.id)]},
                ["partner_ids"],
                {"partner_ids": {"fields": {"display_name": {}}}, "attendee_ids": {"fields": spec}},
            ),
            "default": lambda env: (
                env["calendar.event"].with_context(default_partner_ids=[(6, 0, self.hidden.ids)]).create(dict(start))
            ),
            "record": lambda env: env["calendar.event"].create(
                {
                    **start,
                    "res_model": "res.partner",
                    "res_model_id": env.ref("base.model_res_partner").id,
                    "res_id": self.hidden.id,
                }
            ),
        }
        for role in ("employee", "spy", "colleague"):
            for way, call in forgeries.items():
                with self.subTest(role=role, way=way):
                    self.assertIsInstance(self.attempt(role, call), AccessError)

    def test_groups_and_searches(self):
        for role in ("employee", "spy", "colleague"):
            for groupby in ("name", "user_id", "res_model", "location"):
                self.attempt(
                    role, lambda env, g=groupby: env["calendar.event"].formatted_read_group([], [g], ["__count"])
                )
            for groupby in ("partner_id", "email", "common_name"):
                self.attempt(
                    role, lambda env, g=groupby: env["calendar.attendee"].formatted_read_group([], [g], ["__count"])
                )
            self.attempt(role, lambda env: env["calendar.attendee"].search([]).read(["email", "phone", "common_name"]))
            for domain in (
                [("description", "ilike", "canary709 card")],
                [("attendee_ids.email", "ilike", "canary709")],
                [("partner_ids", "ilike", "泄密柒零玖")],
                [("name", "ilike", "canary709")],
            ):
                with self.subTest(role=role, domain=domain):
                    self.assertFalse(self.attempt(role, lambda env, d=domain: env["calendar.event"].search(d).ids))

    def test_confidential_meetings_are_private(self):
        self.assertFalse(self.event.privacy)
        self.hidden_archive.sudo()._change_level("secret", "Test")
        clerk = self.env_of("clerk")["calendar.event"]
        values = {"name": "x", "start": "2026-06-01 08:00:00", "stop": "2026-06-01 09:00:00"}
        event = clerk.create({**values, "partner_ids": [(6, 0, self.hidden_contact.ids)]})
        self.assertEqual(event.privacy, "private")
        later = clerk.create(dict(values))
        self.assertFalse(later.privacy)
        later.partner_ids += self.of("clerk", self.hidden)
        self.assertEqual(later.privacy, "private")
        chosen = clerk.create({**values, "privacy": "public", "partner_ids": [(6, 0, self.hidden.ids)]})
        self.assertEqual(chosen.privacy, "public")
        self.assert_out_of_reach("colleague", event | later | chosen)
        plain = clerk.create({**values, "partner_ids": [(6, 0, self.plain.ids)]})
        self.assertFalse(plain.privacy)

    def test_documents_do_not_follow(self):
        self.policy(documents_follow=False)
        self.assert_in_reach("colleague", self.event)
        for context in ({}, {"show_email": 1}):
            values = (
                self.of("colleague", self.event)
                .with_context(**context)
                .web_read(
                    {"partner_ids": {"fields": {"display_name": {}}}, "attendee_ids": {"fields": {"display_name": {}}}}
                )
            )
            self.assertNotIn("泄密柒零玖", repr(values))

    # -- work -------------------------------------------------------------------------------------------------

    def test_meeting_with_ones_own_customer(self):
        for role, partner in (("clerk", self.hidden), ("employee", self.plain), ("colleague", self.theirs)):
            partner.email = partner.email or f"{role}@partner.example.com"
            with self.subTest(role=role), self.mock_mail_gateway():
                form = Form(self.env_of(role)["calendar.event"].with_context(mail_create_nosubscribe=False))
                form.name = "Visit"
                form.start = "2030-06-01 08:00:00"
                form.stop = "2030-06-01 09:00:00"
                form.partner_ids.add(self.of(role, partner))
                event = form.save()
                self.env.flush_all()
                self.env.cr.precommit.run()
            self.assertIn(partner, event.attendee_ids.partner_id)
            self.assertTrue(
                self._new_mails.filtered(lambda m, p=partner: p in m.recipient_ids), "no invitation was sent"
            )
            event.attendee_ids.filtered(lambda a, p=partner: a.partner_id == p).sudo().do_accept()
            event.write({"start": "2030-06-03 08:00:00", "stop": "2030-06-03 09:00:00"})
            event.copy()
            event.unlink()

    def test_recurring_meeting(self):
        event = self.env_of("clerk")["calendar.event"].create(
            {
                "name": "Weekly",
                "start": "2026-06-01 08:00:00",
                "stop": "2026-06-01 09:00:00",
                "partner_ids": [(6, 0, self.hidden.ids)],
                "recurrency": True,
                "rrule_type": "weekly",
                "mon": True,
                "count": 3,
                "end_type": "count",
            }
        )
        events = event.recurrence_id.calendar_event_ids
        self.assertEqual(len(events), 3)
        self.assert_out_of_reach("colleague", events)

    def test_calendar_of_colleagues(self):
        """Whoever looks into other calendars finds them as in plain Odoo, without the hidden meetings."""
        found = self.env_of("colleague")["calendar.event"].search([("user_id", "=", self.user["clerk"].id)])
        self.assertIn(self.plain_event, found)
        self.assertFalse(found & (self.event | self.both | self.invited))


@tagged("post_install", "-at_install")
class TestMeetingRoutes(LeakCommon, HttpCase):
    def test_invitation_file(self):
        event = self.env["calendar.event"].create(
            {
                "name": "canary709",
                "start": "2026-06-01 08:00:00",
                "stop": "2026-06-01 09:00:00",
                "partner_ids": [(6, 0, self.hidden.ids)],
                "user_id": self.user["clerk"].id,
            }
        )
        self.env["ir.attachment"].create(
            {
                "name": "invitation.ics",
                "raw": b"canary709",
                "mimetype": "text/calendar",
                "res_model": event._name,
                "res_id": event.id,
            }
        )
        attachment = self.env["ir.attachment"].search([("res_model", "=", event._name), ("res_id", "=", event.id)])
        self.assert_out_of_reach("employee", attachment)
        self.assert_out_of_reach("colleague", attachment)
        self.authenticate("test_colleague", "test_colleague")
        self.assert_no_telltale(self.url_open(f"/web/content/{attachment.id}").text)
        self.assert_no_telltale(self.url_open(f"/calendar/meeting/view?token=x&id={event.id}").text)
