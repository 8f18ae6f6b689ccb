"""Mailings reach whom their sender may see, and tell nothing of the others."""

from odoo.tests import tagged

from odoo.addons.customer_archive.tests.leaks import LeakCommon
from odoo.addons.mail.tests.common import MailCommon


@tagged("post_install", "-at_install")
class TestMailing(LeakCommon, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ("clerk", "colleague"):
            cls.also(role, "mass_mailing.group_mass_mailing_user")
        cls.persona("marketer", "mass_mailing.group_mass_mailing_user")
        cls.plain.email = "plain@plain.example.com"
        cls.everybody = cls.hidden | cls.plain
        cls.env.flush_all()

    def mailing(self, role, domain, **vals):
        return self.env_of(role)["mailing.mailing"].create(
            {
                "subject": "News",
                "body_html": "<p>News</p>",
                "mailing_model_id": self.env["ir.model"]._get("res.partner").id,
                "mailing_domain": repr(domain),
                "user_id": self.user[role].id,
                **vals,
            }
        )

    def send(self, mailing):
        mailing.action_put_in_queue()
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").method_direct_trigger()
        self.env.invalidate_all()
        return self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)])

    def test_own_customers(self):
        traces = self.send(self.mailing("clerk", [("id", "in", self.everybody.ids)]))
        self.assertEqual(set(traces.mapped("res_id")), set(self.everybody.ids))
        self.assert_in_reach("clerk", traces)
        hidden = traces.filtered(lambda trace: trace.res_id == self.hidden.id)
        for role in ("marketer", "colleague"):
            self.assert_out_of_reach(role, hidden)
            self.assert_in_reach(role, traces - hidden)

    def test_others_are_left_out(self):
        for role in ("marketer", "colleague"):
            with self.subTest(role=role):
                mailing = self.mailing(role, [("id", "in", self.everybody.ids)])
                traces = self.send(mailing)
                self.assertEqual(traces.mapped("res_id"), self.plain.ids)
                self.assertEqual(self.of(role, mailing).expected, 1)

    def test_conditions_are_no_oracle(self):
        for domain in (
            [("email", "=like", "boss@canary%")],
            [("vat", "=", self.hidden.vat)],
            [("id", "=", self.hidden.id)],
        ):
            mailing = self.mailing("marketer", domain)
            self.assertFalse(mailing._get_recipients())
            self.assertFalse(self.send(mailing))
            self.attempt(
                "marketer", lambda env, m=mailing: env["mailing.mailing"].browse(m.id).read(["expected", "sent"])
            )

    def test_responsible_of_another_name(self):
        """Naming somebody else as responsible, or writing to the field, reaches no further."""
        mailing = self.mailing("marketer", [("id", "in", self.everybody.ids)], user_id=self.user["clerk"].id)
        self.attempt(
            "marketer",
            lambda env: env["mailing.mailing"].browse(mailing.id).write({"archive_sender_id": self.user["clerk"].id}),
        )
        self.assertEqual(mailing.sudo().archive_sender_id, self.user["marketer"])
        self.assertEqual(self.send(mailing).mapped("res_id"), self.plain.ids)

    def test_who_takes_over_sends(self):
        mailing = self.mailing("clerk", [("id", "in", self.everybody.ids)])
        self.of("marketer", mailing).write({"subject": "Mine now"})
        self.assertEqual(self.send(self.of("marketer", mailing)).mapped("res_id"), self.plain.ids)

    def test_test_mail(self):
        mailing = self.mailing("clerk", [("id", "in", self.hidden.ids)])
        wizard = mailing.env["mailing.mailing.test"].create(
            {"mass_mailing_id": mailing.id, "email_to": "clerk@example.com"}
        )
        with self.mock_mail_gateway():
            wizard.send_mail_test()
        self.assertTrue(self._mails)

    def test_mailing_list(self):
        """Lists of Odoo's own addresses work as ever."""
        mailing_list = self.env["mailing.list"].create(
            {"name": "Readers", "contact_ids": [(0, 0, {"name": "R", "email": "r@readers.example.com"})]}
        )
        mailing = self.mailing("marketer", [])
        mailing.write(
            {
                "mailing_model_id": self.env["ir.model"]._get("mailing.list").id,
                "contact_list_ids": [(6, 0, mailing_list.ids)],
            }
        )
        self.assertEqual(self.send(mailing).mapped("email"), ["r@readers.example.com"])
