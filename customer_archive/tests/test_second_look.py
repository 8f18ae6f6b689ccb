"""What only showed when others used it: round trips, buttons, what the export offers."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestSecondLook(ArchiveCommon):
    def test_exported_category_is_found_again(self):
        category = self.of("archivist", self.category_company)
        self.assertEqual(category.name_search(category.display_name, operator="=")[0][0], category.id)
        self.assertFalse(
            category.name_search(f"KH.GR {category.name}", operator="="), "code and name of two categories"
        )

    def test_export_and_import_of_customers(self):
        names = ["name", "is_company", "archive_category_id", "phone"]
        partners = self.of("archivist", self.archived)
        numbers = partners.archive_number
        rows = [[str(partners.id), *map(str, partners.export_data(names)["datas"][0])]]
        result = partners.load([".id", *names], rows)
        self.assertEqual(result["ids"], partners.ids, result["messages"])
        self.assertEqual(partners.archive_number, numbers)

    def test_card_button_opens_the_card(self):
        action = self.of("clerk", self.archive).action_view_partner()
        view = self.env.ref("customer_archive.res_partner_view_form_customers")
        self.assertEqual(action["views"], [(view.id, "form")])

    def test_export_offers_values_for_people_only(self):
        fields = self.of("archivist", self.archived).fields_get(attributes=["exportable"])
        for name in ("archive_todo", "archive_sections", "archive_bag_color", "archive_search_key"):
            self.assertFalse(fields.get(name, {}).get("exportable"), name)
        self.assertTrue(fields["archive_number"]["exportable"])
        self.assertFalse(self.archive.fields_get(["section_scores"])["section_scores"]["exportable"])

    def test_panel_names_the_credit_code_as_the_form_does(self):
        self.archived.vat = False
        items = [item for part in self.of("clerk", self.archived).archive_todo["sections"] for item in part["items"]]
        labels = {item["field"]: item["label"] for item in items}
        self.assertEqual(labels["vat"], "Unified Social Credit Code")
        self.assertNotEqual(labels.get("phone", ""), labels["vat"])

    def test_numbers_of_before_look_like_numbers(self):
        for number in ("x" * 65, "<b>1</b>", "KH 1", "😀1"):
            with self.subTest(number=number), self.assertRaisesRegex(UserError, "can't be an archive number"):
                self.of("clerk", self.env["res.partner"]).create(
                    {"name": "旧号", "archive_category_id": self.category_person.id, "archive_number": number}
                )

    def test_category_out_of_use_opens_nothing(self):
        self.category_person.active = False
        partner = self.env["res.partner"].create({"name": "停用门类"})
        with self.assertRaisesRegex(UserError, "no longer in use"):
            self.of("clerk", partner).archive_open(self.category_person.id)
        self.env.company.archive_person_category_id = self.category_person
        self.assertNotEqual(self.env.company._archive_default_category(False), self.category_person)

    def test_archived_person_becomes_no_contact(self):
        person = self.partner(name="张三", archive_category_id=self.category_person.id)
        company = self.env["res.partner"].create({"name": "公司", "is_company": True})
        for vals in ({"parent_id": company.id}, {"type": "delivery"}):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "can't become a contact"):
                self.of("clerk", person).write(vals)
        person.archive_id.action_deactivate("不再往来")
        person.parent_id = company
        self.assertEqual(person.parent_id, company)

    def test_reason_belongs_to_one_relation(self):
        person = self.env["res.partner"].create({"name": "李四", "archive_category_id": self.category_person.id})
        person.write({"card_relation": "lost", "card_relation_reason": "价格"})
        person.write({"card_relation": "active"})
        self.assertFalse(person.card_relation_reason)
        person.write({"card_relation": "ended", "card_relation_reason": "搬走"})
        self.assertEqual(person.card_relation_reason, "搬走")

    def test_wrong_calls_get_a_sentence(self):
        person = self.env["res.partner"].create({"name": "王五"})
        for category in ("KH.GR", False, None):
            with self.subTest(category=category), self.assertRaisesRegex(UserError, "Choose the category"):
                self.of("clerk", person).archive_open(category)
        archive = person.archive_open(self.category_person)
        for reason in (None, 5, " "):
            with self.subTest(reason=reason), self.assertRaisesRegex(UserError, "A reason is needed"):
                self.of("archivist", archive).action_deactivate(reason)

    def test_nightly_count_sees_what_a_deletion_emptied(self):
        industry = self.env["res.partner.industry"].create({"name": "造船"})
        company = self.env["res.partner"].create({"name": "船厂", "is_company": True, "industry_id": industry.id})
        archive = company.archive_open(self.category_company)
        before = archive.completeness
        industry.unlink()
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_recount_nightly").method_direct_trigger()
            self.env.ref("customer_archive.ir_cron_recount").method_direct_trigger()
        archive.invalidate_recordset()
        self.assertLess(archive.completeness, before)
