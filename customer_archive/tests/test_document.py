"""Documents: numbers, states, renewal, terms that run out (product.md D1, D2)."""

from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .documents import DocumentCase


@tagged("post_install", "-at_install")
class TestDocument(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clock = freeze_time("2026-03-02 04:00:00")
        cls.clock.start()
        cls.addClassCleanup(cls.clock.stop)

    def test_number_at_filing(self):
        self.assertEqual(self.contract.item_number, "0001")
        self.assertEqual(self.contract.item_reference, f"{self.archive.number}-0001")
        first, second = self.document(name="A"), self.document(name="B")
        self.assertFalse(first.item_number or first.item_reference)
        (second | first).action_put_in_force()
        self.assertEqual((second.item_number, first.item_number), ("0002", "0003"))
        other = self.document(self.person_archive)
        other.action_put_in_force()
        self.assertEqual(other.item_number, "0001")
        self.assertEqual(self.env["customer.archive.document"].search([("item_number", "=", "3")]), first)

    def test_form_in_few_fields(self):
        """The clerk picks the archive and writes the title: the rest is there."""
        with Form(self.env_of("clerk")["customer.archive.document"]) as form:
            form.archive_id = self.of("clerk", self.archive)
            form.name = "采购合同"
            form.valid_from = "2026-04-01"
        document = form.record
        self.assertEqual(document.type_id, self.contract_type)
        self.assertEqual(document.user_id, self.user["clerk"])
        self.assertEqual(document.valid_until, date(2027, 3, 31))
        self.assertEqual(document.notice_on, date(2027, 3, 1))
        self.assertFalse(document.place)
        self.archive.write({"box": "B-1", "shelf": "R2"})
        self.assertEqual(document.place, "R2 / B-1")
        document.write({"box": "C-9", "bag": "2"})
        self.assertEqual(document.place, "C-9 / bag 2")

    def test_filing_what_is_over(self):
        old = self.document(valid_from="2020-01-01", valid_until="2020-12-31")
        old.action_put_in_force()
        self.assertEqual(old.state, "expired")

    def test_what_filing_needs(self):
        with self.refused(UserError, "files only"):
            self.document(original="electronic").action_put_in_force()
        with self.refused(UserError, "renews itself"):
            self.document(renewal="automatic").action_put_in_force()

    def test_steps(self):
        clerk = self.of("clerk", self.contract)
        with self.refused(UserError, "not possible"):
            clerk.action_put_in_force()
        with self.refused(UserError, "in force"):
            clerk.action_close()
        for reason in (None, " ", 5):
            with self.refused(UserError, "reason is needed"):
                clerk.action_terminate(reason)
        with self.refused(UserError, "no date"):
            clerk.action_terminate("x", "never")
        with self.refused(UserError, "terminated today"):
            clerk.action_terminate("x", "2027-01-01")
        clerk.action_terminate("Agreed", "2026-02-01")
        self.assertEqual((self.contract.state, self.contract.ended_on), ("terminated", date(2026, 2, 1)))
        clerk.action_close()
        self.assertEqual(self.contract.state, "closed")
        with self.refused(AccessError, "archivist"):
            clerk.action_reset_to_draft("Wrong")
        with self.refused(UserError, "is concluded"):
            self.upload(clerk, b"late")
        self.of("archivist", self.contract).action_reset_to_draft("Wrong")
        self.assertEqual((self.contract.state, self.contract.item_number), ("draft", "0001"))
        with self.refused(UserError, "can't be deleted"):
            self.contract.unlink()
        self.contract.action_put_in_force()
        self.assertEqual(self.contract.item_number, "0001", "it keeps its number")

    def test_letters_are_closed_at_once(self):
        letter = self.document(type_id=self.letter_type.id)
        letter.action_put_in_force()
        self.of("clerk", letter).action_close()
        self.assertEqual(letter.state, "closed")

    # -- renewal --------------------------------------------------------------------------------------------

    def test_renewal(self):
        contract = self.document(valid_from="2025-04-01", valid_until="2026-03-31", amount=500, contract_number="A-1")
        contract.write({"party_ids": [(4, self.archived_person.id)]})
        contract.action_put_in_force()
        action = self.of("clerk", contract).action_renew()
        follower = contract.browse(action["res_id"])
        self.assertEqual(
            (follower.state, follower.valid_from, follower.valid_until, follower.amount, follower.contract_number),
            ("draft", date(2026, 4, 1), date(2027, 3, 31), 500, False),
        )
        self.assertEqual((follower.renews_id, follower.party_ids), (contract, self.archived_person))
        self.assertTrue(contract.is_renewed)
        again = self.of("clerk", contract).action_renew()
        self.assertEqual(again["res_id"], follower.id, "a second click opens what is there")
        with self.refused(AccessError):
            self.of("management", contract).action_renew()
        # As another connection at the same time would do it.
        with mute_logger("odoo.sql_db"), self.refused(IntegrityError, "one_follower"):
            follower.copy()._governed().write({"renews_id": contract.id})

    def test_renewal_of_other_periods(self):
        for first, last, begin, end in (
            ("2026-01-01", "2026-01-31", date(2026, 2, 1), date(2026, 2, 28)),
            ("2026-01-01", "2026-01-10", date(2026, 1, 11), date(2026, 1, 20)),
            ("2024-03-01", "2026-02-28", date(2026, 3, 1), date(2028, 2, 29)),
        ):
            contract = self.document(valid_from=first, valid_until=last)
            contract.action_put_in_force()
            follower = contract.browse(contract.action_renew()["res_id"])
            self.assertEqual((follower.valid_from, follower.valid_until), (begin, end))

    def test_renewal_after_a_merge(self):
        """What was filed in an archive that became part of another one stays workable; new ones go there."""
        contract = self.document(self.person_archive, valid_from="2025-04-01", valid_until="2026-03-31")
        contract.action_put_in_force()
        twin = self.partner(name="王芳（重复）")
        survivor = self.open(twin, self.category_person)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.archived_person | twin).ids, dst_partner=twin
        )
        self.assertEqual(self.person_archive.merged_into_id, survivor)
        self.assertEqual(contract.archive_id, self.person_archive)
        self.assertFalse(contract.partner_id)
        self.env.invalidate_all()
        self.assertEqual(survivor.document_count, 1)
        self.assertEqual(contract.search(survivor.action_view_documents()["domain"]), contract)
        follower = contract.browse(self.of("archivist", contract).action_renew()["res_id"])
        self.assertEqual(follower.archive_id, survivor)
        with self.refused(UserError, "file the document there"):
            self.document(self.person_archive)

    # -- terms ----------------------------------------------------------------------------------------------

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_documents_expire").method_direct_trigger()
        self.env.invalidate_all()

    def test_running_out(self):
        ends = self.document(valid_from="2025-01-01", valid_until="2026-03-01")
        today = self.document(valid_from="2025-01-01", valid_until="2026-03-02")
        renews = self.document(valid_from="2025-01-01", valid_until="2026-01-31", renewal="automatic", renewal_months=1)
        noticed = self.document(valid_from="2025-01-01", valid_until="2026-03-01", renewal="automatic")
        everlasting = self.document()
        documents = ends | today | renews | noticed | everlasting
        for document in documents:
            document._governed().write({"state": "in_force"})
        self.of("clerk", noticed).action_give_notice()
        with self.refused(UserError, "needs no notice"):
            self.of("clerk", ends).action_give_notice()
        self.run_cron()
        self.assertEqual([d.state for d in documents], ["expired", "in_force", "in_force", "expired", "in_force"])
        self.assertEqual(renews.valid_until, date(2026, 3, 31))
        self.assertIn("renewed itself", "".join(renews.message_ids.mapped("body")))
        before = renews.message_ids
        self.run_cron()
        self.assertEqual(renews.message_ids, before, "a second run does nothing")

    def test_the_company_s_day(self):
        """At four in the afternoon in London the day is over in China."""
        document = self.document(valid_from="2025-01-01", valid_until="2026-03-02")
        document.action_put_in_force()
        with freeze_time("2026-03-02 15:59:00"):
            self.run_cron()
            self.assertEqual(document.state, "in_force")
        with freeze_time("2026-03-02 16:01:00"):
            self.run_cron()
            self.assertEqual(document.state, "expired")

    def test_queries_of_many(self):
        documents = self.env["customer.archive.document"].create(
            [
                {
                    "archive_id": self.archive.id,
                    "type_id": self.contract_type.id,
                    "name": f"合同{number}",
                    "valid_from": "2025-01-01",
                    "valid_until": "2026-03-01",
                }
                for number in range(60)
            ]
        )
        documents._governed().write({"state": "in_force"})
        self.env.flush_all()
        today = {self.company_one: date(2026, 3, 2)}
        with self.assertQueryCount(12):
            documents._run_out(today)
            self.env.flush_all()

    def test_registers(self):
        licence = self.document(
            type_id=self.env.ref("customer_archive.document_type_licence").id, valid_until="2026-04-01"
        )
        licence.action_put_in_force()
        self.assertEqual(licence.register, "licence")
        self.assertEqual(licence.notice_days, 60)
        found = self.env["customer.archive.document"].search(
            [("register", "=", "licence"), ("archive_id", "=", self.archive.id)]
        )
        self.assertEqual(found, licence)
        groups = self.of("clerk", self.contract).formatted_read_group(
            [("archive_id", "=", self.archive.id)], ["signed_on:year", "register"], ["company_amount:sum"]
        )
        self.assertEqual(sum(group["company_amount:sum"] for group in groups), 1000)

    def test_amounts_in_the_company_s_currency(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        own = self.company_one.currency_id
        if own == usd:
            usd = self.env.ref("base.EUR")
            usd.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": usd.id, "name": "2026-01-01", "rate": 0.5, "company_id": self.company_one.id},
                {"currency_id": own.id, "name": "2026-01-01", "rate": 1, "company_id": self.company_one.id},
            ]
        )
        document = self.document(amount=100, currency_id=usd.id, signed_on="2026-02-01")
        self.assertAlmostEqual(document.company_amount, 200)

    def test_responsible_goes_with_the_customer(self):
        other = self.document(user_id=self.user["leader"].id)
        self.assertEqual(self.contract.user_id, self.user["clerk"])
        self.archive._reassign_rows(self.user["colleague"], "Leaves")
        self.assertEqual(self.contract.user_id, self.user["colleague"])
        self.assertEqual(other.user_id, self.user["leader"])

    def test_types_in_use_stay(self):
        with self.refused(UserError, "Archive the type"):
            self.of("manager", self.contract_type).unlink()
