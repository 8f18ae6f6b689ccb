"""What happens to a cleaning while and after it is applied: undone in part, other languages, archived scopes (Q6)."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..models import customer_archive_cleaning
from .test_cleaning import CleaningCommon


@tagged("post_install", "-at_install")
class TestCleaningMeanwhile(CleaningCommon):
    def test_undecided_lines_of_an_undone_cleaning(self):
        """They can't be decided any more, so the next cleaning finds the same again."""
        self.accept(self.one)
        self.apply()
        self.accept(self.three)
        states = self.undo()
        self.assertEqual(self.cleaning.state, "undone")
        self.assertEqual(states[self.one], "undone")
        self.assertEqual({states[archive] for archive in self.all - self.one}, {"overtaken"})
        self.assertIn("undone before", self.lines(archives=self.two).note)
        self.assertEqual(set(self.lines(self.find(self.rule)).archive_id), set(self.all))

    def test_closed_once_more_since(self):
        """The archive was opened again and closed for another reason: that is not undone."""
        cleaning = self.find(self.a_rule("test_data", words="清理一", remedy="inactive"))
        self.accept(cleaning=cleaning)
        self.apply(cleaning=cleaning)
        self.one.action_reopen("mistake")
        self.one.action_deactivate("The company is bankrupt")
        self.one._governed().closed_on += timedelta(days=3)
        self.assertEqual(self.undo(cleaning=cleaning)[self.one], "kept")
        self.assertEqual(self.one.state, "inactive")

    def test_language_of_the_background(self):
        """Notes and histories are in the language of whoever pressed the button."""
        self.user["archivist"].lang = "zh_CN"
        self.accept(self.one, self.two)
        self.one.partner_id.phone = "13900139001"
        with patch.object(customer_archive_cleaning, "AT_ONCE", 1), self.enter_registry_test_mode():
            self.of("archivist", self.cleaning).action_apply()
            self.env.ref("customer_archive.ir_cron_cleaning").method_direct_trigger()
        self.env.invalidate_all()
        self.assertIn("未作处理", self.lines(archives=self.one).note)
        self.assertIn("更正", self.two.message_ids[0].body)

    def test_rule_for_an_archived_category(self):
        """It stays a rule for that category, and is none for all."""
        other = self.open(self.partner(name="清理一"), self.category(name="Other"))
        rule = self.a_rule("test_data", words="清理一", remedy="inactive")
        self.plain.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.lines(self.find(rule)).archive_id
        self.assertIn(self.one, found)
        self.assertNotIn(other, found)
