"""An archivist merges four customers in the browser, and undoes it (product.md Q4)."""

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestMergeTour(HttpCase):
    def test_merge_four_and_undo(self):
        lang = "zh_CN"
        self.env["res.lang"]._activate_lang(lang)
        self.env.company.country_id = self.env.ref("base.cn")
        archivist = new_test_user(
            self.env, login="merge_archivist", groups="customer_archive.group_archivist", lang=lang, tz="Asia/Shanghai"
        )
        customers = self.env["res.partner"].create(
            [
                {"name": f"巡航合并{number}有限公司", "is_company": True, "city": f"城市{number}"}
                for number in "一二三四"
            ]
        )
        archives = customers.archive_open(self.env.ref("customer_archive.category_company"))
        for customer in customers:
            self.env["customer.archive.preference"].create({"partner_id": customer.id, "subject": customer.name})
        action = self.env.ref("customer_archive.res_partner_action")
        action.domain = [("id", "in", customers.ids)]
        self.start_tour("/odoo/archive-customers", "customer_archive_merge_customers", login=archivist.login)
        record = self.env["customer.archive.merge.record"].search([("user_id", "=", archivist.id)])
        self.assertEqual((record.state, len(record.source_ids)), ("done", 3))
        self.assertEqual(len(record.target_id.card_preference_ids), 4)
        self.assertEqual(len(archives.filtered("merged_into_id")), 3)
        self.start_tour("/odoo/archive-merges", "customer_archive_merge_undo", login=archivist.login)
        self.assertEqual(record.state, "undone")
        self.assertEqual([len(customer.card_preference_ids) for customer in customers], [1, 1, 1, 1])
        self.assertFalse(archives.filtered("merged_into_id"))
