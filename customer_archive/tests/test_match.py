"""Duplicates: keys kept with every change, the hint while typing, equal codes, imports, other programs (Q3, S6)."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.customer_archive.tools.match_key import keys

from .common import ArchiveCommon, make_uscc

SIDE_TABLES = ("key", "changed", "pair", "told")


class MatchCommon(ArchiveCommon):
    def keys_of(self, partner):
        self.env.flush_all()
        self.env.cr.execute("SELECT key FROM customer_archive_match_key WHERE partner_id = %s", [partner.id])
        return {key for (key,) in self.env.cr.fetchall()}

    def right_keys(self, partner):
        customer = partner.sudo()._archive_match_customer()
        return set(keys(customer)) if customer else set()

    def assertKeysRight(self, *partners):
        for partner in partners:
            self.assertEqual(self.keys_of(partner), self.right_keys(partner), partner.name)


@tagged("post_install", "-at_install")
class TestMatchKeys(MatchCommon):
    def test_kept_with_every_change(self):
        self.assertKeysRight(self.customer, self.person, self.archived, self.archived_person)
        self.assertTrue(self.keys_of(self.customer))
        for vals in (
            {"name": "深圳市华强集团有限公司"},
            {"phone": "0755-87654321"},
            {"email": "new@huaqiang.example.com"},
            {"vat": make_uscc(77)},
            {"street": "深南大道1号", "city": "广州市"},
            {"card_legal_name": False},
            {"is_company": False},
        ):
            before = self.keys_of(self.customer)
            self.customer.write(vals)
            self.assertKeysRight(self.customer)
            self.assertNotEqual(self.keys_of(self.customer), before, vals)

    def test_contacts_are_no_customers(self):
        self.assertFalse(self.keys_of(self.contact))
        lone = self.partner(name="赵六", phone="13600136000", city="北京市")
        self.assertTrue(self.keys_of(lone))
        lone.parent_id = self.customer
        self.assertFalse(self.keys_of(lone))
        lone.parent_id = False
        self.assertKeysRight(lone)

    def test_deleted_with_the_customer(self):
        partner = self.partner(name="临时客户有限公司", is_company=True)
        self.assertTrue(self.keys_of(partner))
        partner.unlink()
        self.assertFalse(self.keys_of(partner))

    def test_rebuild(self):
        self.env.cr.execute("DELETE FROM customer_archive_match_key")
        self.env["customer.archive.match.key"]._rebuild()
        self.assertKeysRight(self.customer, self.person, self.contact)

    def test_statements(self):
        """At most two more for a save, whatever the number of customers."""
        refresh = type(self.env["res.partner"])._archive_match_refresh
        for count in (1, 40):
            partners = self.companies(count, phone="0755-12345678")
            self.env.flush_all()
            self.env.invalidate_all()
            partners.mapped("name")  # in the cache, as after a write
            with self.assertQueryCount(2):
                refresh(partners)

    def test_nobody_reads_the_side_tables(self):
        for role in (*self.user,):
            if role in ("portal", "public"):
                continue
            env = self.env_of(role)
            for table in SIDE_TABLES:
                model = env[f"customer.archive.match.{table}"]
                with self.refused(AccessError):
                    model.search([])
                with self.refused(AccessError):
                    model.create({"partner_id": self.customer.id})


@tagged("post_install", "-at_install")
class TestMatchHint(MatchCommon):
    def typed(self, role, **vals):
        form = Form(self.env_of(role)["res.partner"])
        values = {"is_company": True, "country_id": self.of(role, self.china), **vals}
        if "is_company" in values:
            form.company_type = "company" if values.pop("is_company") else "person"
        for name, value in values.items():
            form[name] = value
        return form

    def hint(self, role, **vals):
        return str(self.typed(role, **vals).archive_match_hint or "")

    def test_reasons_while_typing(self):
        hint = self.hint("clerk", name="华強電子", phone="+86 755 1234 5678")
        for word in (self.customer.name, "Same telephone line", "Same company name", f"res.partner/{self.customer.id}"):
            self.assertIn(word, hint)
        self.assertIn("Company names alike 0.", self.hint("clerk", name="华强电讯", phone="0755-12345678"))
        self.assertIn(self.person.name, self.hint("clerk", name="张玮", is_company=False, phone="13800138000"))

    def test_quiet_when_there_is_nobody(self):
        self.assertFalse(self.hint("clerk", name="完全不同贸易有限公司", phone="010-55556666"))
        self.assertFalse(self.hint("clerk", name="张伟", is_company=False))  # the commonest of names alone
        self.assertFalse(self.of("clerk", self.customer).archive_match_hint)  # itself

    def test_saved_customer(self):
        twin = self.partner(name="华强电子", is_company=True, phone="0755 1234 5678")
        self.assertIn(self.customer.name, self.of("clerk", twin).archive_match_hint)

    def test_hidden_customer(self):
        """That it exists, its number, its account manager, how to ask; nothing else."""
        hint = self.hint("colleague", name=self.archived.name, phone="010-67001234")
        for word in (self.archive.number, "Clerk", "Ask for access"):
            self.assertIn(word, hint)
        for word in (self.archived.name, "Same", "line", f"partner/{self.archived.id}"):
            self.assertNotIn(word, hint)
        # One thing alone says nothing of who is hidden.
        self.assertNotIn(self.archive.number, self.hint("colleague", name="某某公司", phone="010-67001234"))
        self.assertNotIn(self.archive.number, self.hint("colleague", name=self.archived.name))

    def test_so_many_hidden_ones_a_day(self):
        told = self.env["customer.archive.match.told"]
        self.patch(type(told), "PER_DAY", 1)
        known = {"name": self.archived.name, "phone": "010-67001234"}
        self.assertIn(self.archive.number, self.hint("colleague", **known))
        # Then neither these nor others, and the sentence does not depend on whether there is one.
        for name in (self.archived.name, "完全不同贸易有限公司"):
            hint = self.hint("colleague", name=name, phone="010-67001234")
            self.assertIn("told of many", hint)
            self.assertNotIn(self.archive.number, hint)
        self.assertNotIn("told of many", self.hint("clerk", name="某某公司"))

    def test_without_a_role(self):
        for role in ("employee", "contact_maker", "sysop"):
            with self.refused(AccessError):
                self.of(role, self.customer).read(["archive_match_hint"])

    def test_api(self):
        entry = {"name": "华强电子", "is_company": True, "phone": "0755 12345678"}
        other = {"name": self.archived.name, "is_company": True, "phone": "010 67001234"}
        mine, hidden = self.env_of("clerk")["res.partner"].archive_find_duplicates([entry, {**entry, "phone": ""}])
        self.assertEqual(mine[0]["id"], self.customer.id)
        self.assertGreaterEqual(mine[0]["score"], 80)
        self.assertIn("Same telephone line", mine[0]["reasons"])
        self.assertEqual(hidden[0]["id"], self.customer.id)  # the name alone: below the threshold, still a hint
        found = self.env_of("colleague")["res.partner"].archive_find_duplicates([other])
        self.assertEqual(found, [[{"hidden": True, "archive_number": self.archive.number, "owner": "Clerk"}]])
        with self.refused(UserError):
            self.env_of("clerk")["res.partner"].archive_find_duplicates([{"archive_id": 1}])
        with self.refused(UserError):
            self.env_of("clerk")["res.partner"].archive_find_duplicates([entry] * 501)
        for role in ("employee", "contact_maker", "sysop", "portal"):
            with self.refused(AccessError):
                self.env_of(role)["res.partner"].archive_find_duplicates([entry])

    def test_statements_of_the_api(self):
        entries = [{"name": f"批量客户{n:04d}有限公司", "is_company": True, "city": "北京市"} for n in range(50)]
        self.companies(50)
        partners = self.env_of("clerk")["res.partner"]
        partners.archive_find_duplicates(entries[:1])
        with self.assertQueryCount(20):
            found = partners.archive_find_duplicates(entries)
        self.assertEqual([like[0]["name"] for like in found][:2], ["批量客户0000有限公司", "批量客户0001有限公司"])


@tagged("post_install", "-at_install")
class TestSameCodeRefused(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strict = cls.category(applies_to="company", duplicate_code_blocks=True)

    def test_new_customer(self):
        with self.refused(ValidationError, self.customer.name, "Unified Social Credit Code"):
            self.partner(name="新公司", is_company=True, vat=self.customer.vat, archive_category_id=self.strict.id)
        self.partner(name="新公司", is_company=True, vat=self.customer.vat)  # no category, no rule
        self.partner(
            name="新公司", is_company=True, vat=self.customer.vat, archive_category_id=self.category_company.id
        )
        self.partner(name="别的公司", is_company=True, vat=make_uscc(99), archive_category_id=self.strict.id)

    def test_change_of_the_code(self):
        one = self.partner(name="一公司", is_company=True, vat=make_uscc(98), archive_category_id=self.strict.id)
        one.vat = make_uscc(97)
        one.vat = one.vat
        with self.refused(ValidationError, self.customer.name):
            one.vat = self.customer.vat
        with self.refused(ValidationError, self.customer.name):
            one.write({"vat": False, "company_registry": self.customer.vat})

    def test_change_of_the_category(self):
        twin = self.partner(name="双胞胎", is_company=True, vat=self.customer.vat)
        archive = self.open(twin, self.category_company)
        with self.refused(ValidationError, self.customer.name):
            archive.category_id = self.strict
        lone = self.partner(name="又一个", is_company=True, vat=self.customer.vat)
        with self.refused(ValidationError):
            self.open(lone, self.strict)

    def test_two_at_once(self):
        vals = {"is_company": True, "vat": make_uscc(96), "archive_category_id": self.strict.id}
        with self.refused(ValidationError):
            self.partner({"name": "甲公司", **vals}, {"name": "乙公司", **vals})

    def test_hidden_customer(self):
        with self.refused(ValidationError, self.archive.number, "Clerk") as caught:
            self.env_of("colleague")["res.partner"].create(
                {
                    "name": "新公司",
                    "is_company": True,
                    "country_id": self.china.id,
                    "vat": self.archived.vat,
                    "archive_category_id": self.strict.id,
                }
            )
        self.assertNotIn(self.archived.name, str(caught.exception))

    def test_customers_of_two_companies(self):
        self.customer.company_id = self.company_one
        other = self.partner(
            name="新公司",
            is_company=True,
            vat=self.customer.vat,
            company_id=self.company_two.id,
            archive_category_id=self.strict.id,
        )
        self.assertEqual(other.vat, self.customer.vat)
        with self.refused(ValidationError, self.customer.name):
            other.company_id = self.company_one


@tagged("post_install", "-at_install")
class TestMatchImport(MatchCommon):
    def dry_run(self, role, *rows):
        env = self.env_of(role)
        names = ["name", "is_company", "phone", "archive_category_id"]
        text = "\n".join(",".join(row) for row in (names, *rows))
        record = env["base_import.import"].create(
            {"res_model": "res.partner", "file": text.encode(), "file_name": "a.csv", "file_type": "text/csv"}
        )
        options = {"has_headers": True, "separator": ",", "quoting": '"'}
        return record.execute_import(names, names, options, dryrun=True)["messages"]

    def test_warning(self):
        category = self.category().display_name
        messages = self.dry_run(
            "clerk",
            ("華強電子", "1", "+86 755 12345678", category),
            ("完全不同贸易有限公司", "1", "010-55556666", category),
        )
        self.assertEqual([message["type"] for message in messages], ["warning"], messages)
        for word in ("Row 1", "maybe a duplicate of", self.customer.name, "Same telephone line"):
            self.assertIn(word, messages[0]["message"])

    def test_hidden_customer(self):
        category = self.category().display_name
        messages = self.dry_run("colleague", ("北京同仁堂", "1", "010-67001234", category))
        self.assertIn(self.archive.number, messages[0]["message"])
        self.assertNotIn(self.archived.name, messages[0]["message"])
