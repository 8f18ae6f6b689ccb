"""Who may do what: one table of role × model × operation, the fields of the card, plain Odoo left in peace."""

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ROLES, ArchiveCommon

# Letters: (r)ead, (w)rite, (c)reate, (u)nlink. Roles that are not named may do nothing. These are the rights on the
# model; which records they reach is the access predicate's (test_predicate.py).
RIGHTS = {
    "customer.archive.section": {"clerk": "r", "archivist": "r", "manager": "rw"},
    "customer.archive.category": {"clerk": "r", "archivist": "r", "manager": "rwcu"},
    "customer.archive.category.item": {"clerk": "r", "archivist": "r", "manager": "rwcu"},
    "customer.archive": {"clerk": "rc", "archivist": "rwc", "manager": "rwc"},
    "customer.archive.number": {"clerk": "r", "archivist": "r", "manager": "r"},
    "customer.archive.fault": {"clerk": "r", "archivist": "r", "manager": "r"},
    "customer.archive.preference": {"clerk": "rwcu", "archivist": "rwcu", "manager": "rwcu"},
    "customer.archive.key.contact": {"clerk": "rwcu", "archivist": "rwcu", "manager": "rwcu"},
    "customer.archive.open": {"clerk": "rwcu", "archivist": "rwcu", "manager": "rwcu"},
    "customer.archive.step": {"archivist": "rwcu", "manager": "rwcu"},
    # The archive's users work in the customers' form; nobody else gets more than plain Odoo gives.
    "res.partner": {
        "employee": "r",
        "contact_maker": "rwcu",
        "clerk": "rwc",
        "archivist": "rwc",
        "manager": "rwcu",
        "sysop": "rwcu",
        "portal": "r",
        "public": "r",
    },
}
# Roles that have the rights of an account manager, and no others.
for _rights in RIGHTS.values():
    if "clerk" in _rights:
        _rights.update(dict.fromkeys(("colleague", "leader", "service", "management"), _rights["clerk"]))
RIGHTS["res.partner"].update(dict.fromkeys(("appraiser", "security", "auditor"), "r"))
RIGHTS |= {
    "customer.archive.cleaning": {"archivist": "r", "manager": "r"},
    "customer.archive.cleaning.line": dict.fromkeys(
        ("clerk", "colleague", "leader", "service", "management", "archivist", "manager"), "rw"
    ),
    "customer.archive.access": {},
    "customer.archive.access.check": dict.fromkeys(("security", "auditor", "manager"), "r"),
    "customer.archive.policy": {"security": "r", "auditor": "r", "manager": "rw"},
    "customer.archive.clearance": {"security": "rwc", "auditor": "r"},
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestAccess(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.preference = cls.env["customer.archive.preference"].create(
            {"partner_id": cls.archived.id, "subject": "Tea, not coffee"}
        )
        cls.key_contact = cls.env["customer.archive.key.contact"].create(
            {"partner_id": cls.archived.id, "contact_id": cls.person.id}
        )
        cls.secret_fields = [
            name for name, field in cls.env["res.partner"]._fields.items() if name.startswith(("card_", "archive_"))
        ]

    # -- the table ----------------------------------------------------------------------------------------

    def test_table_of_rights(self):
        for model, rights in RIGHTS.items():
            for role in [*ROLES, "public"]:
                if role.endswith("_two"):
                    continue
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = self.env(user=self.user[role])[model].has_access(operation)
                        self.assertEqual(bool(allowed), letter in rights.get(role, ""))

    def test_table_knows_every_model(self):
        models = {model for model in self.env.registry if model.startswith("customer.archive")}
        persistent = {
            name for name in models if not self.env[name]._abstract and self.env[name]._module == "customer_archive"
        }
        self.assertLessEqual(persistent - self.others_models(), RIGHTS.keys())

    def others_models(self):
        """Models that other tests look after, each with a table of its own."""
        parts = ("import", "print", "loan", "proposal", "handover", "supply", "agreement", "reassign", "register")
        parts += ("rights", "level", "clearance.", "audit", "values")
        parts += ("document",)
        parts += ("contact.", "reminder")
        parts += ("match", "merge", "verification")
        parts += ("inspection", "finding", "quality")
        parts += (
            "retention",
            "mandate",
            "hold",
            "seal",
            "reopening",
            "disposal",
            "destruction",
            "destroy",
            "footprint",
        )
        prefixes = tuple(f"customer.archive.{part}" for part in parts)
        return {name for name in self.env.registry if name.startswith(prefixes)}

    def test_rights_through_the_methods(self):
        records = {
            "customer.archive": self.archive,
            "customer.archive.number": self.archive.number_ids,
            "customer.archive.preference": self.preference,
            "customer.archive.key.contact": self.key_contact,
            "customer.archive.category": self.category_company,
        }
        for model, record in records.items():
            for role in ("employee", "contact_maker", "sysop", "portal", "public"):
                mine = self.of(role, record)
                with self.subTest(model=model, role=role):
                    for attempt in (
                        lambda mine=mine: mine.read(["display_name"]),
                        lambda mine=mine: mine.web_read({"display_name": {}}),
                        lambda mine=mine: mine.search([]),
                        lambda mine=mine: mine.search_count([]),
                        lambda mine=mine: mine.name_search(""),
                        lambda mine=mine: mine.web_search_read([], {"display_name": {}}),
                        lambda mine=mine: mine.formatted_read_group([], ["create_uid"], ["__count"]),
                        lambda mine=mine: mine.export_data(["display_name"]),
                        lambda mine=mine: mine.write({"create_uid": 1}),
                        lambda mine=mine: mine.unlink(),
                    ):
                        with self.refused(UserError):
                            attempt()

    # -- the fields of the card -----------------------------------------------------------------------------

    def test_every_field_has_its_group(self):
        Partner = self.env["res.partner"]
        for name in self.secret_fields:
            with self.subTest(field=name):
                self.assertIn(Partner._fields[name].groups, ("customer_archive.group_user", "."))
                self.assertIn(self.env["res.users"]._fields[name].groups, ("customer_archive.group_user", "."))
                self.assertFalse(Partner._fields[name].copy and Partner._fields[name].store)

    def _doors(self, records, name):
        """Every way to a field's values, as (name of the way, function)."""
        field = records._fields[name]
        yield "attribute", lambda: records[0][name]
        yield "read", lambda: records.read([name])
        yield "web_read", lambda: records.web_read({name: {}})
        yield "search_read", lambda: records.search_read([("id", "in", records.ids)], [name])
        yield "web_search_read", lambda: records.web_search_read([("id", "in", records.ids)], {name: {}})
        yield "export", lambda: records.export_data([name])
        yield "mapped", lambda: records.mapped(name)
        yield "filtered_domain", lambda: records.filtered_domain([(name, "!=", False)])
        yield "search", lambda: records.search([(name, "!=", False)])
        yield "search from elsewhere", lambda: records.env["res.users"].search([(f"partner_id.{name}", "!=", False)])
        yield "any", lambda: records.search([("child_ids", "any", [(name, "!=", False)])])
        yield "write", lambda: records.write({name: False})
        if field.store and field.type not in ("one2many",):
            yield "order", lambda: records.search([], order=name, limit=1)
            yield "group", lambda: records.formatted_read_group([], [name], ["__count"])
            yield (
                "group of users",
                lambda: records.env["res.users"].formatted_read_group([], [f"partner_id.{name}"], []),
            )
            yield "aggregate", lambda: records.formatted_read_group([], [], [f"{name}:array_agg"])
            yield "count distinct", lambda: records.formatted_read_group([], [], [f"{name}:count_distinct"])

    def test_employees_reach_no_field_of_the_card(self):
        exporter = self.user["contact_maker"]
        exporter.group_ids += self.env.ref("base.group_allow_export")
        for role in ("contact_maker", "sysop"):
            partners = self.of(role, self.archived | self.customer)
            passed = [
                (name, door)
                for name in self.secret_fields
                for door, attempt in self._doors(partners, name)
                if not self._denied(attempt)
            ]
            self.assertEqual(passed, [], role)

    def _denied(self, attempt):
        """Whether the attempt ends with an AccessError; without a savepoint each, there are many."""
        self.env.invalidate_all()
        try:
            attempt()
        except AccessError:
            return True
        return False

    def test_search_key_is_for_nobody(self):
        for role in ("employee", "clerk", "manager", "sysop"):
            partners = self.of(role, self.archived)
            for door, attempt in self._doors(partners, "archive_search_key"):
                if door != "export":  # refused to some of them altogether
                    self.assertTrue(self._denied(attempt), (role, door))
        admin = self.env(user=self.env.ref("base.user_admin"))
        for attempt in (
            lambda: self.archived.with_env(admin).read(["archive_search_key"]),
            lambda: admin["res.users"].browse(admin.uid).read(["archive_search_key"]),
            lambda: admin["res.users"].search([("archive_search_key", "ilike", "x")]),
            lambda: admin["res.users"].formatted_read_group([], ["archive_search_key"], []),
            lambda: admin["res.users"].search([], order="archive_search_key"),
        ):
            self.assertTrue(self._denied(attempt))

    def test_employees_own_user_record_has_no_card(self):
        me = self.of("employee", self.user["employee"])
        for name in ("card_birth_date", "archive_number", "archive_search_key"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                me.read([name])
            with self.subTest(write=name), self.assertRaises(AccessError):
                me.write({name: False})

    def test_employees_create_nothing_of_the_card(self):
        values = {
            "card_gender": "male",
            "card_legal_name": "X",
            "archive_category_id": self.category_company.id,
            "archive_number": "X-1",
            "archive_id": self.archive.id,
            "archive_ids": [(4, self.archive.id)],
            "card_preference_ids": [(0, 0, {"subject": "x"})],
        }
        for name, value in values.items():
            for attempt in (
                lambda name=name, value=value: self.env_of("contact_maker")["res.partner"].create(
                    {"name": "N", name: value}
                ),
                lambda name=name, value=value: self.of("contact_maker", self.customer).write({name: value}),
            ):
                with self.subTest(field=name), self.assertRaises(AccessError):
                    attempt()

    def test_default_keys_of_the_context_write_nothing(self):
        values = {
            "card_gender": "male",
            "card_relation": "active",
            "archive_category_id": self.category_company.id,
            "archive_number": "X-1",
            "archive_id": self.archive.id,
        }
        for name, value in values.items():
            env = self.env_of("contact_maker", **{f"default_{name}": value})
            with self.subTest(field=name):
                try:
                    partner = env["res.partner"].create({"name": "N", "is_company": True})
                except AccessError:
                    continue
                self.assertFalse(partner.sudo()[name])

    def test_defaults_never_make_half_an_archive(self):
        self.env["ir.default"].set("res.partner", "archive_category_id", self.category_company.id)
        self.env["ir.default"].set("res.partner", "archive_number", "HALF-1")
        for role, context in (("contact_maker", {}), ("clerk", {}), ("clerk", {"default_archive_number": "HALF-2"})):
            partner = self.env_of(role, **context)["res.partner"].create({"name": "N", "is_company": True})
            self.assertFalse(partner.sudo().archive_category_id or partner.sudo().archive_number)
        partner = self.env_of("clerk", default_archive_category_id=self.category_company.id)["res.partner"].create(
            {"name": "N", "is_company": True}
        )
        self.assertTrue(partner.archive_id.number)

    def test_writing_is_no_oracle(self):
        """Nobody learns from a refusal whether a customer has an archive, or of which category."""
        for value in (self.category_company.id, self.category_key.id, False):
            for partner in (self.archived, self.customer):
                with self.subTest(value=value), self.assertRaises(AccessError):
                    self.of("contact_maker", partner).write({"archive_category_id": value})
        for value in ("X", False, self.archive.number):
            with self.subTest(value=value), self.assertRaises(AccessError):
                self.of("contact_maker", self.archived).write({"archive_number": value})

    def test_searching_is_no_oracle(self):
        """The quick search finds by protected values; only for those who may read them."""
        self.assertIn(
            self.archived_person, self.env_of("clerk")["res.partner"].search([("display_name", "ilike", "芳姐")])
        )
        for role in ("employee", "contact_maker", "sysop"):
            Partner = self.env_of(role)["res.partner"]
            for text in ("芳姐", "中国北京", self.archive.number, self.archive.number[-7:]):
                with self.subTest(role=role, text=text):
                    self.assertFalse(Partner.search([("display_name", "ilike", text)]))
                    self.assertFalse(Partner.name_search(text))
                    self.assertFalse(
                        (self.archived | self.archived_person)
                        .with_env(Partner.env)
                        .filtered_domain([("display_name", "ilike", text)])
                    )

    # -- plain Odoo is left in peace ---------------------------------------------------------------------------

    def test_employee_with_contacts_works_as_in_plain_odoo(self):
        Partner = self.env_of("contact_maker")["res.partner"]
        partner = Partner.create({"name": "Plain Ltd", "is_company": True, "phone": "１２３", "vat": "anything"})
        self.assertEqual((partner.phone, partner.vat), ("１２３", "anything"))
        partner.write({"email": "not an e-mail", "child_ids": [(0, 0, {"name": "Child"})]})
        copy = partner.copy()
        self.assertTrue(copy.name)
        self.assertEqual(Partner.search([("name", "=", "Plain Ltd")]), partner)
        self.assertIn(partner, Partner.search([("email", "ilike", "not an e-mail")]))
        self.assertIn(partner.id, [row[0] for row in Partner.name_search("Plain")])
        self.assertTrue(Partner.name_create("Quick")[0])
        partner.action_archive()
        self.assertFalse(partner.active)
        partner.child_ids.unlink()
        copy.unlink()
        partner.unlink()

    def test_employee_edits_customers_entrusted_to_them_and_the_checks_hold(self):
        self.archived.user_id = self.user["contact_maker"]
        partner = self.of("contact_maker", self.archived)
        partner.write({"phone": "０１０－６７００５６７８", "comment": "called"})
        self.assertEqual(partner.phone, "010-67005678")
        with self.refused(ValidationError, self.archived.name, "Phone", "Good:"):
            partner.write({"phone": "12"})
        copy = self.of("contact_maker", self.archived).copy()
        self.assertFalse(copy.sudo().archive_id or copy.sudo().card_legal_name or copy.sudo().card_relation)

    def test_employees_views_have_nothing_of_ours(self):
        for role in ("employee", "contact_maker", "sysop"):
            Partner = self.env_of(role)["res.partner"]
            views = Partner.get_views(
                [(False, kind) for kind in ("form", "list", "kanban", "search", "activity")], {"toolbar": True}
            )
            for kind, view in views["views"].items():
                names = {
                    node.get("name") or "" for node in etree.fromstring(view["arch"]).iter("field", "button", "page")
                }
                with self.subTest(role=role, view=kind):
                    self.assertFalse({name for name in names if name.startswith(("card_", "archive_"))})
            for model in views["models"].values():
                self.assertFalse({name for name in model["fields"] if name.startswith(("card_", "archive_"))})
            self.assertFalse({name for name in Partner.fields_get() if name.startswith(("card_", "archive_"))})
            actions = views["views"]["list"]["toolbar"].get("action", [])
            self.assertNotIn(
                self.env.ref("customer_archive.customer_archive_open_action").id, [a["id"] for a in actions]
            )

    def test_employees_form_works(self):
        self.archived.user_id = self.user["contact_maker"]
        for partner in (self.customer, self.archived, self.contact):
            with Form(self.of("contact_maker", partner)) as form:
                form.name = f"{partner.name} X"
                form.phone = "010-67009999"
                form.email = "new@example.com"
                form.zip = "100000"
            self.assertEqual(partner.phone.replace(" ", "")[-8:], "67009999")  # Odoo formats it
        form = Form(self.env_of("contact_maker")["res.partner"])
        form.name = "New One"
        form.phone = "1"
        self.assertEqual(form.save().name, "New One")

    def test_portal_user_searches_and_edits_his_own(self):
        me = self.env_of("portal").user.partner_id
        me.sudo().write({"phone": "nothing checked here"})
        self.assertTrue(self.env_of("portal")["res.partner"].search([("display_name", "ilike", "portal")]))

    def test_public_cannot_use_the_quick_search_key(self):
        public = self.env_of("public")["res.partner"]
        self.assertFalse(public.search([("display_name", "ilike", "同仁堂")]))
