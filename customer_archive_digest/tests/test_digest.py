"""The archive's figures in Odoo's digest mails: to each recipient their own."""

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.customer_archive.tests.common import ArchiveCommon

KPIS = ("kpi_archive_overdue", "kpi_archive_completeness")


@tagged("post_install", "-at_install")
class TestDigest(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-06-10 02:00:00"))
        cls.env.cr.execute("DELETE FROM customer_archive_quality")
        cls.archive.verification_own_on = "2026-06-09"
        cls.digest = cls.env["digest.digest"].create(
            {"name": "Test", "company_id": cls.company_one.id, **dict.fromkeys(KPIS, True)}
        )
        cls.env["customer.archive.quality"]._count()
        cls.env.invalidate_all()

    def kpis(self, role):
        user = self.user[role]
        found = self.digest._compute_kpis(user.company_id, user)
        return {kpi["kpi_name"]: kpi for kpi in found if kpi["kpi_name"] in KPIS}

    def test_to_each_their_own(self):
        score = round(sum((self.archive | self.person_archive).mapped("completeness")) / 2)
        for role, overdue, complete in (("clerk", 1, score), ("colleague", 0, 0), ("management", 1, score)):
            with self.subTest(role=role):
                kpis = self.kpis(role)
                values = [kpis[name]["kpi_col1"]["value"] for name in KPIS]
                self.assertEqual(values, [overdue, complete])
                self.assertIn("quality_board_action", kpis["kpi_archive_overdue"]["kpi_action"])

    def test_without_a_role(self):
        for role in ("employee", "sysop"):
            with self.subTest(role=role):
                self.assertFalse(self.kpis(role))

    def test_months(self):
        """The figure of before is that of the month of before."""
        self.env["customer.archive.quality"].create(
            {
                "month": "2026-05-01",
                "company_id": self.company_one.id,
                "owner_id": self.user["clerk"].id,
                "level": "internal",
                "counted_at": "2026-05-31 12:00:00",
                "archive_count": 2,
                "due_count": 2,
                "overdue_count": 2,
            }
        )
        kpi = self.kpis("clerk")["kpi_archive_overdue"]
        self.assertEqual((kpi["kpi_col3"]["value"], kpi["kpi_col3"]["margin"]), (1, -50.0))

    def test_mail(self):
        self.digest.user_ids = self.user["clerk"]
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        self.digest.action_send_manual()
        mail = self.env["mail.mail"].search([("id", ">", last)])
        self.assertIn("Verification Overdue", mail.body_html)
        self.assertNotIn("同仁堂", mail.body_html)
