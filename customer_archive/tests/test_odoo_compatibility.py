"""What other addons may expect of contacts, beside what Odoo's own tests say (script/odoo-tests runs those)."""

from unittest.mock import patch

from odoo.tests import tagged

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestOdooCompatibility(ArchiveCommon):
    def found(self, operator, text):
        Partner = self.env_of("clerk")["res.partner"]
        return Partner.search([("id", "in", (self.person | self.customer).ids), ("display_name", operator, text)])

    def test_names_of_other_addons(self):
        """An addon that has contacts found by one more field is heard: the search key does not have it."""
        Partner = self.env.registry["res.partner"]
        self.person.function = "Beekeeper"
        self.assertFalse(self.found("ilike", "beekeep"))
        with patch.object(Partner, "_rec_names_search", [*Partner._rec_names_search, "function"]):
            self.assertEqual(self.found("ilike", "beekeep").ids, self.person.ids)
            self.assertEqual(self.found("not ilike", "beekeep").ids, self.customer.ids)
            self.assertEqual(self.found("ilike", "zw").ids, self.person.ids, "the key answers as before")

    def test_names_that_no_field_has(self):
        """Without fields to search by, Odoo finds everybody and so keeps many2one fields usable."""
        Partner = self.env.registry["res.partner"]
        with (
            patch.object(Partner, "_rec_name", ""),
            patch.object(Partner, "_rec_names_search", []),
            self.assertLogs("odoo.models", "WARNING"),
        ):
            self.assertEqual(len(self.found("ilike", "nobody")), 2)
