"""How far the web client has lists of what hangs on customers counted."""

from odoo.tests import tagged

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestCount(ArchiveCommon):
    def counted(self, model, kind):
        views = self.env[model].get_views([(False, kind)])["views"]
        head = views[kind]["arch"].split(">", 1)[0]
        return "1000" if 'count_limit="1000"' in head else head.partition("count_limit")[2]

    def test_what_hangs_on_customers(self):
        for model in ("customer.archive.contact.log", "customer.archive.document", "crm.lead", "sale.order"):
            if model in self.env:
                for kind in ("list", "kanban"):
                    with self.subTest(model=model, kind=kind):
                        self.assertEqual(self.counted(model, kind), "1000")

    def test_others_as_odoo_has_them(self):
        for model in ("res.partner", "customer.archive", "customer.archive.category", "res.users"):
            with self.subTest(model=model):
                self.assertEqual(self.counted(model, "list"), "")

    def test_a_view_of_its_own_mind(self):
        self.env["ir.ui.view"].create(
            {
                "model": "customer.archive.contact.log",
                "priority": 1,
                "arch": '<list count_limit="50"><field name="subject"/></list>',
            }
        )
        self.assertTrue(self.counted("customer.archive.contact.log", "list").startswith('="50"'))
