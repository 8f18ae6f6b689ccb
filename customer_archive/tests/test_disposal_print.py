"""The forms on paper: 鉴定意见书, 销毁清册, 销毁证明; who prints them; the spreadsheet (product.md R5, R10)."""

import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .disposals import DisposalCommon

COLUMNS = [
    "序号",
    "档号",
    "题名",
    "年度",
    "起止日期",
    "密级",
    "页数",
    "应保管期限",
    "已保管期限",
    "销毁依据",
    "销毁方式",
]
COLUMNS += ["鉴定意见", "备注"]


@tagged("post_install", "-at_install")
class TestDisposalPrint(DisposalCommon):
    def html(self, role, name, record, **context):
        reports = self.of(role, record, **context).env["ir.actions.report"]
        return reports._render_qweb_html(f"customer_archive.{name}", record.ids)[0].decode()

    def test_list(self):
        disposal = self.approved()
        html = self.html("archivist", "report_disposal_list", disposal)
        for text in (disposal.name, *self.archives.mapped("number"), self.archived.name, "Management", "SHA-256"):
            self.assertIn(text, html)

    def test_columns_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        disposal = self.approved()
        html = self.html("archivist", "report_disposal_list", disposal, lang="zh_CN")
        if "销毁清册" not in html:
            self.skipTest("the translation is not loaded")
        for title in COLUMNS:
            self.assertIn(title, html)

    def test_appraisal(self):
        disposal = self.judged()
        html = self.html("appraiser", "report_disposal_appraisal", disposal)
        for text in (disposal.name, "Appraiser Two", "Period over", self.archive.number):
            self.assertIn(text, html)

    def test_certificate(self):
        names = self.archives.partner_id.mapped("name")
        disposal = self.approved()
        with self.refused(UserError, "nothing yet"):
            self.html("archivist", "report_disposal_certificate", disposal)
        self.cool(disposal)
        self.name_witnesses(disposal)
        disposal._cron_cooling()
        for role in ("witness_one", "witness_two"):
            self.sign(role, disposal, "watch")
        self.of("archivist", disposal).action_carry_out()
        with self.engine():
            self.run_job()
        html = self.html("auditor", "report_disposal_certificate", disposal)
        entries = disposal.line_ids.destruction_id
        for text in (*entries.mapped("hash"), "Witness One", "Witness Two", "Journal Entry", "会计档案管理办法"):
            self.assertIn(text, html)
        self.assertIn("data:image/png;base64", html)
        own = self.html("management", "report_destruction_certificate", entries[0])
        self.assertIn(entries[0].hash, own)
        self.assertNotIn(entries[1].hash, own)
        for name in names:
            self.assertNotIn(name, html + own)
            self.assertNotIn(name, self.html("archivist", "report_disposal_list", disposal))

    def test_left_out_is_named(self):
        disposal = self.sent()
        self.judge("appraiser", disposal.line_ids[0], "doubt", "Unclear")
        self.judge("appraiser", disposal.line_ids[1])
        self.judge("appraiser_two", disposal.line_ids)
        self.of("archivist", disposal).action_submit()
        self.sign("management", disposal, "approve")
        self.cool(disposal)
        self.name_witnesses(disposal)
        disposal._cron_cooling()
        for role in ("witness_one", "witness_two"):
            self.sign(role, disposal, "watch")
        self.of("archivist", disposal).action_carry_out()
        with self.engine():
            self.run_job()
        html = self.html("archivist", "report_disposal_certificate", disposal)
        self.assertIn("but not destroyed", html)
        self.assertIn(disposal.line_ids[0].number, html)

    def test_who_prints(self):
        disposal = self.carried_out()
        entries = disposal.line_ids.destruction_id
        for role in ("clerk", "employee", "service", "witness_it", "security", "sysop"):
            for name, record in (
                ("report_disposal_list", disposal),
                ("report_disposal_appraisal", disposal),
                ("report_disposal_certificate", disposal),
                ("report_destruction_certificate", entries),
            ):
                with self.subTest(role=role, report=name), self.refused(AccessError):
                    self.of(role, record).env[f"report.customer_archive.{name}"]._get_report_values(record.ids)
        with self.refused(UserError, "Nothing is selected"):
            self.env_of("archivist")["report.customer_archive.report_disposal_list"]._get_report_values([])

    def test_spreadsheet(self):
        disposal = self.approved()
        self.assertIn(str(disposal.id), self.of("archivist", disposal).action_xlsx()["url"])
        book = load_workbook(io.BytesIO(self.of("archivist", disposal)._xlsx()))
        rows = [[cell.value for cell in row] for row in book.active.rows]
        self.assertEqual(len(rows[0]), len(COLUMNS))
        self.assertEqual([row[1] for row in rows[1:3]], disposal.line_ids.mapped("number"))
        for role in ("appraiser", "management", "auditor"):
            with self.subTest(role=role), self.refused(AccessError, "export"):
                self.of(role, disposal).action_xlsx()

    def test_pdf(self):
        disposal = self.approved()
        reports = self.of("archivist", disposal).env["ir.actions.report"].with_context(force_report_rendering=True)
        content, kind = reports._render_qweb_pdf("customer_archive.report_disposal_list", disposal.ids)
        self.assertEqual(kind, "pdf")
        self.assertEqual(content[:4], b"%PDF")
        self.assertFalse(
            self.env["ir.attachment"].search([("res_model", "=", disposal._name), ("res_id", "=", disposal.id)]),
            "No copy with customers' names is kept",
        )
