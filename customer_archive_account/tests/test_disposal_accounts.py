"""Accounting records on a disposal list: a third witness is asked for (product.md R5)."""

from odoo.tests import tagged

from odoo.addons.customer_archive.tests.disposals import DisposalCommon


@tagged("post_install", "-at_install")
class TestDisposalAccounts(DisposalCommon):
    def test_archives_of_customers_with_posted_entries(self):
        self.env["account.chart.template"].try_loading("generic_coa", company=self.company_one, install_demo=False)
        product = self.env["product.product"].create({"name": "Tea", "list_price": 10, "taxes_id": False})
        invoice = self.env["account.move"].with_company(self.company_one)
        invoice = invoice.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.archived.id,
                "invoice_date": "2015-01-05",
                "invoice_line_ids": [(0, 0, {"product_id": product.id, "price_unit": 10, "tax_ids": False})],
            }
        )
        facts = self.archives._disposal_facts()
        self.assertFalse(facts[self.archive.id]["accounting"], "A draft is no record")
        invoice.action_post()
        facts = self.archives._disposal_facts()
        self.assertTrue(facts[self.archive.id]["accounting"])
        self.assertFalse(facts[self.person_archive.id]["accounting"])
        self.make_due(self.archives)
        self.assertIn(self.archive.id, self.archives._disposal_refusals(), "An unpaid invoice holds the archive")
