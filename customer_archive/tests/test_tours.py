from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestTours(HttpCase):
    """What people click, in both languages."""

    def _clerk_day(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        self.env.company.country_id = self.env.ref("base.cn")  # whose rules hold for telephone numbers
        clerk = new_test_user(
            self.env, login=f"clerk_{lang}", groups="customer_archive.group_user", lang=lang, tz="Asia/Shanghai"
        )
        self.start_tour("/odoo/archive-customers", "customer_archive_clerk_day", login=clerk.login)
        imported = self.env["res.partner"].search([("name", "like", "巡航")])
        self.assertEqual(len(imported), 3)
        self.assertTrue(all(imported.mapped("archive_number")), "each of them has a numbered archive")
        completed = imported.filtered(lambda p: p.name == "张伟巡航")
        self.assertEqual(completed.card_occupation, "工程师")
        reports = self.env["ir.actions.report"].with_user(clerk).with_context(lang=lang, force_report_rendering=True)
        with self.allow_pdf_render():
            card, _kind = reports._render_qweb_pdf("customer_archive.partner_archive_card_report", completed.ids)
        self.assertTrue(card.startswith(b"%PDF"))

    def test_clerk_day_zh(self):
        self._clerk_day("zh_CN")

    def test_clerk_day_en(self):
        self._clerk_day("en_US")
