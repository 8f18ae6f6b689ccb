"""Orders in the customer's timeline, as far as the reader sees them."""

from odoo.tests import tagged

from odoo.addons.customer_archive.tests.common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestOrderTimeline(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user["clerk"].group_ids += cls.env.ref("sales_team.group_sale_salesman")
        contact = cls.partner(name="李采购", parent_id=cls.archived.id)
        placed = ((cls.archived, "clerk", 1), (contact, "clerk", 3), (cls.archived, "leader", 2))
        cls.orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "user_id": cls.user[role].id,
                    "company_id": cls.company_one.id,
                    "date_order": f"2026-03-0{day} 08:00:00",
                }
                for partner, role, day in placed
            ]
        )
        cls.env["customer.archive.contact.log"].create(
            {"archive_id": cls.archive.id, "subject": "Call", "begin_at": "2026-03-02 09:00:00"}
        )
        cls.env.flush_all()

    def test_orders_and_contacts(self):
        timeline = self.of("clerk", self.archived).archive_timeline()
        titles = [line["title"] for line in timeline["lines"]]
        # That of the leader is none of the salesperson's, by Odoo's own rules.
        self.assertEqual(titles, [self.orders[1].name, "Call", self.orders[0].name])
        self.assertIn("order", [kind["kind"] for kind in timeline["kinds"]])
        only = self.of("clerk", self.archived).archive_timeline(kinds=["order"])["lines"]
        self.assertEqual([line["kind"] for line in only], ["order", "order"])

    def test_without_the_sales_app(self):
        """Whoever has no right to orders sees none."""
        timeline = self.of("service", self.archived).archive_timeline()
        self.assertEqual([line["title"] for line in timeline["lines"]], ["Call"])
        self.assertNotIn("order", [kind["kind"] for kind in timeline["kinds"]])
