"""Who is told of a loan, and that nothing of the customer is in it (product.md A3, L4)."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.customer_archive.models.customer_archive_loan_mail import APPROVAL, OVERDUE

from .loans import DUE, NOW, LoanCase


@tagged("post_install", "-at_install")
class TestLoanMail(LoanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secrets = [cls.archived.name, "同仁堂", "010-67001234", cls.archived.vat, cls.archived.card_legal_name]

    def setUp(self):
        super().setUp()
        self.last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        self.last_message = self.env["mail.message"].search([], order="id desc", limit=1).id or 0

    def mails(self):
        """Mails since the last call: {address: [mail, …]}."""
        self.env.flush_all()
        found = self.env["mail.mail"].search([("id", ">", self.last)], order="id")
        self.last = max([self.last, *found.ids])
        result = {}
        for mail in found:
            for partner in mail.recipient_ids:
                result.setdefault(partner.email, []).append(mail)
        return result

    def activities(self, loan, kind=APPROVAL):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", loan._name),
                ("res_id", "in", loan.ids),
                ("activity_type_id", "=", self.env.ref(kind).id),
            ]
        )

    def assert_nothing_of_the_customer(self):
        """In no message, mail or activity of loans."""
        self.env.flush_all()
        told = ("customer.archive.loan", False)
        messages = self.env["mail.message"].search([("id", ">", self.last_message), ("model", "in", told)])
        mails = self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)])
        activities = self.env["mail.activity"].search([("res_model", "=", "customer.archive.loan")])
        texts = [f"{m.subject} {m.body} {m.record_name}" for m in messages]
        texts += [f"{m.subject} {m.body_html} {m.headers}" for m in mails]
        texts += [f"{a.summary} {a.note} {a.res_name} {a.display_name}" for a in activities]
        for text in texts:
            for secret in self.secrets:
                self.assertNotIn(secret, text)

    # -- approvers --------------------------------------------------------------------------------------------

    def test_leader_is_asked(self):
        loan = self.request("employee")
        activity = self.activities(loan)
        self.assertEqual(activity.user_id, self.user["leader"])
        self.assertEqual((activity.summary, activity.res_name), ("Loan requested by Employee", loan.name))
        mails = self.mails()
        self.assertEqual(set(mails), {"leader@example.com"})
        [mail] = mails["leader@example.com"]
        self.assertIn(loan.name, mail.subject)
        for word in (loan.name, self.archive.number, "Visit on Friday", "Employee", "On Screen"):
            self.assertIn(word, mail.body_html)
        self.assert_nothing_of_the_customer()

    def test_times_and_words_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.user["leader"].write({"tz": "Asia/Shanghai"})
        self.request("employee")
        [mail] = self.mails()["leader@example.com"]
        self.assertIn("2026", mail.body_html)
        self.assertRegex(mail.body_html.replace("\u202f", " "), r"1:00:00 AM|01:00:00")

    def test_purpose_is_text(self):
        self.request("employee", purpose="<b onclick='x()'>bold</b>")
        [mail] = self.mails()["leader@example.com"]
        self.assertNotIn("<b onclick", mail.body_html)
        self.assertIn("&lt;b onclick", mail.body_html)

    def test_never_the_requester(self):
        self.assertNotIn(self.user["leader"], self.activities(self.request("leader")).user_id)

    def test_archivists_where_there_is_no_leader(self):
        self.archive.team_id = self.team_south
        asked = self.activities(self.request("employee")).user_id
        self.assertLessEqual(self.user["archivist"] | self.user["manager"], asked)
        self.assertFalse(asked & (self.user["archivist_two"] | self.user["management"] | self.user["leader"]))
        own = self.activities(self.request("archivist", kind="paper")).user_id
        self.assertNotIn(self.user["archivist"], own)
        self.assertIn(self.user["manager"], own)

    def test_only_those_who_read_the_archive(self):
        self.archive.team_id = False
        self.archive._change_level("core", "Contract")
        self.env["customer.archive.clearance"].with_user(self.user["security"]).sudo().create(
            {
                "user_id": self.user["management"].id,
                "level": "core",
                "reason": "Board",
                "valid_from": NOW.date(),
                "valid_until": DUE.date(),
                "granted_by_id": self.user["security"].id,
            }
        )
        self.assertEqual(self.activities(self.request("employee")).user_id, self.user["management"])
        # Where nobody may decide, the administrators see to it; the borrower is told nothing of it.
        second = self.request("management")
        self.assertIn(self.user["manager"], self.activities(second).user_id)
        self.assert_nothing_of_the_customer()

    def test_deactivated_leader_is_not_asked(self):
        self.user["leader"].active = False
        self.assertNotIn(self.user["leader"], self.activities(self.request("employee")).user_id)

    # -- borrowers --------------------------------------------------------------------------------------------

    def test_decisions_are_told(self):
        loan = self.request()
        self.mails()
        self.of("leader", loan).action_approve()
        mails = self.mails()
        self.assertEqual(set(mails), {"employee@example.com"})
        self.assertIn(f"Loan {loan.name} approved", mails["employee@example.com"][0].subject)
        self.assertFalse(self.activities(loan))
        self.of("employee", loan).action_ask_renewal(DUE + timedelta(days=1), "Put off")
        self.assertEqual(self.activities(loan).summary, "Renewal wanted by Employee")
        self.assertIn("Put off", self.mails()["leader@example.com"][0].body_html)
        self.of("leader", loan).action_renew()
        self.assertIn("renewed", self.mails()["employee@example.com"][0].subject)
        self.assertFalse(self.activities(loan))
        refused = self.request("colleague")
        self.mails()
        self.of("leader", refused).action_refuse("Ask Clerk")
        [mail] = self.mails()["colleague@example.com"]
        self.assertIn("refused", mail.subject)
        self.assertIn("Ask Clerk", mail.body_html)
        self.assertNotIn(self.archive.number, mail.body_html, "who may not read it does not learn the number")
        self.assertFalse(self.activities(refused))
        self.assert_nothing_of_the_customer()

    def test_activities_go_with_the_request(self):
        loan = self.request()
        self.of("employee", loan).action_cancel()
        self.assertFalse(self.activities(loan))

    def test_users_without_an_address(self):
        self.user["employee"].partner_id.email = False
        loan = self.request()
        self.of("leader", loan).action_approve()
        self.assertEqual(loan.state, "open")

    # -- who is late ------------------------------------------------------------------------------------------

    def chase(self):
        self.env.flush_all()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=100.0):
            self.env["customer.archive.loan"]._cron_chase()
        self.env.flush_all()
        return self.mails()

    def test_overdue_paper_is_chased_once_a_day(self):
        loan = self.lend("colleague", kind="paper")
        second = self.lend("colleague", self.person_archive, kind="both")
        self.lend("employee")  # on screen: ends by itself
        self.mails()
        self.assertFalse(self.chase())
        self.go_to(DUE + timedelta(minutes=1))
        mails = self.chase()
        self.assertEqual(set(mails), {"colleague@example.com"})
        [mail] = mails["colleague@example.com"]
        self.assertIn("2 archives", mail.subject)
        self.assertIn(loan.name, mail.body_html)
        self.assertIn(second.name, mail.body_html)
        self.assertFalse(self.chase(), "again on the same day: nothing")
        self.go_to(DUE + timedelta(days=1))
        self.assertEqual(set(self.chase()), {"colleague@example.com"})
        self.of("archivist", loan).action_return("good")
        self.of("archivist", second).action_return("good")
        self.go_to(DUE + timedelta(days=2))
        self.assertFalse(self.chase())
        self.assert_nothing_of_the_customer()

    def test_escalated_after_some_days(self):
        loan = self.lend("colleague", kind="paper", approver="management")
        self.go_to(DUE + timedelta(days=2))
        self.chase()
        self.assertFalse(self.activities(loan, OVERDUE))
        for days in (3, 4, 5):
            self.go_to(DUE + timedelta(days=days))
            self.chase()
            self.chase()
            self.assertEqual(self.activities(loan, OVERDUE).user_id, self.user["management"])
            self.assertEqual(len(self.activities(loan, OVERDUE)), 1)
        self.of("archivist", loan).action_return("good")
        self.assertFalse(self.activities(loan, OVERDUE))

    def test_escalated_to_others_where_the_approver_is_gone(self):
        loan = self.lend("colleague", kind="paper", approver="management")
        self.user["management"].active = False
        self.go_to(DUE + timedelta(days=3))
        self.chase()
        self.assertEqual(self.activities(loan, OVERDUE).user_id, self.user["leader"])

    def test_borrower_who_left_with_the_paper(self):
        loan = self.lend("colleague", kind="paper")
        self.mails()
        self.user["colleague"].active = False
        self.assertTrue(loan.is_overdue)
        self.assertNotIn("colleague@example.com", self.chase())
        self.assertEqual(self.activities(loan, OVERDUE).user_id, self.user["leader"])

    def test_crons_run(self):
        loan = self.lend("colleague", kind="both")
        self.go_to(DUE + timedelta(days=4))
        for name in ("end", "chase"):
            with self.enter_registry_test_mode():
                self.env.ref(f"customer_archive.ir_cron_loans_{name}").method_direct_trigger()
        self.assertTrue(loan.access_ended_at)
        self.assertTrue(loan.chased_on)
