"""From quotation to payment as in plain Odoo: with one's own customers, without a role, and as the customer."""

from odoo.http import Request
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.customer_archive.tests.leaks import LeakCommon
from odoo.addons.mail.tests.common import MailCommon


class OrderFlows:
    @classmethod
    def build_shop(cls):
        cls.env["account.chart.template"].try_loading("generic_coa", company=cls.company_one, install_demo=False)
        for role in ("clerk", "colleague"):
            cls.also(role, "sales_team.group_sale_salesman")
        cls.persona("seller", "sales_team.group_sale_salesman", "base.group_partner_manager")
        cls.persona("biller", "account.group_account_invoice")
        cls.product = cls.env["product.product"].create(
            {"name": "Tea", "list_price": 10, "taxes_id": False, "type": "service", "invoice_policy": "order"}
        )

    def quotation(self, role, partner):
        form = Form(self.env_of(role)["sale.order"])
        form.partner_id = self.of(role, partner)
        with form.order_line.new() as line:
            line.product_id = self.of(role, self.product)
            line.product_uom_qty = 3
        return form.save()


@tagged("post_install", "-at_install")
class TestOrderFlows(OrderFlows, LeakCommon, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_shop()

    def sell_and_bill(self, seller, biller, partner):
        order = self.quotation(seller, partner)
        self.assertEqual(order.partner_id, partner)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        html, _kind = order.env["ir.actions.report"]._render_qweb_html("sale.report_saleorder", order.ids)
        self.assertIn(partner.name, html.decode())
        wizard = order.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
        wizard.create({"advance_payment_method": "delivered"}).create_invoices()
        invoice = self.of(biller, order.invoice_ids)
        self.assertEqual(invoice.amount_total, 30)
        invoice.action_post()
        html, _kind = invoice.env["ir.actions.report"]._render_qweb_html("account.report_invoice", invoice.ids)
        self.assertIn(partner.name, html.decode())
        payment = invoice.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payment.create({}).action_create_payments()
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        return order, invoice

    def test_own_customer(self):
        order, invoice = self.sell_and_bill("clerk", "biller", self.hidden)
        self.assert_in_reach("clerk", order)
        self.assert_in_reach("biller", invoice)
        self.assert_out_of_reach("colleague", order)

    def test_contact_of_ones_own_customer(self):
        self.sell_and_bill("clerk", "biller", self.hidden_contact)

    def test_customer_without_archive(self):
        self.sell_and_bill("seller", "biller", self.plain)
        self.sell_and_bill("clerk", "biller", self.plain)

    def test_quick_creation(self):
        for role in ("seller", "clerk"):
            partner_id, _name = self.env_of(role)["res.partner"].name_create(f"速建 {role}")
            order = self.quotation(role, self.env["res.partner"].browse(partner_id))
            order.action_confirm()
            self.assertEqual(order.state, "sale")

    def test_quotation_by_mail(self):
        order = self.quotation("clerk", self.hidden)
        action = order.action_quotation_send()
        composer = order.env["mail.compose.message"].with_context(**action["context"]).create({})
        with self.mock_mail_gateway():
            composer._action_send_mail()
        self.assertSentEmail(self.user["clerk"].email_formatted, [self.hidden.email_formatted])
        self.assertEqual(order.state, "sent")

    def test_second_address_and_copy(self):
        order = self.quotation("clerk", self.hidden)
        order.partner_shipping_id = self.of("clerk", self.hidden_contact)
        copy = order.copy()
        self.assertEqual(copy.partner_shipping_id, self.hidden_contact)
        copy.action_cancel()
        self.assertEqual(copy.state, "cancel")

    def test_billing_up_to_the_level_that_the_policy_says(self):
        order = self.quotation("clerk", self.hidden)
        order.action_confirm()
        wizard = order.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
        wizard.create({"advance_payment_method": "delivered"}).create_invoices()
        self.assert_in_reach("biller", order.invoice_ids)
        self.policy(billing_reads_internal=False)
        self.assert_out_of_reach("biller", order.invoice_ids)
        self.policy(billing_reads_internal=True)
        self.hidden_archive.sudo()._change_level("secret", "Test")
        self.assert_out_of_reach("biller", order.invoice_ids)

    def test_merge_keeps_the_orders(self):
        order = self.quotation("clerk", self.plain)
        twin = self.partner(name="Plain Partner Ltd", is_company=True, user_id=False)
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": [(6, 0, (twin | self.plain).ids)], "dst_partner_id": twin.id}
        )
        wizard.action_merge()
        self.assertEqual(order.partner_id, twin)
        self.assert_in_reach("clerk", order)

    def test_merge_into_a_hidden_customer(self):
        """The orders of what was merged are as hidden as the customer that it belongs to now."""
        order = self.quotation("seller", self.plain)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.hidden | self.plain).ids, self.hidden)
        self.assert_out_of_reach("seller", order)


@tagged("post_install", "-at_install")
class TestPortal(OrderFlows, LeakCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_shop()
        # The customer himself, with an account for the portal.
        cls.user["portal"].partner_id.write({"parent_id": cls.hidden.id, "country_id": cls.china.id})
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.user["portal"].partner_id.id,
                "company_id": cls.company_one.id,
                "order_line": [(0, 0, {"product_id": cls.product.id})],
                "state": "sent",
            }
        )
        cls.other = cls.env["sale.order"].create(
            {"partner_id": cls.plain.id, "company_id": cls.company_one.id, "state": "sent"}
        )
        cls.order.message_subscribe(cls.user["portal"].partner_id.ids)

    def test_customer_reads_own_orders(self):
        self.authenticate("test_portal", "test_portal")
        for path in ("/my", "/my/quotes", f"/my/orders/{self.order.id}"):
            with self.subTest(path=path):
                response = self.url_open(path)
                self.assertEqual(response.status_code, 200)
        self.assertIn(self.order.name, self.url_open("/my/quotes").text)
        self.assertNotIn(f"/my/orders/{self.other.id}", self.url_open("/my/quotes").text)
        self.assertNotIn(self.plain.name, self.url_open(f"/my/orders/{self.other.id}").text)

    def test_customer_changes_own_address(self):
        self.authenticate("test_portal", "test_portal")
        partner = self.user["portal"].partner_id
        page = self.url_open("/my/address").text
        self.assertIn("csrf_token", page)
        response = self.url_open(
            "/my/address/submit",
            data={
                "csrf_token": Request.csrf_token(self),
                "partner_id": partner.id,
                "address_type": "billing",
                "use_delivery_as_billing": "true",
                "name": "Portal",
                "email": "portal@example.com",
                "phone": "13800138000",
                "street": "新街1号",
                "city": "上海市",
                "zip": "200000",
                "country_id": self.china.id,
                "state_id": self.env["res.country.state"].search([("country_id", "=", self.china.id)], limit=1).id,
                "required_fields": "name,email",
            },
        )
        self.assertEqual(response.status_code, 200)
        partner.invalidate_recordset()
        self.assertEqual(partner.street, "新街1号", response.text)

    def test_link_with_token(self):
        token = self.order._portal_ensure_token()
        self.authenticate(None, None)
        self.assertIn(self.order.name, self.url_open(f"/my/orders/{self.order.id}?access_token={token}").text)
        page = self.url_open(f"/my/orders/{self.order.id}?access_token=forged").text
        self.assertNotIn(self.hidden.name, page)

    def test_hidden_orders_by_the_colleagues_session(self):
        self.also("colleague", "sales_team.group_sale_manager")
        self.authenticate("test_colleague", "test_colleague")
        for path in (
            f"/my/orders/{self.order.id}",
            f"/report/html/sale.report_saleorder/{self.order.id}",
            f"/report/pdf/sale.report_saleorder/{self.order.id}",
            f"/web/partner/vcard?partner_ids={self.hidden.id}",
            f"/web_enterprise/partner/{self.hidden.id}/vcard",
            f"/web/image/res.partner/{self.hidden.id}/avatar_128",
            f"/web/content/res.partner/{self.hidden.id}/image_1920",
            f"/odoo/sales/{self.order.id}",
        ):
            with self.subTest(path=path):
                self.assert_no_telltale(self.url_open(path).text)
