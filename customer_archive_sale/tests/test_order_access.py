"""Quotations and orders under the access predicate: nothing of a hidden customer is learnt through them."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.customer_archive.tests.leaks import LeakCommon


@tagged("post_install", "-at_install")
class TestOrderAccess(LeakCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ("clerk", "colleague", "leader", "service", "management", "archivist"):
            cls.also(role, "sales_team.group_sale_salesman_all_leads")
        cls.persona("spy", "sales_team.group_sale_salesman", "base.group_partner_manager", "base.group_allow_export")
        cls.persona("boss", "sales_team.group_sale_manager", "base.group_allow_export")
        cls.product = cls.env["product.product"].create({"name": "Tea", "list_price": 10, "taxes_id": False})
        cls.order = cls.make_order(cls.hidden, "clerk", client_order_ref="canary709 ref")
        cls.unassigned = cls.make_order(cls.hidden_contact, None)
        cls.owned = cls.make_order(cls.hidden, "spy")
        cls.without_archive = cls.make_order(cls.plain, "spy")
        cls.all_hidden = cls.order | cls.unassigned | cls.owned
        cls.env.flush_all()

    @classmethod
    def make_order(cls, partner, role, **vals):
        return cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": role and cls.user[role].id,
                "company_id": cls.company_one.id,
                "order_line": [(0, 0, {"product_id": cls.product.id, "product_uom_qty": 2, "tax_ids": False})],
                **vals,
            }
        )

    def test_by_role(self):
        for role in ("clerk", "leader", "service", "management", "archivist"):
            self.assert_in_reach(role, self.all_hidden)
            self.assert_in_reach(role, self.all_hidden.order_line)
        for role in ("colleague", "spy", "boss"):
            self.assert_out_of_reach(role, self.all_hidden)
            self.assert_out_of_reach(role, self.all_hidden.order_line)
        for role in ("spy", "boss"):
            self.assert_in_reach(role, self.without_archive)

    def test_report(self):
        rows = self.env["sale.report"].search([("partner_id", "child_of", self.hidden.id)])
        self.assertTrue(rows)
        for role in ("colleague", "spy", "boss"):
            self.assert_out_of_reach(role, rows)
            for groupby in ("partner_id", "commercial_partner_id", "country_id", "user_id"):
                self.attempt(role, lambda env, g=groupby: env["sale.report"].formatted_read_group([], [g], ["__count"]))
        self.assertTrue(self.env_of("leader")["sale.report"].search([("id", "in", rows.ids)]))

    def test_labels_and_groups(self):
        for role in ("colleague", "spy", "boss"):
            for context in ({}, {"show_email": 1, "show_address": 1, "show_vat": 1, "sale_show_partner_name": 1}):
                for groupby in ("partner_id", "partner_shipping_id", "client_order_ref", "user_id"):
                    self.attempt(
                        role,
                        lambda env, g=groupby: env["sale.order"].formatted_read_group([], [g], ["__count"]),
                        **context,
                    )
                self.attempt(role, lambda env: env["sale.order"].name_search("", limit=None), **context)
                self.attempt(role, lambda env: env["sale.order.line"].search([]).mapped("display_name"), **context)
                self.attempt(
                    role, lambda env: env["sale.order"].search([]).export_data(["partner_id", "name"]), **context
                )

    def test_forged_links(self):
        others = self.without_archive.id
        forgeries = {
            "create": lambda env: env["sale.order"].create({"partner_id": self.hidden.id}),
            "invoice address": lambda env: env["sale.order"].create(
                {"partner_id": self.plain.id, "partner_invoice_id": self.hidden.id}
            ),
            "delivery address": lambda env: env["sale.order"]
            .browse(others)
            .write({"partner_shipping_id": self.hidden.id}),
            "write": lambda env: env["sale.order"].browse(others).write({"partner_id": self.hidden_contact.id}),
            "default": lambda env: env["sale.order"].with_context(default_partner_id=self.hidden.id).create({}),
            "onchange": lambda env: env["sale.order"].onchange(
                {"partner_id": self.hidden.id},
                ["partner_id"],
                {
                    "partner_id": {"fields": {"display_name": {}}},
                    "partner_invoice_id": {"fields": {"display_name": {}}},
                },
            ),
            "copy": lambda env: env["sale.order"].browse(others).copy({"partner_id": self.hidden.id}),
            "line of a hidden order": lambda env: env["sale.order.line"].create(
                {"order_id": self.order.id, "product_id": self.product.id}
            ),
            "onchange of a line": lambda env: env["sale.order.line"].onchange(
                {"order_id": self.order.id},
                ["order_id"],
                {"order_id": {"fields": {"display_name": {}}}, "order_partner_id": {}},
            ),
            "payment link": lambda env: env["payment.link.wizard"].create(
                {"res_model": "sale.order", "res_id": self.order.id, "partner_id": self.hidden.id, "amount": 1}
            ),
            "payment link by onchange": lambda env: env["payment.link.wizard"].onchange(
                {"res_model": "sale.order", "res_id": others, "partner_id": self.hidden.id},
                ["partner_id"],
                {"partner_email": {}, "partner_id": {"fields": {"display_name": {}}}},
            ),
            "payment link by default": lambda env: (
                env["payment.link.wizard"]
                .with_context(active_model="sale.order", active_id=self.order.id)
                .default_get(["partner_id", "amount", "link"])
            ),
            "invoice wizard": lambda env: (
                env["sale.advance.payment.inv"]
                .with_context(active_model="sale.order", active_ids=self.order.ids)
                .create({})
                .read(["display_draft_invoice_warning", "amount_to_invoice"])
            ),
            "activity": lambda env: env["mail.activity"].onchange(
                {"res_model": "sale.order", "res_id": self.order.id}, ["res_id"], {"res_name": {}, "res_id": {}}
            ),
            "message": lambda env: env["mail.message"].onchange(
                {"model": "sale.order", "res_id": self.order.id}, ["res_id"], {"record_name": {}}
            ),
            "preview": lambda env: env["sale.order"].browse(self.order.id).action_preview_sale_order(),
            "portal url": lambda env: env["sale.order"].browse(self.order.id).get_portal_url(),
            "token": lambda env: env["sale.order"].browse(self.order.id).access_token,
            "share": lambda env: (
                env["portal.share"]
                .with_context(active_model="sale.order", active_id=self.order.id)
                .create({"res_model": "sale.order", "res_id": self.order.id})
                .read(["share_link"])
            ),
            "pdf": lambda env: env["ir.actions.report"]._render_qweb_html("sale.report_saleorder", self.order.ids),
        }
        for role in ("spy", "boss", "colleague"):
            for way, call in forgeries.items():
                with self.subTest(role=role, way=way):
                    answer = self.attempt(role, call)
                    self.assertIsInstance(answer, AccessError, f"{way}: {answer}")

    def test_import_with_ids(self):
        for role in ("spy", "boss"):
            answer = self.attempt(role, lambda env: env["sale.order"].load(["partner_id/.id"], [[str(self.hidden.id)]]))
            self.assertFalse(answer["ids"])

    def test_domains_are_no_oracle(self):
        for role in ("spy", "boss", "colleague"):
            for domain in (
                [("partner_id.email", "=like", "boss@%")],
                [("partner_id", "ilike", "泄密柒零玖")],
                [("partner_id", "any", [("vat", "=", self.hidden.vat)])],
                [("client_order_ref", "ilike", "canary709")],
                [("order_line.order_partner_id", "=", self.hidden.id)],
            ):
                with self.subTest(role=role, domain=domain):
                    self.assertFalse(self.attempt(role, lambda env, d=domain: env["sale.order"].search(d).ids))

    def test_tokens_end_when_the_level_rises(self):
        token = self.order._portal_ensure_token()
        self.hidden_archive.sudo()._change_level("secret", "Test")
        self.assertNotEqual(self.order.access_token, token)

    def test_companies_stay_apart(self):
        for role in ("clerk_two", "archivist_two"):
            self.also(role, "sales_team.group_sale_manager")
            self.assert_out_of_reach(role, self.order)

    def test_documents_do_not_follow(self):
        """The policy: orders as in plain Odoo, with all their views; the names of hidden customers are masked."""
        self.policy(documents_follow=False)
        for role in ("colleague", "boss"):
            order = self.of(role, self.order)
            self.assert_in_reach(role, self.order)
            masked = f"Restricted customer #{self.hidden.id}"
            for context in ({}, {"show_email": 1, "show_address": 1, "show_vat": 1}):
                values = order.with_context(**context).web_read({"partner_id": {"fields": {"display_name": {}}}})
                self.assertEqual(values[0]["partner_id"]["display_name"], masked)
                groups = order.with_context(**context).formatted_read_group(
                    [("id", "=", order.id)], ["partner_id"], ["__count"]
                )
                self.assertEqual(groups[0]["partner_id"][1], masked)
            spec = self.form_specification(role)
            values = self.attempt(role, lambda env, s=spec: env["sale.order"].browse(self.order.id).web_read(s))
            self.assertEqual(values[0]["partner_id"]["display_name"], masked)
            self.attempt(
                role, lambda env: env["sale.order"].with_context(sale_show_partner_name=1).name_search(self.order.name)
            )
            self.attempt(
                role, lambda env: env["sale.order.line"].browse(self.order.order_line.ids).mapped("display_name")
            )

    def form_specification(self, role):
        """All fields of the form, as the client asks for them."""
        fields = self.env_of(role)["sale.order"].get_views([(False, "form")])["models"]["sale.order"]["fields"]
        names = {name for name in fields if name not in ("client_order_ref",)}
        return {
            name: {"fields": {"display_name": {}}} if fields[name]["type"] == "many2one" else {}
            for name in sorted(names)
        }
