"""Opening archives: many at once, who can't have one, automatically (product.md C2, C9)."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import NO_MAIL, ArchiveCommon


@tagged("post_install", "-at_install")
class TestOpening(ArchiveCommon):
    def counted(self, function):
        """(its result, number of statements it sent)."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = function()
        self.env.flush_all()
        return result, self.env.cr.sql_log_count - before

    def test_a_thousand_in_a_few_statements(self):
        """The last of four blocks is as cheap as the first: the number of statements doesn't grow with customers."""
        companies = (
            self.env["res.partner"]
            .with_context(_partners_skip_fields_sync=True)
            .create([{"name": f"Bulk {number}", "is_company": True, "phone": "010-67001234"} for number in range(1050)])
        )
        self.open(companies[:10], self.category_company)
        _few, small = self.counted(lambda: self.open(companies[10:50], self.category_company))
        archives, big = self.counted(lambda: self.open(companies[50:], self.category_company))
        self.assertEqual(len(archives), 1000)
        self.assertLessEqual(big, 20)
        self.assertLessEqual(big, small + 2)
        self.assertEqual(archives.partner_id, companies[50:])
        self.assertEqual(len(set(archives.mapped("number"))), 1000)
        self.assertEqual(set(archives.mapped("state")), {"active"})
        self.assertGreater(min(archives.mapped("completeness")), 0)

    def test_what_the_archive_has(self):
        customer = self.customer
        customer.user_id = self.user["clerk"]
        archive = self.of("clerk", customer).archive_open(self.category_key)
        self.assertEqual(archive.company_id, self.company_one)
        self.assertEqual(archive.owner_id, self.user["clerk"])
        self.assertEqual(archive.team_id, self.team_north)
        self.assertEqual(archive.level, self.category_key.default_level)
        self.assertEqual(archive.create_uid, self.user["clerk"])
        self.assertEqual(archive.number_ids.mapped("name"), [archive.number])
        self.assertEqual(
            (customer.archive_id.id, customer.archive_number, customer.archive_category_id),
            (archive.id, archive.number, self.category_key),
        )

    def test_found_at_once(self):
        archive = self.open(self.customer, self.category_company)
        search = self.env_of("clerk")["res.partner"].name_search
        for text in (archive.number, archive.number.lower(), archive.number.replace("-", "").replace(".", "")):
            with self.subTest(text=text):
                self.assertEqual([row[0] for row in search(text)], self.customer.ids)

    def test_refusals_name_the_customer_and_nothing_is_opened(self):
        good = self.companies(1)
        cases = {
            "user": (self.user["employee"].partner_id, self.category_person, "users or companies"),
            "company": (self.company_one.partner_id, self.category_company, "users or companies"),
            "contact": (self.contact, self.category_person, "contacts of a customer"),
            "address": (
                self.partner(name="Store", type="delivery", parent_id=self.customer.id),
                self.category_potential,
                "contacts of a customer",
            ),
            "twice": (self.archived, self.category_company, "open already"),
            "kind": (self.person, self.category_company, "Choose another category"),
        }
        for case, (partner, category, words) in cases.items():
            for selection in (partner, good | partner):
                with self.subTest(case=case, count=len(selection)), self.refused(UserError, partner.name, words):
                    self.open(selection, category)
                self.assertFalse(good.archive_id)
        self.assertEqual(self.archived.archive_id, self.archive)

    def test_long_lists_of_refusals_are_cut(self):
        with self.refused(UserError, "and 7 more"):
            self.open(
                self.env["res.partner"].union(
                    *[self.partner(name=f"Contact {number}", parent_id=self.customer.id) for number in range(12)]
                ),
                self.category_person,
            )

    def test_subsidiaries_have_their_own(self):
        child = self.partner(name="子公司", is_company=True, parent_id=self.customer.id)
        self.assertTrue(self.open(child, self.category_company).number)

    def test_inactive_customers(self):
        company = self.companies(1)
        company.active = False
        archive = self.open(company, self.category_company)
        self.assertEqual(archive.partner_id, company)
        with self.refused(UserError, company.name, "open already"):
            self.open(company, self.category_company)

    def test_former_employees(self):
        partner = self.user["employee"].partner_id
        self.user["employee"].active = False
        self.open(partner, self.category_person)  # who has left the company may be its customer
        with self.refused(ValidationError, partner.name):
            self.user["employee"].active = True

    def test_same_customer_twice_in_one_call(self):
        company = self.companies(1)
        twice = self.env["res.partner"].browse([company.id, company.id])
        archives = self.open(twice, self.category_company)
        self.assertEqual(archives.partner_id, company)
        self.assertEqual(len(company.archive_ids), 1)

    def test_category_is_needed(self):
        for category in (self.env["customer.archive.category"], False):
            with self.refused(UserError, "category"):
                self.open(self.customer, category)

    def test_ids_as_rpc_sends_them(self):
        companies = self.companies(2)
        archives = self.env["res.partner"].browse(companies.ids).archive_open(self.category_company.id)
        self.assertEqual(archives.partner_id, companies)

    def test_right_to_open(self):
        for role in ("employee", "contact_maker", "sysop", "portal"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, self.customer).archive_open(self.category_company.id)
        self.assertTrue(self.of("clerk", self.customer).archive_open(self.category_company.id))

    # -- through the form: a category on a customer opens ------------------------------------------------------

    def test_category_on_create_and_write(self):
        Partner = self.env_of("clerk")["res.partner"]
        partner = Partner.create({"name": "New", "is_company": True, "archive_category_id": self.category_company.id})
        self.assertTrue(partner.archive_number.startswith("T01-KH.QY-"))
        partner = Partner.create({"name": "Later", "is_company": True})
        partner.archive_category_id = self.category_company
        self.assertEqual(partner.archive_id.state, "active")
        with self.refused(UserError, "Later", "taken away"):
            partner.archive_category_id = False

    def test_the_callers_values_stay_as_they_are(self):
        vals = {
            "name": "Ｎｅｗ",
            "is_company": True,
            "archive_category_id": self.category_company.id,
            "card_relation": "active",
        }
        before = dict(vals)
        first, second = (self.env["res.partner"].create(vals) for _time in range(2))
        self.assertEqual(vals, before)
        self.assertNotEqual(first.archive_number, second.archive_number)
        self.assertEqual(first.name, "New")

    def test_category_on_many(self):
        companies = self.companies(3)
        self.of("clerk", companies).write({"archive_category_id": self.category_company.id})
        self.assertEqual(companies.mapped("archive_id.state"), ["active"] * 3)

    def test_strict_on_the_form(self):
        Partner = self.env_of("clerk")["res.partner"]
        with self.refused(ValidationError, "Unified Social Credit Code", "empty"):
            Partner.create({"name": "New", "is_company": True, "archive_category_id": self.category_key.id})
        self.assertFalse(self.env["res.partner"].search([("name", "=", "New")]))

    def test_in_the_form(self):
        with Form(self.env_of("clerk", default_is_company=True)["res.partner"]) as form:
            form.name = "表单客户"
            form.archive_category_id = self.category_company
        partner = form.record
        self.assertEqual(partner.archive_id.state, "active")
        with Form(self.of("clerk", partner)) as form:
            form.card_relation = "active"
            form.city = "北京市"
        self.assertEqual((partner.card_relation, partner.archive_category_id.id), ("active", self.category_company.id))
        self.assertTrue(partner.card_relation_since)
        with Form(self.of("clerk", self.person)) as form:
            form.archive_category_id = self.category_person
            form.archive_number = "OLD-PERSON-1"
        self.assertEqual(self.person.archive_number, "OLD-PERSON-1")

    # -- the dialog ------------------------------------------------------------------------------------------

    def test_dialog_sorts_a_mixed_selection(self):
        company, person, inactive = self.companies(1), self.person, self.companies(1, name="Gone")
        inactive.active = False
        selection = (
            company
            | person
            | inactive
            | self.archived
            | self.contact
            | self.user["employee"].partner_id
            | self.company_two.partner_id
        )
        Wizard = self.env_of("clerk", active_model="res.partner", active_ids=selection.ids)["customer.archive.open"]
        wizard = Wizard.create({})
        self.assertEqual(
            (wizard.company_count, wizard.person_count, wizard.open_count, wizard.contact_count, wizard.internal_count),
            (2, 1, 1, 1, 2),
        )
        action = wizard.action_open()
        self.assertIn("3", action["params"]["message"])
        self.assertEqual((company | inactive).mapped("archive_category_id"), wizard.company_category_id)
        self.assertEqual(person.archive_category_id, wizard.person_category_id)
        self.assertFalse((self.contact | self.company_two.partner_id).archive_id)

    def test_dialog_tells_drafts(self):
        Wizard = self.env_of("clerk")["customer.archive.open"]
        wizard = Wizard.create(
            {"partner_ids": [(6, 0, self.companies(2).ids)], "company_category_id": self.category_key.id}
        )
        self.assertIn("drafts", wizard.action_open()["params"]["message"])

    def test_dialog_with_nobody_to_open(self):
        Wizard = self.env_of("clerk")["customer.archive.open"]
        with self.refused(UserError, "nobody"):
            Wizard.create({"partner_ids": [(6, 0, self.archived.ids)]}).action_open()
        with self.refused(UserError, "Choose a category"):
            Wizard.create({"partner_ids": [(6, 0, self.customer.ids)], "company_category_id": False}).action_open()

    # -- automatically -----------------------------------------------------------------------------------------

    def automatic(self):
        self.company_one.write(
            {
                "archive_auto_open": True,
                "archive_company_category_id": self.category_company.id,
                "archive_person_category_id": self.category_person.id,
            }
        )

    def test_automatic(self):
        self.automatic()
        for role in ("contact_maker", "clerk"):
            Partner = self.env_of(role)["res.partner"]
            company, person = Partner.create([{"name": "Auto Ltd", "is_company": True}, {"name": "Auto Person"}])
            with self.subTest(role=role):
                self.assertEqual(company.sudo().archive_category_id, self.category_company)
                self.assertEqual(person.sudo().archive_category_id, self.category_person)
                self.assertEqual(company.sudo().archive_id.company_id, self.company_one)
            contact = Partner.create({"name": "Contact", "parent_id": company.id})
            address = Partner.create({"name": "Address", "type": "delivery"})
            vendor = Partner.with_context(res_partner_search_mode="supplier").create({"name": "V", "is_company": True})
            self.assertFalse((contact | address | vendor).sudo().archive_id)

    def test_automatic_drafts_where_data_are_wrong(self):
        self.automatic()
        partner = self.env_of("contact_maker")["res.partner"].create({"name": "Auto", "is_company": True, "phone": "1"})
        self.assertEqual(partner.sudo().archive_id.state, "draft")

    def test_automatic_not_for_users_and_companies(self):
        self.automatic()
        env = self.env(context=dict(NO_MAIL, allowed_company_ids=self.company_one.ids))
        user = env["res.users"].create(
            {
                "name": "New User",
                "login": "new_user_auto",
                "company_id": self.company_one.id,
                "company_ids": [(6, 0, self.company_one.ids)],
            }
        )
        company = env["res.company"].create({"name": "New Company"})
        self.assertFalse((user.partner_id | company.partner_id).archive_id)
        self.assertNotIn("archive_no_auto_open", user.env.context)
        self.assertNotIn("archive_no_auto_open", company.env.context)
        # The switch is the addon's own: a client's context can't turn the opening off.
        partner = self.env_of("contact_maker", archive_no_auto_open=True)["res.partner"].create({"name": "Auto"})
        self.assertTrue(partner.sudo().archive_id)

    def test_automatic_of_the_customers_own_company(self):
        self.automatic()
        self.user["clerk"].company_ids += self.company_two
        env = self.env_of("clerk", allowed_company_ids=(self.company_two | self.company_one).ids)
        here = env["res.partner"].create({"name": "Here", "company_id": self.company_two.id})
        there = env["res.partner"].create({"name": "There", "company_id": self.company_one.id})
        self.assertFalse(here.archive_id)
        self.assertEqual(there.archive_id.company_id, self.company_one)

    # -- the other way round -------------------------------------------------------------------------------------

    def test_archived_customer_becomes_no_user(self):
        values = {"login": "archived_user", "partner_id": self.archived_person.id}
        group_user, group_portal = self.env.ref("base.group_user"), self.env.ref("base.group_portal")
        with self.refused(ValidationError, self.archived_person.name, "another contact"):
            self.env["res.users"].create({**values, "group_ids": [(6, 0, group_user.ids)]})
        user = self.env["res.users"].create({**values, "group_ids": [(6, 0, group_portal.ids)]})
        self.assertTrue(self.archived_person.partner_share, "customers use the portal")
        with self.refused(ValidationError, self.archived_person.name):
            user.group_ids = group_user
        with self.refused(ValidationError, self.archived_person.name):
            self.user["employee"].partner_id = self.archived_person
        with self.refused(ValidationError, self.archived_person.name):
            group_portal.user_ids -= user
            group_user.user_ids += user

    def test_archived_customer_becomes_no_company(self):
        with self.refused(ValidationError, self.archived.name):
            self.env["res.company"].create({"name": "X", "partner_id": self.archived.id})
        with self.refused(ValidationError, self.archived.name):
            self.company_two.partner_id = self.archived
