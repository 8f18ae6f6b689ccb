"""Who sees which loans: one table of role × model × operation, and of role × loan."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ROLES
from .loans import DUE, LoanCase

INTERNAL = [role for role in ROLES if role != "portal"]
# Letters: (r)ead, (w)rite, (c)reate, (u)nlink. Roles that are not named may do nothing.
RIGHTS = {
    "customer.archive.loan.document": dict.fromkeys(INTERNAL, "r"),  # as the loan
    "customer.archive.loan": dict.fromkeys(INTERNAL, "r"),  # each step is a method
    "customer.archive.loan.request": dict.fromkeys(INTERNAL, "rwcu"),
    "customer.archive.loan.step": dict.fromkeys(INTERNAL, "rwcu"),
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}

# Who sees a loan, beside its borrower.
REGISTER = {
    "of the team": {"leader", "management", "archivist", "manager", "auditor"},
    "of another team": {"management", "archivist", "manager", "auditor"},
    "of a core archive": {"archivist", "manager", "auditor"},
    "of the other company": {"archivist_two"},
}


@tagged("post_install", "-at_install")
class TestLoanRights(LoanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        foreign, core, south = cls.partner({"name": "外地客户"}, {"name": "核心客户"}, {"name": "华南客户"})
        foreign_archive = foreign.with_company(cls.company_two).archive_open(cls.category_person)
        archives = cls.open(core | south, cls.category_person)
        archives.team_id = cls.team_south
        core.archive_id._change_level("core", "Contract")
        cls.loans = {}
        for name, archive in (
            ("of the team", cls.archive),
            ("of another team", south.archive_id),
            ("of a core archive", core.archive_id),
            ("of the other company", foreign_archive),
        ):
            cls.loans[name] = cls.env["customer.archive.loan"].create(
                {
                    "archive_id": archive.id,
                    "user_id": cls.user["employee"].id,
                    "purpose": f"Secret purpose {name}",
                    "wished_due_at": DUE,
                }
            )
        cls.env.flush_all()

    def test_table_of_rights(self):
        for model, rights in RIGHTS.items():
            for role in [*ROLES, "public"]:
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = self.env(user=self.user[role])[model].has_access(operation)
                        self.assertEqual(bool(allowed), letter in rights.get(role, ""))

    def test_table_knows_every_model(self):
        models = {name for name in self.env.registry if name.startswith("customer.archive.loan")}
        self.assertEqual(models, RIGHTS.keys())

    def test_register(self):
        for name, loan in self.loans.items():
            for role in INTERNAL:
                seen = role == "employee" or role in REGISTER[name]
                mine = self.of(role, loan)
                with self.subTest(loan=name, role=role):
                    self.assertEqual(bool(mine.search([("id", "=", loan.id)])), seen)
                    self.assertEqual(mine.search_count([("id", "=", loan.id)]), int(seen))
                    self.assertEqual(loan.id in [row[0] for row in mine.name_search(loan.name)], seen)
                    self.assertEqual(mine.has_access("read"), seen)
                    groups = mine.formatted_read_group([("id", "=", loan.id)], ["user_id"], ["__count"])
                    self.assertEqual(len(groups), int(seen))
                    if not seen:
                        for attempt in (
                            lambda mine=mine: mine.read(["purpose"]),
                            lambda mine=mine: mine.web_read({"purpose": {}}),
                            lambda mine=mine: mine.message_post(body="x"),
                            lambda mine=mine: mine.action_approve(),
                            lambda mine=mine: mine.action_cancel(),
                            lambda mine=mine: mine.action_read_card(),
                        ):
                            with self.refused(AccessError):
                                attempt()

    def test_companies_are_the_users_own(self):
        """A client may name companies in its context; that gives nothing."""
        loan = self.loans["of the other company"]
        for role in ("archivist", "auditor", "management"):
            mine = self.of(role, loan, allowed_company_ids=[self.company_two.id])
            with self.subTest(role=role), self.refused(AccessError):
                mine.read(["purpose"])

    def test_register_shows_no_names(self):
        """Auditor, archivist without clearance and borrower see that a loan is, not of whom."""
        loan = self.loans["of a core archive"]
        for role in ("auditor", "archivist", "employee"):
            values = self.of(role, loan).web_read({"archive_id": {"fields": {"display_name": {}}}, "display_name": {}})
            with self.subTest(role=role):
                self.assertIn("Restricted customer", values[0]["archive_id"]["display_name"])
                self.assertNotIn("核心客户", str(self.of(role, loan).export_data.__self__.read()))
        groups = self.env_of("auditor")["customer.archive.loan"].formatted_read_group([], ["archive_id"], ["__count"])
        self.assertNotIn("核心客户", str(groups))

    def test_archive_numbers_are_no_oracle(self):
        loan = self.loans["of the team"]
        number = self.archive.number
        for role, seen in (("employee", False), ("auditor", True), ("archivist", True), ("leader", True)):
            mine = self.of(role, loan)
            with self.subTest(role=role):
                self.assertEqual(mine.archive_number, number if seen else False)
                self.assertEqual(bool(mine.search([("archive_number", "=", number), ("id", "=", loan.id)])), seen)
                self.assertEqual(bool(mine.place), seen)
        own = self.request("colleague")
        self.assertFalse(self.of("colleague", own).search([("archive_number", "=", number)]))
        self.of("leader", own).action_approve()
        self.assertEqual(self.of("colleague", own).search([("archive_number", "=", number)]), own)

    def test_team_and_role_change_at_once(self):
        loan = self.loans["of another team"]
        self.assertFalse(self.of("leader", loan).has_access("read"))
        self.team_south.user_id = self.user["leader"]
        self.assertTrue(self.of("leader", loan).has_access("read"))
        self.team_south.user_id = False
        self.assertFalse(self.of("leader", loan).has_access("read"))

    def test_no_link_to_a_hidden_archive(self):
        """The dialogs take numbers, no ids: they can't be used to read names."""
        fields = self.env["customer.archive.loan.request"]._fields.values()
        self.assertFalse([field.name for field in fields if field.comodel_name in ("customer.archive", "res.partner")])
