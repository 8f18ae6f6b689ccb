"""Several companies: each sees its own archives; a shared customer shows its number to the others."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestCompany(ArchiveCommon):
    def specification(self, view):
        """What the web client asks for with a view: its fields, those of lists within it as well."""

        def fields_of(node):
            result = {}
            for child in (
                node.xpath(".//field[not(ancestor::field)]")
                if node.tag != "field"
                else node.xpath(
                    "./*//field[count(ancestor::field)=$depth]", depth=len(node.xpath("ancestor-or-self::field"))
                )
            ):
                name = child.get("name")
                inner = fields_of(child) if len(child) else {}
                result[name] = {"fields": inner} if inner else {}
            return result

        return fields_of(view)

    def with_labels(self, model, specification):
        for name, spec in specification.items():
            field = model._fields.get(name)
            if field is not None and field.type == "many2one" and "fields" not in spec:
                spec["fields"] = {"display_name": {}}
        return {name: spec for name, spec in specification.items() if name in model._fields}

    def test_rule(self):
        two = self.partner(name="Two Ltd", is_company=True, company_id=self.company_two.id)
        other = self.open(two, self.category_company)
        self.assertEqual(other.company_id, self.company_two)
        for role, seen, hidden in (("archivist", self.archive, other), ("archivist_two", other, self.archive)):
            env = self.env_of(role)
            for model, field in (("customer.archive", "id"), ("customer.archive.number", "archive_id")):
                with self.subTest(role=role, model=model):
                    found = env[model].search([(field, "in", (seen | hidden).ids)])
                    self.assertEqual({r.id if field == "id" else r.archive_id.id for r in found}, {seen.id})
            with self.assertRaises(AccessError):
                hidden.with_env(env).read(["number"])
            with self.assertRaises(AccessError):
                hidden.with_env(env).write({"box": "x"})
            with self.assertRaises(AccessError):
                hidden.with_env(env).action_deactivate("x")

    def test_shared_customer_in_lists_and_forms(self):
        env = self.env_of("archivist_two", allowed_company_ids=self.company_two.ids)
        partner = self.archived.with_env(env)
        from lxml import etree

        action = env["ir.actions.act_window"]._for_xml_id("customer_archive.res_partner_action")
        views = env["res.partner"].get_views([tuple(view) for view in action["views"]])["views"]
        for kind in ("list", "kanban", "form"):
            spec = self.with_labels(partner, self.specification(etree.fromstring(views[kind]["arch"])))
            self.assertIn("archive_number", spec)
            with self.subTest(view=kind):
                [values] = partner.web_read(spec)
                self.assertEqual(values["archive_number"], self.archive.number)
                found = partner.web_search_read([("id", "=", partner.id)], spec)
                self.assertEqual(found["length"], 1)
        self.assertIn(partner.id, [row[0] for row in partner.name_search(self.archive.number)])
        with self.assertRaises(AccessError):
            partner.archive_id.read(["remark"])
        with self.assertRaises(AccessError):
            partner.web_read({"archive_id": {"fields": {"remark": {}}}})

    def test_shared_customer_is_edited_by_the_others(self):
        partner = self.of("archivist_two", self.archived, allowed_company_ids=self.company_two.ids)
        partner.write({"phone": "010-67005555", "card_size": "small"})
        with Form(partner) as form:
            form.city = "北京市"
        self.assertEqual((self.archived.phone, self.archived.city), ("010-67005555", "北京市"))
        before = self.archive.completeness
        self.env["customer.archive.preference"].with_env(partner.env).create({"partner_id": partner.id, "subject": "x"})
        self.assertGreater(self.archive.completeness, before)

    def test_shared_customer_has_one_archive(self):
        partner = self.of("archivist_two", self.archived, allowed_company_ids=self.company_two.ids)
        with self.refused(Exception, self.archived.name, "open already"):
            partner.archive_open(self.category_company.id)
        mine = self.of("archivist_two", self.customer, allowed_company_ids=self.company_two.ids)
        self.assertTrue(mine.archive_open(self.category_company.id).number.startswith("T02-"))

    def test_grouping_and_searching_show_no_other_companys_archive(self):
        env = self.env_of("archivist_two", allowed_company_ids=self.company_two.ids)
        groups = env["res.partner"].formatted_read_group(
            [("id", "in", (self.archived | self.customer).ids)], ["archive_category_id"], ["__count"]
        )
        self.assertEqual(len(groups), 2)
        self.assertFalse(env["customer.archive"].search([("partner_id", "=", self.archived.id)]))
        self.assertFalse(env["customer.archive"].name_search(self.archive.number))

    def test_categories_are_shared(self):
        for role in ("clerk", "clerk_two"):
            self.assertIn(self.category_company, self.env_of(role)["customer.archive.category"].search([]))

    def test_lines_follow_their_customers_company(self):
        two = self.partner(name="Two Ltd", is_company=True, company_id=self.company_two.id)
        line = self.env["customer.archive.preference"].create({"partner_id": two.id, "subject": "Two"})
        contact = self.env["customer.archive.key.contact"].create({"partner_id": two.id, "contact_id": self.person.id})
        for record in (line, contact):
            with self.assertRaises(AccessError):
                self.of("clerk", record, allowed_company_ids=self.company_one.ids).read(["partner_id"])
            self.of("clerk_two", record, allowed_company_ids=self.company_two.ids).read(["partner_id"])
