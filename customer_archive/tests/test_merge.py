"""Odoo's merge of contacts: one archive goes on, every number and line stays (product.md Q4, R8)."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ArchiveCommon, make_uscc


@tagged("post_install", "-at_install")
class TestMerge(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user["admin"] = cls.env.ref("base.user_admin")
        cls.first, cls.second, cls.third = cls.companies(3, email="same@example.com")

    def merge(self, partners, dst, role="manager"):
        env = self.env_of(role)
        wizard = env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": [(6, 0, partners.ids)], "dst_partner_id": dst.id}
        )
        wizard._merge(partners.ids, wizard.dst_partner_id)  # what is left of Odoo's own way, for code that calls it
        self.env.flush_all()
        self.env.invalidate_all()

    def counted(self):
        """Rows that no merge may lose."""
        return {
            model: self.env[model].search_count([])
            for model in ("customer.archive", "customer.archive.number", "customer.archive.preference")
        }

    def assertAgree(self, partner):
        self.assertEqual(partner.archive_todo["score"], partner.archive_id.completeness)

    def find(self, text):
        return self.env_of("clerk")["res.partner"].search([("display_name", "ilike", text)]).ids

    def test_archive_of_the_destination_goes_on(self):
        archive = self.open(self.first, self.category_company)
        self.env["customer.archive.preference"].create({"partner_id": self.second.id, "subject": "Tea"})
        self.second.write({"city": "深圳市", "vat": make_uscc(40)})
        before = self.counted()
        self.merge(self.first | self.second, self.first)
        self.assertFalse(self.second.exists())
        self.assertEqual((self.first.archive_id, archive.partner_id), (archive, self.first))
        self.assertEqual(self.first.card_preference_ids.mapped("subject"), ["Tea"])
        self.assertEqual(self.first.city, "深圳市")
        self.assertEqual(self.counted(), before)
        self.assertAgree(self.first)

    def test_archive_of_the_source_moves(self):
        archive = self.open(self.second, self.category_company)
        number = archive.number
        self.merge(self.first | self.second, self.first)
        self.assertEqual((self.first.archive_id, self.first.archive_number), (archive, number))
        self.assertEqual(self.first.archive_category_id, self.category_company)
        self.assertEqual((archive.state, archive.partner_id), ("active", self.first))
        self.assertIn(self.first.id, self.find(number))
        self.assertAgree(self.first)

    def test_both_have_one(self):
        keep, closed = self.open(self.first, self.category_company), self.open(self.second, self.category_potential)
        numbers = [keep.number, closed.number]
        before = self.counted()
        self.merge(self.first | self.second, self.first)
        self.assertEqual(self.counted(), before)
        self.assertEqual(self.first.archive_id, keep)
        self.assertEqual((closed.state, closed.merged_into_id, closed.partner_id.ids), ("inactive", keep, []))
        self.assertTrue(closed.closed_on)
        self.assertEqual(keep.number, numbers[0])
        self.assertEqual(
            {line.name: line.kind for line in keep.number_ids}, {numbers[0]: "current", numbers[1]: "alias"}
        )
        for number in numbers:
            self.assertIn(self.first.id, self.find(number))
            self.assertEqual(self.env["customer.archive.number"].search([("name", "=", number)]).archive_id, keep)
        self.assertIn(closed.number, keep.message_ids[0].body)
        self.assertAgree(self.first)
        with self.refused(UserError):
            self.of("archivist", closed).write({"box": "B"})
        with self.refused(UserError):
            self.of("archivist", closed).action_reopen("x")

    def test_three_of_which_the_sources_have_archives(self):
        older = self.open(self.second, self.category_company)
        newer = self.open(self.third, self.category_company)
        self.merge(self.first | self.second | self.third, self.first)
        self.assertEqual((self.first.archive_id, newer.merged_into_id), (older, older))
        self.assertEqual(len(older.number_ids), 2)
        self.assertAgree(self.first)

    def test_none_has_one(self):
        self.merge(self.first | self.second, self.first)
        self.assertFalse(self.first.archive_id)

    def test_key_contacts(self):
        Line = self.env["customer.archive.key.contact"]
        same = self.partner(name="Wang", email="w@example.com")
        mine = Line.create({"partner_id": self.first.id, "contact_id": same.id, "role": "buyer"})
        Line.create({"partner_id": self.second.id, "contact_id": same.id, "role": "user"})
        other = Line.create({"partner_id": self.second.id, "contact_id": self.person.id})
        Line.create({"partner_id": self.third.id, "contact_id": self.second.id})  # would be a contact of itself
        self.merge(self.first | self.second | self.third, self.first)
        self.assertEqual(self.first.card_key_contact_ids, mine | other)

    def test_persons_listed_twice_by_another_customer(self):
        Line = self.env["customer.archive.key.contact"]
        one, two = self.partner({"name": "Wang", "email": "w@x.cn"}, {"name": "Wang W", "email": "w@x.cn"})
        lines = Line.create([{"partner_id": self.customer.id, "contact_id": partner.id} for partner in (one, two)])
        self.merge(one | two, one)
        self.assertEqual(self.customer.card_key_contact_ids, lines[0])

    def test_lines_and_contacts_count_in_the_score(self):
        category = self.category()
        for name in ("card_preference_ids", "card_key_contact_ids", "child_ids", "category_id", "city"):
            self.item(category, name)
        archive = self.open(self.first, category)
        self.assertEqual(archive.completeness, 0)
        contact = self.partner(name="C", parent_id=self.second.id)
        self.second.write({"city": "X", "category_id": [(0, 0, {"name": "Tag"})]})
        self.env["customer.archive.preference"].create({"partner_id": self.second.id, "subject": "Tea"})
        self.env["customer.archive.key.contact"].create({"partner_id": self.second.id, "contact_id": contact.id})
        self.merge(self.first | self.second, self.first)
        self.assertAgree(self.first)
        self.assertGreaterEqual(archive.completeness, 80)

    def test_references_of_the_card_follow(self):
        self.customer.card_group_id = self.second
        preference = self.env["customer.archive.preference"].create(
            {"partner_id": self.customer.id, "subject": "x", "said_by_id": self.second.id}
        )
        self.merge(self.first | self.second, self.first)
        self.assertEqual((self.customer.card_group_id, preference.said_by_id), (self.first, self.first))

    def test_users_and_companies_get_no_archive(self):
        self.open(self.first, self.category_company)
        internal = self.user["employee"].partner_id
        for partner in (internal, self.company_two.partner_id):
            partner.email = self.first.email
            for dst in (partner, self.first):
                # By an administrator: others may not even touch a user's contact.
                with self.subTest(partner=partner.name, dst=dst.name), self.refused(UserError, self.first.name):
                    self.merge(self.first | partner, dst, role="admin")
        self.assertTrue(self.first.exists().archive_id)

    def test_kinds_that_do_not_fit(self):
        archive = self.open(self.first, self.category_company)
        person = self.partner(name="P", email=self.first.email)
        with self.refused(ValidationError, archive.category_id.display_name):
            self.merge(self.first | person, person)
        self.assertEqual(archive.partner_id, self.first)

    def test_wrong_values_of_the_source(self):
        self.open(self.first, self.category_company)
        self.second.phone = "12"
        with self.refused(ValidationError, "Phone", "12"):
            self.merge(self.first | self.second, self.first)
        self.assertTrue(self.second.exists())

    def test_by_an_employee_without_archives(self):
        """Whoever may not change a customer can't merge it; nothing of it is told."""
        self.open(self.second, self.category_company)
        for role in ("contact_maker", "colleague", "sysop"):
            with self.refused(AccessError) as caught:
                self.merge(self.first | self.second, self.first, role=role)
            self.assertNotIn(self.second.name, str(caught.exception))
