"""What an archivist and an account manager click, from a planned inspection to a closed finding."""

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestInspectionTour(HttpCase):
    def test_inspect(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        clerk, archivist = (
            new_test_user(self.env, login=f"inspect_{role}", name=name, groups=group, lang="zh_CN", tz="Asia/Shanghai")
            for role, name, group in (
                ("clerk", "Clerk of the Tour", "customer_archive.group_user"),
                ("archivist", "Archivist of the Tour", "customer_archive.group_archivist"),
            )
        )
        customer = self.env["res.partner"].create({"name": "巡检客户", "user_id": clerk.id})
        archive = customer.archive_open(self.env.ref("customer_archive.category_person"))
        self.start_tour("/odoo/archive-inspections", "customer_archive_inspect", login=archivist.login)
        finding = archive.inspection_finding_ids
        self.assertEqual((finding.state, finding.description), ("open", "电话缺失"))
        self.assertEqual((finding.responsible_id, finding.found_by_id), (clerk, archivist))
        self.assertEqual(finding.inspection_id.state, "done")
        self.start_tour("/odoo/archive-findings", "customer_archive_finding_mended", login=clerk.login)
        self.start_tour("/odoo/archive-findings", "customer_archive_finding_closed", login=archivist.login)
        self.assertEqual((finding.state, finding.recheck_by_id), ("closed", archivist))
        self.assertEqual((finding.measure, finding.recheck_remark), ("已补电话", "已核对"))
