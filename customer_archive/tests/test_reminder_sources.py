"""Reminders of documents and of next steps: the dates of the other registers (product.md D1, D2, L2)."""

from datetime import timedelta

from odoo.tests import tagged

from .documents import DocumentCase
from .reminders import TODAY, ReminderCase


@tagged("post_install", "-at_install")
class TestReminderSources(DocumentCase, ReminderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.licence_type = cls.env["customer.archive.document.type"].search([("register", "=", "licence")], limit=1)

    def filed(self, days, **vals):
        """A document that runs out so many days after TODAY."""
        with self.at(-10):
            until = TODAY + timedelta(days=days)
            document = self.document(valid_from=TODAY - timedelta(days=300), valid_until=until, **vals)
            document.action_put_in_force()
            self.env.flush_all()
        return document

    def test_contracts_and_licences(self):
        contracts = self.rule(source="contract_end", days="60, 30", person="responsible")
        licences = self.rule(source="licence_end", days="60, 30", person="responsible")
        contract = self.filed(30)
        licence = self.filed(60, type_id=self.licence_type.id, user_id=self.user["leader"].id)
        self.document(valid_from=TODAY, valid_until=TODAY + timedelta(days=30))  # a draft
        self.assertEqual(self.told(contracts), [(self.archive, -30)])
        row = self.rows(contracts)
        self.assertEqual((row.res_model, row.res_id), (contract._name, contract.id))
        self.assertEqual(row.activity_id.user_id, self.user["clerk"])
        self.assertEqual((row.activity_id.res_model, row.activity_id.res_id), (contract._name, contract.id))
        self.assertEqual(self.of("clerk", row).action_open()["res_model"], contract._name)
        self.assertEqual(self.told(licences), [(self.archive, -60)])
        self.assertEqual(self.rows(licences).res_id, licence.id)
        self.assertEqual(self.rows(licences).user_id, self.user["leader"])

    def test_renewed(self):
        rule = self.rule(source="contract_end", days="30", person="responsible")
        contract = self.filed(20)
        with self.at():
            contract.action_renew()
        self.assertEqual(self.told(rule), [])

    def test_notice(self):
        rule = self.rule(source="contract_notice", days="14", person="responsible")
        contract = self.filed(40, notice_days=30)
        self.assertEqual(contract.notice_on, TODAY + timedelta(days=10))
        self.assertEqual(self.told(rule), [(self.archive, -14)])
        self.assertEqual(self.rows(rule).due_on, contract.notice_on)

    def test_of_others(self):
        """Whoever is responsible on paper, but may not see the customer, is told nothing."""
        rule = self.rule(source="contract_end", days="30", person="responsible", channel="both")
        self.filed(20, archive=self.core, user_id=self.user["clerk"].id)
        self.assertEqual(self.told(rule), [])

    def test_titles_are_in_no_mail(self):
        rule = self.rule(source="contract_end", days="30", person="responsible", channel="both")
        contract = self.filed(20, name="机密供货合同")
        self.told(rule)
        with self.at():
            [mail] = self.mails()
        self.assertNotIn("机密供货合同", mail.body_html)
        self.assertIn(self.archive.number, mail.body_html)
        self.assertIn(f"model={contract._name}&amp;res_id={contract.id}", mail.body_html)

    def test_next_step(self):
        """The log has planned the activity itself; the daily mail mentions it as long as it is not done."""
        rule = self.rule(source="next_step", days="0", person="responsible", channel="mail")
        log = self.of("clerk", self.archive).env["customer.archive.contact.log"]
        first, second = log.create(
            [
                {"archive_id": self.archive.id, "subject": "报价", "next_step": "回电", "next_on": TODAY},
                {"archive_id": self.archive.id, "subject": "样品", "next_step": "寄送", "next_on": TODAY},
            ]
        )
        second.sudo().activity_id.action_done()
        before = self.env["mail.activity"].search_count([])
        self.assertEqual(self.told(rule), [(self.archive, 0)])
        self.assertEqual(self.rows(rule).res_id, first.id)
        self.assertEqual(self.rows(rule).user_id, self.user["clerk"])
        self.assertEqual(self.env["mail.activity"].search_count([]), before)

    def test_last_contact_from_the_log(self):
        rule = self.rule(source="no_contact", days="+90", channel="mail")
        self.set(self.archive | self.person_archive, opened_on=TODAY - timedelta(days=400))
        self.env["customer.archive.contact.log"].create(
            {"archive_id": self.archive.id, "subject": "电话", "begin_at": f"{TODAY - timedelta(days=89)} 02:00:00"}
        )
        found = [archive for archive, _days in self.told(rule)]
        self.assertIn(self.person_archive, found)
        self.assertNotIn(self.archive, found)
        self.assertIn(self.archive, [archive for archive, _days in self.told(rule, days=1)])
