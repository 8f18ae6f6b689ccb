"""The steps of a loan: who takes which, and what is refused (product.md A3, D3)."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.customer_archive_loan import FIXED

from .common import ROLES
from .loans import DUE, NOW, LoanCase

# Beginnings of the names of fields that every model with a chatter has.
MAIL = ("message_", "activity_", "website_message")


@tagged("post_install", "-at_install")
class TestLoan(LoanCase):
    # -- requests -------------------------------------------------------------------------------------------

    def test_every_employee_asks_for_an_archive_that_they_do_not_see(self):
        for role in ROLES:
            if role == "portal" or role.endswith("_two"):
                continue
            with self.subTest(role=role):
                loan = self.request(role, kind="paper")
                self.assertEqual(
                    (loan.state, loan.user_id, loan.archive_id), ("requested", self.user[role], self.archive)
                )
                self.assertFalse(loan.opened_at or loan.due_at or loan.approver_id)
                self.assertEqual(loan.company_id, self.company_one)

    def test_numbers_run_by_year(self):
        first, second = self.request(), self.request("colleague")
        self.assertRegex(first.name, r"^JY-2026-\d{5}$")
        self.assertEqual(int(second.name[-5:]), int(first.name[-5:]) + 1)
        self.go_to(NOW.replace(year=2027))
        third = self.request("colleague", self.person_archive, due_at=DUE.replace(year=2027))
        self.assertEqual(third.name, "JY-2027-00001")

    def test_outsiders_ask_for_nothing(self):
        for role in ("portal", "public"):
            with self.subTest(role=role), self.refused(AccessError):
                self.request(role)

    def test_ways_to_name_the_archive(self):
        number = self.archive.number
        self.archive._renumber("Wrong series")
        for way in (
            {"archive_id": self.archive.id},
            {"partner_id": self.archived.id},
            {"number": self.archive.number},
            {"number": number},  # the former one
            {"number": f" #{self.archived.id} "},
            {"number": f"＃{self.archived.id}"},
            {"number": f"Restricted customer #{self.archived.id}"},
        ):
            with self.subTest(way=way):
                loan = self.request(**{"archive_id": None, **way})
                self.assertEqual(loan.archive_id, self.archive)
                self.of("employee", loan).action_cancel()

    def test_by_a_contact_of_the_customer(self):
        contact = self.partner(name="联系人", parent_id=self.archived.id)
        self.assertEqual(self.request(archive_id=None, partner_id=contact.id).archive_id, self.archive)

    def test_merged_archives_lead_to_the_one_that_is_left(self):
        number = self.person_archive.number
        self.person_archive._governed().write({"merged_into_id": self.archive.id, "partner_id": False})
        self.assertEqual(self.request(archive_id=None, number=number).archive_id, self.archive)

    def test_inactive_customers_are_found(self):
        self.archived.active = False
        self.assertEqual(self.request(archive_id=None, partner_id=self.archived.id).archive_id, self.archive)

    def test_nothing_to_lend(self):
        for way in (
            {"number": "C99-9999"},
            {"number": ""},
            {"number": "a\x00b"},
            {"number": "#999999999"},
            {"number": "#99999999999999999999"},
            {"archive_id": 10**9},
            {"partner_id": self.customer.id},  # without an archive
            {"partner_id": "1"},
            {"number": ["x"]},
        ):
            with self.subTest(way=way), self.refused(UserError, "No archive of your company was found"):
                self.request(**{"archive_id": None, **way})
        self.archive._governed().write({"state": "destroyed", "partner_id": False})
        with self.refused(UserError, "holds nothing any more"):
            self.request()

    def test_archives_of_another_company_are_as_unknown(self):
        for way in ({"archive_id": self.archive.id}, {"number": self.archive.number}):
            with self.refused(UserError, "No archive of your company was found"):
                self.request("clerk_two", **{"archive_id": None, **way})
            with self.refused(UserError, "No archive of your company was found"):
                env = self.env_of("clerk_two", allowed_company_ids=[self.company_one.id])
                env["customer.archive.loan"].request_loan("x", due_at=DUE, **way)

    def test_what_is_filled_in(self):
        for vals, words in (
            ({"purpose": "  "}, "purpose"),
            ({"purpose": False}, "purpose"),
            ({"kind": "gift"}, "on screen"),
            ({"due_at": NOW}, "later"),
            ({"due_at": "tomorrow"}, "no date"),
            ({"due_at": NOW + timedelta(days=30, minutes=1)}, "30 days at most"),
        ):
            with self.subTest(vals=vals), self.refused(UserError, words):
                self.request(**vals)
        self.assertEqual(self.request(due_at=NOW + timedelta(days=30)).state, "requested")

    def test_a_week_where_nothing_is_said(self):
        self.user["employee"].tz = "Asia/Shanghai"
        self.assertEqual(str(self.request(due_at=None).wished_due_at), "2026-03-09 10:00:00")

    def test_one_request_at_a_time(self):
        self.request()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.request()
        self.request("colleague")

    # -- decisions ------------------------------------------------------------------------------------------

    def test_who_approves(self):
        for role in [*ROLES, "public"]:
            loan = self.request("service", due_at=DUE)
            with self.subTest(role=role):
                if role in ("leader", "management", "archivist", "manager"):
                    self.of(role, loan).action_approve()
                    self.assertEqual((loan.state, loan.approver_id), ("open", self.user[role]))
                    self.assertEqual((loan.opened_at, loan.decided_at, loan.due_at), (NOW, NOW, DUE))
                    self.of("service", loan).action_return()
                else:
                    for step in ("action_approve", "action_refuse"):
                        with self.refused(AccessError):
                            getattr(self.of(role, loan), step)()
                    self.assertEqual(loan.state, "requested")
                    self.of("service", loan).action_cancel()

    def test_nobody_for_oneself(self):
        for role in ("leader", "management", "archivist", "manager"):
            loan = self.request(role, kind="paper")
            with self.subTest(role=role), self.refused(AccessError, "own loan"):
                self.of(role, loan).action_approve()

    def test_only_who_reads_the_archive(self):
        self.archive._change_level("core", "Contract")
        loan = self.request("service")
        for role in ("archivist", "management", "manager"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, loan).action_approve()
        # What is lent to an archivist is not theirs to lend on.
        own = self.request("archivist")
        self.of("leader", own).action_approve()
        with self.refused(AccessError, "not on loan"):
            self.of("archivist", loan).action_approve()
        self.of("leader", loan).action_approve()
        self.assertEqual(loan.state, "open")

    def test_leader_of_another_team(self):
        self.archive.team_id = self.team_south
        loan = self.request()
        with self.refused(AccessError):
            self.of("leader", loan).action_approve()
        self.team_south.user_id = self.user["leader"]
        self.of("leader", loan).action_approve()

    def test_due_times_of_the_approval(self):
        loan = self.request()
        for due in (NOW, NOW - timedelta(days=1), NOW + timedelta(days=31), "x"):
            with self.subTest(due=due), self.refused(UserError):
                self.of("leader", loan).action_approve(due)
        self.of("leader", loan).action_approve("2026-03-03 12:30:00")
        self.assertEqual(str(loan.due_at), "2026-03-03 12:30:00")

    def test_approved_too_late(self):
        loan = self.request()
        self.go_to(DUE)
        with self.refused(UserError, "later"):
            self.of("leader", loan).action_approve()
        self.of("leader", loan).action_approve(DUE + timedelta(hours=1))
        self.assertEqual(loan.opened_at, DUE)

    def test_steps_out_of_turn(self):
        loan = self.lend()
        for step in ("action_approve", "action_cancel"):
            with self.refused(UserError, "This step is not possible"):
                getattr(self.of("leader", loan), step)()
        self.of("employee", loan).action_end_access()
        self.assertEqual(loan.state, "closed")
        for step in ("action_approve", "action_return", "action_renew", "action_end_access", "action_ask_renewal"):
            with self.refused(UserError, "This step is not possible"):
                getattr(self.of("leader", loan), step)()

    def test_refuse(self):
        loan = self.request()
        with self.refused(UserError, "reason"):
            self.of("leader", loan).action_refuse(" ")
        self.of("leader", loan).action_refuse("Ask the account manager")
        self.assertEqual((loan.state, loan.refusal_reason), ("refused", "Ask the account manager"))
        self.assertEqual((loan.approver_id, loan.decided_at), (self.user["leader"], NOW))

    def test_cancel_is_the_borrowers(self):
        loan = self.request()
        for role in ("colleague", "leader", "archivist"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, loan).action_cancel()
        self.of("employee", loan).action_cancel()
        self.assertEqual(loan.state, "cancelled")

    def test_lending_to_a_colleague_at_once(self):
        loan = self.request("leader", user_id=self.user["colleague"].id)
        self.assertEqual((loan.state, loan.user_id), ("open", self.user["colleague"]))
        self.assertEqual((loan.approver_id, loan.create_uid), (self.user["leader"], self.user["leader"]))
        for role in ("employee", "clerk", "service"):
            with self.subTest(role=role), self.refused(AccessError):
                self.request(role, user_id=self.user["colleague"].id)
        for borrower in (self.user["portal"], self.user["public"]):
            with self.refused(UserError, "users of this system only"):
                self.request("leader", user_id=borrower.id)

    # -- paper ----------------------------------------------------------------------------------------------

    def test_paper_gives_no_access(self):
        loan = self.lend(kind="paper")
        self.assertFalse(loan.gives_access)
        with self.refused(AccessError):
            self.of("employee", self.archived).read(["name"])
        with self.refused(UserError, "no access on screen"):
            self.of("employee", loan).action_end_access()

    def test_one_bag_is_lent_once(self):
        loan = self.lend(kind="both")
        second = self.request("colleague", kind="paper")
        with self.refused(UserError, loan.name):
            self.of("leader", second).action_approve()
        self.of("archivist", loan).action_return("good")
        self.of("leader", second).action_approve()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["customer.archive.loan"].create(
                {
                    "archive_id": self.archive.id,
                    "purpose": "x",
                    "kind": "paper",
                    "state": "open",
                    "opened_at": NOW,
                    "due_at": DUE,
                }
            )

    def test_who_takes_paper_back(self):
        loan = self.lend("service", kind="paper")
        for role in ROLES:
            if role in ("leader", "archivist", "manager"):
                continue
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, loan).action_return("good")
        with self.refused(UserError, "what condition"):
            self.of("archivist", loan).action_return()
        with self.refused(UserError, "damaged or missing"):
            self.of("archivist", loan).action_return("damaged")
        self.of("archivist", loan).action_return("incomplete", "Contract of 2024 is missing")
        self.assertEqual((loan.state, loan.condition, loan.returned_at), ("closed", "incomplete", NOW))
        self.assertEqual(
            (loan.received_by_id, loan.condition_note), (self.user["archivist"], "Contract of 2024 is missing")
        )

    def test_archivist_takes_back_what_she_does_not_read(self):
        loan = self.lend("service", kind="paper")
        self.archive._change_level("core", "Contract")
        mine = self.of("archivist", loan)
        self.assertEqual((mine.archive_number, mine.place), (self.archive.number, "R2 / B-7"))
        self.assertIn("Restricted", mine.sudo().archive_id.display_name)
        mine.action_return("good")
        self.assertEqual(loan.state, "closed")

    def test_access_of_both_kinds_ends_first(self):
        loan = self.lend(kind="both")
        self.of("employee", loan).action_end_access()
        self.assertEqual((loan.state, loan.gives_access, loan.access_ended_at), ("open", False, NOW))
        with self.refused(AccessError):
            self.of("employee", self.archived).read(["name"])
        self.of("leader", loan).action_return("good")
        self.assertEqual(loan.state, "closed")

    def test_overdue(self):
        loan, screen = self.lend(kind="paper"), self.lend("service", kind="screen")
        later = self.lend("colleague", self.person_archive, kind="paper", due_at=DUE + timedelta(days=1))
        self.go_to(DUE)
        self.env.invalidate_all()
        found = self.env["customer.archive.loan"].search([("is_overdue", "=", True)])
        self.assertLessEqual(loan | screen, found)
        self.assertNotIn(later, found)
        self.assertIn(later, self.env["customer.archive.loan"].search([("is_overdue", "=", False)]))
        self.assertTrue(loan.is_overdue)
        self.assertFalse(later.is_overdue)

    # -- renewals -------------------------------------------------------------------------------------------

    def test_renewal(self):
        loan = self.lend()
        wish = DUE + timedelta(days=3)
        for role in ("leader", "colleague"):
            with self.refused(AccessError):
                self.of(role, loan).action_ask_renewal(wish)
        self.of("employee", loan).action_ask_renewal(wish, "Visit was put off")
        self.assertEqual((loan.due_at, loan.renewal_wish_at), (DUE, wish))
        for role in ("employee", "colleague", "clerk", "service"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, loan).action_renew()
        self.of("archivist", loan).action_renew()
        self.assertEqual((loan.due_at, loan.renewals, loan.renewal_wish_at), (wish, 1, False))
        self.assertEqual(loan.approver_id, self.user["leader"])

    def test_limits_of_renewals(self):
        loan = self.lend()
        mine = self.of("leader", loan)
        for due in (DUE, DUE - timedelta(hours=1), NOW + timedelta(days=30, minutes=1)):
            with self.subTest(due=due), self.refused(UserError):
                mine.action_renew(due)
        mine.action_renew(DUE + timedelta(days=1))
        mine.action_renew(DUE + timedelta(days=2))
        with self.refused(UserError, "2 times already"):
            mine.action_renew(DUE + timedelta(days=3))
        with self.refused(UserError, "2 times already"):
            self.of("employee", loan).action_ask_renewal(DUE + timedelta(days=3))
        self.env.ref("customer_archive.policy").loan_renewals = 3
        self.of("employee", loan).action_ask_renewal(DUE + timedelta(days=3))

    def test_no_renewal_of_access_that_is_over(self):
        loan, paper = self.lend(), self.lend("service", kind="paper")
        self.go_to(DUE)
        with self.refused(UserError, "is over"):
            self.of("leader", loan).action_renew(DUE + timedelta(days=1))
        self.of("leader", paper).action_renew(DUE + timedelta(days=1))
        self.assertFalse(self.of("service", paper).is_overdue)

    def test_refused_renewal(self):
        loan = self.lend()
        with self.refused(UserError, "No renewal"):
            self.of("leader", loan).action_refuse("No")
        self.of("employee", loan).action_ask_renewal(DUE + timedelta(days=1))
        self.of("leader", loan).action_refuse("Others wait")
        self.assertEqual((loan.state, loan.due_at, loan.renewal_wish_at), ("open", DUE, False))

    # -- nothing by hand --------------------------------------------------------------------------------------

    def test_everything_of_ours_is_fixed(self):
        stored = {
            name
            for name, field in self.env["customer.archive.loan"]._fields.items()
            if field.store
            and name not in MAGIC_COLUMNS
            and not name.startswith(("message_", "activity_", "website_message"))
        }
        self.assertEqual(stored ^ FIXED, set())

    def test_by_hand_and_by_forged_keys(self):
        loan = self.lend()
        values = {"state": "open", "due_at": DUE + timedelta(days=99), "gives_access": True, "user_id": self.env.uid}
        for role in ROLES:
            for name, value in values.items():
                with self.subTest(role=role, name=name), self.refused(AccessError):
                    self.of(role, loan, archive_governed=True).write({name: value})
            with self.subTest(role=role), self.refused(AccessError):
                self.env_of(role)["customer.archive.loan"].create({"archive_id": self.archive.id, "purpose": "x"})
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, loan).unlink()
        for name, value in values.items():
            with self.subTest(name=name), self.refused(UserError, "can't be changed directly"):
                loan.sudo().with_context(archive_governed=True).write({name: value})
        with self.refused(UserError, "register"):
            loan.unlink()
        with self.refused(UserError, "duplicated"):
            loan.copy()
        self.assertEqual((loan.state, loan.due_at), ("open", DUE))

    def test_forged_ids_and_defaults(self):
        """Through the dialogs, with what a client may send."""
        loan = self.request("service")
        for role in ("employee", "clerk", "auditor", "security", "archivist_two"):
            for step in ("approve", "refuse", "renew", "return"):
                env = self.env_of(role, default_user_id=self.user[role].id, default_state="open")
                with self.subTest(role=role, step=step), self.refused(UserError):
                    env["customer.archive.loan.step"].create(
                        {"loan_id": loan.id, "step": step, "due_at": DUE, "reason": "x", "condition": "good"}
                    ).action_apply()
        context = {"default_state": "open", "default_opened_at": NOW, "default_due_at": DUE}
        env = self.env_of("employee", **context)
        mine = env["customer.archive.loan"].request_loan("x", due_at=DUE, archive_id=self.archive.id)
        self.assertEqual(mine.sudo().state, "requested")
        self.env.flush_all()
        self.assertFalse(self.env_of("employee")["res.partner"].search([("id", "=", self.archived.id)]))

    # -- buttons and dialogs ------------------------------------------------------------------------------------

    def test_buttons(self):
        loan = self.request()
        employee, leader = self.of("employee", loan), self.of("leader", loan)
        self.assertTrue(employee.is_mine and leader.may_decide)
        self.assertFalse(employee.may_decide or leader.is_mine or employee.may_read_card or employee.may_take_back)
        for name in ("approve", "refuse", "return", "renew"):
            action = getattr(leader, f"action_ask_{name}")()
            self.assertEqual(action["context"], {"default_loan_id": loan.id, "default_step": name})
        action = leader.action_ask_approve()
        wizard = leader.env["customer.archive.loan.step"].with_context(**action["context"]).create({})
        self.assertEqual(wizard.due_at, DUE)
        wizard.action_apply()
        self.assertEqual(loan.state, "open")
        action = self.of("employee", loan).action_ask_for_renewal()
        wizard = self.env_of("employee", **action["context"])["customer.archive.loan.step"].create({})
        self.assertEqual(wizard.due_at, DUE + timedelta(days=7))
        wizard.action_apply()
        self.assertEqual(loan.renewal_wish_at, DUE + timedelta(days=7))

    def test_counts_on_the_archive_and_the_card(self):
        loan = self.lend(kind="paper")
        self.request("colleague")
        archive = self.of("leader", self.archive)
        self.assertEqual((archive.loan_count, archive.open_loan_count), (2, 1))
        self.assertEqual(self.of("leader", self.archived).archive_loan_count, 2)
        self.assertEqual(self.of("clerk", self.archive).loan_count, 0, "the account manager sees no others' loans")
        action = archive.action_view_loans()
        self.assertEqual(archive.env[action["res_model"]].search(action["domain"])[1:].ids, loan.ids)
        action = self.of("leader", self.archived).action_request_archive_loan()
        self.assertEqual(action["context"]["default_target"], self.archive.number)
