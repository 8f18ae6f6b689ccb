"""Key contacts: who decides at the customer (product.md C1)."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestKeyContact(ArchiveCommon):
    def line(self, contact=None, role="clerk", **vals):
        contact = contact or self.contact
        return self.env_of(role)["customer.archive.key.contact"].create(
            {"partner_id": self.customer.id, "contact_id": contact.id, **vals}
        )

    def test_shows_the_persons_own_data(self):
        self.contact.function = "总经理"
        line = self.line()
        self.assertEqual((line.function, line.phone), ("总经理", self.contact.phone))
        self.assertEqual(line.display_name, self.contact.display_name)
        self.assertEqual(self.of("clerk", self.customer).card_key_contact_ids, line)

    def test_each_person_once(self):
        self.line()
        with self.refused(ValidationError, self.contact.name, "listed already"):
            self.line()
        second = self.line(self.other_contact)
        with self.refused(ValidationError, "listed already"):
            second.contact_id = self.contact.id
        with self.refused(ValidationError, "listed already"):
            self.env_of("clerk")["customer.archive.key.contact"].create(
                [{"partner_id": self.archived.id, "contact_id": self.person.id} for _time in range(2)]
            )

    def test_nobody_is_their_own(self):
        with self.refused(ValidationError, self.customer.name, "itself"):
            self.line(self.customer)

    def test_goes_with_the_person(self):
        line = self.line()
        self.contact.unlink()
        self.assertFalse(line.exists())

    def test_counts_in_the_score_as_the_person_goes(self):
        archive = self.open(self.customer, self.category_company)
        self.line()
        self.assertEqual(archive.section_scores["people"], 100)
        self.contact.unlink()
        self.assertEqual(archive.section_scores["people"], 33)

    def test_moves_to_another_customer(self):
        archive = self.open(self.customer, self.category_company)
        line = self.line()
        line.partner_id = self.archived.id
        self.assertEqual((archive.section_scores["people"], self.archive.section_scores["people"]), (33, 66))

    def test_reading_is_for_the_archives_users(self):
        line = self.line()
        for role in ("employee", "contact_maker", "portal"):
            with self.assertRaises(AccessError):
                self.of(role, line).read(["contact_id"])
