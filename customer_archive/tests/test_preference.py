"""Needs and preferences: dated, with a source, going stale (product.md C5)."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestPreference(ArchiveCommon):
    def line(self, **vals):
        return self.env_of("clerk")["customer.archive.preference"].create(
            {"partner_id": self.archived.id, "subject": "Tea", **vals}
        )

    def search(self, *domain):
        return self.env_of("clerk")["customer.archive.preference"].search(
            [("partner_id", "=", self.archived.id), *domain]
        )

    @freeze_time("2026-06-01 08:00:00")
    def test_goes_stale_and_is_confirmed(self):
        line = self.line(noted_on="2025-12-01")
        self.assertEqual(line.stale_on, date(2026, 5, 30))
        self.assertTrue(line.is_stale)
        self.assertEqual(self.of("clerk", self.archived).card_stale_preference_count, 1)
        line.action_confirm()
        self.assertEqual((line.confirmed_on, line.is_stale), (date(2026, 6, 1), False))
        self.assertEqual(self.of("clerk", self.archived).card_stale_preference_count, 0)

    @freeze_time("2026-06-01 08:00:00")
    def test_search_for_stale(self):
        self.company_one.archive_preference_days = 180
        stale, fresh = self.line(noted_on="2025-01-01"), self.line(noted_on="2026-05-31")
        never = self.line(noted_on="2025-01-01")
        never.stale_on = False
        today = self.line(noted_on="2026-05-31", stale_on="2026-06-01")
        self.assertTrue(today.is_stale)
        self.assertEqual(
            self.search(("is_stale", "=", True)),
            (today | stale).sorted(lambda line: (line.noted_on, line.id), reverse=True),
        )
        self.assertEqual(set(self.search(("is_stale", "=", False)).ids), {fresh.id, never.id})
        self.assertEqual(set(self.search(("is_stale", "!=", True)).ids), {fresh.id, never.id})
        self.assertEqual(
            set(self.search(("is_stale", "in", [True, False])).ids), {stale.id, fresh.id, never.id, today.id}
        )
        found = self.env_of("clerk")["res.partner"].search([("card_preference_ids.is_stale", "=", True)])
        self.assertIn(self.archived.id, found.ids)

    def test_never_stale(self):
        self.company_one.archive_preference_days = 0
        self.assertFalse(self.line(noted_on="2001-01-01").is_stale)

    @freeze_time("2026-06-01 08:00:00")
    def test_dates_that_cannot_be(self):
        for vals, word in (
            ({"noted_on": "2026-06-02"}, "future"),
            ({"noted_on": "2026-05-01", "confirmed_on": "2026-06-02"}, "future"),
            ({"noted_on": "2026-05-02", "confirmed_on": "2026-05-01"}, "before"),
        ):
            with self.subTest(vals=vals), self.refused(ValidationError, "Tea", word):
                self.line(**vals)

    def test_counts_in_the_score(self):
        before = self.archive.completeness
        line = self.line()
        after = self.archive.completeness
        self.assertGreater(after, before)
        line.partner_id = self.archived_person.id
        self.assertEqual(self.archive.completeness, before)
        line.unlink()

    def test_lines_of_a_customer_one_cannot_see(self):
        self.archived.company_id = self.company_two
        with self.refused(AccessError):
            self.env_of("clerk", allowed_company_ids=self.company_one.ids)["customer.archive.preference"].create(
                {"partner_id": self.archived.id, "subject": "Tea"}
            )
