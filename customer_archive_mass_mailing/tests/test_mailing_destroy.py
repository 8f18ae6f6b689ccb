"""Contacts of mailing lists with a destroyed customer's address go, with what was sent to them."""

from odoo.tests import tagged

from odoo.addons.customer_archive.tests.destroy import MARKS, DestroyCommon


@tagged("post_install", "-at_install")
class TestMailingDestroy(DestroyCommon):
    def test_contacts(self):
        lists = self.env["mailing.list"].create({"name": "News"})
        contact, other = self.env["mailing.contact"].create(
            [
                {"name": "金丝雀订阅者", "email": f"{MARKS['a']}@example.com", "list_ids": lists.ids},
                {"name": "Other", "email": "goes.on@example.com", "list_ids": lists.ids},
            ]
        )
        mailing = self.env["mailing.mailing"].create(
            {"subject": "News", "mailing_model_id": self.env["ir.model"]._get("mailing.contact").id}
        )
        traces = self.env["mailing.trace"].create(
            [
                {"model": "mailing.contact", "res_id": row.id, "mass_mailing_id": mailing.id, "email": row.email}
                for row in (contact, other)
            ]
            + [{"model": "res.partner", "res_id": self.doomed.id, "mass_mailing_id": mailing.id, "email": "x@y.zz"}]
        )
        self.destroy()
        self.assertEqual((contact | other).exists(), other)
        self.assertEqual(traces.exists(), traces[1])
        self.assertEqual(self.places({*self.telltales, "金丝雀订阅者"}), {})
