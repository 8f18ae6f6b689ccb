"""Categories: codes, inheritance of items, what is refused."""

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestCategory(ArchiveCommon):
    def test_used_categories_are_not_deleted(self):
        for role in ("manager",):
            with self.refused(UserError, self.category_company.display_name, "can't be deleted"):
                self.of(role, self.category_company).unlink()
        unused = self.category()
        self.of("manager", unused).unlink()
        self.assertFalse(unused.exists())

    def test_used_by_another_company_only(self):
        category = self.category()
        two = self.partner(name="Two", is_company=True, company_id=self.company_two.id)
        self.open(two, category)
        with self.refused(UserError, category.display_name, "1 archives"):
            self.of("manager", category).unlink()

    def test_no_circles(self):
        parent = self.category()
        child = self.category(parent_id=parent.id)
        with self.refused(UserError):
            parent.parent_id = child

    def test_codes_are_unique(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.category(code=self.category_company.code)

    def test_copy(self):
        copy = self.of("manager", self.category_company).copy()
        self.assertNotEqual(copy.code, self.category_company.code)
        self.assertEqual(copy.item_ids.mapped("field_id"), self.category_company.item_ids.mapped("field_id"))
        self.assertEqual(copy.recount_from, -1)
        self.of("manager", self.category_company).copy()  # the second time as well

    def test_kind_cannot_change_under_the_archives(self):
        category = self.category(applies_to="both")
        self.open(self.companies(1), category)
        category.applies_to = "company"
        with self.refused(ValidationError, category.display_name):
            category.applies_to = "person"

    def test_archived_category(self):
        """No longer offered; what is filed there stays, is checked and counted."""
        category = self.category()
        self.item(category, "phone", check_kind="phone", check_severity="block")
        customer = self.open(self.companies(1), category).partner_id
        category.active = False
        with self.refused(ValidationError, "Phone"):
            customer.phone = "12"
        customer.phone = "010-67001234"
        self.assertEqual(customer.archive_id.completeness, 100)
        found = self.env_of("clerk")["customer.archive.category"].search([])
        self.assertNotIn(category, found)

    def test_items_of_a_field_are_listed_once(self):
        category = self.category()
        self.item(category, "phone")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.item(category, "phone")

    def test_weights_are_positive(self):
        for weight in (0, -1):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.item(self.category(), "phone", weight=weight)

    def test_names(self):
        category = self.category(code="AA", name="Alpha", parent_id=self.category_root.id)
        self.assertEqual(category.display_name, "AA Alpha")
        self.assertEqual(category.complete_name, f"{self.category_root.name} / Alpha")
        for text in ("AA", "Alpha"):
            self.assertIn(
                category.id, [row[0] for row in self.env_of("clerk")["customer.archive.category"].name_search(text)]
            )

    def test_count_and_button(self):
        category = self.category()
        archives = self.open(self.companies(2), category)
        self.assertEqual(self.of("clerk", category).archive_count, 2)
        action = self.of("clerk", category).action_view_archives()
        self.assertEqual(self.env["customer.archive"].search(action["domain"]), archives.sorted("number"))

    def test_data_files_are_usable(self):
        """Every category of the data files issues a number, and everything it asks for exists."""
        for xmlid in ("root", "company", "person", "potential", "key"):
            category = self.env.ref(f"customer_archive.category_{xmlid}")
            kind = category.applies_to != "person"
            archive = self.open(self.partner(name=f"D {xmlid}", is_company=kind), category)
            with self.subTest(category=category.code):
                self.assertTrue(archive.number.startswith(f"T01-{category.code}-"))
                self.assertTrue(archive.partner_id.archive_todo["sections"])
