"""The archivist in the browser: duplicates merged and undone, a cleaning applied and undone (Q3-Q6)."""

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestQualityTours(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env.company.country_id = cls.env.ref("base.cn")
        cls.archivist = new_test_user(
            cls.env,
            login="quality_archivist",
            groups="customer_archive.group_archivist",
            lang="zh_CN",
            tz="Asia/Shanghai",
        )

    def companies(self, *names, **vals):
        partners = self.env["res.partner"].create([{"name": name, "is_company": True, **vals} for name in names])
        partners.archive_open(self.env.ref("customer_archive.category_company"))
        return partners

    def test_duplicates(self):
        four = self.companies(
            "巡航合并贸易有限公司",
            "上海巡航合并贸易有限公司",
            "巡航合并贸易（上海）有限公司",
            "巡航合并贸易公司",
            phone="021-61234567",
        )
        two = self.companies("巡航无关电子有限公司", "巡航无关电子厂", phone="0755-61234567")
        self.env["customer.archive.match.scan"]._run_now()
        matches = self.env["customer.archive.match"].search([("partner_ids", "in", (four | two).ids)])
        self.assertEqual(len(matches.filtered(lambda match: match.partner_ids <= four)), 6)
        action = self.env.ref("customer_archive.customer_archive_match_action")
        action.domain = [("id", "in", matches.ids)]
        self.start_tour("/odoo/archive-duplicates", "customer_archive_duplicates", login=self.archivist.login)
        record = self.env["customer.archive.merge.record"].search([("user_id", "=", self.archivist.id)])
        self.assertEqual((record.state, record.target_id | record.source_ids), ("done", four))
        other = matches.filtered(lambda match: match.partner_ids == two)
        self.assertEqual((other.state, other.decided_by_id), ("not_duplicate", self.archivist))
        self.start_tour("/odoo/archive-merges", "customer_archive_merge_undo", login=self.archivist.login)
        self.assertEqual(record.state, "undone")
        self.assertTrue(all(partner.archive_id.partner_id == partner for partner in four))

    def test_cleaning(self):
        partners = self.companies("巡航清理一有限公司", "巡航清理二有限公司")
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET city = '　深圳 ' WHERE id = ANY(%s)", [partners.ids])
        self.env.invalidate_all()
        rule = self.env.ref("customer_archive.quality_rule_writing")
        self.env["customer.archive.quality.rule"].search([("id", "!=", rule.id)]).active = False
        rule.category_ids = self.env.ref("customer_archive.category_company")
        self.start_tour("/odoo/archive-cleanings", "customer_archive_cleaning_start", login=self.archivist.login)
        cleaning = self.env["customer.archive.cleaning"].search([("user_id", "=", self.archivist.id)])
        self.assertEqual(cleaning.job, "find")
        while cleaning._find_some():
            pass
        action = self.env.ref("customer_archive.customer_archive_cleaning_action")
        action.domain = [("id", "=", cleaning.id)]
        lines = self.env["customer.archive.cleaning.line"].search([("cleaning_id", "=", cleaning.id)])
        self.assertEqual(lines.partner_id & partners, partners)
        self.start_tour("/odoo/archive-cleanings", "customer_archive_cleaning", login=self.archivist.login)
        self.assertEqual(cleaning.state, "undone")
        mine = lines.filtered(lambda line: line.partner_id in partners)
        self.assertEqual(set(mine.mapped("state")), {"undone"})
        self.assertEqual(set(mine.mapped("decided_by_id")), {self.archivist})
        self.assertEqual(set(partners.mapped("city")), {"　深圳 "})
