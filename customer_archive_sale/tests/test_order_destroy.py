"""Orders of a destroyed customer go; orders of others that named it stay."""

from odoo.tests import tagged

from odoo.addons.customer_archive.tests.destroy import NAMES, DestroyCommon


@tagged("post_install", "-at_install")
class TestOrderDestroy(DestroyCommon):
    def test_orders(self):
        product = self.env["product.product"].create({"name": "Tea", "list_price": 10, "taxes_id": False})
        line = [(0, 0, {"product_id": product.id})]
        orders = (
            self.env["sale.order"]
            .with_company(self.company_one)
            .create(
                [
                    {"partner_id": self.doomed.id, "order_line": line, "note": "canary-order-4711"},
                    {"partner_id": self.man.id, "order_line": line},
                    {"partner_id": self.other.id, "partner_shipping_id": self.woman.id, "order_line": line},
                ]
            )
        )
        orders[0].action_confirm()
        result = self.destroy()
        self.assertEqual(orders.exists(), orders[2])
        self.assertEqual(self.places({*self.telltales, "canary-order-4711"}), {})
        # The order of somebody else was sent to a contact of the customer's: that row stays, emptied.
        self.assertEqual(orders[2].partner_shipping_id.name, f"Destroyed customer {self.doomed_archive.number}")
        self.assertNotIn(NAMES[1], orders[2].partner_shipping_id.complete_name)
        self.assertEqual(result["counts"]["sale.order.line"], 2)
