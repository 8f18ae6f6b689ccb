"""A code that a hidden customer has: that it exists, its number and its account manager, and nothing else (S6)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestSameCode(ArchiveCommon):
    def new_customer(self, role, **vals):
        form = Form(self.env_of(role)["res.partner"])
        form.name = "新客户有限公司"
        form.company_type = "company"
        for name, value in {"country_id": self.of(role, self.china), "vat": self.archived.vat, **vals}.items():
            form[name] = value
        return form

    def test_hint(self):
        hint = self.new_customer("colleague").archive_same_code_hint
        for word in (self.archive.number, "Clerk", "ask for access"):
            self.assertIn(word, hint)
        for word in (self.archived.name, self.archived.phone, "Internal"):
            self.assertNotIn(word, hint)

    def test_no_hint(self):
        self.assertFalse(self.new_customer("clerk").archive_same_code_hint)  # sees it: Odoo's own warning shows it
        self.assertFalse(self.new_customer("archivist").archive_same_code_hint)
        self.assertFalse(self.new_customer("colleague", vat="91440300MA5W00007E").archive_same_code_hint)
        self.assertFalse(self.of("clerk", self.archived).archive_same_code_hint)  # itself
        for role in ("employee", "contact_maker", "sysop"):
            with self.refused(AccessError):
                self.of(role, self.customer).archive_same_code_hint
            with self.refused(AccessError):
                self.of(role, self.customer).read(["archive_can_ask_access"])

    def test_one_users_hint_is_not_anothers(self):
        twin = self.partner(name="双胞胎", is_company=True, user_id=self.user["colleague"].id)
        self.env.cr.execute("UPDATE res_partner SET vat = %s WHERE id = %s", (self.archived.vat, twin.id))
        self.env.invalidate_all()
        twin = twin.with_context(allowed_company_ids=self.company_one.ids)
        mine = twin.with_user(self.user["colleague"])
        self.assertTrue(mine.archive_same_code_hint)
        self.assertFalse(twin.with_user(self.user["archivist"]).archive_same_code_hint)
        self.assertTrue(mine.archive_same_code_hint)

    def test_asking_for_access(self):
        twin = self.partner(name="双胞胎", is_company=True, user_id=self.user["colleague"].id)
        with self.refused(UserError):
            self.of("colleague", twin).action_archive_ask_access()
        self.env.cr.execute("UPDATE res_partner SET vat = %s WHERE id = %s", (self.archived.vat, twin.id))
        mine = self.of("colleague", twin)
        xml_id = "customer_archive.customer_archive_loan_request_action"
        there = bool(self.env.ref(xml_id, raise_if_not_found=False))
        self.assertEqual(mine.archive_can_ask_access, there)
        if there:
            action = mine.action_archive_ask_access()
            dialog = Form(self.env_of("colleague", **action["context"])[action["res_model"]])
            dialog.purpose = "The same customer asked me"
            self.assertNotIn(self.archived.name, dialog.label)
            loan = self.env[action["res_model"]].browse(dialog.save().id).with_user(self.user["colleague"])
            loan = self.env["customer.archive.loan"].browse(loan.action_request()["res_id"])
            self.assertEqual((loan.archive_id, loan.user_id), (self.archive, self.user["colleague"]))
        else:
            with self.refused(UserError):
                mine.action_archive_ask_access()
