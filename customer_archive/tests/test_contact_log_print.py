"""The contact log of a period on paper (R10)."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .test_contact_log import LogCommon

PRINT = "customer.archive.contact.log.print"


@tagged("post_install", "-at_install")
class TestContactLogPrint(LogCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log.begin_at = "2026-03-01 20:00:00"
        cls.log.summary = "They want 200."

    def wizard(self, role="clerk", **vals):
        values = {"date_from": "2026-03-01", "date_until": "2026-03-31", **vals}
        return self.env_of(role)[PRINT].create(values)

    def text(self, role, wizard):
        reports = self.env_of(role)["ir.actions.report"]
        html = reports._render_qweb_html("customer_archive.report_contact_log", wizard.ids)[0]
        return html2plaintext(html.decode())

    def test_print(self):
        correction = self.write_log(subject="Price", begin_at="2026-03-01 20:00:00", corrects_id=self.log.id)
        self.write_log(subject="April", begin_at="2026-04-02 08:00:00")
        wizard = self.wizard(archive_ids=[(6, 0, self.archive.ids)])
        self.assertEqual(wizard.action_print()["report_name"], "customer_archive.report_contact_log")
        text = self.text("clerk", wizard)
        for part in (self.archive.number, "They want 200.", "J0001", "Phone Call", f"corrects {self.log.item_number}"):
            self.assertIn(part, text)
        self.assertIn(f"corrected by {correction.item_number}", text)
        self.assertNotIn("April", text)
        self.assertIn("2 lines, 1 customers", text)

    def test_rights(self):
        for role in ("clerk", "leader", "service", "management", "archivist"):
            self.assertIn("They want 200.", self.text(role, self.wizard(role)))
        with self.refused(UserError, "Nothing was written"):
            self.wizard("colleague")._lines()
        for role in ("employee", "auditor", "security"):
            with self.subTest(role=role), self.refused(AccessError):
                self.wizard(role)
        with self.refused(AccessError):
            self.text("colleague", self.wizard())  # somebody else's
        with self.refused(AccessError):
            self.wizard("colleague", archive_ids=[(6, 0, self.archive.ids)])

    def test_periods(self):
        with self.refused(ValidationError, "before it begins"):
            self.wizard(date_until="2026-02-01")
        with self.refused(UserError, "Nothing was written"):
            self.wizard(date_from="2026-01-01", date_until="2026-01-31").action_print()

    def test_confidential_is_stamped(self):
        self.secret()
        self.assertIn("Commercial Secret", self.text("clerk", self.wizard()))
