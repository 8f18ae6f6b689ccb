"""Leads of a destroyed customer go, those that nobody linked to it as well."""

from odoo.tests import tagged

from odoo.addons.customer_archive.tests.destroy import MARKS, NAMES, DestroyCommon


@tagged("post_install", "-at_install")
class TestLeadDestroy(DestroyCommon):
    def test_leads(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": NAMES[0], "partner_id": self.doomed.id, "description": "canary-lead-4711"},
                {"name": "by mail", "email_from": f"{MARKS['a']}@example.com", "contact_name": "金丝雀联系人丁"},
                {"name": "other", "partner_id": self.other.id, "referred": NAMES[0]},
            ]
        )
        leads[0].message_post(body="canary-lead-4711 said")
        self.destroy()
        self.assertEqual(leads.exists(), leads[2])
        self.assertEqual(self.places({*self.telltales, "canary-lead-4711", "金丝雀联系人丁"}), {})
        self.assertFalse(leads[2].referred)
