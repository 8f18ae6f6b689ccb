"""Customers with orders are not proposed to be marked inactive (product.md Q6)."""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.customer_archive.tests.common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestQuality(ArchiveCommon):
    def test_signs_of_life(self):
        archives = self.archive | self.person_archive
        archives._governed().opened_on = fields.Date.subtract(fields.Date.today(), months=30)
        contact = self.partner(name="李采购", parent_id=self.archived.id)
        self.env["sale.order"].create({"partner_id": contact.id, "company_id": self.company_one.id})
        rule = self.env["customer.archive.quality.rule"].create(
            {"name": "Quiet", "check": "inactive", "remedy": "inactive", "months": 24}
        )
        cleaning = self.env["customer.archive.cleaning"]._start(self.company_one, rule)
        cleaning._find_some()
        found = self.env["customer.archive.cleaning.line"].search([("cleaning_id", "=", cleaning.id)])
        self.assertEqual(found.archive_id, self.person_archive)
