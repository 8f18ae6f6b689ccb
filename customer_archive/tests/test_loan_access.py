"""What a loan opens, and closes again, to the minute and with nothing emptied (product.md A3; security.md 28, S9)."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .loans import DUE, NOW, LoanCase

MINUTE = timedelta(minutes=1)
BORROWER = "colleague"  # an account manager of another team; reads archives by role only on loan


@tagged("post_install", "-at_install")
class TestLoanAccess(LoanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.child = cls.partner(name="联系人甲", parent_id=cls.archived.id, email="jia@example.com")
        cls.other_child = cls.partner(name="联系人乙", parent_id=cls.archived_person.id)
        cls.preference = cls.env["customer.archive.preference"].create(
            {"partner_id": cls.archived.id, "subject": "Tea, not coffee"}
        )
        cls.note = cls.archived.message_post(body="Called about the price")
        cls.attachment = cls.env["ir.attachment"].create(
            {"name": "price.txt", "raw": b"42", "res_model": "res.partner", "res_id": cls.archived.id}
        )
        (cls.user[BORROWER] | cls.user["employee"]).group_ids += cls.env.ref("base.group_allow_export")
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.env_of(BORROWER)["res.partner"].search([], limit=1)  # warm
        forbidden = patch.object(type(self.env.registry), "clear_cache", side_effect=AssertionError("cache emptied"))
        forbidden.start()
        self.addCleanup(forbidden.stop)

    def doors(self, partner, archive, child, role=BORROWER):
        """Each way to the customer: name, whether it is open."""
        env = self.env_of(role)
        mine = env["res.partner"].browse(partner.id)
        yield "search", bool(env["res.partner"].search([("id", "=", partner.id)]))
        yield "name_search", partner.id in [row[0] for row in env["res.partner"].name_search(partner.name)]
        yield "read", self.is_open(lambda: mine.read(["name", "phone"]))
        yield "web_read", self.is_open(lambda: mine.web_read({"name": {}}))
        yield "count", bool(env["res.partner"].search_count([("id", "=", partner.id)]))
        yield "export", self.is_open(lambda: mine.export_data(["name"]))
        yield "label", "Restricted" not in mine.sudo().display_name
        yield "child", self.is_open(lambda: env["res.partner"].browse(child.id).read(["email"]))
        if self.env["res.users"].browse(env.uid).has_group("customer_archive.group_user"):
            yield "archive", bool(env["customer.archive"].search([("id", "=", archive.id)]))
            yield "archive read", self.is_open(lambda: env["customer.archive"].browse(archive.id).read(["number"]))
            yield "card", self.is_open(lambda: mine.read(["card_legal_name"]))

    def doors_of_the_archived(self, role=BORROWER):
        yield from self.doors(self.archived, self.archive, self.child, role)
        env = self.env_of(role)
        yield "chatter", bool(env["mail.message"].search([("id", "=", self.note.id)]))
        yield "message", self.is_open(lambda: env["mail.message"].browse(self.note.id).read(["body"]))
        yield "attachment", self.is_open(lambda: env["ir.attachment"].browse(self.attachment.id).read(["raw"]))
        if self.env["res.users"].browse(env.uid).has_group("customer_archive.group_user"):
            yield "preference", bool(env["customer.archive.preference"].search([("id", "=", self.preference.id)]))

    def is_open(self, way):
        try:
            way()
        except AccessError:
            return False
        return True

    def assert_open(self, expected, role=BORROWER):
        """Exactly that archive's customer is open, or is not; the other one never."""
        self.assertEqual(
            dict.fromkeys(dict(self.doors_of_the_archived(role)), expected), dict(self.doors_of_the_archived(role))
        )
        others = dict(self.doors(self.archived_person, self.person_archive, self.other_child, role))
        self.assertEqual(dict.fromkeys(others, False), others)

    # -- to the minute ----------------------------------------------------------------------------------------

    def test_from_the_approval_to_the_due_minute(self):
        self.assert_open(False)
        loan = self.request(BORROWER)
        self.assert_open(False)
        self.go_to(NOW + MINUTE)
        self.of("leader", loan).action_approve()
        self.assert_open(True)
        self.go_to(DUE - MINUTE)
        self.assert_open(True)
        self.go_to(DUE - timedelta(seconds=1))
        self.assert_open(True)
        self.go_to(DUE)
        self.assert_open(False)
        self.assertEqual(loan.state, "open", "no job has run: the time alone closes")
        self.go_to(DUE + MINUTE)
        self.assert_open(False)

    def test_employee_without_a_role(self):
        self.assert_open(False, "employee")
        self.lend("employee")
        self.assert_open(True, "employee")
        self.assert_open(False)  # nobody else
        self.go_to(DUE)
        self.assert_open(False, "employee")

    def test_the_clock_of_another_zone(self):
        with patch.object(type(self.env.registry), "clear_cache"):
            self.user[BORROWER].tz = "Asia/Shanghai"
        self.lend(BORROWER)
        self.go_to(DUE - MINUTE)
        self.assert_open(True)
        self.go_to(DUE)
        self.assert_open(False)

    def test_a_loan_never_lets_write(self):
        self.lend(BORROWER)
        for record, vals in (
            (self.archived, {"phone": "010-1"}),
            (self.child, {"email": "x@example.com"}),
            (self.preference, {"subject": "x"}),
        ):
            with self.refused(AccessError):
                self.of(BORROWER, record).write(vals)
        with self.refused(AccessError):
            self.env_of(BORROWER)["res.partner"].create({"name": "x", "parent_id": self.archived.id})

    def test_renewal_in_time(self):
        loan = self.lend(BORROWER)
        self.go_to(DUE - MINUTE)
        self.of("leader", loan).action_renew(DUE + MINUTE)
        self.go_to(DUE)
        self.assert_open(True)
        self.go_to(DUE + MINUTE)
        self.assert_open(False)

    def test_two_loans_overlap(self):
        first = self.lend(BORROWER)
        second = self.lend(BORROWER, due_at=DUE + timedelta(days=1))
        self.of(BORROWER, first).action_end_access()
        self.assert_open(True)
        self.go_to(DUE)
        self.assert_open(True)
        self.go_to(second.due_at)
        self.assert_open(False)

    def test_each_loan_its_own_archive(self):
        self.lend(BORROWER)
        self.lend(BORROWER, self.person_archive, due_at=DUE + timedelta(days=1))
        self.go_to(DUE)
        closed = dict(self.doors_of_the_archived())
        self.assertEqual(dict.fromkeys(closed, False), closed)
        opened = dict(self.doors(self.archived_person, self.person_archive, self.other_child))
        self.assertEqual(dict.fromkeys(opened, True), opened)

    # -- how it ends ------------------------------------------------------------------------------------------

    def test_return_of_the_borrower(self):
        loan = self.lend(BORROWER)
        self.of(BORROWER, loan).action_return()
        self.assertEqual((loan.state, loan.returned_at), ("closed", NOW))
        self.assert_open(False)

    def test_ended_by_who_lent(self):
        loan = self.lend(BORROWER)
        for role in ("clerk", "employee", "service", "auditor"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, loan).action_end_access()
        self.of("management", loan).action_end_access()
        self.assert_open(False)

    def test_refused_and_cancelled_never_open(self):
        self.of("leader", self.request(BORROWER)).action_refuse("No")
        self.assert_open(False)
        self.of(BORROWER, self.request(BORROWER)).action_cancel()
        self.assert_open(False)

    def test_approver_loses_the_role(self):
        loan = self.lend(BORROWER)
        with patch.object(type(self.env.registry), "clear_cache"):
            self.user["leader"].group_ids = self.env.ref("base.group_user")
        self.assert_open(True)
        with patch.object(type(self.env.registry), "clear_cache"):
            self.user["leader"].active = False
        self.assert_open(True)
        self.assertEqual(loan.state, "open")

    def test_borrower_leaves_and_comes_back(self):
        screen = self.lend(BORROWER)
        both = self.lend(BORROWER, self.person_archive, kind="both")
        waiting = self.request(BORROWER)
        self.go_to(NOW + MINUTE)
        with patch.object(type(self.env.registry), "clear_cache"):
            self.user[BORROWER].active = False
            self.assertEqual(screen.state, "closed")
            self.assertEqual((both.state, both.gives_access, both.due_at), ("open", False, NOW + MINUTE))
            self.assertEqual(waiting.state, "cancelled")
            self.user[BORROWER].active = True
        self.assert_open(False)

    def test_borrower_becomes_an_outsider(self):
        loan = self.lend("employee")
        with patch.object(type(self.env.registry), "clear_cache"):
            self.user["employee"].group_ids = self.env.ref("base.group_portal")
        self.assertEqual(loan.state, "closed")

    def test_merged_archive_opens_nothing(self):
        self.lend(BORROWER)
        self.archive._governed().write({"merged_into_id": self.person_archive.id, "partner_id": False})
        others = dict(self.doors(self.archived_person, self.person_archive, self.other_child))
        self.assertEqual(dict.fromkeys(others, False), others)

    # -- what is taken back (S9) --------------------------------------------------------------------------------

    def keep_something(self):
        """The borrower follows the customer, is told of a message, and somebody has a link to a file."""
        me = self.user[BORROWER].partner_id
        self.archived.message_subscribe(partner_ids=me.ids)
        self.archived.with_context(tracking_disable=False).message_notify(partner_ids=me.ids, body="New price")
        self.attachment.generate_access_token()
        self.env.flush_all()
        self.assertTrue(self.kept())

    def kept(self):
        self.env.flush_all()
        self.env.invalidate_all()
        me = self.user[BORROWER].partner_id
        on = [("res_model", "=", "res.partner"), ("res_id", "=", self.archived.id)]
        notified = [("res_partner_id", "=", me.id), ("mail_message_id.model", "=", "res.partner")]
        return (
            self.env["mail.followers"].search_count([*on, ("partner_id", "=", me.id)])
            + self.env["mail.notification"].search_count(notified)
            + bool(self.attachment.access_token)
        )

    def test_taken_back_on_return(self):
        loan = self.lend(BORROWER)
        self.keep_something()
        self.of(BORROWER, loan).action_end_access()
        self.assertEqual(self.kept(), 0)

    def test_taken_back_by_time(self):
        loan = self.lend(BORROWER)
        both = self.lend(BORROWER, self.person_archive, kind="both")
        trigger = self.env["ir.cron.trigger"].search([("call_at", "=", DUE)])
        self.assertIn(self.env.ref("customer_archive.ir_cron_loans_end"), trigger.cron_id)
        self.keep_something()
        self.run_cron("end")
        self.assertEqual(loan.state, "open")
        self.assertTrue(self.kept())
        self.go_to(DUE + MINUTE)
        self.run_cron("end")
        self.assertEqual((loan.state, loan.returned_at), ("closed", DUE))
        self.assertEqual((both.state, both.gives_access, both.access_ended_at), ("open", False, DUE))
        self.assertTrue(both.is_overdue)
        self.assertEqual(self.kept(), 0)
        self.run_cron("end")
        self.assertEqual(both.access_ended_at, DUE)
        # A renewal opens again what ended by time.
        self.of("leader", both).action_renew(DUE + timedelta(days=2))
        self.assertTrue(both.gives_access)
        opened = dict(self.doors(self.archived_person, self.person_archive, self.other_child))
        self.assertEqual(dict.fromkeys(opened, True), opened)

    def test_given_back_early_stays_closed_after_renewal(self):
        both = self.lend(BORROWER, kind="both")
        self.of(BORROWER, both).action_end_access()
        self.of("leader", both).action_renew(DUE + timedelta(days=2))
        self.assertFalse(both.gives_access)
        self.assert_open(False)

    def test_who_keeps_access_keeps_all(self):
        """Another loan, or the own customer: nothing is taken back."""
        loan = self.lend(BORROWER)
        self.lend(BORROWER, due_at=DUE + timedelta(days=1))
        self.archived.message_subscribe(partner_ids=(self.user[BORROWER] | self.user["clerk"]).partner_id.ids)
        self.of(BORROWER, loan).action_end_access()
        followers = self.archived.message_partner_ids
        self.assertLessEqual((self.user[BORROWER] | self.user["clerk"]).partner_id, followers)

    def run_cron(self, name):
        self.env.flush_all()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=100.0):
            getattr(self.env["customer.archive.loan"], f"_cron_{name}")()
        self.env.flush_all()
        self.env.invalidate_all()
