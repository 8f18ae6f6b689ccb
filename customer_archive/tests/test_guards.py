"""Nobody deletes an archived customer by another way (product.md R8); copying a customer copies no archive."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestGuards(ArchiveCommon):
    def test_unlink(self):
        cases = {
            "superuser": self.archived,
            "sudo of a manager": self.of("manager", self.archived).sudo(),
            "manager": self.of("manager", self.archived),
        }
        for case, partner in cases.items():
            with self.subTest(case=case), self.refused(UserError, self.archived.name, "can't be deleted", "inactive"):
                partner.unlink()
        self.assertTrue(self.archived.exists() and self.archive.exists())
        # Who may not see the customer is not told its name; in sudo code, either.
        for partner in (
            self.of("contact_maker", self.archived),
            self.of("contact_maker", self.archived).sudo(),
            self.of("sysop", self.archived),
            self.of("clerk", self.archived),
        ):
            with self.refused(UserError) as caught:
                partner.unlink()
            if partner.env.user != self.user["clerk"]:
                self.assertNotIn(self.archived.name, str(caught.exception))

    def test_one_archived_in_a_selection_keeps_all(self):
        selection = self.customer | self.archived
        with self.refused(UserError, self.archived.name):
            selection.unlink()
        self.assertEqual(len(selection.exists()), 2)

    def test_after_every_state(self):
        self.archive._governed().write({"state": "inactive"})
        self.archived.active = False
        with self.refused(UserError):
            self.archived.unlink()

    def test_customers_without_archive_are_deleted_as_usual(self):
        company = self.companies(1)
        self.env["customer.archive.preference"].create({"partner_id": company.id, "subject": "x"})
        company.unlink()
        self.assertFalse(company.exists())

    def test_contacts_of_an_archived_customer_are_deleted_by_who_may_change_it(self):
        contact = self.partner(name="C", parent_id=self.archived.id)
        for role in ("contact_maker", "sysop"):
            with self.refused(AccessError):
                self.of(role, contact).unlink()
        self.of("manager", contact).unlink()
        self.assertFalse(contact.exists())

    def test_archiving_in_bulk_is_allowed(self):
        partners = self.archived | self.archived_person | self.customer
        self.of("clerk", partners).action_archive()
        self.assertEqual(partners.mapped("active"), [False] * 3)
        self.assertEqual(self.archive.partner_id, self.archived)
        self.of("clerk", partners).action_unarchive()
        self.assertEqual(self.archive.state, "active")

    def test_data_recycle(self):
        if "data_recycle.model" not in self.env:
            self.skipTest("data_recycle is not installed")
        victim = self.companies(1, ref="RECYCLE")
        self.archived.ref = "RECYCLE"
        partners = self.env["ir.model"]._get("res.partner")
        rule = self.env["data_recycle.model"].create(
            {
                "name": "Recycle",
                "res_model_id": partners.id,
                "recycle_action": "unlink",
                "recycle_mode": "automatic",
                "time_field_id": self.env["ir.model.fields"]._get("res.partner", "create_date").id,
                "time_field_delta": 0,
                "time_field_delta_unit": "days",
                "domain": "[('ref', '=', 'RECYCLE')]",
            }
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET create_date = '2001-01-01' WHERE ref = 'RECYCLE'")
        self.env.invalidate_all()
        with self.refused(UserError, self.archived.name):
            rule._recycle_records()
        self.assertTrue(self.archived.exists() and victim.exists())
        rule.recycle_mode = "manual"
        rule._recycle_records()
        records = self.env["data_recycle.record"].search([("recycle_model_id", "=", rule.id)])
        self.assertEqual(set(records.mapped("res_id")), {victim.id, self.archived.id})
        with self.refused(UserError, self.archived.name):
            records.action_validate()

    def test_privacy_lookup(self):
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("privacy_lookup is not installed")
        self.archived_person.email = "wangfang@example.com"
        self.env.flush_all()
        admin = self.env(user=self.env.ref("base.user_admin"), context={"lang": "en_US"})
        wizard = admin["privacy.lookup.wizard"].create({"name": "王芳", "email": "wangfang@example.com"})
        wizard.action_lookup()
        line = wizard.line_ids.filtered(
            lambda line: line.res_model == "res.partner" and line.res_id == self.archived_person.id
        )
        self.assertTrue(line)
        with self.refused(UserError, self.archived_person.name):
            line.action_unlink()
        self.assertFalse(
            wizard.line_ids.filtered(lambda line: line.res_model == "customer.archive" and line.has_active)
        )
        line.is_active = False
        line._onchange_is_active()
        self.assertFalse(self.archived_person.active)
        self.assertTrue(self.person_archive.partner_id)

    def test_merge_deletes_no_archive(self):
        before = self.env["customer.archive"].search_count([])
        duplicate = self.companies(1)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.archived | duplicate).ids, self.archived)
        self.assertEqual(self.env["customer.archive"].search_count([]), before)

    def test_archives_and_numbers_in_sudo(self):
        for record in (self.archive, self.archive.number_ids, self.archive.sudo()):
            with self.refused(UserError):
                record.unlink()
        with self.refused(UserError):
            self.archive.copy()

    def test_rows_are_held_by_the_database_too(self):
        """Even plain SQL can't take the customer away under an archive."""
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM res_partner WHERE id = %s", [self.archived.id])

    # -- copies ---------------------------------------------------------------------------------------------------

    def test_copy_by_users_of_the_archive(self):
        self.env["customer.archive.preference"].create({"partner_id": self.archived.id, "subject": "x"})
        self.archived.write({"card_size": "large", "card_source": "visit", "card_group_id": self.customer.id})
        copy = self.of("clerk", self.archived).copy()
        self.assertFalse(copy.archive_id or copy.archive_number or copy.archive_category_id or copy.card_preference_ids)
        self.assertEqual(
            (copy.card_size, copy.card_source, copy.card_group_id.id), ("large", "visit", self.customer.id)
        )
        self.assertEqual(copy.card_relation, "active")
        self.assertEqual(self.of("clerk", self.archived).copy({"card_size": "small"}).card_size, "small")
        self.assertEqual(self.archive.partner_id, self.archived)

    def test_copy_of_a_person_leaves_the_persons_own(self):
        self.archived_person.write({"card_birth_date": "1990-01-01", "card_occupation": "X"})
        copy = self.of("clerk", self.archived_person).copy()
        self.assertFalse(copy.card_birth_date or copy.card_gender or copy.card_preferred_name)
        self.assertEqual(copy.card_occupation, "X")

    def test_copy_by_others(self):
        with self.refused(AccessError):
            self.of("contact_maker", self.archived).copy()
        self.archive._change_level("public", "known to everybody")
        copy = self.of("contact_maker", self.archived).copy().sudo()
        self.assertFalse(copy.card_legal_name or copy.card_relation or copy.archive_id)
        self.assertEqual(copy.phone, self.archived.phone)

    def test_copy_of_several(self):
        copies = self.of("clerk", self.archived | self.customer).copy()
        self.assertEqual(len(copies), 2)
        self.assertEqual(copies[1].card_legal_name, self.customer.card_legal_name)
