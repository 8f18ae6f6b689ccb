"""Invoices, entries and payments under the access predicate, the policy of billing, and whoever keeps the books."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.customer_archive.tests.leaks import LeakCommon


@tagged("post_install", "-at_install")
class TestInvoiceAccess(LeakCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chart = cls.env["account.chart.template"]
        chart.try_loading("generic_coa", company=cls.company_one, install_demo=False)
        cls.persona("biller", "account.group_account_invoice", "base.group_allow_export")
        cls.persona("bookkeeper", "account.group_account_user", "base.group_allow_export")
        cls.persona("head", "account.group_account_manager")
        cls.persona("reader", "account.group_account_readonly")
        # Account managers who bill: their role in the archive decides, not the policy.
        for role in ("clerk", "colleague", "leader", "management"):
            cls.also(role, "account.group_account_invoice", "base.group_allow_export")
        cls.product = cls.env["product.product"].create({"name": "Tea", "list_price": 10, "taxes_id": False})
        cls.invoice = cls.make_invoice(cls.hidden)
        cls.invoice.action_post()
        cls.draft = cls.make_invoice(cls.hidden_contact, ref="canary709 draft")
        cls.plain_invoice = cls.make_invoice(cls.plain)
        cls.payment = cls.env["account.payment"].create(
            {
                "partner_id": cls.hidden.id,
                "amount": 5,
                "payment_type": "inbound",
                "partner_type": "customer",
                "company_id": cls.company_one.id,
                "journal_id": cls.env["account.journal"]
                .search([("company_id", "=", cls.company_one.id), ("type", "=", "bank")], limit=1)
                .id,
            }
        )
        cls.payment.action_post()
        cls.all_hidden = cls.invoice | cls.draft
        cls.analytic_plan = cls.env["account.analytic.plan"].create({"name": "Plan"})
        cls.analytic = cls.env["account.analytic.account"].create(
            {"name": "canary709 project", "plan_id": cls.analytic_plan.id, "partner_id": cls.hidden.id}
        )
        cls.bank = cls.env["res.partner.bank"].create({"acc_number": "canary709 6222", "partner_id": cls.hidden.id})
        cls.env.flush_all()

    @classmethod
    def make_invoice(cls, partner, **vals):
        return (
            cls.env["account.move"]
            .with_company(cls.company_one)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": "2026-01-05",
                    "invoice_line_ids": [(0, 0, {"product_id": cls.product.id, "price_unit": 10, "tax_ids": False})],
                    **vals,
                }
            )
        )

    def documents(self):
        statement_line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.payment.journal_id.id,
                "payment_ref": "canary709",
                "partner_id": self.hidden.id,
                "amount": 7,
                "date": "2026-01-06",
            }
        )
        report = self.env["account.invoice.report"].search([("partner_id", "child_of", self.hidden.id)])
        self.assertTrue(report)
        return (
            self.all_hidden,
            self.all_hidden.line_ids,
            self.payment,
            self.payment.move_id,
            statement_line,
            report,
        )

    # -- who ------------------------------------------------------------------------------------------------

    def test_account_managers(self):
        for records in self.documents():
            if records:
                self.assert_out_of_reach("colleague", records)
                for role in ("clerk", "leader", "management"):
                    self.assert_in_reach(role, records)

    def test_policy_of_billing(self):
        for records in self.documents():
            if records:
                self.assert_in_reach("biller", records)
        self.assert_in_reach("biller", self.hidden)
        self.assertEqual(self.of("biller", self.hidden).phone, self.hidden.phone)
        with self.refused(AccessError):
            _no_card = self.of("biller", self.hidden).card_legal_name
        with self.refused(AccessError):
            self.of("biller", self.hidden).write({"phone": "010-67001111"})
        self.policy(billing_reads_internal=False)
        for records in self.documents():
            if records:
                self.assert_out_of_reach("biller", records)
        self.assert_out_of_reach("biller", self.hidden)

    def test_billing_ends_at_the_level_internal(self):
        self.hidden_archive.sudo()._change_level("secret", "Test")
        for role in ("biller", "management"):
            for records in (self.hidden, self.all_hidden, self.payment, self.bank):
                self.assert_out_of_reach(role, records)

    def test_books_add_up(self):
        """Accountants see every entry of customers whom they may not see, and no name of theirs by a label."""
        self.hidden_archive.sudo()._change_level("core", "Test")
        for role in ("bookkeeper", "head", "reader"):
            with self.subTest(role=role):
                for records in self.documents():
                    if records and (role != "head" or records._name != "account.analytic.line"):
                        self.assert_in_reach(role, records)
                domain = [("company_id", "=", self.company_one.id)]
                total = self.env["account.move.line"]._read_group(domain, aggregates=["debit:sum"])[0][0]
                seen = self.env_of(role)["account.move.line"]
                self.assertEqual(seen._read_group(domain, aggregates=["debit:sum"])[0][0], total)
                groups = self.attempt(
                    role,
                    lambda env, d=domain: env["account.move.line"].formatted_read_group(
                        d, ["partner_id"], ["debit:sum"]
                    ),
                    show_email=1,
                    show_vat=1,
                )
                self.assertIn(f"Restricted customer #{self.hidden.id}", repr(groups))
                self.assert_out_of_reach(role, self.hidden)
        self.assert_out_of_reach("biller", self.all_hidden)

    def test_accountants_forms_open(self):
        self.hidden_archive.sudo()._change_level("secret", "Test")
        for role in ("bookkeeper", "head"):
            for record in (self.invoice, self.payment):
                with self.subTest(role=role, model=record._name):
                    views = self.of(role, record).get_views([(False, "form")])
                    described = views["models"][record._name]["fields"]
                    spec = {
                        name: {"fields": {"display_name": {}}} if field["type"] == "many2one" else {}
                        for name, field in described.items()
                    }
                    values = self.of(role, record).web_read(spec)
                    self.assertEqual(values[0]["partner_id"]["display_name"], f"Restricted customer #{self.hidden.id}")

    # -- leaks ------------------------------------------------------------------------------------------------

    def test_analytic_accounts(self):
        for role in ("employee", "colleague"):
            self.attempt(role, lambda env: env["account.analytic.account"].search([]).mapped("display_name"))
        if self.env_of("colleague")["account.analytic.account"].has_access("read"):
            self.assert_out_of_reach("colleague", self.analytic)

    def test_bank_accounts(self):
        for role in ("employee", "colleague"):
            self.assert_out_of_reach(role, self.bank)

    def test_forged_links(self):
        forgeries = {
            "create": lambda env: env["account.move"].create(
                {"move_type": "out_invoice", "partner_id": self.hidden.id}
            ),
            "write": lambda env: env["account.move"]
            .browse(self.plain_invoice.id)
            .write({"partner_id": self.hidden.id}),
            "shipping": lambda env: (
                env["account.move"].browse(self.plain_invoice.id).write({"partner_shipping_id": self.hidden.id})
            ),
            "onchange": lambda env: env["account.move"].onchange(
                {"move_type": "out_invoice", "partner_id": self.hidden.id},
                ["partner_id"],
                {"partner_id": {"fields": {"display_name": {}}}, "invoice_partner_display_name": {}},
            ),
            "line": lambda env: (
                env["account.move"]
                .browse(self.plain_invoice.id)
                .write({"invoice_line_ids": [(0, 0, {"name": "x", "partner_id": self.hidden.id})]})
            ),
            "payment": lambda env: env["account.payment"].create({"partner_id": self.hidden.id, "amount": 1}),
            "onchange of a payment": lambda env: env["account.payment"].onchange(
                {"partner_id": self.hidden.id}, ["partner_id"], {"partner_id": {"fields": {"display_name": {}}}}
            ),
            "bank": lambda env: env["res.partner.bank"].create({"partner_id": self.hidden.id, "acc_number": "1"}),
            "payment link": lambda env: env["payment.link.wizard"].onchange(
                {"res_model": "account.move", "res_id": self.plain_invoice.id, "partner_id": self.hidden.id},
                ["partner_id"],
                {"partner_email": {}},
            ),
            "register": lambda env: (
                env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=self.invoice.ids)
                .create({})
                .read()
            ),
            "reversal": lambda env: (
                env["account.move.reversal"]
                .with_context(active_model="account.move", active_ids=self.invoice.ids)
                .create({"journal_id": self.invoice.journal_id.id})
                .read()
            ),
            "send": lambda env: env["account.move.send.wizard"]
            .create({"move_id": self.invoice.id})
            .read(["mail_partner_ids"]),
            "preview": lambda env: env["account.move"].browse(self.invoice.id).preview_invoice(),
            "pdf": lambda env: env["ir.actions.report"]._render_qweb_html("account.report_invoice", self.invoice.ids),
        }
        self.policy(billing_reads_internal=False)
        for role in ("colleague", "biller"):
            for way, call in forgeries.items():
                with self.subTest(role=role, way=way):
                    answer = self.attempt(role, call)
                    self.assertIsInstance(answer, AccessError, f"{way}: {answer}")

    def test_labels_groups_and_orders(self):
        self.policy(billing_reads_internal=False)
        for role in ("colleague", "biller"):
            for context in ({}, {"show_email": 1, "show_address": 1, "show_vat": 1}):
                for model, groupings in {
                    "account.move": ("partner_id", "commercial_partner_id", "invoice_partner_display_name", "ref"),
                    "account.move.line": ("partner_id", "move_id"),
                    "account.payment": ("partner_id",),
                    "account.invoice.report": ("partner_id", "commercial_partner_id"),
                }.items():
                    for groupby in groupings:
                        self.attempt(
                            role,
                            lambda env, m=model, g=groupby: env[m].formatted_read_group([], [g], ["__count"]),
                            **context,
                        )
                self.attempt(role, lambda env: env["account.move"].name_search("", limit=None), **context)
                self.attempt(
                    role, lambda env: env["account.move"].search([]).export_data(["partner_id", "ref"]), **context
                )
            for domain in (
                [("invoice_partner_display_name", "ilike", "泄密柒零玖")],
                [("partner_id.vat", "=", self.hidden.vat)],
                [("partner_id", "=", self.hidden.id)],
            ):
                self.assertFalse(self.attempt(role, lambda env, d=domain: env["account.move"].search(d).ids))

    def test_payment_data(self):
        provider = self.env["payment.provider"].with_context(active_test=False).search([], limit=1)
        method = self.env["payment.method"].with_context(active_test=False).search([], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": "canary709-tx",
                "amount": 1,
                "currency_id": self.company_one.currency_id.id,
                "partner_id": self.hidden.id,
            }
        )
        token = self.env["payment.token"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "partner_id": self.hidden.id,
                "provider_ref": "canary709",
                "payment_details": "canary709",
            }
        )
        self.policy(billing_reads_internal=False)
        for role in ("colleague", "biller"):
            self.assert_out_of_reach(role, transaction)
        for role in ("employee", "colleague"):
            self.assert_out_of_reach(role, token)

    def test_companies_stay_apart(self):
        for role in ("clerk_two", "archivist_two"):
            self.also(role, "account.group_account_user")
            self.assert_out_of_reach(role, self.all_hidden)

    # -- documents_follow off ---------------------------------------------------------------------------------

    def test_documents_do_not_follow(self):
        self.policy(documents_follow=False, billing_reads_internal=False)
        self.assert_in_reach("biller", self.all_hidden)
        groups = self.attempt(
            "biller", lambda env: env["account.move"].formatted_read_group([], ["partner_id"], ["__count"]), show_vat=1
        )
        self.assertIn(f"Restricted customer #{self.hidden.id}", repr(groups))
        self.assert_out_of_reach("biller", self.hidden)

    # -- work -------------------------------------------------------------------------------------------------

    def test_invoice_form(self):
        for role, partner in (
            ("clerk", self.hidden),
            ("biller", self.hidden),
            ("biller", self.plain),
            ("head", self.plain),
        ):
            with self.subTest(role=role, partner=partner.name):
                model = self.env_of(role, default_move_type="out_invoice")["account.move"]
                form = Form(model)
                form.partner_id = self.of(role, partner)
                with form.invoice_line_ids.new() as line:
                    line.name = "Work"
                    line.price_unit = 100
                invoice = form.save()
                invoice.action_post()
                reversal = invoice.env["account.move.reversal"].with_context(
                    active_model="account.move", active_ids=invoice.ids
                )
                reversal.create({"journal_id": invoice.journal_id.id}).reverse_moves()
                self.assertEqual(invoice.reversal_move_ids.partner_id, partner)

    def test_vendor_bill(self):
        model = self.env_of("biller", default_move_type="in_invoice")["account.move"]
        form = Form(model)
        form.partner_id = self.of("biller", self.plain)
        form.invoice_date = "2026-01-05"
        with form.invoice_line_ids.new() as line:
            line.name = "Paper"
            line.price_unit = 100
        bill = form.save()
        bill.action_post()
        self.assertEqual(bill.state, "posted")
