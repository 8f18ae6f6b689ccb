"""Completeness: numbers worked out by hand, panel and SQL agree, background count (product.md C4)."""

import random
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.customer_archive.models import customer_archive_score

from .common import ArchiveCommon, make_uscc


@tagged("post_install", "-at_install")
class TestScore(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.section_people = cls.env.ref("customer_archive.section_people")

    def assertAgree(self, partners):
        """What the panel says (Python) is what the database counted (SQL)."""
        self.env.flush_all()
        self.env.invalidate_all()
        for partner in partners:
            todo, archive = partner.archive_todo, partner.archive_id
            self.assertEqual(
                todo["score"],
                archive.completeness,
                partner.read([i["field"] for s in todo["sections"] for i in s["items"]]),
            )
            self.assertEqual({s["code"]: s["score"] for s in todo["sections"]}, archive.section_scores or {})

    def test_by_hand(self):
        category = self.category()
        self.item(category, "phone", weight=2, check_kind="phone", check_severity="warn")
        self.item(category, "email", weight=1)
        self.item(category, "city", weight=1)
        self.item(category, "card_key_contact_ids", weight=3, section_id=self.section_people.id, applies_to="company")
        company = self.companies(1, phone="010-67001234")
        archive = self.open(company, category)
        self.assertEqual(
            (archive.completeness, archive.section_scores), (28, {"basic": 50, "people": 0})
        )  # 2 of 7, 2 of 4
        company.write({"email": "a@example.com"})
        self.assertEqual((archive.completeness, archive.section_scores["basic"]), (42, 75))
        company.write({"phone": "12"})
        self.assertEqual((archive.completeness, archive.section_scores["basic"]), (14, 25))
        line = self.env["customer.archive.key.contact"].create({"partner_id": company.id, "contact_id": self.person.id})
        self.assertEqual((archive.completeness, archive.section_scores["people"]), (57, 100))
        line.unlink()
        self.assertEqual(archive.section_scores["people"], 0)
        person = self.open(self.partner(name="P", phone="13800138000"), category)
        self.assertEqual((person.completeness, person.section_scores), (50, {"basic": 50}))
        self.assertAgree(company | person.partner_id)

    def test_nothing_asked_nothing_missing(self):
        archive = self.open(self.companies(1), self.category())
        self.assertEqual(archive.completeness, 100)
        self.assertAgree(archive.partner_id)

    def test_contacts_count_as_they_come_and_go(self):
        category = self.category()
        self.item(category, "child_ids")
        company = self.companies(1)
        archive = self.open(company, category)
        self.assertEqual(archive.completeness, 0)
        contact = self.partner(name="Contact", parent_id=company.id)
        self.assertEqual(archive.completeness, 100)
        contact.active = False
        self.assertEqual(archive.completeness, 0, "an archived contact is none")
        self.assertAgree(company)
        contact.active = True
        self.assertEqual(archive.completeness, 100)
        other = self.open(self.companies(1), category)
        contact.parent_id = other.partner_id
        self.assertEqual((archive.completeness, other.completeness), (0, 100))
        contact.unlink()
        self.assertEqual(other.completeness, 0)

    def test_blank_is_empty(self):
        category = self.category()
        for name in ("comment", "card_source_note", "ref"):
            self.item(category, name)
        company = self.companies(1)
        archive = self.open(company, category)
        for html in ("<p><br></p>", "<div>&nbsp;</div>", "<p>\u00a0</p>", "<p> \n </p>"):
            company.write({"comment": html, "card_source_note": "  ", "ref": ""})
            with self.subTest(html=html):
                self.assertEqual(archive.completeness, 0)
                self.assertAgree(company)
        for html in ("<p>text</p>", '<p><img src="/web/image/1"></p>'):
            company.comment = html
            with self.subTest(html=html):
                self.assertEqual(archive.completeness, 33)
                self.assertAgree(company)

    def test_random_customers(self):
        """Two hundred customers over all categories and every type of field: panel and database agree."""
        wide = self.category(code="WIDE", parent_id=self.category_root.id)
        for name, kind in {
            "comment": False,
            "color": False,
            "partner_latitude": False,
            "lang": False,
            "website": False,
            "ref": False,
            "function": False,
            "parent_id": False,
            "child_ids": False,
            "card_founded_on": False,
            "card_group_id": False,
            "card_stock_code": "bank_card",
            "company_registry": "uscc",
            "card_size": False,
        }.items():
            self.item(wide, name, check_kind=kind, check_severity="score", section_id=self.section_people.id)
        self.env["customer.archive.category.item"].search([("check_severity", "=", "block")]).check_severity = "warn"
        categories = {
            True: [self.category_company, self.category_potential, self.category_key, self.category_root, wide],
            False: [self.category_person, self.category_potential, self.category_root, wide],
        }
        tags = self.env["res.partner.category"].create([{"name": "T1"}, {"name": "T2", "active": False}])
        choice = random.Random(20260101)
        pools = {
            "phone": [False, "010-67001234", "12", "１３８００１３８０００"],
            "email": [False, "a@example.com", "a@@b"],
            "zip": [False, "100000", "999", "75008"],
            "vat": [False, make_uscc(77), "91440300MA5W00007X"],
            "company_registry": [False, make_uscc(78), "X"],
            "city": [False, "北京市"],
            "street": [False, "x"],
            "ref": [False, "R"],
            "website": [False, "http://x.cn"],
            "function": [False, "CEO"],
            "comment": [False, "<p>x</p>", "<p><br></p>"],
            "color": [0, 3],
            "partner_latitude": [0.0, 22.5],
            "lang": [False, "en_US"],
            "country_id": [False, self.china.id, self.env.ref("base.fr").id],
            "state_id": [False, self.env.ref("base.state_cn_BJ").id],
            "user_id": [False, self.user["clerk"].id],
            "category_id": [[(6, 0, [])], [(6, 0, tags[0].ids)], [(6, 0, tags[1].ids)]],
            "card_relation": [False, "active"],
            "card_source": [False, "visit"],
            "card_gender": [False, "male"],
            "card_birth_date": [False, "1990-01-01"],
            "card_occupation": [False, "工程师"],
            "card_size": [False, "large"],
            "card_founded_on": [False, "2001-02-03"],
            "card_listing": [False, "listed"],
            "card_stock_code": [False, "6222000000000000004", "123"],
            "card_group_id": [False, self.customer.id],
            "industry_id": [False, self.env["res.partner.industry"].search([], limit=1).id],
            "card_preference_ids": [[], [(0, 0, {"subject": "Tea"})]],
            "child_ids": [[], [(0, 0, {"name": "C"})], [(0, 0, {"name": "C", "active": False})]],
        }

        def some(names):
            return {name: choice.choice(pools[name]) for name in names}

        vals_list, wishes = [], []
        for index in range(200):
            is_company = choice.random() < 0.5
            names = [name for name in pools if choice.random() < 0.6]
            vals_list.append({"name": f"R{index}", "is_company": is_company, **some(names)})
            wishes.append(choice.choice(categories[is_company]))
        partners = self.env["res.partner"].create(vals_list)
        for category in set(wishes):
            self.open(
                partners.browse([p.id for p, wish in zip(partners, wishes, strict=True) if wish == category]), category
            )
        self.assertAgree(partners)
        for partner in partners:
            try:
                with self.env.cr.savepoint():
                    partner.write(some(choice.sample(list(pools), 4)))
            except ValidationError:  # an emptied code that key accounts must have
                continue
        self.assertAgree(partners)

    # -- the category's items change ----------------------------------------------------------------------------

    def test_few_archives_are_counted_at_once(self):
        category = self.category()
        item = self.item(category, "phone")
        archive = self.open(self.companies(1, phone="12"), category)
        self.assertEqual(archive.completeness, 100)
        item.write({"check_kind": "phone", "check_severity": "warn"})
        self.assertEqual((archive.completeness, archive.fault_ids.field_name), (0, "phone"))
        other = self.item(category, "city")
        archive.partner_id.city = "X"
        self.assertEqual(archive.completeness, 50)
        item.unlink()
        self.assertEqual((archive.completeness, archive.fault_ids.ids), (100, []))
        other.weight = 3
        self.assertAgree(archive.partner_id)

    def test_inherited_items(self):
        parent = self.category()
        self.item(parent, "phone")
        self.open(self.companies(1), parent)  # the items are cached now
        child = self.category(parent_id=parent.id)
        archive = self.open(self.companies(1), child)
        self.assertEqual(archive.completeness, 0, "a new category has its parent's items at once")
        child.inherit_items = False
        self.assertEqual(archive.completeness, 100)
        child.inherit_items = True
        self.assertEqual(archive.completeness, 0)
        child.parent_id = False
        self.assertEqual(archive.completeness, 100)
        child.parent_id = parent
        self.item(child, "phone", weight=3)
        self.item(parent, "city")
        archive.partner_id.phone = "1"
        self.assertEqual(archive.completeness, 75, "its own item goes before the parent's")

    def test_many_archives_in_the_background(self):
        category, other = self.category(), self.category()
        item = self.item(category, "phone")
        archives = self.open(self.companies(7), category)
        with patch.multiple(customer_archive_score, AT_ONCE=3, STEP=2):
            item.field_id = self.env["ir.model.fields"]._get("res.partner", "name")
            self.assertEqual(archives.mapped("completeness"), [0] * 7, "left to the cron")
            self.assertEqual(category.recount_from, 0)
            cron = self.env.ref("customer_archive.ir_cron_recount")
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(archives.mapped("completeness"), [100] * 7)
        self.assertEqual((category.recount_from, other.recount_from), (-1, -1))

    def test_statements_do_not_grow_with_archives(self):
        category = self.category(parent_id=self.category_company.id, applies_to="company")

        def statements(count):
            archives = self.open(self.companies(count), category)
            archives = archives.browse(archives.ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            archives._recheck()
            return self.env.cr.sql_log_count - before

        statements(5)
        self.assertLessEqual(statements(100), statements(10) + 1)

    def test_fields_that_cannot_be_counted_are_refused(self):
        for name in (
            "image_1920",
            "barcode",
            "active",
            "contact_address",
            "archive_todo",
            "archive_search_key",
            "bank_ids",
        ):
            if name in self.env["res.partner"]._fields:
                with self.subTest(field=name), self.refused(ValidationError, "can't be an item"):
                    self.item(self.category(), name)
        with self.refused(ValidationError, "only text fields"):
            self.item(self.category(), "color", check_kind="phone")
        with self.refused(ValidationError, "can't be an item"):
            field = self.env["ir.model.fields"]._get("res.users", "login")
            self.env["customer.archive.category.item"].create(
                {"category_id": self.category().id, "section_id": self.section_people.id, "field_id": field.id}
            )

    def test_a_field_that_only_others_may_read_breaks_nobodys_form(self):
        restricted = next(
            (
                name
                for name, field in self.env["res.partner"]._fields.items()
                if field.store and field.type == "char" and field.groups and not name.startswith(("card_", "archive_"))
            ),
            None,
        )
        if restricted:
            with self.refused(ValidationError, "can't be an item"):
                self.item(self.category(), restricted)

    def test_panel_for_the_clerk(self):
        todo = self.of("clerk", self.archived).archive_todo
        self.assertEqual([s["code"] for s in todo["sections"]], ["basic", "licence", "people", "needs"])
        missing = {item["field"]: item for section in todo["sections"] for item in section["items"]}
        self.assertTrue(missing["email"]["missing"])
        self.assertIn("Email", missing["email"]["text"])
        self.assertFalse(self.of("clerk", self.customer).archive_todo)
