"""Who may witness a destruction, and how they prove that they are there (product.md R5)."""

from unittest.mock import patch

from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .disposals import DisposalCommon

IDENTITY = "odoo.addons.customer_archive.models.customer_archive_disposal_identity"


@tagged("post_install", "-at_install")
class TestDisposalWitness(DisposalCommon):
    def as_witness(self, role):
        self.user[role].group_ids = [(4, self.env.ref("customer_archive.group_appraiser").id)]

    # -- the forbidden combinations --------------------------------------------------------------------------------

    def test_requester(self):
        self.as_witness("archivist")
        disposal = self.approved()
        with self.refused(UserError, "requested this list"):
            self.name_witnesses(disposal, first="archivist")

    def test_owner(self):
        self.as_witness("clerk")
        disposal = self.approved()
        with self.refused(UserError, "account manager"):
            self.name_witnesses(disposal, first="clerk")

    def test_approver(self):
        self.as_witness("management")
        disposal = self.approved()
        with self.refused(UserError, "approves this list"):
            self.name_witnesses(disposal, first="management")

    def test_twice_the_same_person(self):
        disposal = self.approved()
        with self.refused(UserError, "different people"):
            self.name_witnesses(disposal, first="witness_one", second="witness_one")

    def test_who_became_it_since(self):
        """The rules hold when they are named, when they identify themselves, and when it is carried out."""
        disposal = self.witnessed()
        self.archive.partner_id.user_id = self.user["witness_one"]
        with self.refused(AccessError, "account manager"):
            self.sign("witness_one", disposal, "watch")
        with self.refused(UserError, "account manager"):
            self.of("archivist", disposal).action_carry_out()
        self.archive.partner_id.user_id = self.user["clerk"]
        disposal._governed().write({"requester_id": self.user["witness_two"].id})
        with self.refused(AccessError, "requested this list"):
            self.sign("witness_two", disposal, "watch")

    def test_forbidden_in_plain_sql(self):
        disposal = self.witnessed()
        first, second = disposal.witness_ids
        self.env.cr.execute(
            "UPDATE customer_archive_disposal_witness SET user_id = %s WHERE id = %s",
            [self.user["management"].id, first.id],
        )
        self.env.invalidate_all()
        self.as_witness("management")
        with self.refused(UserError, "approves this list"):
            self.of("archivist", disposal).action_carry_out()
        self.assertTrue(second.is_present)

    def test_who_carries_out_does_not_watch(self):
        self.as_witness("archivist_too")
        disposal = self.ready()
        second = disposal.witness_ids.filtered(lambda witness: witness.role == "second")
        self.of("archivist", second).write({"user_id": self.user["archivist_too"].id})
        self.sign("witness_one", disposal, "watch")
        self.sign("archivist_too", disposal, "watch")
        with self.refused(UserError, "another archivist"):
            self.of("archivist_too", disposal).action_carry_out()
        self.of("archivist", disposal).action_carry_out()

    def test_without_the_role(self):
        disposal = self.approved()
        for role in ("employee", "clerk_two", "portal"):
            with self.subTest(role=role), self.refused(UserError, "role of a witness"):
                self.name_witnesses(disposal, first=role)

    # -- both are there --------------------------------------------------------------------------------------------

    def test_both_are_needed(self):
        disposal = self.ready()
        with self.refused(UserError, "has not identified"):
            self.of("archivist", disposal).action_carry_out()
        self.sign("witness_one", disposal, "watch")
        with self.refused(UserError, "Witness Two", "has not identified"):
            self.of("archivist", disposal).action_carry_out()
        self.sign("witness_two", disposal, "watch")
        self.of("archivist", disposal).action_carry_out()

    def test_nobody_named(self):
        disposal = self.approved()
        self.cool(disposal)
        with self.refused(UserError, "nobody is named"):
            self.of("archivist", disposal).action_carry_out()

    def test_presence_ends(self):
        disposal = self.witnessed()
        self.env.cr.execute(
            "UPDATE customer_archive_disposal_witness SET authenticated_at = authenticated_at - interval '31 minutes'"
            " WHERE role = 'first' AND disposal_id = %s",
            [disposal.id],
        )
        self.env.invalidate_all()
        with self.refused(UserError, "Witness One", "30 minutes"):
            self.of("archivist", disposal).action_carry_out()

    def test_accounting_records_need_a_third(self):
        disposal = self.submitted()
        self.of("archivist", disposal.line_ids[0]).write({"accounting": True})
        self.sign("management", disposal, "approve")
        self.cool(disposal)
        self.name_witnesses(disposal)
        disposal._cron_cooling()
        for role in ("witness_one", "witness_two"):
            self.sign(role, disposal, "watch")
        with self.refused(UserError, "Witness from IT"):
            self.of("archivist", disposal).action_carry_out()
        with self.refused(UserError, "about to be carried out"):
            self.env["customer.archive.policy"]._record().disposal_it_witness = False
        self.name_witnesses(disposal, it="witness_it")
        with self.refused(UserError, "has not identified"):
            self.of("archivist", disposal).action_carry_out()
        self.sign("witness_it", disposal, "watch")
        self.of("archivist", disposal).action_carry_out()

    def test_third_witness_is_a_setting(self):
        self.env["customer.archive.policy"]._record().disposal_it_witness = False
        disposal = self.submitted()
        self.of("archivist", disposal.line_ids[0]).write({"accounting": True})
        self.assertFalse(disposal.needs_it_witness)

    # -- proving who one is ----------------------------------------------------------------------------------------

    def test_wrong_password(self):
        disposal = self.ready()
        tries = self.env["customer.archive.disposal.try"]
        noted = []
        self.patch(type(tries), "_note", lambda self, user: noted.append(user))
        with mute_logger(IDENTITY), self.refused(UserError, "not your password"):
            self.sign("witness_one", disposal, "watch", password="wrong")
        self.assertEqual(noted, [self.user["witness_one"]])
        self.assertFalse(any(disposal.witness_ids.mapped("authenticated_at")))
        for password in ("", False, None):
            with self.refused(UserError):
                self.sign("witness_one", disposal, "watch", password=password or " ")

    def test_somebody_else_s_password(self):
        disposal = self.ready()
        self.patch(type(self.env["customer.archive.disposal.try"]), "_note", lambda self, user: None)
        with mute_logger(IDENTITY), self.refused(UserError, "not your password"):
            self.sign("witness_one", disposal, "watch", password="test_witness_two")

    def test_failures_are_counted_and_block(self):
        disposal = self.ready()
        tries = self.env["customer.archive.disposal.try"]
        for _time in range(5):
            tries.create({"user_id": self.user["witness_one"].id, "tried_at": self.env.cr.now()})
        with self.refused(UserError, "quarter of an hour"):
            self.sign("witness_one", disposal, "watch")
        self.sign("witness_two", disposal, "watch")

    def test_failure_is_kept_although_all_else_is_undone(self):
        tries = self.env["customer.archive.disposal.try"]
        disposals = self.env["customer.archive.disposal"].with_user(self.user["witness_one"])
        refusal = None
        with self.enter_registry_test_mode(), mute_logger(IDENTITY):
            try:  # without the savepoint of assertRaises, which would undo it, too
                disposals._check_identity("wrong")
            except UserError as error:
                refusal = str(error)
        self.assertIn("not your password", refusal)
        self.assertEqual(tries.search_count([("user_id", "=", self.user["witness_one"].id)]), 1)

    def test_password_is_kept_nowhere(self):
        disposal = self.ready()
        secret = "test_witness_one"
        with self.assertLogs("odoo", level="DEBUG") as logs:
            self.sign("witness_one", disposal, "watch")
        self.assertFalse([line for line in logs.output if secret in line.replace("login", "")])
        columns = self.env["customer.archive.disposal.sign"]._fields
        self.assertFalse(columns["password"].store or columns["code"].store)
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
            [
                "customer_archive_disposal_sign",
            ],
        )
        self.assertFalse({"password", "code"} & {name for (name,) in self.env.cr.fetchall()})
        row = self.env["customer.archive.disposal.sign"].search([], limit=1, order="id desc")
        self.assertFalse(row.password)

    def test_code_of_the_account(self):
        """Where the account asks for a code when logging in, it is asked for here as well."""
        disposal = self.ready()
        users = type(self.env["res.users"])
        asked = []
        check = users._check_credentials

        def check_code(user, credential, env):
            if credential["type"] != "totp":
                return check(user, credential, env)
            asked.append(credential["token"])
            if credential["token"] != 123456:
                raise AccessDenied
            return {"uid": user.id, "auth_method": "totp", "mfa": "default"}

        self.patch(users, "_mfa_type", lambda user: "totp")
        self.patch(users, "_check_credentials", check_code)
        self.patch(type(self.env["customer.archive.disposal.try"]), "_note", lambda self, user: None)
        with patch(f"{IDENTITY}.request", object()), mute_logger(IDENTITY):
            for code in (None, "", "abc", "000000"):
                with self.subTest(code=code), self.refused(UserError, "current code"):
                    self.sign("witness_one", disposal, "watch", code=code)
            self.sign("witness_one", disposal, "watch", code="123 456")
        self.assertEqual(asked, [0, 123456])
        self.assertEqual(disposal.witness_ids[0].identified_by, "password and code")

    def test_nobody_identifies_another(self):
        disposal = self.ready()
        for role in ("archivist", "management", "appraiser", "witness_it"):
            with self.subTest(role=role), self.refused(AccessError):
                self.sign(role, disposal, "watch")
        first = disposal.witness_ids[0]
        for vals in (
            {"authenticated_at": "2026-01-01 00:00:00"},
            {"user_name": "x"},
            {"identified_by": "x"},
        ):
            with self.refused(UserError, "identify themselves"):
                self.of("archivist", first, archive_governed=True).write(vals)
            with self.refused(UserError, "identify themselves"):
                self.of("archivist", disposal).write(
                    {"witness_ids": [(0, 0, {"role": "it", "user_id": self.user["witness_it"].id, **vals})]}
                )

    def test_another_person_identifies_anew(self):
        disposal = self.witnessed()
        first = disposal.witness_ids[0]
        self.of("archivist", first).write({"user_id": self.user["witness_it"].id})
        self.assertFalse(first.authenticated_at)
        with self.refused(UserError, "has not identified"):
            self.of("archivist", disposal).action_carry_out()

    def test_witnesses_are_fixed_once_it_began(self):
        disposal = self.begun()
        first = disposal.witness_ids[0]
        for attempt in (
            lambda: self.of("archivist", first).write({"user_id": self.user["witness_it"].id}),
            lambda: self.of("archivist", first).unlink(),
            lambda: self.name_witnesses(disposal, it="witness_it"),
        ):
            with self.refused(UserError, "fixed"):
                attempt()
        with self.refused(UserError, "not to be witnessed now"):
            self.sign("witness_one", disposal, "watch")
