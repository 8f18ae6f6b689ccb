"""Marking customers inactive as a proposal: who proposes, who decides (product.md R11)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ROLES, ArchiveCommon

WIZARD = "customer.archive.proposal.inactive"


@tagged("post_install", "-at_install")
class TestProposalInactive(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive.team_id = cls.person_archive.team_id = cls.team_north
        cls.env.flush_all()

    def propose(self, role="clerk", archives=None):
        archives = archives or self.archive
        return self.of(role, archives).propose_inactive("关门了").with_env(self.env)

    def test_proposed_and_accepted(self):
        proposal = self.propose()
        self.assertEqual(self.archive.state, "active")
        line = self.of("leader", proposal.line_ids)
        self.assertEqual((line.label, line.old_text, line.new_text), ("Archive Status", "On File", "Inactive"))
        self.assertTrue(line.is_critical)
        self.assertEqual(proposal.activity_ids.user_id, self.user["leader"])
        self.of("leader", proposal).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual((self.archive.state, proposal.outcome), ("inactive", "accepted"))
        self.assertIn("关门了", self.archive.message_ids[0].body)
        self.assertEqual(self.archive.message_ids[0].author_id, self.user["leader"].partner_id)

    def test_who_proposes(self):
        for role in ROLES:
            with self.subTest(role=role):
                if role in ("clerk", "leader", "management", "archivist", "manager"):
                    proposal = self.propose(role)
                    self.assertEqual(proposal.proposer_id, self.user[role])
                    self.of(role, proposal).action_withdraw()
                else:
                    with self.assertRaises(AccessError):
                        self.propose(role)

    def test_merged_meanwhile(self):
        """Nobody has proposed it of the customer that is left."""
        from ..models.customer_archive_merge_engine import MergeGroup

        kept, gone = self.open(self.companies(2), self.category_company)
        (kept | gone).team_id = self.team_north
        proposal = self.propose(archives=gone)
        group = MergeGroup(kept.partner_id.id, (gone.partner_id.id,))
        record = self.env["customer.archive.merge.engine"]._merge([group])
        self.env.invalidate_all()
        with self.refused(UserError, "Nothing of the proposal"):
            self.of("leader", proposal).action_accept_all()
        with self.refused(UserError, "can't be changed any more"):
            self.of("leader", proposal.line_ids).action_accept()
        self.assertEqual(kept.state, "active")
        self.of("leader", self.propose(archives=kept).line_ids).action_accept()  # of that customer, on purpose
        self.env.invalidate_all()
        self.assertEqual(kept.state, "inactive")
        record._undo()
        self.env.invalidate_all()
        self.of("leader", proposal).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual(gone.state, "inactive")

    def test_who_decides(self):
        proposal = self.propose("management")
        for role in ROLES:
            if role in ("leader", "archivist", "manager"):
                continue
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.of(role, proposal.line_ids).action_accept()
        self.of("archivist", proposal.line_ids)._refuse("还有订单")
        self.assertEqual((self.archive.state, proposal.outcome), ("active", "refused"))
        mine = self.propose("leader")
        with self.refused(AccessError, "own proposal"):
            self.of("leader", mine.line_ids).action_accept()
        self.of("manager", mine.line_ids).action_accept()
        self.assertEqual(self.archive.state, "inactive")

    def test_reason_and_only_once(self):
        for reason in (None, "", "  ", 5):
            with self.refused(UserError, "reason"):
                self.of("clerk", self.archive).propose_inactive(reason)
        proposal = self.propose()
        with self.refused(UserError, proposal.name):
            self.propose("management")
        self.of("archivist", self.person_archive).action_deactivate("x")
        with self.refused(UserError, "not in use"):
            self.propose(archives=self.person_archive)

    def test_overtaken(self):
        proposal = self.propose()
        self.of("archivist", self.archive).action_deactivate("x")
        self.env.invalidate_all()
        self.assertEqual(proposal.line_ids.status, "gone")
        with self.refused(UserError, "no longer in use"):
            self.of("manager", proposal.line_ids).action_accept()

    def test_dialog_for_many(self):
        env = self.env_of("clerk", active_model="res.partner", active_ids=(self.archived | self.archived_person).ids)
        dialog = env[WIZARD].create({"reason": "没有来往"})
        self.assertEqual(set(dialog.archive_ids.ids), set((self.archive | self.person_archive).ids))
        dialog.action_propose()
        found = self.env["customer.archive.proposal.line"].search([("operation", "=", "deactivate")])
        self.assertEqual(found.proposal_id.archive_id, self.archive | self.person_archive)
        with self.refused(UserError, "has no archive"):
            self.env_of("clerk", active_model="res.partner", active_ids=self.person.ids)[WIZARD].create({})
        action = self.of("clerk", self.archive).action_ask_propose_inactive()
        self.assertEqual(action["res_model"], WIZARD)

    def test_dialog_of_others(self):
        dialog = self.env_of("clerk")[WIZARD].create({"archive_ids": [(6, 0, self.archive.ids)], "reason": "x"})
        for role in ("colleague", "leader", "archivist"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.of(role, dialog).action_propose()
        with self.assertRaises(AccessError):
            self.env_of("colleague")[WIZARD].create({"archive_ids": [(6, 0, self.archive.ids)], "reason": "x"})
        for role in ROLES:
            has = self.user[role].has_group("customer_archive.group_user")
            self.assertEqual(self.env_of(role)[WIZARD].has_access("create"), has, role)

    def test_nobody_forges_the_step(self):
        for role in ("clerk", "leader", "management", "archivist", "manager"):
            with self.subTest(role=role), self.assertRaises(UserError):
                self.of(role, self.archived).archive_propose({"archive_state": "inactive"}, "x")
