"""A cleaning while others work on the same customers, on two real connections (product.md Q6)."""

from odoo.tests import tagged

from .at_once import MARK, AtOnceCase, both_ways

CLEANING = "customer.archive.cleaning"
LINE = "customer.archive.cleaning.line"
RULE = "customer.archive.quality.rule"


@tagged("post_install", "-at_install", "customer_archive_at_once")
class TestCleaningAtOnce(AtOnceCase):
    @classmethod
    def build(cls, env):
        built = super().build(env)
        category = env["customer.archive.category"].browse(cls.category_id)
        values = {"name": MARK, "check": "test_data", "words": MARK, "remedy": "inactive"}
        cls.rule_id = env[RULE].create({**values, "category_ids": category.ids}).id
        return built

    @classmethod
    def _delete_registers(cls, env, partners, users):
        rules = env[RULE].search([("name", "=", MARK)])
        cleanings = env[CLEANING].search([("rule_ids", "in", rules.ids)])
        env.flush_all()
        env.cr.execute("DELETE FROM customer_archive_cleaning_line WHERE cleaning_id = ANY(%s)", [cleanings.ids])
        env.cr.execute("DELETE FROM customer_archive_cleaning WHERE id = ANY(%s)", [cleanings.ids])
        env.invalidate_all()
        rules.unlink()
        return super()._delete_registers(env, partners, users)

    def cleaning(self, accepted=True):
        """(partner id, archive id, cleaning id, line id): the customer's name is to be corrected."""
        partner_id, archive_id = self.customer(name=MARK)
        with self.superuser() as env:
            rule = env[RULE].browse(self.rule_id)
            cleaning = env[CLEANING]._start(env.user.company_id, rule)
            while cleaning._find_some():
                pass
            line = env[LINE].search([("cleaning_id", "=", cleaning.id), ("archive_id", "=", archive_id)])
            line.new_text = "Right Name"
            if accepted:
                line.action_accept()
            return partner_id, archive_id, cleaning.id, line.id

    def apply(self, id_):
        return lambda env: env[CLEANING].browse(id_).action_apply()

    @both_ways
    def test_a_card_that_is_being_changed(self, way):
        partner_id, _archive_id, cleaning_id, line_id = self.cleaning()
        write = ("clerk", lambda env: env["res.partner"].browse(partner_id).write({"name": "Clerk's Name"}))
        outcome = way(write, ("archivist", self.apply(cleaning_id)))
        self.assertFalse(outcome.error)
        self.assertEqual(self.look("res.partner", partner_id, "name"), ("Clerk's Name",))
        self.assertIn(self.look(LINE, line_id, "state")[0], ("overtaken", "failed"))

    @both_ways
    def test_an_archive_that_is_being_closed(self, way):
        partner_id, archive_id, cleaning_id, line_id = self.cleaning()
        close = ("second_archivist", lambda env: env["customer.archive"].browse(archive_id).action_deactivate("x"))
        way(close, ("archivist", self.apply(cleaning_id)))
        self.assertEqual(self.look("res.partner", partner_id, "name"), (MARK,))
        self.assertIn(self.look(LINE, line_id, "state")[0], ("overtaken", "failed"))

    @both_ways
    def test_a_line_that_is_being_refused(self, way):
        partner_id, _archive_id, cleaning_id, line_id = self.cleaning()
        refuse = ("clerk", lambda env: env[LINE].browse(line_id).action_refuse())
        way(refuse, ("archivist", self.apply(cleaning_id)))
        self.assertEqual(self.look(LINE, line_id, "state"), ("refused",))
        self.assertEqual(self.look("res.partner", partner_id, "name"), (MARK,))

    @both_ways
    def test_two_archivists(self, way):
        partner_id, _archive_id, cleaning_id, line_id = self.cleaning()
        outcome = way(("second_archivist", self.apply(cleaning_id)), ("archivist", self.apply(cleaning_id)))
        self.assertTrue(outcome.error)
        self.assertEqual(self.look(LINE, line_id, "state"), ("done",))
        self.assertEqual(self.look("res.partner", partner_id, "name"), ("Right Name",))

    @both_ways
    def test_accepted_and_typed(self, way):
        _partner_id, _archive_id, _cleaning_id, line_id = self.cleaning(accepted=False)
        accept = ("leader", lambda env: env[LINE].browse(line_id).action_accept())
        outcome = way(accept, ("clerk", lambda env: env[LINE].browse(line_id).write({"new_text": "Other"})))
        self.assertIn("can't be decided", outcome.error)
