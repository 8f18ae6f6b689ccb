"""The loan slip, the card for borrowers without a role, and the dialog that asks (product.md A3, R10)."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common import ROLES, ArchiveOrganisation
from .loans import DUE, NOW, LoanCase

SLIP = "customer_archive.report_loan"


@tagged("post_install", "-at_install")
class TestLoanSlip(LoanCase):
    def cells(self, role, loan):
        slip = self.env_of(role)[f"report.{SLIP}"]._get_report_values(loan.ids)["slips"][0]
        return {cell["label"]: cell["value"] for row in slip["rows"] for cell in row}

    def test_values(self):
        self.user["employee"].sale_team_id = self.team_south
        loan = self.lend(kind="paper")
        cells = self.cells("leader", loan)
        self.assertEqual(cells["Archive Number"], self.archive.number)
        self.assertEqual(cells["Place of the Paper"], "R2 / B-7")
        self.assertEqual((cells["Borrower"], cells["Decided by"]), ("Employee", "Leader"))
        self.assertEqual((cells["Purpose"], cells["Kind of Loan"]), ("Visit on Friday", "Paper"))
        self.assertEqual(cells["Team of the Borrower"], "华南")
        self.assertNotIn("Condition at Return", cells)
        self.of("archivist", loan).action_return("damaged", "Cover torn")
        cells = self.cells("archivist", loan)
        self.assertEqual((cells["Condition at Return"], cells["Note on the Condition"]), ("Damaged", "Cover torn"))

    def test_masked_for_who_does_not_read_the_archive(self):
        loan = self.request(kind="paper")
        cells = self.cells("employee", loan)
        self.assertEqual(cells["Archive"], f"Restricted customer #{self.archived.id}")
        self.assertEqual(cells["Archive Number"], "–")
        self.assertNotIn("同仁堂", str(self.cells("auditor", loan)))

    def test_only_who_reads_the_loan_prints_it(self):
        loan = self.request()
        for role in [*ROLES, "public"]:
            report = self.env_of(role)["ir.actions.report"].with_context(force_report_rendering=True)
            with self.subTest(role=role):
                if role in ("employee", "leader", "management", "archivist", "manager", "auditor"):
                    html, _kind = report._render_qweb_html(SLIP, loan.ids)
                    self.assertIn(loan.name, html.decode())
                else:
                    with self.refused(AccessError):
                        self.env_of(role)[f"report.{SLIP}"]._get_report_values(loan.ids)
        with self.refused(UserError, "Nothing is selected"):
            self.env_of("leader")[f"report.{SLIP}"]._get_report_values([])

    def test_pdf(self):
        loan = self.lend(kind="both")
        reports = self.env_of("leader", force_report_rendering=True)["ir.actions.report"]
        with self.allow_pdf_render():
            content, kind = reports._render_qweb_pdf("customer_archive.loan_report", loan.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))


@tagged("post_install", "-at_install")
class TestLoanCard(LoanCase):
    def card(self, role, loan):
        return self.of(role, loan)._render_card().decode()

    def test_borrower_reads_the_card_and_leaves_a_line(self):
        loan = self.lend()
        action = self.of("employee", loan).action_read_card()
        self.assertEqual(action["url"], f"/customer_archive/loan/{loan.id}/card")
        html = self.card("employee", loan)
        self.assertIn(self.archived.card_legal_name, html)
        self.assertIn(self.archive.number, html)
        line = loan.message_ids[0]
        self.assertIn(f"Archive card read on {loan.name} by Employee", line.body)
        self.assertNotIn("同仁堂", line.body)
        self.assertEqual(line.author_id, self.user["employee"].partner_id)

    def test_nobody_else_and_not_before_or_after(self):
        loan = self.request()
        with self.refused(AccessError):
            self.card("employee", loan)
        self.of("leader", loan).action_approve()
        for role in ROLES:
            if role != "employee":
                with self.subTest(role=role), self.refused(AccessError):
                    self.card(role, loan)
                with self.subTest(role=role), self.refused(AccessError):
                    self.of(role, loan).action_read_card()
        self.go_to(DUE - timedelta(seconds=1))
        self.card("employee", loan)
        self.go_to(DUE)
        with self.refused(AccessError, "no longer"):
            self.card("employee", loan)
        paper = self.lend("employee", self.person_archive, kind="paper", due_at=DUE + timedelta(days=1))
        with self.refused(AccessError):
            self.card("employee", paper)

    def test_others_on_the_card_stay_hidden(self):
        """Printed as the system, the card shows of other customers what the borrower reads: nothing."""
        hidden = self.partner(name="隐藏的人", parent_id=self.archived_person.id, phone="13911112222", function="CFO")
        self.env["customer.archive.key.contact"].create({"partner_id": self.archived.id, "contact_id": hidden.id})
        shown = self.partner(name="王经理", parent_id=self.archived.id, phone="13933334444")
        self.env["customer.archive.key.contact"].create({"partner_id": self.archived.id, "contact_id": shown.id})
        self.archived.card_group_id = self.open(self.customer, self.category_company).partner_id
        html = self.card("employee", self.lend())
        for word in ("隐藏的人", "13911112222", "CFO", self.customer.name, "华强"):
            self.assertNotIn(word, html)
        self.assertIn("王经理", html)

    def test_not_by_the_report_itself(self):
        loan = self.lend()
        for report, ids in (
            ("report_archive_card", self.archive.ids),
            ("report_partner_archive_card", self.archived.ids),
        ):
            with self.refused(AccessError):
                self.env_of("employee")[f"report.customer_archive.{report}"]._get_report_values(ids)
        self.assertEqual(loan.state, "open")


@tagged("post_install", "-at_install")
class TestLoanRequestDialog(LoanCase):
    def test_from_the_error_of_a_restricted_record(self):
        child = self.partner(name="联系人", parent_id=self.archived.id)
        for record, number in (
            (self.archived, self.archived.id),
            (child, self.archived.id),
            (self.archive, self.archived.id),
            (self.archive.number_ids, self.archived.id),
        ):
            asked = {"model": record._name, "id": record.id}
            env = self.env_of("employee", archive_restricted=asked)
            form = Form(env["customer.archive.loan.request"])
            with self.subTest(model=record._name):
                self.assertEqual(form.target, f"#{number}")
                self.assertEqual(form.label, f"Restricted customer #{self.archived.id}")
                self.assertFalse(form.may_lend)
        form.purpose = "Visit"
        action = form.save().action_request()
        loan = self.env["customer.archive.loan"].browse(action["res_id"])
        self.assertEqual((loan.archive_id, loan.user_id), (self.archive, self.user["employee"]))
        self.assertEqual(str(loan.wished_due_at), "2026-03-09 18:00:00")

    def test_forged_contexts(self):
        for asked in (
            {"model": "res.users", "id": self.user["clerk"].id},
            {"model": "ir.config_parameter", "id": 1},
            {"model": "nothing", "id": 1},
            {"model": "res.partner", "id": "1"},
            {"model": "res.partner", "id": 10**12},
            {"model": ["x"], "id": 1} and {"model": None, "id": None},
            "x",
        ):
            with self.subTest(asked=asked):
                env = self.env_of("employee", archive_restricted=asked)
                self.assertFalse(env["customer.archive.loan.request"].default_get(["target"]).get("target"))

    def test_label(self):
        for role, target, label in (
            ("employee", self.archive.number, f"Restricted customer #{self.archived.id}"),
            ("leader", self.archive.number, f"{self.archive.number} {self.archived.name}"),
            ("employee", "C99-9999", "No such archive in your company"),
            ("clerk_two", self.archive.number, "No such archive in your company"),
        ):
            values = {"target": target, "purpose": "x"}
            wizard = self.env_of(role)["customer.archive.loan.request"].create(values)
            with self.subTest(role=role, target=target):
                self.assertEqual(wizard.label, label)
                self.assertEqual(wizard.may_lend, role == "leader")

    def test_lend_to_a_colleague(self):
        form = Form(self.env_of("archivist", default_target=self.archive.number)["customer.archive.loan.request"])
        self.assertTrue(form.may_lend)
        form.user_id = self.user["colleague"]
        form.kind = "paper"
        form.purpose = "Audit"
        loan = self.env["customer.archive.loan"].browse(form.save().action_request()["res_id"])
        self.assertEqual((loan.state, loan.user_id), ("open", self.user["colleague"]))
        self.assertEqual(loan.approver_id, self.user["archivist"])

    def test_the_error_says_where_a_loan_helps(self):
        with self.refused(AccessError, "on loan") as caught:
            self.of("employee", self.archived).read(["name"])
        self.assertEqual(
            caught.exception.context, {"archive_restricted": {"model": "res.partner", "id": self.archived.id}}
        )
        with self.refused(AccessError) as caught:
            self.of("service", self.archived).write({"phone": "010-1"})
        self.assertNotIn("archive_restricted", caught.exception.context)


@tagged("post_install", "-at_install")
class TestLoanPages(HttpCase, ArchiveOrganisation):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_organisation()
        cls.loan = cls.env["customer.archive.loan"].create(
            {
                "archive_id": cls.archive.id,
                "user_id": cls.user["employee"].id,
                "purpose": "Visit",
                "state": "open",
                "opened_at": NOW,
                "due_at": "2999-01-01 00:00:00",
            }
        )

    def test_card(self):
        url = f"/customer_archive/loan/{self.loan.id}/card"
        self.authenticate("test_employee", "test_employee")
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertIn(self.archived.card_legal_name, response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertIn("Archive card read", self.loan.message_ids[0].body)
        unknown = self.url_open("/customer_archive/loan/99999999/card")
        self.assertEqual(unknown.status_code, 404)
        for login in ("test_colleague", "test_archivist", "test_portal"):
            self.authenticate(login, login)
            with self.subTest(login=login):
                response = self.url_open(url)
                self.assertEqual(response.status_code, 404)
                self.assertNotIn(self.archived.name, response.text)

    def test_steps_through_rpc(self):
        """What the predicate and the checks say holds for a client that calls the methods itself."""
        self.authenticate("test_colleague", "test_colleague")
        for method, args in (
            ("action_approve", []),
            ("action_end_access", []),
            ("action_return", ["good"]),
            ("action_renew", []),
            ("write", [{"user_id": self.user["colleague"].id}]),
            ("unlink", []),
            ("copy", []),
        ):
            with self.subTest(method=method), mute_logger("odoo.http"), self.assertRaisesRegex(Exception, "Error"):
                self.call(method, [self.loan.ids, *args])
        for method in ("_render_card", "_governed", "_end_access", "_seen_sql", "_find_archive"):
            with self.subTest(method=method), mute_logger("odoo.http"), self.assertRaisesRegex(Exception, "Error"):
                self.call(method, [self.loan.ids])
        loan_id = self.call("request_loan", ["Visit"], {"number": self.archive.number, "user_id": False})
        loan = self.env["customer.archive.loan"].browse(loan_id)
        self.assertEqual((loan.user_id, loan.state), (self.user["colleague"], "requested"))

    def call(self, method, args, kwargs=None):
        params = {"model": "customer.archive.loan", "method": method, "args": args, "kwargs": kwargs or {}}
        return self.make_jsonrpc_request("/web/dataset/call_kw", params)

    def test_dialog_in_the_web_client(self):
        """An employee opens the form of a restricted customer: the sentence, the button, the dialog that asks."""
        tour = "customer_archive_request_access"
        action = f"{{type: 'ir.actions.act_window', res_model: 'res.partner', res_id: {self.archived_person.id}"
        action += ", views: [[false, 'form']]}"
        self.browser_js(
            "/odoo/my-archive-loans",
            code=f"odoo.__WOWL_DEBUG__.root.env.services.action.doAction({action}); odoo.startTour('{tour}')",
            ready=f"odoo.isTourReady('{tour}')",
            login="test_employee",
            success_signal="tour succeeded",
            timeout=90,
        )
        loan = self.env["customer.archive.loan"].search([("purpose", "=", "巡航拜访")])
        self.assertEqual((loan.user_id, loan.archive_id), (self.user["employee"], self.person_archive))

    def test_scan_page_leads_to_the_request(self):
        self.authenticate("test_employee", "test_employee")
        answers = {self.url_open(f"/customer_archive/scan/{number}").text for number in (self.archive.number, "C99-1")}
        self.assertEqual(len(answers), 1)
        self.assertIn("Request access", answers.pop())
