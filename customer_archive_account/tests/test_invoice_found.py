"""Ways to a hidden customer through the books that were found by attacking a running server."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.customer_archive.tests.leaks import NAME, LeakCommon
from odoo.addons.customer_archive_account import uninstall_hook


@tagged("post_install", "-at_install")
class TestInvoiceFound(LeakCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", company=cls.company_one, install_demo=False)
        cls.persona("reader", "account.group_account_readonly")
        cls.persona("bookkeeper", "account.group_account_user")
        cls.also("clerk", "account.group_account_invoice")
        moves = cls.env["account.move"].with_company(cls.company_one)
        cls.invoice, cls.plain_invoice = (
            moves.create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": "2026-01-05",
                    "invoice_line_ids": [(0, 0, {"name": "Tea", "price_unit": 10, "tax_ids": False})],
                }
            )
            for partner in (cls.hidden, cls.plain)
        )
        cls.hidden_archive.sudo()._change_level("core", "Test")
        cls.env.flush_all()

    def test_name_kept_with_the_entry(self):
        name = "invoice_partner_display_name"
        mine = [("id", "in", (self.invoice | self.plain_invoice).ids)]
        for role in ("reader", "bookkeeper"):
            with self.subTest(role=role):
                self.env.invalidate_all()
                for call in (
                    lambda env: env["account.move"].search_read(mine, [name]),
                    lambda env: env["account.move"].web_search_read(mine, {name: {}}),
                    lambda env: env["account.move"].formatted_read_group(mine, [name], ["__count"]),
                    lambda env: env["account.move"].search(mine, order=name).ids,
                ):
                    self.attempt(role, call)
                moves = self.env_of(role)["account.move"]
                self.assertFalse(moves.search([*mine, (name, "ilike", NAME)]))
                self.assertFalse(moves.search([*mine, (name, "=like", f"{NAME[:3]}%")]))
                self.assertEqual(moves.search([*mine, (name, "ilike", "Plain Partner")]), self.plain_invoice)
                self.assertEqual(self.of(role, self.plain_invoice)[name], self.plain.name)
                self.assertIn("Restricted", self.of(role, self.invoice)[name])
        # Whoever reads the customer reads the name, also after others have looked.
        self.assertEqual(self.of("clerk", self.invoice)[name], self.hidden.name)

    def test_names_are_kept_again_after_uninstallation(self):
        uninstall_hook(self.env)
        self.env.cr.execute(
            "SELECT id, invoice_partner_display_name FROM account_move WHERE id = ANY(%s)",
            [(self.invoice | self.plain_invoice).ids],
        )
        kept = dict(self.env.cr.fetchall())
        self.assertEqual(kept, {move.id: move.partner_id.name for move in self.invoice | self.plain_invoice})

    def test_dialog_opened_for_a_hidden_invoice(self):
        """Amount and number were computed as superuser where the client asked for nothing else."""
        self.persona("biller", "account.group_account_invoice")
        self.invoice.action_post()
        self.env.flush_all()
        self.env.invalidate_all()
        for model, records in (("account.move", self.invoice), ("account.move.line", self.invoice.line_ids)):
            context = {"active_model": model, "active_ids": records.ids, "active_id": records.ids[0]}
            for spec in ({"amount": {}}, {"communication": {}}, {"partner_id": {"fields": {"display_name": {}}}}):
                with self.subTest(model=model, spec=spec), self.refused(AccessError):
                    self.env_of("biller", **context)["account.payment.register"].onchange({}, [], spec)
            paid = self.env_of("clerk", **context)["account.payment.register"].onchange({}, [], {"amount": {}})
            self.assertEqual(paid["value"]["amount"], 10)
        context = {"active_model": "account.move", "active_ids": self.invoice.ids, "active_id": self.invoice.id}
        for name in ("subject", "body", "move_id"):
            with self.subTest(name=name), self.refused(AccessError):
                spec = {name: {"fields": {"display_name": {}}} if name == "move_id" else {}}
                self.env_of("biller", **context)["account.move.send.wizard"].onchange({}, [], spec)

    def test_same_bank_account(self):
        self.persona("spy", "base.group_partner_manager")
        banks = self.env["res.partner.bank"]
        hidden = banks.create({"acc_number": "canary709 6222", "partner_id": self.hidden.id})
        probe = banks.create({"acc_number": "canary709 6222", "partner_id": self.plain.id})
        friend = self.partner(name="Friend")
        banks.create({"acc_number": "canary709 6222", "partner_id": friend.id})
        self.env.invalidate_all()
        spec = {"duplicate_bank_partner_ids": {"fields": {"display_name": {}}}}
        read = self.of("spy", probe).web_read(spec)
        self.assertEqual([found["id"] for found in read[0]["duplicate_bank_partner_ids"]], friend.ids)
        self.env.invalidate_all()
        own = self.of("clerk", hidden).web_read(spec)
        self.assertIn(self.plain.id, [found["id"] for found in own[0]["duplicate_bank_partner_ids"]])
