"""The access policy in the settings: for archive administrators, explained, with a history (A5)."""

from lxml import etree
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ROLES, ArchiveCommon

FIELDS = ("documents_follow", "billing_reads_internal", "duties_separate")
NUMBERS = ("loan_days", "loan_renewals", "loan_escalation_days")


@tagged("post_install", "-at_install")
class TestPolicy(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env.ref("customer_archive.policy")
        cls.user["manager"].group_ids += cls.env.ref("base.group_system")

    def test_settings_change_the_policy(self):
        current = self.env["customer.archive.policy"]._current
        self.assertTrue(all(getattr(current(), name) for name in FIELDS))
        for name in FIELDS:
            settings = self.env_of("manager")["res.config.settings"].create({f"archive_{name}": False})
            settings.execute()
            self.assertFalse(getattr(current(), name), name)
            self.assertFalse(self.policy[name])
        for name in NUMBERS:
            self.env_of("manager")["res.config.settings"].create({f"archive_{name}": 7}).execute()
            self.assertEqual(getattr(current(), name), 7)

    def test_the_form(self):
        with Form(self.env_of("manager")["res.config.settings"], "base.res_config_settings_view_form") as form:
            self.assertTrue(form.archive_documents_follow)
            form.archive_documents_follow = False
            form.archive_loan_days = 10
        self.assertFalse(self.policy.documents_follow)
        self.assertEqual(self.policy.loan_days, 10)
        arch = etree.fromstring(self.env_of("manager")["res.config.settings"].get_view(view_type="form")["arch"])
        for name in FIELDS:
            (setting,) = arch.xpath(f"//setting[@id='archive_{name}']")
            self.assertGreater(len(setting.get("help")), 80)

    def test_others_settings_work_and_leave_the_policy_alone(self):
        self.env_of("sysop")["res.config.settings"].create({}).execute()
        form = Form(self.env_of("sysop")["res.config.settings"], "base.res_config_settings_view_form")
        form.save().execute()
        for name, value in (*((name, False) for name in FIELDS), *((name, 1) for name in NUMBERS)):
            with self.subTest(field=name), self.refused(AccessError):
                self.env_of("sysop")["res.config.settings"].create({f"archive_{name}": value}).execute()
        self.assertTrue(self.policy.duties_separate)

    def test_rpc_on_the_policy(self):
        for role in [*ROLES, "public"]:
            mine = self.of(role, self.policy)
            if role == "manager":
                mine.write({"loan_days": 12})
                continue
            with self.subTest(role=role), self.refused(AccessError):
                mine.write({"duties_separate": False})
            with self.subTest(role=role), self.refused(UserError):
                mine.unlink()
            with self.subTest(role=role), self.refused(UserError):
                mine.create({})
            if role in ("security", "auditor"):
                self.assertTrue(mine.read(["duties_separate"])[0]["duties_separate"])
            else:
                with self.subTest(role=role), self.refused(AccessError):
                    mine.read(["duties_separate"])
        self.assertTrue(self.policy.duties_separate)

    def test_one_policy(self):
        with self.refused(UserError, "one access policy"):
            self.env["customer.archive.policy"].create({})
        with self.refused(UserError, "can't be deleted"):
            self.policy.unlink()

    def test_values_make_sense(self):
        for name, value in (("loan_days", 0), ("loan_renewals", -1), ("loan_escalation_days", -1)):
            with self.subTest(field=name), mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
                self.policy[name] = value
                self.policy.flush_recordset()

    def test_views(self):
        for role in ("manager", "security", "auditor"):
            views = self.env_of(role)["customer.archive.policy"].get_views([(False, "form")])
            self.assertIn("duties_separate", views["models"]["customer.archive.policy"]["fields"])
