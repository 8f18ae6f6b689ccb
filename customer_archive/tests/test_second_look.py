"""What only showed when others used it: round trips, buttons, what the export offers."""

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
