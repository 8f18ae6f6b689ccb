"""Destroying an archive: nothing of the customer is left but what the law keeps, and the stub (product.md R6, R7)."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.customer_archive_merge_engine import MergeGroup
from .destroy import MARKS, NAMES, DestroyCommon


@tagged("post_install", "-at_install")
class TestDestroy(DestroyCommon):
    def test_values_are_gone(self):
        """26 values and more, in the database and in the file store."""
        before = self.places(self.telltales)
        self.assertEqual(self.telltales - before.keys() - {MARKS["o"]}, set(), "not planted")
        self.assertTrue(self.files_with(self.telltales))
        result = self.destroy()
        self.collect()
        self.assertEqual(self.places(self.telltales), {})
        self.assertEqual(self.files_with(self.telltales), set())
        self.assertEqual(result["residue"], [])
        self.assertGreaterEqual(len(self.telltales), 26)

    def test_stub(self):
        number, partner = self.doomed_archive.number, self.doomed
        result = self.destroy()
        archive = self.doomed_archive
        self.assertEqual((archive.state, archive.partner_id.id, archive.number), ("destroyed", False, number))
        self.assertEqual(archive.number_ids.mapped("name"), [number])
        self.assertTrue(archive.category_id and archive.opened_on and archive.closed_on)
        self.assertFalse(archive.message_ids)
        self.assertFalse(self.woman.exists())
        self.assertEqual(result["number"], number)
        self.assertEqual(self.env["customer.archive.access"]._differences(), [])
        # The portal's account stays as an empty shell, and with it the row of its contact.
        self.assertTrue(self.man.exists())
        self.assertEqual(self.account.login, f"destroyed-{self.account.id}")
        self.assertFalse(self.account.active)
        self.assertIn(("res.users", 1), [(entry["model"], entry["count"]) for entry in result["stayed"]])
        self.assertEqual(self.man.name, f"Destroyed customer {number}")
        self.assertFalse(partner.exists())

    def test_others_stay(self):
        """The other customer keeps all that is its own; what was said there about the destroyed one is blotted out."""
        same = self.partner(name="同号客户有限公司", is_company=True, phone="+86 139 4711 4711")
        messages = self.other.message_ids
        result = self.destroy()
        self.assertEqual(same.phone, "+86 139 4711 4711")
        self.assertGreaterEqual(result["shared"], 1)
        self.assertEqual(self.other.message_ids, messages)
        self.assertIn("Sent to us by ■■■, ■■■", self.mention.body)
        self.assertEqual(self.other.email, "goes.on@example.com")
        self.assertEqual(self.other_archive.partner_id, self.other)

    def test_twice(self):
        self.destroy()
        with self.refused(UserError, "has been destroyed already"):
            self.doomed_archive._destroy()

    def test_merged_archive_goes_along(self):
        """The customer that was merged into the doomed one, its archive and the snapshot of the merge."""
        gone = self.partner(name="金丝雀被合并有限公司", is_company=True, email="canary-merged@example.com")
        absorbed = self.open(gone, self.category_company)
        engine = self.env["customer.archive.merge.engine"].with_user(self.user["manager"]).sudo()
        engine._merge([MergeGroup(self.doomed.id, (gone.id,))])
        with self.refused(UserError, "is destroyed together with"):
            absorbed._destroy()
        result = self.destroy()
        self.assertEqual(absorbed.state, "destroyed")
        self.assertEqual(self.places(["金丝雀被合并有限公司", "canary-merged@example.com"]), {})
        self.assertEqual(result["error"], "")
        self.assertFalse(
            self.env["customer.archive.merge.record"].search([("archive_id", "=", self.doomed_archive.id)])
        )

    def test_another_customer_below(self):
        """A subsidiary with an archive of its own stays, as its own head; so does an employee filed there."""
        below = self.partner(name="子公司独立客户有限公司", is_company=True, parent_id=self.doomed.id)
        self.open(below, self.category_company)
        employee = self.user["employee"].partner_id
        employee.parent_id = self.doomed
        self.env.flush_all()
        self.destroy()
        self.assertEqual((below.parent_id.id, below.commercial_partner_id), (False, below))
        self.assertEqual(below.complete_name, "子公司独立客户有限公司")
        self.assertEqual((employee.name, employee.parent_id.id), ("Employee", False))
        self.assertNotIn(NAMES[0], employee.complete_name)
