"""Paper documents lent singly, and what a scanned label asks for (product.md C8, D3)."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ROLES
from .loans import DUE, NOW, LoanCase

INTERNAL = [role for role in ROLES if role != "portal"]
# Who sees the lines of a loan of the north, beside its borrower: as the loan itself.
REGISTER = {"employee", "leader", "management", "archivist", "manager", "auditor"}


@tagged("post_install", "-at_install")
class TestLoanDocument(LoanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        letter = cls.env.ref("customer_archive.document_type_letter")
        cls.first, cls.second, cls.file_only = cls.env["customer.archive.document"].create(
            [
                {"archive_id": cls.archive.id, "type_id": letter.id, "name": "Secret letter one", "state": "in_force"},
                {"archive_id": cls.archive.id, "type_id": letter.id, "name": "Secret letter two", "state": "in_force"},
                {
                    "archive_id": cls.archive.id,
                    "type_id": letter.id,
                    "name": "A file",
                    "state": "in_force",
                    "original": "electronic",
                },
            ]
        )
        cls.draft = cls.first.copy({"name": "Draft"})
        cls.env.flush_all()

    def borrow(self, *documents, role="employee", **vals):
        """An open loan of these documents."""
        ids = [document.id for document in documents]
        return self.lend(role, **{"kind": "paper", "document_ids": ids, **vals})

    # -- asking -----------------------------------------------------------------------------------------------

    def test_by_the_number_on_the_label(self):
        number = self.archive.number
        for text in (self.first.item_reference, f" {self.first.item_reference} ", f"{number}-1"):
            loan = self.request(archive_id=None, number=text, kind="paper")
            self.assertEqual(loan.line_ids.document_id, self.first)
            self.assertTrue(loan.single_documents)
            self.of("employee", loan).action_cancel()
        self.archive._renumber("Wrong series")
        loan = self.request(archive_id=None, number=f"{number}-0002", kind="both")  # an old label
        self.assertEqual(loan.line_ids.document_id, self.second)

    def test_what_can_t_be_lent_singly(self):
        with self.refused(UserError, "on paper; on screen"):
            self.request(document_ids=self.first.ids, kind="screen")
        other = self.env["customer.archive.document"].create(
            {"archive_id": self.person_archive.id, "name": "Other", "state": "in_force"}
        )
        for ids in (self.file_only.ids, self.draft.ids, other.ids, [0], ["x"], [10**9], 5, [], [self.first.id, 10**9]):
            with self.subTest(ids=ids), self.refused(UserError, "can't be lent on paper"):
                self.request(document_ids=ids, kind="paper")

    def test_the_dialog(self):
        with Form(self.env_of("leader")["customer.archive.loan.request"]) as form:
            form.target = self.first.item_reference
            self.assertEqual(form.kind, "paper")
            self.assertIn("Secret letter one", form.label)
            form.purpose = "Copy"
            form.user_id = self.of("leader", self.user["employee"])
        form.record.action_request()
        line = self.env["customer.archive.loan.document"].search([("document_id", "=", self.first.id)])
        self.assertEqual((line.loan_id.state, line.is_out), ("open", True))
        wizard = self.env_of("colleague")["customer.archive.loan.request"].create(
            {"target": self.first.item_reference, "purpose": "x"}
        )
        self.assertNotIn("Secret", wizard.label)
        self.assertNotIn(self.archived.name, wizard.label)

    def test_several_in_one_request(self):
        with Form(self.env_of("clerk")["customer.archive.loan.request"]) as form:
            form.target = self.archive.number
            form.purpose = "Compare"
            self.assertFalse(form.lendable_ids)
            form.kind = "paper"
            self.assertEqual(set(form.lendable_ids.ids), {self.first.id, self.second.id})
            form.document_ids.add(self.of("clerk", self.first))
            form.document_ids.add(self.of("clerk", self.second))
        loan = self.env["customer.archive.loan"].browse(form.record.action_request()["res_id"])
        self.assertEqual(loan.line_ids.document_id, self.first | self.second)

    def test_hidden_documents_can_t_be_named(self):
        requests = self.env_of("colleague")["customer.archive.loan.request"]
        values = {"target": self.archive.number, "purpose": "x", "kind": "paper"}
        self.assertFalse(requests.create(values).lendable_ids)
        with self.assertRaises(AccessError):
            requests.create({**values, "document_ids": [(6, 0, self.first.ids)]})

    # -- handing out ------------------------------------------------------------------------------------------

    def test_one_borrower_for_each_paper(self):
        self.borrow(self.first)
        with self.refused(UserError, "0001", "is lent already"):
            self.borrow(self.first, self.second, role="colleague")
        with self.refused(UserError, "0001", "is lent already"):
            self.lend("service", kind="paper")  # the bag
        self.borrow(self.second, role="auditor")
        self.lend("security", kind="screen")

    def test_not_while_the_bag_is_out(self):
        self.lend("service", kind="paper")
        with self.refused(UserError, "paper of this archive is lent already"):
            self.borrow(self.first)

    def test_database_knows_it(self):
        self.borrow(self.first)
        loan = self.request("colleague", document_ids=self.first.ids, kind="paper")
        with mute_logger("odoo.sql_db"), self.refused(IntegrityError, "one_borrower"):
            loan._lines().write({"is_out": True})

    def test_lent_to(self):
        loan = self.borrow(self.first)
        for role in ("clerk", "service"):
            self.assertIn("Employee until", self.of(role, self.first).lent_to)
            self.assertFalse(self.of(role, self.first).may_take_back)
        self.assertTrue(self.of("archivist", self.first).may_take_back)
        self.assertFalse(self.of("clerk", self.second).lent_to)
        self.of("archivist", loan).action_return("good")
        self.assertFalse(self.of("clerk", self.first).lent_to)
        self.lend("colleague", kind="paper")
        self.assertIn("Colleague until", self.of("clerk", self.second).lent_to)

    def test_place(self):
        loan = self.borrow(self.first)
        self.assertEqual(self.of("archivist", loan).place, "R2 / B-7")
        self.first.write({"box": "X-1"})
        self.assertEqual(self.of("archivist", loan).place, "X-1")
        self.assertFalse(self.of("employee", loan).place)

    # -- returning --------------------------------------------------------------------------------------------

    def test_one_by_one(self):
        loan = self.borrow(self.first, self.second)
        with self.refused(AccessError, "taken back by an archivist"):
            self.of("employee", loan).action_return_documents(self.first.ids, "good")
        leader = self.of("leader", loan)
        with self.refused(UserError, "what condition"):
            leader.action_return_documents(self.first.ids)
        with self.refused(UserError, "damaged or missing"):
            leader.action_return_documents(self.first.ids, "damaged")
        for ids in (self.file_only.ids, [self.first.id, self.file_only.id], ["x"]):
            with self.refused(UserError, "not lent by"):
                leader.action_return_documents(ids, "good")
        leader.action_return_documents(self.first.ids, "damaged", "Page 2 torn")
        line = loan.line_ids.filtered(lambda line: line.document_id == self.first)
        self.assertEqual(
            (line.is_out, line.condition, line.condition_note, line.returned_at, line.received_by_id),
            (False, "damaged", "Page 2 torn", NOW, self.user["leader"]),
        )
        self.assertEqual(loan.state, "open")
        with self.refused(UserError, "not lent by"):
            leader.action_return_documents(self.first.ids, "good")
        leader.action_return_documents(self.second.id, "good")
        self.assertEqual((loan.state, loan.returned_at), ("closed", NOW))
        self.borrow(self.first, role="colleague")

    def test_all_at_once(self):
        loan = self.borrow(self.first, self.second)
        self.of("archivist", loan).action_return("good")
        self.assertEqual(loan.line_ids.mapped("is_out"), [False, False])
        self.assertEqual(loan.line_ids.mapped("condition"), ["good", "good"])

    def test_overdue(self):
        loan = self.borrow(self.first)
        self.go_to(DUE.replace(day=7))
        action = self.env.ref("customer_archive.customer_archive_loan_action_overdue")
        found = self.env_of("leader")["customer.archive.loan"].search(
            [("is_overdue", "=", True), ("takes_paper", "=", True)]
        )
        self.assertIn("is_overdue", action.domain)
        self.assertEqual(found.ids, loan.ids)

    # -- rights -----------------------------------------------------------------------------------------------

    def test_who_sees_the_lines(self):
        loan = self.borrow(self.first)
        line = loan.line_ids
        for role in INTERNAL:
            mine = self.of(role, line)
            with self.subTest(role=role):
                sees = role in REGISTER
                self.assertEqual(bool(mine.search([("id", "=", line.id)])), sees)
                self.assertEqual(mine.has_access("read"), sees)
                if sees:
                    knows = role not in ("employee", "auditor")
                    self.assertEqual("Secret" in mine.document_text, knows)
                    self.assertIn("0001", mine.document_text)
                    self.assertEqual("Secret" in self.of(role, loan).document_text, knows)
                    name = mine.web_read({"document_id": {"fields": {"display_name": {}}}})[0]["document_id"]
                    self.assertEqual("Secret" in (name and name["display_name"]), knows)
                for attempt in (
                    lambda mine=mine: mine.write({"is_out": False}),
                    lambda mine=mine: mine.unlink(),
                    lambda mine=mine: mine.create({"loan_id": loan.id, "document_id": self.second.id}),
                ):
                    with self.refused(AccessError):
                        attempt()
        with self.refused(UserError, "by its steps only"):
            line.write({"is_out": False})
        with self.refused(UserError, "can't be deleted"):
            line.unlink()

    def test_mails_bear_no_titles(self):
        loan = self.borrow(self.first)
        bodies = "".join(self.env["mail.message"].search([("res_id", "=", loan.id)]).mapped("body"))
        facts = str(loan._facts(self.user["employee"], DUE, with_archive=True))
        self.assertIn("0001", facts)
        self.assertNotIn("Secret", bodies + facts)

    # -- scanning ---------------------------------------------------------------------------------------------

    def scan(self, role, code):
        return self.env_of(role)["customer.archive.loan"].scan(code)

    def test_scan_lends_and_takes_back(self):
        url = f"https://archive.example.com/customer_archive/scan/{self.first.item_reference}"
        for code in (url, self.first.item_reference):
            answer = self.scan("archivist", code)
            self.assertEqual(answer["action"]["res_model"], "customer.archive.loan.request")
            self.assertEqual(answer["action"]["context"]["default_target"], self.first.item_reference)
        loan = self.borrow(self.first, self.second)
        answer = self.scan("archivist", url)
        self.assertEqual(answer["action"]["res_model"], "customer.archive.loan.step")
        context = answer["action"]["context"]
        wizard = self.env_of("archivist", **context)["customer.archive.loan.step"].create({})
        self.assertIn("0001", wizard.document_text)
        wizard.action_apply()
        self.assertEqual(loan.line_ids.mapped("is_out"), [False, True])
        answer = self.scan("archivist", loan.name)  # the slip: all that is still out
        self.env_of("archivist", **answer["action"]["context"])["customer.archive.loan.step"].create({}).action_apply()
        self.assertEqual(loan.state, "closed")

    def test_scan_of_the_bag(self):
        answer = self.scan("leader", self.archive.number)
        self.assertEqual(answer["action"]["context"]["default_target"], self.archive.number)
        loan = self.lend("employee", kind="paper")
        self.assertEqual(self.scan("leader", self.archive.number)["action"]["context"]["default_loan_id"], loan.id)
        self.assertEqual(self.scan("employee", self.archive.number)["action"]["res_id"], loan.id)
        answer = self.scan("colleague", self.archive.number)
        self.assertEqual((answer["found"], answer["action"]), (True, False))
        self.assertNotIn("Employee", answer["message"])

    def test_scan_of_anything(self):
        for code in (
            "",
            None,
            5,
            ["x"],
            "a\x00b",
            "/customer_archive/scan/a%00b",
            "x" * 5000,
            "http://[",
            "C99-KH-2026-9999",
            "C99-KH-2026-9999-0001",
        ):
            for role in ("archivist", "employee", "clerk_two"):
                with self.subTest(code=code, role=role):
                    answer = self.scan(role, code)
                    self.assertEqual((answer["found"], answer["action"]), (False, False))
        self.assertFalse(self.scan("clerk_two", self.first.item_reference)["found"], "another company's")
        with self.refused(AccessError):
            self.scan("portal", self.first.item_reference)

    def test_scan_tells_no_titles(self):
        answer = self.scan("colleague", self.first.item_reference)
        self.assertNotIn("Secret", str(answer))
        self.assertNotIn(self.archived.name, str(answer))
