"""Two users at once on real connections: what both change is changed once, and nobody's view is left behind."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..tools.access import rank_of
from .at_once import MARK, AtOnceCase, both_ways


@tagged("post_install", "-at_install")
class TestAccessAtOnce(AtOnceCase):
    """The table of protected contacts is right, whichever of two transactions comes first (A1)."""

    def adding(self, parent_id, name="archivist"):
        return name, lambda env: env["res.partner"].create({"name": "Contact", "parent_id": parent_id}).id

    def opening(self, partner_id):
        return "archivist", lambda env: env["res.partner"].browse(partner_id).archive_open(self.category_id).id

    def reassigning(self, archive_id):
        user = self.uid["colleague"]
        return "leader", lambda env: (
            env["customer.archive"].browse(archive_id)._reassign(env["res.users"].browse(user), "Leaves").ids
        )

    def raising(self, archive_id):
        return "archivist", lambda env: env["customer.archive"].browse(archive_id)._change_level("secret", "Tender")

    def moving(self, contact_id, parent_id):
        return "archivist", lambda env: env["res.partner"].browse(contact_id).write({"parent_id": parent_id})

    def assert_second_was_right(self, outcome):
        """The later one was refused by the database, and tried again with success; nothing differs."""
        self.assertEqual((outcome.error, outcome.tries), ("", 2))
        with self.superuser() as env:
            self.assertEqual(env["customer.archive.access"]._differences(), [])

    def assert_below(self, archive_id, partner_id):
        """All below the customer are protected as its archive is now."""
        with self.superuser() as env:
            archive = env["customer.archive"].browse(archive_id)
            below = env["res.partner"].search([("id", "child_of", partner_id)])
            rows = env["customer.archive.access"].search([("partner_id", "in", below.ids)])
            self.assertGreater(len(below), 1)
            self.assertEqual(rows.partner_id, below)
            self.assertEqual(rows.archive_id, archive)
            self.assertEqual(set(rows.mapped("owner_id")), {archive.owner_id.id})
            self.assertEqual(set(rows.mapped("team_id")), {archive.team_id.id})
            self.assertEqual(set(rows.mapped("rank")), {rank_of(archive.level)})

    def check_both_orders(self, way, prepare):
        """Each of the two steps first. ``prepare()``: (id of the customer, of its archive or None, the two steps)."""
        archive_ids = []
        for first in (0, 1):
            with self.subTest(first=first):
                partner_id, archive_id, steps = prepare()
                outcome = way(steps[first], steps[1 - first])
                self.assert_second_was_right(outcome)
                archive_id = archive_id or self.look("res.partner", partner_id, "archive_id")[0]
                self.assert_below(archive_id, partner_id)
                archive_ids.append(archive_id)
        return archive_ids

    @both_ways
    def test_contact_is_added_while_the_account_manager_changes(self, way):
        def prepare():
            partner_id, archive_id = self.customer()
            return partner_id, archive_id, (self.adding(partner_id), self.reassigning(archive_id))

        for archive_id in self.check_both_orders(way, prepare):
            self.assertEqual(self.look("customer.archive", archive_id, "owner_id"), (self.uid["colleague"],))

    @both_ways
    def test_contact_is_added_while_the_level_changes(self, way):
        def prepare():
            partner_id, archive_id = self.customer()
            return partner_id, archive_id, (self.adding(partner_id, "clerk"), self.raising(archive_id))

        for archive_id in self.check_both_orders(way, prepare):
            self.assertEqual(self.look("customer.archive", archive_id, "level"), ("secret",))

    @both_ways
    def test_who_loses_the_customer_meanwhile_adds_no_contact(self, way):
        """Tried again, the right is asked for again: archivists don't read secret customers."""
        partner_id, archive_id = self.customer()
        outcome = way(self.raising(archive_id), self.adding(partner_id, "archivist"))
        self.assertIn("not open to you", outcome.error)
        with self.superuser() as env:
            self.assertFalse(env["res.partner"].browse(partner_id).child_ids)

    @both_ways
    def test_contact_of_a_contact_is_added_while_the_level_changes(self, way):
        def prepare():
            partner_id, archive_id = self.customer()
            contact_id = self.partner(name="Contact", is_company=False, parent_id=partner_id)
            return partner_id, archive_id, (self.adding(contact_id, "clerk"), self.raising(archive_id))

        self.check_both_orders(way, prepare)

    @both_ways
    def test_contact_is_added_while_the_archive_is_opened(self, way):
        def prepare():
            partner_id = self.partner()
            return partner_id, None, (self.adding(partner_id), self.opening(partner_id))

        self.check_both_orders(way, prepare)

    @both_ways
    def test_contact_of_a_contact_is_added_while_the_archive_is_opened(self, way):
        def prepare():
            partner_id = self.partner()
            contact_id = self.partner(name="Contact", is_company=False, parent_id=partner_id)
            return partner_id, None, (self.adding(contact_id), self.opening(partner_id))

        self.check_both_orders(way, prepare)

    @both_ways
    def test_contact_is_added_to_a_person_who_becomes_a_contact_of_the_customer(self, way):
        def prepare():
            partner_id, archive_id = self.customer()
            person_id = self.partner(name="Person", is_company=False)
            return partner_id, archive_id, (self.adding(person_id), self.moving(person_id, partner_id))

        self.check_both_orders(way, prepare)

    @both_ways
    def test_contact_goes_to_the_customer_while_its_archive_is_opened(self, way):
        def prepare():
            partner_id = self.partner()
            person_id = self.partner(name="Person", is_company=False)
            return partner_id, None, (self.moving(person_id, partner_id), self.opening(partner_id))

        self.check_both_orders(way, prepare)


@tagged("post_install", "-at_install")
class TestStepsAtOnce(AtOnceCase):
    """Proposals, handover lists and loans: of two decisions one stands, and the other user reads which."""

    BUSY = "right now"

    def step(self, name, model, record_id, method, *args):
        return name, lambda env: getattr(env[model].browse(record_id), method)(*args)

    # -- proposals ------------------------------------------------------------------------------------------------

    def proposal(self):
        """A customer, and management's proposal of another city and a new contact."""
        partner_id, _archive_id = self.customer(city="Beijing")
        vals = {"city": "Tianjin", "child_ids": [(0, 0, {"name": "New Contact"})]}
        proposal_id = self.act(
            "management", lambda env: env["res.partner"].browse(partner_id).archive_propose(vals, "Moved").id
        )
        return partner_id, proposal_id

    def accepting(self, name, proposal_id):
        return self.step(name, "customer.archive.proposal", proposal_id, "action_accept_all")

    def refusing(self, name, proposal_id):
        def refuse(env):
            return env["customer.archive.proposal"].browse(proposal_id).line_ids._refuse("Not so")

        return name, refuse

    def assert_proposal(self, partner_id, proposal_id, decider, outcome):
        self.assertEqual(self.look("customer.archive.proposal", proposal_id, "state", "outcome"), ("decided", outcome))
        with self.superuser() as env:
            partner = env["res.partner"].browse(partner_id)
            lines = env["customer.archive.proposal"].browse(proposal_id).line_ids
            self.assertEqual(lines.decided_by_id.id, self.uid[decider])
            accepted = outcome == "accepted"
            self.assertEqual(partner.city, "Tianjin" if accepted else "Beijing")
            self.assertEqual(partner.child_ids.mapped("name"), ["New Contact"] if accepted else [])

    def assert_other_was_told(self, way, outcome, *words):
        """Too late: who decided. While the other one is still at it: that somebody is."""
        for word in words if way.__name__ == "overtaken" else [self.BUSY]:
            self.assertIn(word, outcome.error)

    @both_ways
    def test_two_accept_a_proposal(self, way):
        partner_id, proposal_id = self.proposal()
        outcome = way(self.accepting("archivist", proposal_id), self.accepting("leader", proposal_id))
        self.assert_other_was_told(way, outcome, "closed already", "Archivist")
        self.assert_proposal(partner_id, proposal_id, "archivist", "accepted")

    @both_ways
    def test_one_accepts_and_one_refuses_a_proposal(self, way):
        partner_id, proposal_id = self.proposal()
        outcome = way(self.accepting("leader", proposal_id), self.refusing("clerk", proposal_id))
        self.assert_other_was_told(way, outcome, "closed already", "Leader")
        self.assert_proposal(partner_id, proposal_id, "leader", "accepted")
        partner_id, proposal_id = self.proposal()
        outcome = way(self.refusing("clerk", proposal_id), self.accepting("leader", proposal_id))
        self.assert_other_was_told(way, outcome, "closed already", "Clerk")
        self.assert_proposal(partner_id, proposal_id, "clerk", "refused")

    @both_ways
    def test_two_decide_on_one_of_two_changes(self, way):
        partner_id, proposal_id = self.proposal()

        def accept_city(env):
            lines = env["customer.archive.proposal"].browse(proposal_id).line_ids
            return lines.filtered(lambda line: line.field_name == "city").action_accept()

        outcome = way(("archivist", accept_city), ("leader", accept_city))
        self.assert_other_was_told(way, outcome, "decided already", "Archivist")
        self.assertEqual(self.look("customer.archive.proposal", proposal_id, "state"), ("open",))
        self.assertEqual(self.look("res.partner", partner_id, "city"), ("Tianjin",))

    @both_ways
    def test_proposal_is_accepted_while_its_proposer_withdraws_it(self, way):
        partner_id, proposal_id = self.proposal()
        withdrawing = self.step("management", "customer.archive.proposal", proposal_id, "action_withdraw")
        outcome = way(self.accepting("clerk", proposal_id), withdrawing)
        self.assert_other_was_told(way, outcome, "closed already", "Clerk")
        self.assert_proposal(partner_id, proposal_id, "clerk", "accepted")

    # -- handover lists ---------------------------------------------------------------------------------------------

    def handover(self, signed=False):
        """An archive, and the list by which the clerk hands it over to the colleague."""
        _partner_id, archive_id = self.customer()
        receiver = self.uid["colleague"]

        def prepare(env):
            archives, users = env["customer.archive"].browse(archive_id), env["res.users"]
            return env["customer.archive.handover"]._prepare_lists(archives, users.browse(receiver), "Leaves").id

        handover_id = self.act("clerk", prepare)
        if signed:
            self.act(*self.signing("giver", handover_id))
        return archive_id, handover_id

    def signing(self, part, handover_id, name=None):
        name = name or {"giver": "clerk", "receiver": "colleague"}[part]
        return self.step(name, "customer.archive.handover", handover_id, f"action_sign_{part}")

    def assert_handed_over_once(self, archive_id, handover_id):
        with self.superuser() as env:
            handover = env["customer.archive.handover"].browse(handover_id)
            archive = env["customer.archive"].browse(archive_id)
            self.assertEqual((handover.state, handover.line_ids.result), ("done", "moved"))
            self.assertEqual((handover.giver_signature, handover.receiver_signature), ("Clerk", "Colleague"))
            self.assertEqual(archive.owner_id.id, self.uid["colleague"])
            self.assertEqual(len(archive.message_ids.filtered(lambda message: handover.name in message.body)), 1)
            self.assertEqual(env["customer.archive.access"]._differences(), [])

    @both_ways
    def test_receiver_signs_twice_at_once(self, way):
        archive_id, handover_id = self.handover(signed=True)
        outcome = way(self.signing("receiver", handover_id), self.signing("receiver", handover_id))
        self.assert_other_was_told(way, outcome, "not possible", "Handed over")
        self.assert_handed_over_once(archive_id, handover_id)

    @both_ways
    def test_receiver_signs_while_the_giver_signs(self, way):
        """Nobody takes over what was not given; once it is, the other signature counts as well."""
        archive_id, handover_id = self.handover()
        outcome = way(self.signing("giver", handover_id), self.signing("receiver", handover_id))
        if outcome.error:
            self.assertIn(self.BUSY, outcome.error)
            self.assertEqual(self.look("customer.archive.handover", handover_id, "state"), ("given",))
            self.act(*self.signing("receiver", handover_id))
        self.assert_handed_over_once(archive_id, handover_id)

    @both_ways
    def test_list_is_signed_while_it_is_cancelled(self, way):
        archive_id, handover_id = self.handover(signed=True)
        cancelling = self.step("leader", "customer.archive.handover", handover_id, "action_cancel", "Wrong")
        outcome = way(self.signing("receiver", handover_id), cancelling)
        self.assert_other_was_told(way, outcome, "not possible", "Handed over")
        self.assert_handed_over_once(archive_id, handover_id)

    @both_ways
    def test_list_is_signed_while_the_archive_goes_to_somebody_else(self, way):
        """Whoever comes first has it: the list notes that the archive was no longer the giver's."""
        archive_id, handover_id = self.handover(signed=True)
        other = self.uid["leader"]

        def reassign(env):
            env["customer.archive"].browse(archive_id)._reassign(env["res.users"].browse(other), "Urgent")

        outcome = way(("leader", reassign), self.signing("receiver", handover_id))
        self.assertEqual((outcome.error, outcome.tries), ("", 2))
        self.assertEqual(self.look("customer.archive", archive_id, "owner_id"), (other,))
        with self.superuser() as env:
            handover = env["customer.archive.handover"].browse(handover_id)
            self.assertEqual((handover.state, handover.line_ids.result), ("done", "elsewhere"))

    # -- loans ------------------------------------------------------------------------------------------------------

    def loan(self, archive_id=None, **vals):
        """A request of the employee, or an open loan."""
        archive_id = archive_id or self.customer()[1]
        with self.superuser() as env:
            now = fields.Datetime.now()
            loans = env["customer.archive.loan"]._governed()
            count = loans.search_count([("name", "=like", f"{MARK}-%")])
            values = {
                "name": f"{MARK}-{count + 1}",  # the register's own numbers stay as they are
                "archive_id": archive_id,
                "user_id": self.uid["employee"],
                "purpose": "Visit",
                "wished_due_at": now + timedelta(days=2),
                **vals,
            }
            if values.get("state") == "open":
                values |= {"opened_at": now, "due_at": now + timedelta(days=2)}
            return loans.create(values).id

    def loan_step(self, name, loan_id, method, *args):
        return self.step(name, "customer.archive.loan", loan_id, f"action_{method}", *args)

    def messages_of(self, loan_id, words):
        with self.superuser() as env:
            return len(env["customer.archive.loan"].browse(loan_id).message_ids.filtered(lambda m: words in m.body))

    @both_ways
    def test_two_approve_a_loan(self, way):
        loan_id = self.loan()
        outcome = way(self.loan_step("archivist", loan_id, "approve"), self.loan_step("leader", loan_id, "approve"))
        self.assertEqual(outcome.tries, 2)
        self.assertIn("not possible for the loan", outcome.error)
        self.assertIn("“Lent”", outcome.error)
        self.assertIn("Archivist", outcome.error)
        self.assertEqual(
            self.look("customer.archive.loan", loan_id, "state", "approver_id"), ("open", self.uid["archivist"])
        )

    @both_ways
    def test_one_approves_and_one_refuses_a_loan(self, way):
        loan_id = self.loan()
        outcome = way(
            self.loan_step("archivist", loan_id, "refuse", "No"), self.loan_step("leader", loan_id, "approve")
        )
        self.assertIn("“Refused”", outcome.error)
        self.assertIn("Archivist", outcome.error)
        self.assertEqual(
            self.look("customer.archive.loan", loan_id, "state", "opened_at", "refusal_reason"),
            ("refused", False, "No"),
        )

    @both_ways
    def test_loan_is_approved_while_the_borrower_withdraws_it(self, way):
        cancelling, approving = (("employee", "cancel"), ("leader", "approve"))
        for (first, then), state, words in (
            ((cancelling, approving), "cancelled", "“Cancelled”"),
            ((approving, cancelling), "open", "“Lent”"),
        ):
            with self.subTest(first=first[1]):
                loan_id = self.loan()
                outcome = way(self.loan_step(first[0], loan_id, first[1]), self.loan_step(then[0], loan_id, then[1]))
                self.assertIn(words, outcome.error)
                self.assertEqual(self.look("customer.archive.loan", loan_id, "state"), (state,))

    @both_ways
    def test_the_paper_is_lent_once(self, way):
        archive_id = self.customer()[1]
        one = self.loan(archive_id, kind="paper")
        two = self.loan(archive_id, kind="paper", user_id=self.uid["colleague"])
        outcome = way(self.loan_step("archivist", one, "approve"), self.loan_step("leader", two, "approve"))
        self.assertIn("The paper of this archive is lent already", outcome.error)
        self.assertEqual(self.look("customer.archive.loan", one, "state"), ("open",))
        self.assertEqual(self.look("customer.archive.loan", two, "state"), ("requested",))

    @both_ways
    def test_two_renew_beyond_the_limit(self, way):
        with self.superuser() as env:
            limit = env["customer.archive.policy"]._current().loan_renewals
        due = fields.Datetime.now() + timedelta(days=5)
        loan_id = self.loan(state="open", renewals=limit - 1)
        outcome = way(
            self.loan_step("archivist", loan_id, "renew", due),
            self.loan_step("leader", loan_id, "renew", due + timedelta(days=1)),
        )
        self.assertEqual(outcome.tries, 2)
        self.assertIn("is the limit", outcome.error)
        self.assertEqual(
            self.look("customer.archive.loan", loan_id, "renewals", "due_at"), (limit, due.replace(microsecond=0))
        )

    @both_ways
    def test_loan_is_renewed_while_it_is_given_back(self, way):
        due = fields.Datetime.now() + timedelta(days=5)
        loan_id = self.loan(state="open")
        outcome = way(
            self.loan_step("employee", loan_id, "end_access"), self.loan_step("leader", loan_id, "renew", due)
        )
        self.assertIn("“Returned”", outcome.error)
        self.assertEqual(self.look("customer.archive.loan", loan_id, "state", "renewals"), ("closed", 0))
