"""Meetings with a destroyed customer go, unless other customers were there."""

from odoo.tests import tagged

from odoo.addons.customer_archive.tests.destroy import NAMES, DestroyCommon


@tagged("post_install", "-at_install")
class TestMeetingDestroy(DestroyCommon):
    def test_meetings(self):
        employee = self.user["clerk"].partner_id
        times = {"start": "2026-03-01 08:00:00", "stop": "2026-03-01 09:00:00"}
        alone, shared = self.env["calendar.event"].create(
            [
                {
                    "name": f"With {NAMES[0]}",
                    "description": "canary-meeting-4711",
                    "partner_ids": [(6, 0, (self.doomed | employee).ids)],
                    **times,
                },
                {
                    "name": f"{NAMES[0]} and others",
                    "partner_ids": [(6, 0, (self.man | self.other | employee).ids)],
                    **times,
                },
            ]
        )
        self.destroy()
        self.assertFalse(alone.exists())
        self.assertEqual(shared.partner_ids, self.other | employee)
        self.assertEqual(shared.attendee_ids.partner_id, self.other | employee)
        self.assertEqual(shared.name, "■■■ and others")
        self.assertEqual(self.places({*self.telltales, "canary-meeting-4711"}), {})
