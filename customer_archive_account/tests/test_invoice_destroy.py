"""What the law on accounting keeps of a destroyed customer, under a restricted audit trail as well (product.md R6)."""

from odoo.tests import tagged

from odoo.addons.customer_archive.tests.destroy import MARKS, NAMES, DestroyCommon


@tagged("post_install", "-at_install")
class TestInvoiceDestroy(DestroyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", company=cls.company_one, install_demo=False)
        cls.product = cls.env["product.product"].create({"name": "Tea", "list_price": 10, "taxes_id": False})
        cls.posted, cls.printed, cls.draft = (cls.invoice(cls.doomed) for _number in range(3))
        cls.posted.action_post()
        cls.printed.action_post()
        cls.draft.narration = "canary-draft-4711"
        cls.pdf = cls.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": f"%PDF-1.4 made out to {NAMES[0]}".encode(),
                "mimetype": "application/pdf",
                "res_model": "account.move",
                "res_id": cls.printed.id,
            }
        )
        cls.posted.message_post(body=f"They call from {MARKS['c']}", message_type="comment")
        cls.trail = cls.posted.message_post(body=f"Changed for {MARKS['c']}", message_type="notification")
        cls.change = cls.doomed.message_post(body="Changed", message_type="notification")
        cls.env["mail.tracking.value"].create(
            [
                {
                    "mail_message_id": cls.change.id,
                    "field_id": cls.env["ir.model.fields"]._get("res.partner", name).id,
                    "old_value_char": f"canary-{name}-4711",
                }
                for name in ("vat", "email")
            ]
        )
        cls.entry = cls.others_entry()
        cls.settle(cls.posted | cls.printed)

    @classmethod
    def settle(cls, invoices):
        """Paid long ago: whoever owes is on hold."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE account_move_line SET reconciled = TRUE, amount_residual = 0 WHERE move_id = ANY(%s)",
            [invoices.ids],
        )
        cls.env.invalidate_all()

    @classmethod
    def invoice(cls, partner):
        values = {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": "2026-01-05",
            "invoice_line_ids": [(0, 0, {"product_id": cls.product.id, "price_unit": 10, "tax_ids": False})],
        }
        return cls.env["account.move"].with_company(cls.company_one).create(values)

    @classmethod
    def others_entry(cls):
        """A draft entry of the bookkeeper's with a line for the doomed customer among others."""
        accounts = cls.env["account.account"].with_company(cls.company_one).search([], limit=2)
        return (
            cls.env["account.move"]
            .with_company(cls.company_one)
            .create(
                {
                    "move_type": "entry",
                    "line_ids": [
                        (
                            0,
                            0,
                            {"account_id": accounts[0].id, "debit": 5, "partner_id": cls.doomed.id, "name": NAMES[0]},
                        ),
                        (0, 0, {"account_id": accounts[1].id, "credit": 5, "partner_id": cls.other.id}),
                    ],
                }
            )
        )

    def test_posted_invoices_stay(self):
        number, vat, total = self.posted.name, self.doomed.vat, self.posted.amount_total
        result = self.destroy()
        self.assertTrue(self.posted.exists() and self.printed.exists() and not self.draft.exists())
        self.assertEqual((self.posted.name, self.posted.amount_total, self.posted.state), (number, total, "posted"))
        # The contact behind it is emptied; what a voucher has to say stands on the invoice that no PDF says it for.
        self.assertEqual(self.posted.partner_id, self.doomed)
        self.assertEqual(self.doomed.name, f"Destroyed customer {self.doomed_archive.number}")
        self.assertFalse(self.doomed.vat or self.doomed.email or self.doomed.street)
        self.assertEqual(self.posted.archive_buyer.splitlines()[:2], [NAMES[0], vat])
        self.assertFalse(self.printed.archive_buyer)
        self.assertIn(NAMES[0], self.pdf.raw.decode())
        # Named in the result, with the reason.
        stayed = {entry["model"]: entry for entry in result["stayed"]}
        self.assertEqual(stayed["account.move"]["count"], 2)
        self.assertIn("law on accounting", stayed["account.move"]["why"])
        self.assertEqual(stayed["ir.attachment"]["count"], 1)
        self.assertEqual(stayed["res.partner"]["count"], 2)  # and the contact whose account of the portal stays
        self.assertEqual(result["residue"], [])

    def test_values_only_where_the_law_keeps_them(self):
        self.destroy()
        self.collect()
        places = {place for places in self.places(self.telltales).values() for place in places}
        self.assertEqual(places, {"account_move.archive_buyer"})
        self.assertEqual(len(self.files_with(self.telltales)), 1, "the PDF of the invoice")
        self.assertEqual(self.places(["canary-draft-4711"]), {})

    def test_chatter_of_invoices_goes(self):
        self.destroy()
        self.assertFalse(self.posted.message_ids)
        self.assertFalse(self.change.exists())

    def test_restricted_audit_trail(self):
        """The trail of entries stays as it is; of the contact without values but name and tax number."""
        self.company_one.restrictive_audit_trail = True
        self.env.flush_all()
        result = self.destroy()
        self.assertEqual(result["error"], "")
        self.assertIn(self.trail, self.posted.message_ids)
        self.assertFalse(self.posted.message_ids.filtered(lambda message: message.message_type == "comment"))
        values = {value.field_id.name: value.old_value_char for value in self.change.sudo().tracking_value_ids}
        self.assertEqual(values, {"vat": "canary-vat-4711", "email": False})
        whys = {entry["why"] for entry in result["stayed"] if entry["model"] == "mail.message"}
        self.assertEqual(whys, {"Part of a restricted audit trail."})
        places = {place for places in self.places(self.telltales).values() for place in places}
        self.assertEqual(places, {"account_move.archive_buyer", "mail_message.body"})

    def test_draft_entry_of_others(self):
        """Its line no longer names the customer; the entry still adds up."""
        self.destroy()
        self.assertEqual(len(self.entry.line_ids), 2)
        self.assertEqual(self.entry.line_ids.partner_id, self.other)
        self.assertNotIn(NAMES[0], self.entry.line_ids.mapped("name"))

    def test_two_companies(self):
        """Invoices of the other company stay like those of the fonds, and the company is named."""
        self.env["account.chart.template"].try_loading("generic_coa", company=self.company_two, install_demo=False)
        invoice = (
            self.env["account.move"]
            .with_company(self.company_two)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.doomed.id,
                    "invoice_date": "2026-01-05",
                    "invoice_line_ids": [(0, 0, {"name": "Tea", "price_unit": 10, "tax_ids": False})],
                }
            )
        )
        invoice.action_post()
        self.assertIn("unpaid", self.doomed_archive._destroy_each()[self.doomed_archive.id]["error"])
        self.settle(invoice)
        result = self.destroy()
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(result["companies"], [self.company_two.name])

    def test_bank_account_of_a_refund(self):
        """An account number that a posted entry names: the row stays without the number."""
        self.env.cr.execute(
            "UPDATE account_move SET partner_bank_id = %s WHERE id = %s", [self.bank.id, self.posted.id]
        )
        self.env.invalidate_all()
        self.destroy()
        self.assertEqual(self.bank.acc_number, f"destroyed-{self.bank.id}")

    def test_footprint(self):
        rows = {(row.model, row.fate): row for row in self.doomed_archive._footprint()}
        self.assertEqual(rows["account.move", "keep"].count, 2)
        self.assertIn("law on accounting", rows["account.move", "keep"].reason)
        self.assertEqual(rows["account.move", "erase"].count, 1)
