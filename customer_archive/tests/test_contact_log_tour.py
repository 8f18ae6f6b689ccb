"""What people click after a call, on a wide screen and on a telephone; what the form costs."""

from odoo.tests import HttpCase, new_test_user, tagged

MODEL = "customer.archive.contact.log"


class WriteLog:
    lang = "en_US"

    def test_write_log(self):
        self.env["res.lang"]._activate_lang(self.lang)
        self.env.company.country_id = self.env.ref("base.cn")
        clerk = new_test_user(
            self.env, login="log_clerk", groups="customer_archive.group_user", lang=self.lang, tz="Asia/Shanghai"
        )
        customer = self.env["res.partner"].create(
            {
                "name": "巡航记录有限公司",
                "is_company": True,
                "user_id": clerk.id,
                "country_id": self.env.company.country_id.id,
            }
        )
        archive = customer.archive_open(self.env.ref("customer_archive.category_company"))
        self.start_tour(f"/odoo/archive-customers/{customer.id}", "customer_archive_write_log", login=clerk.login)
        log = self.env[MODEL].search([("archive_id", "=", archive.id)])
        self.assertEqual((log.subject, log.item_number, log.user_id), ("询问交期与价格", "J0001", clerk))
        self.assertEqual((log.type_id.code, log.contact_ids), ("visit", customer))
        self.assertEqual(log.activity_id.user_id, clerk)
        self.assertTrue(customer.archive_last_contact_on)


@tagged("post_install", "-at_install")
class TestWriteLogChinese(WriteLog, HttpCase):
    lang = "zh_CN"


@tagged("post_install", "-at_install")
class TestWriteLogTelephone(WriteLog, HttpCase):
    browser_size = "400x800"
    touch_enabled = True
