"""Posted invoices follow the merge and come back with its undo; who is invoiced is not inactive (Q4, Q6)."""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.customer_archive.models.customer_archive_merge_engine import MergeGroup
from odoo.addons.customer_archive.tests.common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestInvoiceMerge(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chart = cls.env["account.chart.template"]
        for company in cls.company_one | cls.company_two:
            chart.try_loading("generic_coa", company=company, install_demo=False)
        cls.product = cls.env["product.product"].create({"name": "Tea", "list_price": 10, "taxes_id": False})
        cls.keep, cls.gone = cls.companies(2)
        cls.portal = cls.user["portal"]
        cls.portal.partner_id.write({"is_company": True, "user_id": cls.user["clerk"].id})
        cls.gone = cls.gone | cls.portal.partner_id
        cls.open(cls.keep | cls.gone[0], cls.category_company)

    def invoice(self, partner, company=None, date="2024-01-05"):
        move = (
            self.env["account.move"]
            .with_company(company or self.company_one)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": date,
                    "invoice_line_ids": [(0, 0, {"product_id": self.product.id, "price_unit": 10, "tax_ids": False})],
                }
            )
        )
        move.action_post()
        return move

    def settle(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.env["customer.archive.access"]._differences(), [])

    def test_posted_invoices_of_two_companies(self):
        source, portal = self.gone
        first = self.invoice(source)
        second = self.invoice(source, self.company_two)
        third = self.invoice(portal)
        moves = first | second | third
        attachment = self.env["ir.attachment"].create(
            {"name": "scan.pdf", "raw": b"x", "res_model": "res.partner", "res_id": source.id}
        )
        follower = self.env["res.partner"].create({"name": "Follower"})
        source.message_subscribe(follower.ids)
        names = {move: (move.name, move.state, move.amount_total) for move in moves}
        before = {move: (move.partner_id, move.commercial_partner_id, move.line_ids.partner_id) for move in moves}
        [record] = self.env["customer.archive.merge.engine"]._merge([MergeGroup(self.keep.id, tuple(self.gone.ids))])
        self.settle()
        for move in moves:
            self.assertEqual((move.partner_id, move.commercial_partner_id), (self.keep, self.keep))
            self.assertEqual(move.line_ids.partner_id, self.keep)
            self.assertEqual((move.name, move.state, move.amount_total), names[move])
        self.assertEqual(self.portal.partner_id, self.keep)
        self.assertEqual(attachment.res_id, self.keep.id)
        self.assertIn(follower, self.keep.message_partner_ids)
        record._undo()
        self.settle()
        for move in moves:
            self.assertEqual((move.partner_id, move.commercial_partner_id, move.line_ids.partner_id), before[move])
            self.assertEqual((move.name, move.state, move.amount_total), names[move])
        self.assertEqual(self.portal.partner_id, portal)
        self.assertEqual(attachment.res_id, source.id)
        self.assertIn(follower, source.message_partner_ids)
        self.assertNotIn(follower, self.keep.message_partner_ids)

    def test_invoices_since_the_merge_stay(self):
        source = self.gone[0]
        old = self.invoice(source)
        [record] = self.env["customer.archive.merge.engine"]._merge([MergeGroup(self.keep.id, source.ids)])
        self.settle()
        new = self.invoice(self.keep)
        record._undo()
        self.settle()
        self.assertEqual((old.partner_id, new.partner_id), (source, self.keep))

    def test_who_is_invoiced_is_not_inactive(self):
        archives = (self.keep | self.gone[0]).archive_id
        archives._governed().opened_on = fields.Date.subtract(fields.Date.today(), months=30)
        rule = self.env["customer.archive.quality.rule"].create(
            {"name": "Quiet", "check": "inactive", "remedy": "inactive", "months": 24}
        )
        contact = self.partner(name="财务", parent_id=self.keep.id)
        self.invoice(self.gone[0])  # long ago
        self.invoice(contact, date=fields.Date.today())
        cleaning = self.env["customer.archive.cleaning"]._start(self.company_one, rule)
        cleaning._find_some()
        found = self.env["customer.archive.cleaning.line"].search([("cleaning_id", "=", cleaning.id)]).archive_id
        self.assertNotIn(self.keep.archive_id, found)
        self.assertIn(self.gone[0].archive_id, found)
