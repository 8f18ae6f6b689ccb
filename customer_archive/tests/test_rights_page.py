"""The page "who can see what": its answers are compared with the real access of every role (A6)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.customer_archive_access_scope import Reach
from ..tools.access import LEVEL_CODES, REASONS
from .common import ROLES, ArchiveCommon

ASKERS = ("security", "auditor", "archivist", "manager", "archivist_two")
LINES = ("customer.archive.rights.level", "customer.archive.rights.person")


@tagged("post_install", "-at_install")
class TestRightsPage(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # One customer for each level and for each of: the clerk's (north), the colleague's (south).
        cases = [(level, owner) for level in LEVEL_CODES for owner in ("clerk", "colleague")]
        partners = cls.partner(
            *(
                {"name": f"权限{owner}{level}", "is_company": True, "user_id": cls.user[owner].id, "ref": "RIGHTS"}
                for level, owner in cases
            )
        )
        archives = cls.open(partners, cls.category_company)
        for archive, (level, owner) in zip(archives, cases, strict=True):
            team = cls.team_north if owner == "clerk" else cls.team_south
            archive._governed().write({"level": level, "team_id": team.id})
        cls.of_case = dict(zip(cases, archives, strict=True))
        cls.user["contact_maker"].group_ids += cls.env.ref("base.group_partner_manager")
        clearances = cls.env["customer.archive.clearance"]
        for role, level in (("management", "secret"), ("archivist", "core"), ("service", "core")):
            clearances.create(
                {"user_id": cls.user[role].id, "level": level, "valid_until": "2099-12-31", "reason": "x"}
            )
        cls.lend("employee", cls.of_case["core", "clerk"])
        cls.env.flush_all()

    @classmethod
    def lend(cls, role, archive, **vals):
        now = fields.Datetime.now()
        loan = cls.env["customer.archive.loan"].create(
            {
                "archive_id": archive.id,
                "user_id": cls.user[role].id,
                "purpose": "x",
                "due_at": now + timedelta(days=3),
            }
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE customer_archive_loan SET state = 'open', gives_access = true, opened_at = %s, due_at = %s,"
            " name = %s WHERE id = %s",
            (
                now - timedelta(days=1),
                vals.get("due_at", now + timedelta(days=3)),
                vals.get("name", "JY-0042"),
                loan.id,
            ),
        )
        cls.env.invalidate_all()
        return loan

    def ask(self, role, **values):
        rights = self.env_of(role)["customer.archive.rights"].create(values)
        rights.action_show()
        return rights

    def who(self, archive, role="security"):
        return self.ask(role, question="archive", number=archive.number)

    # -- the truth --------------------------------------------------------------------------------------------

    def test_everybody_who_sees_a_customer(self):
        archives = {**self.of_case, "usual": self.archive}
        for case, archive in archives.items():
            people = self.who(archive).person_ids
            named = people.filtered("user_id")
            everybody = people - named
            self.assertEqual(bool(everybody), archive.level == "public")
            for role in ROLES:
                if role == "portal":
                    continue
                user = self.user[role]
                line = named.filtered(lambda line, user=user: line.user_id == user)
                real = self.of(role, archive.partner_id)
                with self.subTest(case=case, role=role):
                    self.assertEqual(bool(line or everybody), real.has_access("read"))
                    self.assertEqual(any(line.mapped("may_change")), real.has_access("write"))
            if everybody:
                count = self.env["res.users"].search_count([("share", "=", False)])
                self.assertIn(str(count), everybody.name)
            self.assertNotIn(self.user["portal"], named.user_id)

    def test_reasons(self):
        expected = {
            ("secret", "clerk"): {
                "clerk": ("owner", "Account manager"),
                "leader": ("team", "华北"),
                "management": ("clearance", "Commercial Secret", "2099"),
                "archivist": ("clearance", "Core Commercial Secret"),
            },
            ("core", "clerk"): {"employee": ("loan", "JY-0042"), "archivist": ("clearance",)},
            ("internal", "colleague"): {
                "colleague": ("owner",),
                "service": ("role", "Service Manager", "Internal"),
                "management": ("role", "Management"),
                "manager": ("role", "Archivist"),
            },
        }
        for case, people in expected.items():
            lines = self.who(self.of_case[case]).person_ids
            for role, (kind, *words) in people.items():
                line = lines.filtered(lambda line, role=role: line.user_id == self.user[role])
                with self.subTest(case=case, role=role):
                    self.assertEqual(line.kind, kind)
                    for word in words:
                        self.assertIn(word, line.reasons)
            self.assertEqual(lines, lines.sorted("sequence"))
        self.assertEqual(set(REASONS), set(dict(lines._fields["kind"].selection)))

    def test_what_a_person_sees(self):
        archives = self.env["customer.archive"].search([("company_id", "=", self.company_one.id)])
        archives = archives.filtered("partner_id")
        for role in ROLES:
            if role == "portal" or role.endswith("_two"):
                continue
            rights = self.ask("security", question="person", user_id=self.user[role].id)
            lines = {line.level: line for line in rights.level_ids}
            partners = self.of(role, archives.partner_id)
            readable = partners._filtered_access("read")
            changeable = partners._filtered_access("write")
            loaned = self.of_case["core", "clerk"]
            for level in LEVEL_CODES:
                mine = archives.filtered(lambda archive, level=level: archive.level == level)
                line = lines[level]
                with self.subTest(role=role, level=level):
                    reads = line.own_read + line.team_read + line.others_read
                    writes = line.own_write + line.team_write + line.others_write
                    self.assertEqual(reads, len(readable.filtered(lambda p, mine=mine: p.id in mine.partner_id.ids)))
                    self.assertEqual(writes, len(changeable.filtered(lambda p, mine=mine: p.id in mine.partner_id.ids)))
                    self.assertEqual(line.total, len(mine))
            self.assertEqual("JY-0042" in rights.summary, role == "employee")
            self.assertEqual(loaned.number in rights.summary, role == "employee")

    def test_scopes_of_many_are_the_scopes_of_each(self):
        access = self.env["customer.archive.access"]
        former = self.team_north.crm_team_member_ids.create(
            {"user_id": self.user["archivist"].id, "crm_team_id": self.team_north.id}
        )
        former.active = False
        self.team_south.active = False
        self.team_south.user_id = self.user["leader"]
        users = access._internal_users()
        self.assertGreaterEqual(len(users), len(ROLES) - 1)
        for user, reach in access._reaches(users).items():
            with self.subTest(user=user.name):
                self.assertIsInstance(reach, Reach)
                self.env.invalidate_all()
                self.assertEqual(reach.scope, access._scope_of(user))

    def test_billing(self):
        self.patch(
            type(self.env["customer.archive.access"]), "_billing_groups", lambda self: ("base.group_partner_manager",)
        )
        archive = self.of_case["internal", "clerk"]
        biller = self.user["contact_maker"]
        line = self.who(archive).person_ids.filtered(lambda line: line.user_id == biller)
        self.assertEqual((line.kind, line.may_change), ("role", False))
        self.assertIn("Bills customers", line.reasons)
        self.assertTrue(self.of("contact_maker", archive.partner_id).has_access("read"))
        rights = self.ask("security", question="person", user_id=biller.id)
        self.assertIn("Bills customers", rights.summary)
        self.env.ref("customer_archive.policy").billing_reads_internal = False
        self.assertNotIn(biller, self.who(archive).person_ids.user_id)

    def test_what_has_ended(self):
        loan = self.lend(
            "colleague",
            self.of_case["secret", "clerk"],
            name="JY-0043",
            due_at=fields.Datetime.now() - timedelta(minutes=1),
        )
        clearance = self.env["customer.archive.clearance"].search([("user_id", "=", self.user["management"].id)])
        clearance._revoke("x")
        people = self.who(self.of_case["secret", "clerk"]).person_ids.user_id
        self.assertTrue(loan)
        self.assertFalse(people & (self.user["colleague"] | self.user["management"]))
        self.user["leader"].active = False
        self.assertNotIn(self.user["leader"], self.who(self.of_case["secret", "clerk"]).person_ids.user_id)

    # -- in words -----------------------------------------------------------------------------------------------

    def test_words_about_people(self):
        said = {
            "clerk": ("Account Manager", "entrusted", "“Public”"),
            "leader": ("Team Leader", "华北"),
            "management": ("Cleared up to “Commercial Secret”",),
            "service": ("without effect",),
            "archivist": ("Reads and changes all customers up to the level “Core Commercial Secret”",),
            "employee": ("No role", "JY-0042"),
        }
        for role, words in said.items():
            rights = self.ask("auditor", question="person", user_id=self.user[role].id)
            for word in words:
                with self.subTest(role=role, word=word):
                    self.assertIn(word, rights.summary)
            self.assertIn(self.user[role].name, rights.title)

    def test_warnings(self):
        ask = lambda role: self.ask("auditor", question="person", user_id=self.user[role].id).warnings  # noqa: E731
        self.assertFalse(ask("clerk"))
        self.assertIn("Administers the system", ask("sysop"))
        self.assertIn("export", ask("archivist"))
        self.user["colleague"].active = False
        self.assertIn("Deactivated", ask("colleague"))
        self.env.ref("customer_archive.policy").duties_separate = False
        self.user["sysop"].group_ids += self.env.ref("customer_archive.group_auditor")
        self.assertIn("two roles", ask("sysop"))
        self.user["sysop"].group_ids -= self.env.ref("customer_archive.group_auditor")

    def test_no_employees(self):
        rights = self.ask("security", question="person", user_id=self.user["portal"].id)
        self.assertIn("No employee", rights.summary)
        self.assertFalse(rights.level_ids)

    # -- who may ask --------------------------------------------------------------------------------------------

    def test_who_may_ask(self):
        for role in [*ROLES, "public"]:
            with self.subTest(role=role):
                if role in ASKERS:
                    self.env_of(role)["customer.archive.rights"].create({})
                    continue
                with self.refused(AccessError):
                    self.ask(role, question="archive", number=self.archive.number)
                mine = self.who(self.archive)
                for attempt in (
                    lambda mine: mine.action_show(),
                    lambda mine: mine.action_print(),
                    lambda mine: mine.read(["summary"]),
                    lambda mine: mine.sudo().person_ids.with_env(mine.env).read(["name"]),
                    lambda mine: mine.env["report.customer_archive.report_archive_rights"]._get_report_values(mine.ids),
                ):
                    with self.refused(AccessError):
                        attempt(self.of(role, mine))
                if role not in ("portal", "public"):
                    with self.refused(AccessError):
                        self.of(role, self.archive).action_who_sees()

    def test_table_of_rights(self):
        """Role × model × operation of what this page and its neighbours add."""
        full, read, none = "rwcu", "r", ""
        askers = dict.fromkeys(ASKERS, full)
        users = {role for role in ROLES if self.user[role].has_group("customer_archive.group_user")}
        table = {
            "customer.archive.rights": askers,
            **dict.fromkeys(LINES, askers),
            "customer.archive.audit": dict.fromkeys(("security", "auditor", "manager"), read),
            "customer.archive.clearance.revoke": {"security": full},
            "customer.archive.level.change": dict.fromkeys(users, full),
        }
        operations = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
        for model, rights in table.items():
            for role in [*ROLES, "public"]:
                for letter, operation in operations.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = self.env(user=self.user[role])[model].has_access(operation)
                        self.assertEqual(bool(allowed), letter in rights.get(role, none))

    def test_ones_own_answers_only(self):
        mine = self.who(self.of_case["core", "colleague"], "archivist")
        for role in ("security", "auditor", "manager"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, mine).read(["title"])
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, mine.person_ids).read(["name"])

    def test_names_are_masked(self):
        archive = self.of_case["secret", "clerk"]
        name = archive.partner_id.name
        for role in ("security", "auditor", "manager"):
            rights = self.who(archive, role)
            self.assertIn(archive.number, rights.title)
            self.assertNotIn(name, f"{rights.title}{rights.summary}{rights.person_ids.mapped('reasons')}")
        self.assertIn(name, self.who(archive, "archivist").title)  # with clearance
        public = self.of_case["public", "clerk"]
        self.assertIn(public.partner_id.name, self.who(public).title)

    def test_numbers(self):
        archive = self.of_case["internal", "clerk"]
        old = archive.number
        archive._renumber("wrong", "NEW-1")
        self.assertIn("NEW-1", self.ask("security", question="archive", number=f" {old} ").title)
        for number in ("", "  ", "NEW", "%", "0"):
            with self.subTest(number=number), self.refused(UserError):
                self.ask("security", question="archive", number=number)
        with self.refused(UserError, "no archive with the number"):
            self.who(archive, "archivist_two")
        with self.refused(UserError, "Choose the person"):
            self.ask("security", question="person")
        with self.refused(UserError, "another company"):
            self.ask("security", question="person", user_id=self.user["clerk_two"].id)

    def test_merged_archives(self):
        source, target = self.of_case["internal", "clerk"], self.of_case["internal", "colleague"]
        source._governed().write({"merged_into_id": target.id, "partner_id": False})
        self.assertIn(target.number, self.who(source).title)
        destroyed = self.of_case["public", "clerk"]
        destroyed._governed().write({"partner_id": False, "state": "destroyed"})
        rights = self.who(destroyed)
        self.assertNotIn(self.user["employee"], rights.person_ids.user_id)

    def test_customer_of_one_company(self):
        archive = self.of_case["internal", "clerk"]
        archive.partner_id.company_id = self.company_one
        people = self.who(archive).person_ids.user_id
        self.assertNotIn(self.user["archivist_two"], people)
        self.assertFalse(self.of("archivist_two", archive.partner_id).has_access("read"))

    # -- the page -------------------------------------------------------------------------------------------------

    def test_page(self):
        for role in ("security", "auditor", "archivist"):
            form = Form(self.env_of(role)["customer.archive.rights"])
            form.number = self.archive.number
            rights = form.save()
            rights.action_show()
            self.assertTrue(rights.is_answered and rights.person_ids)
            with Form(rights) as form:
                form.number = "other"
                self.assertFalse(form.is_answered)
        form = Form(self.env_of("archivist")["customer.archive.rights"])
        form.partner_id = self.of("archivist", self.archived)
        self.assertEqual(form.number, self.archive.number)
        action = self.of("archivist", self.archive).action_who_sees()
        rights = self.env_of("archivist")["customer.archive.rights"].browse(action["res_id"])
        self.assertTrue(rights.is_answered)

    def test_print(self):
        report = self.env["ir.actions.report"]
        for values in (
            {"question": "archive", "number": self.archive.number},
            {"question": "person", "user_id": self.user["leader"].id},
        ):
            rights = self.ask("security", **values)
            rights.person_ids.write({"name": "Forged"})
            action = rights.action_print()
            content = report.with_env(rights.env)._render_qweb_html(action["report_name"], rights.ids)[0].decode()
            self.assertIn("Who Can See What", content)
            self.assertIn(rights.title, content)
            self.assertIn("Leader", content)
            self.assertNotIn("Forged", content)
        with self.allow_pdf_render():
            pdf, kind = (
                report.with_env(rights.env)
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf("customer_archive.report_archive_rights", rights.ids)
            )
        self.assertEqual((kind, pdf[:4]), ("pdf", b"%PDF"))

    def test_queries_do_not_grow_with_people(self):
        archive = self.of_case["internal", "clerk"]
        rights = self.env_of("security")["customer.archive.rights"].create({"number": archive.number})

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rights._answer()
            return self.env.cr.sql_log_count - before

        rights._answer()
        few = queries()
        self.env["res.users"].create(
            [
                {
                    "login": f"many_{number}",
                    "name": f"Many {number}",
                    "group_ids": [(6, 0, self.env.ref("customer_archive.group_management").ids)],
                }
                for number in range(60)
            ]
        )
        rights._answer()
        self.assertLessEqual(queries(), few + 4)
