"""What was filed in an archive that became part of another one: who reaches it, who is reminded of it."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .reminders import TODAY, ReminderCase


@tagged("post_install", "-at_install")
class TestItemsMerged(ReminderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.partner(name="同仁堂（重复）", is_company=True, user_id=cls.user["colleague"].id)
        cls.open(cls.twin, cls.category_company)
        cls.merged = cls.twin.archive_id
        cls.line = cls.env["customer.archive.contact.log"].create({"archive_id": cls.merged.id, "subject": "Price"})
        cls.contract = cls.env["customer.archive.document"].create(
            {
                "archive_id": cls.merged.id,
                "type_id": cls.env.ref("customer_archive.document_type_contract").id,
                "name": "合同",
                "valid_until": TODAY + timedelta(days=7),
                "user_id": cls.user["colleague"].id,
            }
        )
        cls.contract.message_subscribe(cls.user["colleague"].partner_id.ids)
        cls.twin.message_subscribe(cls.user["colleague"].partner_id.ids)
        cls.contract.action_put_in_force()
        cls.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (cls.twin | cls.archived).ids, dst_partner=cls.archived
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    def reach(self, role):
        items = (self.line, self.contract, self.merged)
        return [self.of(role, item).with_context(active_test=False).has_access("read") for item in items]

    def test_the_new_owner_reaches_it_and_the_former_one_does_not(self):
        self.assertEqual(self.merged.merged_into_id, self.archive)
        self.assertEqual((self.reach("clerk"), self.reach("colleague")), ([True] * 3, [False] * 3))
        self.assertNotIn(self.user["colleague"].partner_id, self.contract.message_partner_ids)
        self.assertNotIn(self.user["colleague"].partner_id, self.archived.message_partner_ids)
        with self.refused(AccessError):
            self.of("colleague", self.line).write({"summary": "x"})
        clerk = self.user["clerk"].partner_id
        self.contract.message_subscribe(clerk.ids)
        file = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"x", "res_model": self.line._name, "res_id": self.line.id}
        )
        file.generate_access_token()
        self.archive._reassign_rows(self.user["colleague"], "Leaves")
        self.env.invalidate_all()
        self.assertEqual((self.reach("clerk"), self.reach("colleague")), ([False] * 3, [True] * 3))
        self.assertEqual(self.contract.user_id, self.user["colleague"])
        self.assertNotIn(clerk, self.contract.message_partner_ids)
        self.assertFalse(file.access_token)

    def test_the_level_follows(self):
        self.assertEqual(self.reach("management"), [True] * 3)
        self.archive.sudo()._change_level("core", "Test")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((self.merged.level, self.reach("management")), ("core", [False] * 3))

    def test_a_running_contract_is_reminded_of(self):
        rule = self.rule(source="contract_end", person="responsible")
        self.contract._governed().user_id = self.user["clerk"]
        self.env.flush_all()
        self.assertEqual(self.told(rule), [(self.archive, -7)])
        self.assertEqual((self.rows(rule).user_id, self.rows(rule).res_id), (self.user["clerk"], self.contract.id))

    def test_corrections_are_written_in_the_archive_that_goes_on(self):
        context = self.of("clerk", self.line).action_correct()["context"]
        correction = self.env_of("clerk")[self.line._name].with_context(**context).create({})
        self.assertEqual((correction.archive_id, correction.corrects_id), (self.archive, self.line))
        titles = [line.get("corrects") for line in self.of("clerk", self.archived).archive_timeline()["lines"]]
        self.assertIn(self.line.item_number, titles)
