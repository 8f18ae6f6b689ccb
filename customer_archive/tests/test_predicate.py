"""Who reaches which customer: one table of role × whose customer × level, asked through every door (A1, A2, A6)."""

from itertools import product

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..tools.access import LEVEL_CODES, Guard, Scope
from .common import ArchiveCommon

WHOSE = ("clerk", "colleague", "nobody")
R, RW, NO = "r", "rw", ""

# role: what it may do with (its own, its team's, others') customers, by the highest level; "" nothing.
# Of product.md, "Rights at a glance". Not named: as an employee.
EVERY, INTERNAL, PUBLIC = LEVEL_CODES, LEVEL_CODES[:2], LEVEL_CODES[:1]


def expected(role, whose, level, cleared=()):
    """The right of a role to the customer of ``whose`` at ``level``."""
    public = R if level == "public" else NO
    if role == whose:
        return RW
    if role == "leader" and whose == "clerk":
        return RW
    if role in ("archivist", "manager"):
        return RW if level in INTERNAL or level in cleared else NO
    if role == "management":
        return R if level in INTERNAL or level in cleared else NO
    if role == "service":
        return R if level in INTERNAL else NO
    return public


INTERNAL_ROLES = (
    "employee",
    "contact_maker",
    "clerk",
    "colleague",
    "leader",
    "service",
    "management",
    "appraiser",
    "security",
    "auditor",
    "archivist",
    "manager",
    "sysop",
)


class PredicateCase(ArchiveCommon):
    """One customer for each owner and level, with everything that hangs on a customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = list(product(WHOSE, LEVEL_CODES))
        owners = {"clerk": cls.user["clerk"].id, "colleague": cls.user["colleague"].id, "nobody": False}
        partners = cls.partner(
            *(
                {"name": f"检验{whose}{level}", "is_company": True, "user_id": owners[whose], "ref": "PREDICATE"}
                for whose, level in cls.cases
            )
        )
        archives = cls.open(partners, cls.category_company)
        cls.contacts = cls.partner(
            *({"name": f"联系人{p.name}", "parent_id": p.id, "user_id": False} for p in partners)
        )
        cls.grandchildren = cls.partner(
            *({"name": f"地址{p.name}", "parent_id": p.id, "type": "delivery", "user_id": False} for p in cls.contacts)
        )
        for archive, (_whose, level) in zip(archives, cls.cases, strict=True):
            archive._governed().level = level
        cls.preferences = cls.env["customer.archive.preference"].create(
            [{"partner_id": p.id, "subject": f"偏好{p.name}"} for p in partners]
        )
        cls.key_contacts = cls.env["customer.archive.key.contact"].create(
            [{"partner_id": p.id, "contact_id": c.id} for p, c in zip(partners, cls.contacts, strict=True)]
        )
        cls.banks = cls.env["res.partner.bank"].create(
            [{"partner_id": p.id, "acc_number": f"6222{p.id:012d}"} for p in partners]
        )
        cls.messages = cls.env["mail.message"].browse(
            [p.message_post(body=f"正文{p.name}", message_type="comment").id for p in partners]
        )
        cls.attachments = cls.env["ir.attachment"].create(
            [{"name": f"附件{p.name}", "raw": b"x", "res_model": "res.partner", "res_id": p.id} for p in partners]
        )
        cls.partners, cls.archives = partners, archives
        cls.env.flush_all()

    def hanging(self):
        """{model: records in the order of the cases} of what follows the customer in reading and writing."""
        return {
            "partner": self.partners,
            "contact": self.contacts,
            "grandchild": self.grandchildren,
            "preference": self.preferences,
            "key contact": self.key_contacts,
            "archive": self.archives,
        }


@tagged("post_install", "-at_install")
class TestPredicate(PredicateCase):
    def mine(self, role, right, cleared=()):
        """Positions of the cases in which the role has the right."""
        return [
            place for place, (whose, level) in enumerate(self.cases) if right in expected(role, whose, level, cleared)
        ]

    def acl(self, role, records, operation):
        return self.env(user=self.user[role])[records._name].has_access(operation)

    def assertReads(self, role, cleared=()):
        readable = self.mine(role, "r", cleared)
        for name, records in {**self.hanging(), "bank": self.banks, "message": self.messages}.items():
            if not self.acl(role, records, "read"):
                continue
            of_role = self.of(role, records)
            wanted = records.browse([records[place].id for place in readable])
            with self.subTest(role=role, what=name):
                self.assertEqual(
                    of_role.search([("id", "in", records.ids)]).ids, of_role.search([("id", "in", wanted.ids)]).ids
                )
                self.assertEqual(set(of_role.search([("id", "in", records.ids)]).ids), set(wanted.ids))
                self.assertEqual(of_role.search_count([("id", "in", records.ids)]), len(wanted))
                self.env.invalidate_all()
                self.assertEqual(of_role._filtered_access("read").ids, wanted.ids)

    def test_reading(self):
        for role in INTERNAL_ROLES:
            self.assertReads(role)

    def test_reading_with_clearance(self):
        for level in ("secret", "core"):
            cleared = LEVEL_CODES[: LEVEL_CODES.index(level) + 1]
            for role in ("archivist", "management"):
                self.clear(role, level)
                self.assertReads(role, cleared)
        for role in ("service", "employee", "leader", "colleague"):
            self.clear(role, "core")
            self.assertReads(role)  # clearance lifts the level within the role's reach, and that is all

    def test_writing(self):
        for role in INTERNAL_ROLES:
            writable = self.mine(role, "w")
            for name, records in self.hanging().items():
                if not self.acl(role, records, "write"):
                    continue
                self.env.invalidate_all()
                with self.subTest(role=role, what=name):
                    wanted = [records[place].id for place in writable]
                    self.assertEqual(self.of(role, records)._filtered_access("write").ids, wanted)

    def test_doors_of_reading(self):
        """What may not be read can't be read through any method."""
        for role in INTERNAL_ROLES:
            readable = set(self.mine(role, "r"))
            for place in {0, 1, 2, 3, 4, 5, 9, 10, 11}:
                partner = self.of(role, self.partners[place])
                doors = {
                    "read": lambda p=partner: p.read(["name"]),
                    "web_read": lambda p=partner: p.web_read({"name": {}, "child_ids": {"fields": {"name": {}}}}),
                    "attribute": lambda p=partner: p.email,
                    "get_metadata": lambda p=partner: p.get_metadata(),
                    "copy": lambda p=partner: p.copy_data(),
                }
                for door, attempt in doors.items():
                    self.env.invalidate_all()
                    with self.subTest(role=role, case=self.cases[place], door=door):
                        if place in readable:
                            attempt()
                        else:
                            with self.assertRaises(AccessError) as caught:
                                attempt()
                            self.assertNotIn("检验", str(caught.exception))

    def test_doors_of_searching(self):
        """Searches, groups, exports and names give what may be read and nothing else."""
        domain = [("ref", "=", "PREDICATE")]
        for role in INTERNAL_ROLES:
            names = {self.partners[place].name for place in self.mine(role, "r")}
            Partner = self.env_of(role)["res.partner"]
            with self.subTest(role=role):
                found = Partner.web_search_read(domain, {"name": {}}, limit=100)["records"]
                self.assertEqual({record["name"] for record in found}, names)
                self.assertEqual({r["name"] for r in Partner.search_read(domain, ["name"])}, names)
                self.assertEqual({name for _id, name in Partner.name_search("检验", domain, limit=100)}, names)
                groups = Partner.formatted_read_group(domain, ["name"], ["__count"])
                self.assertEqual({group["name"] for group in groups}, names)
                [total] = Partner.formatted_read_group(domain, [], ["__count", "name:array_agg_distinct"])
                self.assertEqual(set(total["name:array_agg_distinct"] or ()), names)
                by_parent = Partner.search([("parent_id.name", "like", "检验"), ("type", "=", "contact")])
                self.assertEqual(len(by_parent), len(names))
                # a bank's label, a user's contact, a domain from elsewhere
                banks = Partner.env["res.partner.bank"].search([("partner_id.ref", "=", "PREDICATE")])
                self.assertEqual(set(banks.partner_id.mapped("name")), names)

    def test_export(self):
        export = self.env.ref("base.group_allow_export")
        for role in ("employee", "clerk", "leader", "management", "archivist"):
            self.user[role].group_ids += export
            names = {self.partners[place].name for place in self.mine(role, "r")}
            Partner = self.env_of(role)["res.partner"]
            found = Partner.search([("ref", "=", "PREDICATE")])
            with self.subTest(role=role):
                self.assertEqual({row[0] for row in found.export_data(["name"])["datas"]}, names)
                hidden = self.partners.filtered(lambda p, names=names: p.name not in names).with_env(Partner.env)
                if hidden:
                    with self.assertRaises(AccessError):
                        hidden[0].export_data(["name"])

    def test_prints(self):
        report = "report.customer_archive.report_partner_archive_card"
        for role in ("clerk", "colleague", "leader", "service", "management", "archivist", "employee", "auditor"):
            readable = set(self.mine(role, "r"))
            for place in range(len(self.cases)):
                values = self.env_of(role)[report]
                with self.subTest(role=role, case=self.cases[place]):
                    if place in readable and self.user[role].has_group("customer_archive.group_user"):
                        values._get_report_values(self.partners[place].ids)
                    else:
                        with self.assertRaises(AccessError):
                            values._get_report_values(self.partners[place].ids)

    def test_creating_below_a_customer(self):
        for role in ("contact_maker", "clerk", "colleague", "leader", "service", "management", "archivist"):
            writable = set(self.mine(role, "w"))
            for place in range(len(self.cases)):
                env = self.env_of(role)
                partner = self.partners[place]
                attempts = [lambda e=env, p=partner: e["res.partner"].create({"name": "新联系人", "parent_id": p.id})]
                if self.user[role].has_group("customer_archive.group_user"):
                    attempts.append(
                        lambda e=env, p=partner: e["customer.archive.preference"].create(
                            {"partner_id": p.id, "subject": "x"}
                        )
                    )
                for attempt in attempts:
                    with self.subTest(role=role, case=self.cases[place]):
                        if place in writable:
                            self.assertTrue(attempt())
                        else:
                            with self.assertRaises(AccessError), self.env.cr.savepoint():
                                attempt()

    def test_writing_through_the_methods(self):
        for role in ("contact_maker", "clerk", "colleague", "leader", "service", "management", "archivist"):
            writable = set(self.mine(role, "w"))
            for place in range(len(self.cases)):
                for records, vals in (
                    (self.partners, {"comment": "x"}),
                    (self.contacts, {"function": "x"}),
                    (self.partners, {"child_ids": [(1, self.contacts[place].id, {"function": "y"})]}),
                ):
                    record = self.of(role, records[place])
                    with self.subTest(role=role, case=self.cases[place], vals=list(vals)):
                        if place in writable:
                            record.write(vals)
                        else:
                            with self.assertRaises(AccessError), self.env.cr.savepoint():
                                record.write(vals)

    def test_attachments_and_chatter(self):
        for role in INTERNAL_ROLES:
            readable = set(self.mine(role, "r"))
            for place in (0, 1, 5, 6, 9):
                attachment = self.of(role, self.attachments[place])
                message = self.of(role, self.messages[place])
                for record, name in ((attachment, "name"), (message, "body")):
                    self.env.invalidate_all()
                    with self.subTest(role=role, case=self.cases[place], model=record._name):
                        if place in readable:
                            record.read([name])
                        else:
                            with self.assertRaises(AccessError):
                                record.read([name])

    def test_unlinking_is_for_nobody(self):
        for role in INTERNAL_ROLES:
            with self.subTest(role=role), self.assertRaises(UserError), self.env.cr.savepoint():
                self.of(role, self.partners[1]).unlink()

    def test_sql_and_python_say_the_same(self):
        access = self.env["customer.archive.access"]
        guards = [
            Guard(i, rank, owner, team)
            for i, (rank, owner, team) in enumerate(product((1, 2, 3, 4), (None, 7, 8), (None, 3, 4)))
        ]
        scopes = [
            Scope(uid=uid, read_rank=read, write_rank=write, edits_own=own, team_ids=teams)
            for uid, read, write, own, teams in product((7, 9), (1, 2, 4), (0, 2), (True, False), ((), (3,), (3, 4)))
        ]
        for scope in scopes:
            for mode in ("read", "write"):
                rows = self.env.execute_query(
                    SQL(
                        """
                        SELECT archive_id
                          FROM unnest(%s, %s, %s::int[], %s::int[]) AS guard(archive_id, rank, owner_id, team_id)
                         WHERE NOT (%s)
                        """,
                        [guard.archive_id for guard in guards],
                        [guard.rank for guard in guards],
                        [guard.owner_id for guard in guards],
                        [guard.team_id for guard in guards],
                        access._hidden_sql(scope, mode),
                    )
                )
                python = {g.archive_id for g in guards if (scope.reads(g) if mode == "read" else scope.writes(g))}
                self.assertEqual({row[0] for row in rows}, python, (scope, mode))


@tagged("post_install", "-at_install")
class TestCorrectAtOnce(ArchiveCommon):
    """The table of protected contacts after every change that concerns it, and the nightly check."""

    def setUp(self):
        super().setUp()
        self.child = self.partner(name="下属", parent_id=self.archived.id, user_id=False)

    def sees(self, role, record=None):
        record = self.archived if record is None else record
        return bool(self.of(role, record).search([("id", "=", record.id)]))

    def tearDown(self):
        self.assertFalse(self.env["customer.archive.access"]._differences())
        super().tearDown()

    def test_owner(self):
        self.assertEqual([self.sees("clerk"), self.sees("colleague")], [True, False])
        self.archived.user_id = self.user["colleague"]
        self.assertEqual([self.sees("clerk"), self.sees("colleague")], [False, True])
        self.assertEqual([self.sees("clerk", self.child), self.sees("colleague", self.child)], [False, True])

    def test_owner_in_the_same_environment(self):
        """No cache stands between a change and the next question."""
        company = self.company_one.ids
        colleague, clerk = (
            self.env(user=self.user[role], context={"allowed_company_ids": company}) for role in ("colleague", "clerk")
        )
        archive = self.archive.with_env(colleague)
        self.assertFalse(archive.has_access("read"))
        self.assertFalse(self.archived.with_env(colleague).has_access("read"))
        self.archived.user_id = self.user["colleague"]
        self.assertTrue(self.archived.with_env(colleague).has_access("read"))
        self.assertTrue(self.child.with_env(colleague).has_access("read"))
        self.assertTrue(archive.has_access("read"))
        self.assertFalse(self.archived.with_env(clerk).has_access("read"))

    def test_team(self):
        self.assertTrue(self.sees("leader"))
        self.archive.team_id = self.team_south
        self.assertFalse(self.sees("leader") or self.sees("leader", self.child))
        self.team_south.user_id = self.user["leader"]
        self.assertTrue(self.sees("leader"))
        self.team_south.user_id = False
        self.assertFalse(self.sees("leader"))
        self.team_south.member_ids += self.user["leader"]
        self.assertTrue(self.sees("leader"))
        self.team_south.crm_team_member_ids.filtered(lambda m: m.user_id == self.user["leader"]).unlink()
        self.assertFalse(self.sees("leader"))

    def test_level(self):
        self.assertFalse(self.sees("employee"))
        self.archive._change_level("public", "reason")
        self.assertTrue(self.sees("employee") and self.sees("employee", self.child))
        self.archive._change_level("secret", "reason")
        self.assertFalse(self.sees("employee") or self.sees("archivist") or self.sees("archivist", self.child))

    def test_clearance(self):
        self.archive._change_level("secret", "reason")
        self.assertFalse(self.sees("archivist"))
        clearance = self.clear("archivist", "secret")
        self.assertTrue(self.sees("archivist"))
        clearance._revoke("over")
        self.assertFalse(self.sees("archivist"))

    def test_opening_and_closing(self):
        self.assertTrue(self.sees("employee", self.customer) and self.sees("employee", self.contact))
        archive = self.open(self.customer, self.category_company)
        self.assertFalse(self.sees("employee", self.customer) or self.sees("employee", self.contact))
        archive.action_deactivate("over")
        self.assertFalse(self.sees("employee", self.customer))
        self.assertTrue(self.sees("clerk", self.customer))

    def test_contacts_come_and_go(self):
        other = self.partner(name="另一公司", is_company=True)
        self.child.parent_id = other
        self.assertTrue(self.sees("employee", self.child))
        other.parent_id = self.archived
        self.assertFalse(self.sees("employee", self.child) or self.sees("employee", other))
        self.child.active = False
        self.assertFalse(
            self.of("employee", self.child).with_context(active_test=False).search([("id", "=", self.child.id)])
        )
        grandchild = self.env["res.partner"].create({"name": "孙", "parent_id": self.child.id})
        self.assertFalse(self.sees("employee", grandchild))

    def test_a_subsidiary_has_its_own_archive(self):
        subsidiary = self.partner(name="子公司", is_company=True, parent_id=self.archived.id)
        self.assertFalse(self.sees("colleague", subsidiary))
        subsidiary.user_id = self.user["colleague"]
        archive = self.open(subsidiary, self.category_company)
        below = self.partner(name="子公司的人", parent_id=subsidiary.id, user_id=False)
        self.assertTrue(self.sees("colleague", subsidiary) and self.sees("colleague", below))
        self.assertFalse(self.sees("colleague"))
        archive._change_level("public", "reason")
        self.assertTrue(self.sees("employee", below) and not self.sees("employee"))

    def test_contact_becomes_a_user(self):
        user = self.env["res.users"].create(
            {
                "login": "from_contact",
                "partner_id": self.child.id,
                "group_ids": [(6, 0, [self.env.ref("base.group_user").id])],
            }
        )
        self.env.flush_all()
        self.assertTrue(self.sees("employee", self.child))
        self.assertTrue(self.of("employee", user).read(["name"]))
        user.active = False
        self.env.flush_all()
        self.assertFalse(self.sees("employee", self.child))

    def test_portal_user_of_a_customer(self):
        portal = self.env["res.users"].create(
            {
                "login": "from_portal",
                "partner_id": self.child.id,
                "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
            }
        )
        self.env.flush_all()
        self.assertFalse(self.sees("employee", self.child))
        self.assertFalse(self.env_of("employee")["res.users"].search([("id", "=", portal.id)]))
        own = portal.partner_id.with_env(self.env(user=portal, context={}))
        self.assertTrue(own.read(["name"]), "the customer reads about itself")

    def test_merge(self):
        duplicate = self.companies(1)
        person = self.partner(name="同事", parent_id=duplicate.id, user_id=False)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.archived | duplicate).ids, duplicate)
        self.env.invalidate_all()
        self.assertEqual(self.archive.partner_id, duplicate)
        for record in (duplicate, person, self.child):
            self.assertFalse(self.sees("employee", record))
            self.assertTrue(self.sees("clerk", record))

    def test_deactivated_user(self):
        self.user["clerk"].active = False
        self.assertTrue(self.sees("leader"), "the team goes on with the customer")
        self.assertTrue(self.sees("archivist"))
        self.assertFalse(self.sees("colleague"))

    def test_role_taken_away(self):
        self.assertTrue(self.sees("archivist"))
        self.user["archivist"].group_ids = self.env.ref("base.group_user")
        self.assertFalse(self.sees("archivist"))

    def test_nightly_check(self):
        Check = self.env["customer.archive.access.check"]
        self.env["customer.archive.access"]._cron_check()
        self.assertEqual(Check.search([], limit=1).difference_count, 0)
        self.env.flush_all()
        self.env.cr.execute("UPDATE customer_archive_access SET rank = 1 WHERE partner_id = %s", [self.archived.id])
        self.env.cr.execute("DELETE FROM customer_archive_access WHERE partner_id = %s", [self.child.id])
        self.env.cr.execute(
            "INSERT INTO customer_archive_access (partner_id, archive_id, rank) VALUES (%s, %s, 1)",
            [self.person.id, self.archive.id],
        )
        self.env.cr.execute("UPDATE res_partner SET reach_rank = 1 WHERE id = %s", [self.archived_person.id])
        with self.assertLogs("odoo.addons.customer_archive.models.customer_archive_access_table", "ERROR") as logs:
            self.env["customer.archive.access"]._cron_check()
        self.assertIn(str(self.archived.id), logs.output[0])
        check = Check.search([], limit=1)
        self.assertEqual(check.difference_count, 4)
        self.env["customer.archive.access"]._cron_check()
        self.assertEqual(Check.search([], limit=1).difference_count, 0)


@tagged("post_install", "-at_install")
class TestLeaks(ArchiveCommon):
    """Channels of security.md 1a that need no other app: masked names, forged links, error texts, codes."""

    SHOW = {"show_address": True, "show_email": True, "show_vat": True, "partner_show_db_id": True}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archived.write({"email": "geheim@example.com", "street": "秘密路1号"})
        cls.env.flush_all()

    def secrets(self):
        return (self.archived.name, "geheim", "秘密路", self.archived.vat, "67001234")

    def assertNothingOf(self, text):
        for secret in self.secrets():
            self.assertNotIn(secret, str(text))

    def test_labels_are_masked(self):
        activity = self.env["res.partner"].create({"name": "看得见", "user_id": False})
        self.env.cr.execute("UPDATE res_partner SET card_group_id = %s WHERE id = %s", [self.archived.id, activity.id])
        for role in ("colleague",):
            record = self.of(role, activity, **self.SHOW)
            for attempt in (
                lambda r=record: r.read(["card_group_id"]),
                lambda r=record: r.web_read({"card_group_id": {"fields": {"display_name": {}}}}),
                lambda r=record: r.web_read({"card_group_id": {"fields": {"display_name": {}}, "context": self.SHOW}}),
                lambda r=record: r.formatted_read_group([("id", "=", r.id)], ["card_group_id"], ["__count"]),
            ):
                self.env.invalidate_all()
                answer = attempt()
                self.assertNothingOf(answer)
                self.assertIn(f"#{self.archived.id}", str(answer))
        own = self.of("clerk", activity).read(["card_group_id"])
        self.assertIn(self.archived.name, str(own))

    def test_labels_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        partner = self.of("employee", self.archived, lang="zh_CN").sudo()
        self.assertEqual(partner.display_name, f"受限客户 #{self.archived.id}")

    def test_superuser_and_portal_are_not_masked(self):
        self.assertEqual(self.archived.display_name, self.archived.name)
        self.assertEqual(self.of("portal", self.archived).sudo().display_name, self.archived.name)
        self.assertNotEqual(self.of("employee", self.archived).sudo().display_name, self.archived.name)

    def test_label_of_the_archive(self):
        self.assertNothingOf(self.of("colleague", self.archive).sudo().display_name)
        self.assertNotIn(self.archive.number, self.of("colleague", self.archive).sudo().display_name)
        self.assertIn(self.archive.number, self.of("clerk", self.archive).sudo().display_name)

    def test_error_texts_in_debug_mode(self):
        """A user with the technical features sees more of an error; nothing of a customer."""
        for role in ("employee", "colleague", "sysop"):
            env = self.env_of(role, **self.SHOW)
            self.assertTrue(self.user[role].has_group("base.group_user"))
            for record in (self.archived, self.archive, self.archive.number_ids):
                with self.subTest(role=role, model=record._name), self.assertRaises(AccessError) as caught:
                    record.with_env(env).read(["display_name"])
                self.assertNothingOf(caught.exception)
                self.assertNotIn(self.archive.number, str(caught.exception))

    def test_error_tells_the_client_where_to_ask(self):
        with self.assertRaises(AccessError) as caught:
            self.of("employee", self.archived).read(["name"])
        self.assertEqual(
            caught.exception.context, {"archive_restricted": {"model": "res.partner", "id": self.archived.id}}
        )

    def test_forged_links(self):
        """Nobody links to what they may not read: create, write, onchange, import, defaults (S4)."""
        mine = self.partner(name="我的", user_id=self.user["contact_maker"].id)
        env = self.env_of("contact_maker")
        Partner, hidden = env["res.partner"], self.archived.id
        bank = env["res.partner.bank"]
        attempts = {
            "create": lambda: Partner.create({"name": "x", "parent_id": hidden}),
            "write": lambda: mine.with_env(env).write({"parent_id": hidden}),
            "default": lambda: Partner.with_context(default_parent_id=hidden).create({"name": "x"}),
            "load": lambda: Partner.load(["name", "parent_id/.id"], [["x", str(hidden)]]),
            "onchange": lambda: Partner.onchange(
                {"name": "x", "parent_id": hidden}, ["parent_id"], {"street": {}, "vat": {}}
            ),
            "onchange as the client": lambda: Partner.onchange(
                {"name": "x", "parent_id": {"id": hidden, "display_name": "x"}}, ["parent_id"], {"street": {}}
            ),
            "onchange, default": lambda: Partner.with_context(default_parent_id=hidden).onchange(
                {}, [], {"street": {}, "parent_id": {}}
            ),
            "line in an onchange": lambda: Partner.onchange(
                {"name": "x", "child_ids": [(0, "virtual", {"parent_id": hidden})]}, ["child_ids"], {"name": {}}
            ),
            "copy": lambda: mine.with_env(env).copy({"parent_id": hidden}),
            "bank": lambda: bank.create({"acc_number": "6222", "partner_id": hidden}),
            "activity": lambda: env["mail.activity"].onchange(
                {"res_model": "res.partner", "res_id": hidden}, ["res_id"], {"res_name": {}}
            ),
            "message": lambda: env["mail.message"].onchange(
                {"model": "res.partner", "res_id": hidden}, ["res_id"], {"record_name": {}}
            ),
        }
        for door, attempt in attempts.items():
            self.env.invalidate_all()
            with self.subTest(door=door):
                try:
                    with self.env.cr.savepoint():
                        answer = attempt()
                except UserError as error:
                    answer = error
                else:
                    self.assertTrue(isinstance(answer, dict) and answer.get("messages"), f"{door} was not refused")
                self.assertNothingOf(answer)

    def test_values_that_are_there_already_are_no_forgery(self):
        mine = self.partner(name="我的", user_id=self.user["colleague"].id)
        self.env.cr.execute(
            "UPDATE res_partner SET parent_id = NULL, card_group_id = %s WHERE id = %s", [self.archived.id, mine.id]
        )
        self.env.invalidate_all()
        self.of("colleague", mine).write({"card_group_id": self.archived.id, "comment": "x"})
        with self.assertRaises(AccessError):
            self.of("colleague", mine).write({"card_group_id": self.archived_person.id})

    def test_same_codes(self):
        """Odoo's warning about equal tax numbers shows no hidden customer (S6)."""
        env = self.env_of("contact_maker")
        other = self.partner(
            name="另一家", is_company=True, vat=self.archived.vat, user_id=self.user["contact_maker"].id
        )
        self.assertEqual(other.same_vat_partner_id, self.archived)
        self.env.invalidate_all()
        self.assertFalse(other.with_env(env).same_vat_partner_id)
        answer = env["res.partner"].onchange(
            {"name": "x", "vat": self.archived.vat, "is_company": True},
            ["vat"],
            {"same_vat_partner_id": {"fields": {"display_name": {}}}},
        )
        self.assertNotIn(str(self.archived.id), str(answer))

    def test_related_fields_are_asked_for_their_groups(self):
        """Order and group by follow a related field as superuser; its groups are asked first (S7)."""
        Users = self.env_of("employee")["res.users"]
        key_contacts = self.env["customer.archive.key.contact"]
        field = key_contacts._fields["phone"]
        original = field.groups
        try:
            field.groups = "customer_archive.group_manager"
            with self.assertRaises(AccessError):
                key_contacts.with_user(self.user["clerk"]).formatted_read_group([], ["phone"], ["__count"])
            with self.assertRaises(AccessError):
                key_contacts.with_user(self.user["clerk"]).search([], order="phone")
        finally:
            field.groups = original
        self.assertTrue(Users.search([], limit=1))


@tagged("post_install", "-at_install")
class TestRevoked(ArchiveCommon):
    """What must go when access ends (S9)."""

    def follow(self, role):
        self.archived.message_subscribe(self.user[role].partner_id.ids)
        self.archive.message_subscribe(self.user[role].partner_id.ids)

    def test_followers_notifications_tokens(self):
        colleague = self.user["colleague"].partner_id
        self.archive._change_level("public", "reason")
        self.follow("colleague")
        message = self.archived.message_post(body="内情", partner_ids=colleague.ids)
        attachment = self.env["ir.attachment"].create(
            {"name": "x", "raw": b"x", "res_model": "res.partner", "res_id": self.archived.id}
        )
        attachment.generate_access_token()
        self.assertTrue(self.of("colleague", message).read(["body"]))
        self.archive._change_level("internal", "reason")
        self.assertNotIn(colleague, self.archived.message_partner_ids | self.archive.message_partner_ids)
        self.assertFalse(message.notification_ids.filtered(lambda n: n.res_partner_id == colleague))
        self.assertFalse(attachment.access_token)
        with self.assertRaises(AccessError):
            self.of("colleague", message).read(["body"])

    def test_activities_go_to_whoever_the_customer_is_entrusted_to(self):
        self.archived.user_id = self.user["colleague"]
        activity = self.archived.activity_schedule("mail.mail_activity_data_todo", user_id=self.user["colleague"].id)
        self.archived.user_id = self.user["clerk"]
        self.env["customer.archive.access"]._revoke_lost(self.archive)
        self.assertEqual(activity.user_id, self.user["clerk"])

    def test_others_keep_theirs(self):
        self.follow("clerk")
        self.follow("archivist")
        self.archive._change_level("internal", "same level again")
        followers = self.archived.message_partner_ids
        self.assertIn(self.user["clerk"].partner_id, followers)
        self.assertIn(self.user["archivist"].partner_id, followers)

    def test_customers_follow_their_own_documents(self):
        self.archived.message_subscribe(self.archived.ids)
        self.archive._change_level("core", "reason")
        self.assertIn(self.archived, self.archived.message_partner_ids)


@tagged("post_install", "-at_install")
class TestGroupsOfUsers(TransactionCase):
    def test_new_users_get_no_roles(self):
        """Whatever the apps put into the group of new users, it is that of an employee (S15)."""
        from ..hooks import empty_default_groups

        default = self.env.ref("base.default_user_group")
        default.implied_ids += self.env.ref("customer_archive.group_archivist")
        empty_default_groups(self.env)
        self.assertEqual(default.implied_ids, self.env.ref("base.group_user"))

    def test_order_in_the_form_of_a_user(self):
        hierarchy = self.env["res.groups"]._get_view_group_hierarchy()
        privilege = hierarchy["privileges"][self.env.ref("customer_archive.privilege_access").id]
        names = [hierarchy["groups"][group]["name"] for group in privilege["group_ids"]]
        self.assertEqual(
            names,
            ["Account Manager", "Team Leader", "Service Manager", "Management", "Archivist", "Archive Administrator"],
        )
        for group in self.env["res.groups"].search(
            [("privilege_id.category_id", "=", self.env.ref("customer_archive.module_category_customer_archive").id)]
        ):
            self.assertTrue(group.comment, group.name)
