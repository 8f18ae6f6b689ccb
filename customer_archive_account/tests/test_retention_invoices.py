"""Invoices start clocks, unpaid ones hold, and the seal freezes them (product.md R2-R4, C6)."""

import json
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.customer_archive.tests.common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestRetentionInvoices(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chart = cls.env["account.chart.template"]
        chart.try_loading("generic_coa", company=cls.company_one, install_demo=False)
        cls.product = cls.env["product.product"].create({"name": "Tea", "list_price": 10, "taxes_id": False})
        cls.category = cls.env["customer.archive.category"].create({"name": "T", "code": "T.R", "applies_to": "both"})
        cls.env["customer.archive.retention.line"].create(
            {
                "category_id": cls.category.id,
                "field_group": "transactions",
                "minimum": 1,
                "trigger_ids": [(6, 0, cls.env.ref("customer_archive.retention_trigger_last_invoice").ids)],
                "citation": "x",
            }
        )
        cls.contact_of = cls.partner(name="财务", parent_id=cls.archived.id)
        cls.archive.category_id = cls.category

    def invoice(self, partner, day="2020-05-01", post=True):
        line = {"product_id": self.product.id, "price_unit": 10, "tax_ids": False}
        moves = self.env["account.move"].with_company(self.company_one)
        move = moves.create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": day,
                "invoice_line_ids": [(0, 0, line)],
            }
        )
        if post:
            move.action_post()
        self.env.flush_all()
        return move

    def pay(self, moves):
        register = self.env["account.payment.register"].with_company(self.company_one)
        register = register.with_context(active_model="account.move", active_ids=moves.ids)
        register.create({"payment_date": "2020-06-01"})._create_payments()
        self.env.flush_all()

    def test_last_posted_invoice(self):
        self.archive._set_clocks()
        self.assertFalse(self.archive.clock_ids.started_on)
        self.invoice(self.archived)
        self.invoice(self.contact_of, "2020-07-01")  # a contact of the customer
        self.invoice(self.archived, "2021-01-01", post=False)
        self.archive._set_clocks()
        self.assertEqual(self.archive.clock_ids.started_on, date(2020, 7, 1))
        self.assertEqual(self.archive.retention_minimum_on, date(2021, 7, 1))

    def test_unpaid_holds(self):
        move = self.invoice(self.contact_of)
        self.archive._governed().write({"state": "inactive", "closed_on": "2020-01-01"})
        self.archive._set_clocks()
        candidates = self.env["customer.archive"]
        self.assertIn("unpaid invoices since 2020-05-01", self.archive._hold_sentences()[self.archive.id])
        self.assertNotIn(self.archive.id, candidates._retention_candidates().ids)
        with self.assertRaisesRegex(UserError, "unpaid"):
            self.archive.action_seal("x")
        self.pay(move)
        self.assertFalse(self.archive._hold_sentences())
        self.assertIn(self.archive.id, candidates._retention_candidates().ids)

    def test_frozen(self):
        move = self.invoice(self.archived)
        self.pay(move)
        self.archive._governed().write({"state": "inactive", "closed_on": "2020-01-01"})
        self.archive.action_seal("x")
        [frozen] = json.loads(self.archive.seal_ids.snapshot)["invoices"]
        self.assertEqual((frozen["number"], frozen["date"], frozen["open"]), (move.name, "2020-05-01", 0.0))
