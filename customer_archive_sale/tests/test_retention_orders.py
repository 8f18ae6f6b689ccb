"""Orders start clocks; a new one after the end stops them and holds (product.md R2, R4)."""

import json
from datetime import date

from odoo.tests import tagged

from odoo.addons.customer_archive.tests.common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestRetentionOrders(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category_own = cls.category()
        line = cls.env["customer.archive.retention.line"]
        for part, codes in (("card", ("archive_closed",)), ("transactions", ("last_order",))):
            triggers = [cls.env.ref(f"customer_archive.retention_trigger_{code}").id for code in codes]
            line.create(
                {
                    "category_id": cls.category_own.id,
                    "field_group": part,
                    "minimum": 1,
                    "trigger_ids": [(6, 0, triggers)],
                    "citation": "x",
                }
            )
        cls.archive.category_id = cls.category_own

    def order(self, day, state="sale"):
        order = self.env["sale.order"].create(
            {"partner_id": self.archived.id, "company_id": self.company_one.id, "date_order": f"{day} 08:00:00"}
        )
        order.state = state
        self.env.flush_all()
        return order

    def starts(self):
        self.archive._set_clocks()
        return {clock.field_group: clock.started_on for clock in self.archive.clock_ids}

    def test_a_new_order_reopens(self):
        self.order("2020-02-01")
        self.order("2020-03-01", "draft")
        self.archive._governed().write({"state": "inactive", "closed_on": "2020-06-01"})
        self.assertEqual(self.starts(), {"card": date(2020, 6, 1), "transactions": date(2020, 2, 1)})
        self.assertIn(self.archive, self.env["customer.archive"]._retention_candidates())
        self.assertFalse(self.archive._hold_sentences())
        self.order("2021-01-01")
        self.assertEqual(self.starts(), {"card": False, "transactions": date(2021, 1, 1)})
        self.assertEqual(self.archive._hold_sentences()[self.archive.id], ["a new order of 2021-01-01"])
        self.assertNotIn(self.archive, self.env["customer.archive"]._retention_candidates())
        events = self.archive.retention_event_ids.filtered(lambda event: event.field_group == "card").sorted("id")
        self.assertEqual(events.mapped("kind"), ["started", "stopped"])
        self.env["customer.archive"]._set_all_clocks(lambda *args, **kw: 60)
        self.assertEqual(self.starts(), {"card": False, "transactions": date(2021, 1, 1)})

    def test_frozen(self):
        order = self.order("2020-02-01")
        self.archive._governed().write({"state": "inactive", "closed_on": "2020-06-01"})
        self.archive.action_seal("x")
        self.assertEqual(json.loads(self.archive.seal_ids.snapshot)["orders"][0]["number"], order.name)
