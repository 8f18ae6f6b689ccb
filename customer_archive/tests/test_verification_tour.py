"""What an account manager clicks to verify a customer."""

from odoo.tests import HttpCase, new_test_user, tagged


class VerifyTour:
    lang = "en_US"

    def test_verify(self):
        self.env["res.lang"]._activate_lang(self.lang)
        self.env.company.country_id = self.env.ref("base.cn")
        clerk = new_test_user(
            self.env, login="verify_clerk", groups="customer_archive.group_user", lang=self.lang, tz="Asia/Shanghai"
        )
        category = self.env["customer.archive.category"].create({"name": "Tour", "code": "TOUR", "applies_to": "both"})
        section = self.env.ref("customer_archive.section_basic")
        for name in ("name", "phone"):
            field = self.env["ir.model.fields"]._get("res.partner", name)
            self.env["customer.archive.category.item"].create(
                {"category_id": category.id, "section_id": section.id, "field_id": field.id}
            )
        customer = self.env["res.partner"].create(
            {"name": "巡航核对有限公司", "is_company": True, "user_id": clerk.id, "phone": "010-67001234"}
        )
        archive = customer.archive_open(category)
        log = self.env["customer.archive.contact.log"].create({"archive_id": archive.id, "subject": "电话核对资料"})
        archive.verification_own_on = "2020-01-01"
        self.start_tour("/odoo/archive-to-verify", "customer_archive_verify", login=clerk.login)
        verification = archive.verification_ids
        self.assertEqual((verification.state, verification.done_by_id), ("done", clerk))
        self.assertEqual(verification.line_ids.filtered("field_name").log_id, log)
        self.assertEqual(archive.freshness, 100)


@tagged("post_install", "-at_install")
class TestVerifyTour(VerifyTour, HttpCase):
    pass


@tagged("post_install", "-at_install")
class TestVerifyTourChinese(VerifyTour, HttpCase):
    lang = "zh_CN"
