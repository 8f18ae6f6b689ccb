"""The chain of a disposal: what each step does, and every refusal of it (product.md R5)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .disposals import DisposalCommon

EXECUTE = "odoo.addons.customer_archive.models.customer_archive_disposal_execute"


@tagged("post_install", "-at_install")
class TestDisposal(DisposalCommon):
    # -- drafting --------------------------------------------------------------------------------------------------

    def test_lines_say_what_is_on_record(self):
        self.archive._governed().write({"box": "B-1"})
        self.make_due(self.archives)
        disposal = self.drafted()
        self.assertRegex(disposal.name, r"^XH-\d{4}-\d{4}$")
        self.assertEqual((disposal.state, disposal.line_count, disposal.company_id), ("draft", 2, self.company_one))
        line = disposal.line_ids.filtered(lambda line: line.archive_id == self.archive)
        self.assertEqual((line.number, line.level, line.year), (self.archive.number, "internal", "2010"))
        self.assertEqual((line.method, line.owner_id), ("erase_paper", self.user["clerk"]))
        self.assertEqual(fields.Date.to_string(line.minimum_on), "2020-01-01")
        self.assertTrue(line.fingerprint and line.period_kept)
        self.assertEqual(disposal.line_ids.mapped("place"), [1, 2])

    def test_only_due_archives_are_listed(self):
        cases = {
            "at least": "UPDATE customer_archive SET retention_minimum_on = '2999-01-01' WHERE id = %s",
            "for ever": "UPDATE customer_archive SET retention_keep = TRUE WHERE id = %s",
            "no retention period": "UPDATE customer_archive SET retention_minimum_on = NULL WHERE id = %s",
            "destroyed": "UPDATE customer_archive SET state = 'destroyed' WHERE id = %s",
        }
        for word, query in cases.items():
            self.make_due(self.archives)
            self.env.cr.execute(query, [self.archive.id])
            self.env.invalidate_all()
            with self.subTest(word), self.refused(UserError, self.archive.number, word):
                self.drafted()

    def test_archive_on_one_open_list_only(self):
        disposal = self.drafted()
        with self.refused(UserError, disposal.name, "already"):
            self.drafted()
        self.of("archivist", disposal).action_cancel("Not now")
        self.assertEqual(self.drafted().line_count, 2)

    def test_held_archives_are_not_listed(self):
        self.hold(self.archive)
        with self.refused(UserError, self.archive.number, "held"):
            self.drafted()

    def hold(self, archives, reason="Lawsuit 42"):
        """As a hold of whatever kind answers."""
        found = {archive.id: [reason] for archive in archives}
        self.patch(
            type(self.env["customer.archive"]),
            "_hold_sentences",
            lambda archives, lock=False: {id_: found[id_] for id_ in archives.ids if id_ in found},
        )

    def test_job_of_the_night_proposes_and_never_approves(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_disposal_propose").method_direct_trigger()
        disposal = self.env["customer.archive.disposal"].search([("company_id", "=", self.company_one.id)])
        self.assertEqual(disposal.line_ids.archive_id & self.archives, self.archives)
        self.assertEqual((disposal.state, disposal.requester_id), ("draft", self.env["res.users"]))
        self.env["customer.archive.disposal"]._cron_propose()
        self.assertEqual(
            self.env["customer.archive.disposal"].search([("company_id", "=", self.company_one.id)]), disposal
        )

    def test_one_list_for_each_company(self):
        other = self.partner(name="乙公司的客户", is_company=True).with_company(self.company_two)
        archive = other.archive_open(self.category_company).with_env(self.env)
        self.make_due(archive)
        lists = self.env["customer.archive.disposal"]._prepare_lists(self.archives | archive)
        self.assertEqual(lists.company_id, self.company_one | self.company_two)
        self.assertEqual(
            self.of("archivist_two", lists).search([]), lists.filtered(lambda r: r.company_id == self.company_two)
        )
        with self.refused(AccessError):
            self.of("archivist_two", lists.filtered(lambda r: r.company_id == self.company_one)).read(["name"])
        with self.refused(AccessError):
            self.env_of("archivist_two")["customer.archive.disposal"]._prepare_lists(
                self.of("archivist_two", self.archives)
            )

    def test_sending_needs_people(self):
        disposal = self.drafted(appraiser_ids=[(6, 0, self.user["appraiser"].ids)])
        with self.refused(UserError, "2 appraisers"):
            self.of("archivist", disposal).action_send_to_appraisal()
        self.of("archivist", disposal).write(
            {"appraiser_ids": [(4, self.user["appraiser_two"].id)], "approver_id": False}
        )
        with self.refused(UserError, "approve"):
            self.of("archivist", disposal).action_send_to_appraisal()
        disposal.write({"approver_id": self.user["management"].id})
        for role in ("clerk", "appraiser", "management", "auditor"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, disposal).action_send_to_appraisal()
        self.of("archivist", disposal).action_send_to_appraisal()
        self.assertEqual((disposal.state, disposal.requester_name), ("appraisal", "Archivist"))
        self.assertEqual(disposal.activity_ids.user_id, self.user["appraiser"] | self.user["appraiser_two"])

    def test_empty_list_is_not_sent(self):
        disposal = self.drafted()
        self.of("archivist", disposal.line_ids).unlink()
        with self.refused(UserError, "no archives"):
            self.of("archivist", disposal).action_send_to_appraisal()

    def test_due_archives_are_added(self):
        disposal = self.env_of("archivist")["customer.archive.disposal"].create({"subject": "New"})
        disposal.action_add_due()
        self.assertEqual(disposal.line_ids.archive_id & self.archives, self.archives)
        with self.refused(UserError, "No further archive"):
            disposal.action_add_due()

    # -- appraisal -------------------------------------------------------------------------------------------------

    def test_one_vote_is_not_enough(self):
        disposal = self.sent()
        self.judge("appraiser", disposal.line_ids)
        with self.refused(UserError, "1 opinions", "2 different appraisers"):
            self.of("archivist", disposal).action_submit()
        self.judge("appraiser_two", disposal.line_ids[0])
        with self.refused(UserError, disposal.line_ids[1].number):
            self.of("archivist", disposal).action_submit()

    def test_nobody_votes_twice(self):
        disposal = self.sent()
        self.judge("appraiser", disposal.line_ids)
        with self.refused(UserError, "one opinion"):
            self.judge("appraiser", disposal.line_ids[0])
        self.of("appraiser", disposal.line_ids[0]).action_take_back()
        self.judge("appraiser", disposal.line_ids[0], "doubt", "Looked again")
        votes = disposal.line_ids[0].vote_ids
        self.assertEqual(votes.mapped("is_void"), [True, False])
        self.assertEqual(votes.mapped("opinion"), ["destroy", "doubt"])

    def test_owner_does_not_judge(self):
        self.user["clerk"].group_ids = [(4, self.env.ref("customer_archive.group_appraiser").id)]
        people = self.user["appraiser"] | self.user["appraiser_two"] | self.user["clerk"]
        disposal = self.sent(appraiser_ids=[(6, 0, people.ids)])
        with self.refused(AccessError, "account manager", "of their own"):
            self.judge("clerk", disposal.line_ids)
        self.assertFalse(any(self.of("clerk", disposal.line_ids).mapped("waits_for_me")))
        # Whoever became it since, neither; nor whoever was it when the list was sent.
        self.archive.partner_id.user_id = self.user["appraiser"]
        with self.refused(AccessError, "account manager"):
            self.judge("appraiser", disposal.line_ids.filtered(lambda line: line.archive_id == self.archive))
        with self.refused(AccessError, "account manager"):
            self.judge("clerk", disposal.line_ids.filtered(lambda line: line.archive_id == self.archive))

    def test_owner_as_one_of_two_appraisers(self):
        self.user["clerk"].group_ids = [(4, self.env.ref("customer_archive.group_appraiser").id)]
        disposal = self.drafted(appraiser_ids=[(6, 0, (self.user["appraiser"] | self.user["clerk"]).ids)])
        with self.refused(UserError, "not its account manager"):
            self.of("archivist", disposal).action_send_to_appraisal()

    def test_only_the_named_judge(self):
        disposal = self.sent()
        for role in ("witness_one", "management", "archivist", "auditor"):
            with self.subTest(role=role), self.refused(AccessError):
                self.judge(role, disposal.line_ids)
        with self.refused(UserError, "reason"):
            self.judge("appraiser", disposal.line_ids, reason=" ")

    def test_what_waits_for_whom(self):
        disposal = self.sent()
        self.judge("appraiser", disposal.line_ids[0])
        for role, count in {"appraiser": 1, "appraiser_two": 2, "witness_one": 0, "archivist": 0}.items():
            lines = self.of(role, disposal.line_ids)
            with self.subTest(role=role):
                self.assertEqual(lines.search_count([("waits_for_me", "=", True)]), count)
        lines = self.of("appraiser", disposal.line_ids)
        self.assertEqual(lines.mapped("waits_for_me"), [False, True])
        self.archive.partner_id.user_id = self.user["appraiser_two"]
        lines = self.of("appraiser_two", disposal.line_ids)
        self.assertEqual(lines.search([("waits_for_me", "=", True)]).archive_id.ids, self.person_archive.ids)

    def test_votes_only_during_the_appraisal(self):
        disposal = self.submitted()
        with self.refused(UserError, "not in appraisal"):
            self.judge("appraiser", disposal.line_ids)
        with self.refused(UserError, "not in appraisal"):
            self.of("appraiser", disposal.line_ids).action_take_back()

    def test_the_most_careful_opinion_counts(self):
        for opinion in ("keep", "transfer", "doubt"):
            disposal = self.sent()
            line = disposal.line_ids[0]
            vals = {"keep_until": "2999-01-01"} if opinion == "keep" else {}
            self.judge("appraiser", line, opinion, "Careful", **vals)
            self.judge("appraiser", disposal.line_ids[1])
            self.judge("appraiser_two", disposal.line_ids)
            self.of("archivist", disposal).action_submit()
            self.assertEqual(disposal.line_ids.mapped("outcome"), [opinion, "destroy"])
            self.of("archivist", disposal).action_cancel("Next case")

    def test_keeping_sets_a_new_period(self):
        disposal = self.sent()
        line = disposal.line_ids.filtered(lambda line: line.archive_id == self.archive)
        for day in ("2019-01-01", "2020-01-01", False):
            with self.subTest(day=day), self.refused(UserError, line.number):
                self.judge("appraiser", line, "keep", "Still needed", keep_until=day)
        self.judge("appraiser", line, "keep", "Still needed", keep_until="2998-01-01")
        self.judge("appraiser", disposal.line_ids - line)
        self.judge("appraiser_two", line, "keep", "Longer", keep_until="2999-01-01")
        self.judge("appraiser_two", disposal.line_ids - line)
        self.of("archivist", disposal).action_submit()
        self.assertEqual(fields.Date.to_string(line.keep_until), "2999-01-01")
        extended = []
        self.patch(
            type(self.env["customer.archive"]),
            "_extend_retention",
            lambda archives, until, reason: extended.append((archives.ids, str(until), reason)),
        )
        self.sign("management", disposal, "approve")
        self.assertEqual([row[:2] for row in extended], [(self.archive.ids, "2999-01-01")])
        self.assertIn("Longer", extended[0][2])
        self.assertEqual(disposal.destroy_count, 1)

    def test_list_on_which_all_is_kept_is_done_when_approved(self):
        disposal = self.sent()
        for role in ("appraiser", "appraiser_two"):
            self.judge(role, disposal.line_ids, "doubt", "Unclear")
        self.of("archivist", disposal).action_submit()
        self.sign("management", disposal, "approve")
        self.assertEqual(disposal.state, "done")
        due = self.env["customer.archive.disposal"]._due_archives(self.company_one)
        self.assertFalse(due & self.archives, "Archives in doubt are not proposed again at once")

    # -- approval --------------------------------------------------------------------------------------------------

    def test_approval_is_of_exactly_this_list(self):
        disposal = self.approved()
        approval = disposal.approval_ids
        self.assertEqual((disposal.state, approval.user_name), ("cooling", "Management"))
        self.assertEqual(approval.list_hash, disposal._current_hash())
        self.assertGreater(disposal.cooling_until, fields.Datetime.now() + timedelta(days=6))

    def test_who_can_not_approve(self):
        disposal = self.submitted()
        for role in ("archivist", "appraiser", "auditor", "clerk"):
            with self.subTest(role=role), self.refused(AccessError):
                self.sign(role, disposal, "approve")
        management = self.env.ref("customer_archive.group_management")
        self.user["archivist"].group_ids = [(4, management.id)]
        with self.refused(AccessError, "requested this list"):
            self.sign("archivist", disposal, "approve")
        self.user["clerk"].group_ids = [(4, management.id)]
        with self.refused(AccessError, "account manager"):
            self.sign("clerk", disposal, "approve")
        self.user["appraiser"].group_ids = [(4, management.id)]
        with self.refused(AccessError, "judged this list"):
            self.sign("appraiser", disposal, "approve")
        self.user["witness_one"].group_ids = [(4, management.id)]
        self.name_witnesses(disposal, first="witness_one")
        with self.refused(AccessError, "named as witness"):
            self.sign("witness_one", disposal, "approve")
        self.assertEqual(disposal.state, "approval")
        self.sign("director_two", disposal, "approve")
        self.assertEqual(disposal.approval_ids.user_id, self.user["director_two"])

    def test_returned_list_is_judged_again(self):
        disposal = self.submitted()
        with self.refused(AccessError):
            self.of("archivist", disposal).action_return("x")
        with self.refused(UserError, "reason"):
            self.of("management", disposal).action_return(" ")
        self.of("management", disposal).action_return("One customer is missing")
        self.assertEqual((disposal.state, disposal.end_reason), ("returned", "One customer is missing"))
        self.of("archivist", disposal).write({"subject": "Corrected"})
        self.of("archivist", disposal).action_send_to_appraisal()
        self.assertEqual(set(disposal.line_ids.vote_ids.mapped("is_void")), {True})
        with self.refused(UserError, "0 opinions"):
            self.of("archivist", disposal).action_submit()

    def test_changed_by_hand_after_the_approval(self):
        disposal = self.ready()
        self.sign("witness_one", disposal, "watch")
        self.of("archivist", disposal.line_ids[0]).write({"remark": "Two folders"})
        self.env.invalidate_all()
        self.assertEqual((disposal.state, disposal.approval_ids.is_void), ("approval", True))
        self.assertFalse(any(disposal.witness_ids.mapped("authenticated_at")))
        with self.refused(UserError, "not possible"):
            self.of("archivist", disposal).action_carry_out()
        self.sign("management", disposal, "approve")
        self.assertEqual(disposal.state, "cooling")

    def test_line_taken_off_after_the_approval(self):
        disposal = self.approved()
        line = disposal.line_ids[0]
        with self.refused(UserError, "reason"):
            self.of("archivist", line).action_take_off("")
        self.of("archivist", line).action_take_off("The customer is back")
        self.env.invalidate_all()
        self.assertEqual((disposal.state, disposal.line_count, line.is_off), ("approval", 1, True))
        self.assertTrue(disposal.approval_ids.is_void)
        self.assertNotIn(line.archive_id.id, line.archive_id._open_disposals())

    def test_changed_in_the_database_after_the_approval(self):
        """Voided, not only refused: an error would take that back."""
        disposal = self.witnessed()
        self.env.cr.execute(
            "UPDATE customer_archive_disposal_line SET basis = 'other' WHERE id = %s", [disposal.line_ids[0].id]
        )
        self.env.invalidate_all()
        answer = self.of("archivist", disposal).action_carry_out()
        self.assertIn("void", answer["params"]["message"])
        self.env.invalidate_all()
        self.assertEqual((disposal.state, disposal.job_state, disposal.approval_ids.is_void), ("approval", False, True))
        self.assertEqual(self.archives.mapped("state"), ["inactive"] * 2)

    def test_changed_while_the_job_waits(self):
        disposal = self.begun()
        self.env.cr.execute(
            "UPDATE customer_archive_disposal_vote SET opinion = 'keep' WHERE id = %s",
            [disposal.line_ids.vote_ids[0].id],
        )
        self.env.invalidate_all()
        with self.engine():
            self.run_job()
        self.assertEqual((disposal.state, disposal.done_count), ("approval", 0))

    # -- cooling-off -----------------------------------------------------------------------------------------------

    def test_nothing_is_destroyed_within_the_cooling_off(self):
        disposal = self.approved()
        self.name_witnesses(disposal)
        with self.refused(UserError, "cooling-off"):
            self.of("archivist", disposal).action_carry_out()
        with self.refused(UserError, "cooling-off"):
            self.sign("witness_one", disposal, "watch")
        disposal._cron_cooling()
        self.assertEqual(disposal.state, "cooling")

    def test_cancelling_within_the_cooling_off(self):
        disposal = self.approved()
        for role in ("clerk", "appraiser", "auditor"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, disposal).action_cancel("x")
        with self.refused(UserError, "reason"):
            self.of("management", disposal).action_cancel("")
        self.of("management", disposal).action_cancel("A claim was raised")
        self.assertEqual((disposal.state, disposal.approval_ids.is_void), ("cancelled", True))
        with self.refused(UserError, "not possible"):
            self.of("archivist", disposal).action_carry_out()

    # -- between approval and destruction --------------------------------------------------------------------------

    def test_hold_placed_after_the_approval(self):
        disposal = self.begun()
        self.hold(self.archive)
        with self.engine():
            self.run_job()
        line = disposal.line_ids.filtered(lambda line: line.archive_id == self.archive)
        self.assertEqual((line.job_state, self.archive.state), ("failed", "inactive"))
        self.assertIn("Lawsuit 42", line.error)
        self.assertEqual(self.person_archive.state, "destroyed", "One that is held does not stop the others")
        self.assertEqual((disposal.state, disposal.job_state), ("execution", "failed"))

    def test_archive_changed_after_it_was_judged(self):
        disposal = self.begun()
        self.env["customer.archive.contact.log"].create({"archive_id": self.archive.id, "subject": "Call"})
        with self.engine():
            self.run_job()
        line = disposal.line_ids.filtered(lambda line: line.archive_id == self.archive)
        self.assertEqual((line.job_state, self.archive.state), ("failed", "inactive"))
        self.assertIn("changed since it was judged", line.error)

    def test_period_that_became_longer_meanwhile(self):
        disposal = self.begun()
        self.make_due(self.archive, "2999-01-01")
        with self.engine():
            self.run_job()
        line = disposal.line_ids.filtered(lambda line: line.archive_id == self.archive)
        self.assertEqual((line.job_state, self.archive.state), ("failed", "inactive"))
        self.assertIn("at least", line.error)

    # -- carrying out ----------------------------------------------------------------------------------------------

    def test_the_whole_chain(self):
        disposal = self.carried_out()
        self.assertEqual((disposal.state, disposal.job_state, disposal.done_count), ("done", "done", 2))
        self.assertEqual(self.archives.mapped("state"), ["destroyed"] * 2)
        entries = self.env["customer.archive.destruction"].search([("disposal_id", "=", disposal.id)])
        self.assertEqual(set(entries.mapped("number")), set(self.archives.mapped("number")))
        self.assertEqual(disposal.line_ids.destruction_id, entries)
        self.assertEqual(entries[0].witnesses, "Witness One, Witness Two")
        self.assertEqual(set(disposal.line_ids.mapped("title")), {"(destroyed)"})

    def test_who_carries_out(self):
        disposal = self.witnessed()
        for role in ("clerk", "appraiser", "witness_one", "management", "auditor"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, disposal).action_carry_out()
        self.of("archivist_too", disposal).action_carry_out()
        with self.refused(UserError, "already"):
            self.of("archivist", disposal).action_carry_out()
        with self.refused(UserError, "begun"):
            self.of("management", disposal).action_cancel("Too late")

    def test_failing_line_does_not_stop_the_others(self):
        disposal = self.begun()
        with self.engine(failing=self.archive), mute_logger(EXECUTE):
            self.run_job()
        line = disposal.line_ids.filtered(lambda line: line.archive_id == self.archive)
        self.assertEqual((line.job_state, line.destruction_id.id), ("failed", False))
        self.assertIn("ValueError", line.error)
        self.assertNotIn("planted", line.error)
        self.assertEqual(disposal.done_count, 1)
        # Tried again, before witnesses who are there again.
        self.env.cr.execute("UPDATE customer_archive_disposal_witness SET authenticated_at = '2020-01-01'")
        self.env.invalidate_all()
        with self.refused(UserError, "has not identified"):
            self.of("archivist", disposal).action_carry_out()
        for role in ("witness_one", "witness_two"):
            self.sign(role, disposal, "watch")
        self.of("archivist", disposal).action_carry_out()
        with self.engine():
            self.run_job()
        self.assertEqual((disposal.state, disposal.done_count), ("done", 2))

    def test_leaving_out_what_failed(self):
        disposal = self.begun()
        with self.engine(failing=self.archive), mute_logger(EXECUTE):
            self.run_job()
        with self.refused(AccessError):
            self.of("management", disposal).action_finish("x")
        with self.refused(UserError, "reason"):
            self.of("archivist", disposal).action_finish("")
        self.of("archivist", disposal).action_finish("Goes on the next list")
        self.env.invalidate_all()
        self.assertEqual((disposal.state, disposal.done_count), ("done", 1))
        self.assertEqual(disposal.line_ids.filtered("left_reason").archive_id, self.archive)
        self.assertFalse(self.archive._open_disposals())

    def test_job_goes_on_after_a_crash(self):
        """What was committed is done; what was not waits, although the list says that it runs."""
        disposal = self.begun()
        disposal._governed().write({"job_state": "running"})
        line = disposal.line_ids[0]
        line._governed().write({"job_state": "running"})
        with self.engine():
            self.run_job()
        self.assertEqual((disposal.state, disposal.done_count), ("done", 2))
        with self.engine():
            self.run_job()
        self.assertEqual(self.env["customer.archive.destruction"].search_count([("disposal_id", "=", disposal.id)]), 2)

    def test_paper(self):
        self.archive._governed().write({"box": "B-1"})
        self.make_due(self.archives)
        disposal = self.carried_out()
        self.assertEqual((disposal.state, disposal.job_state, disposal.paper_state), ("execution", "done", "open"))
        mine = self.of("archivist", disposal)
        with self.refused(UserError, "Enter first"):
            mine.action_paper_done()
        with self.refused(AccessError):
            self.of("management", disposal).write({"paper_place": "x"})
        photo = mine.env["ir.attachment"].create({"name": "photo.png", "raw": b"photo"})
        mine.write(
            {
                "paper_method": "shred",
                "paper_place": "Shenzhen",
                "paper_contractor": "Shredders Ltd, receipt 7",
                "paper_date": "2999-01-01",
                "paper_photo_ids": [(4, photo.id)],
            }
        )
        with self.refused(UserError, "future"):
            mine.action_paper_done()
        mine.paper_date = "2026-01-02"
        mine.action_paper_done()
        self.env.invalidate_all()
        self.assertEqual((disposal.state, disposal.paper_state), ("done", "done"))
        entries = self.env["customer.archive.destruction"].search([("archive_id", "=", self.archive.id)])
        self.assertEqual(set(entries.mapped("kind")), {"data", "paper"})
        paper = entries.filtered(lambda row: row.kind == "paper")._contents()["paper"]
        self.assertEqual((paper["place"], len(paper["photos"])), ("Shenzhen", 1))
        with self.refused(UserError, "fixed"):
            mine.write({"paper_place": "Elsewhere"})

    def test_what_comes_next_is_said(self):
        """In each state, to each role, in one sentence."""
        disposal = self.carried_out()
        for state in ("draft", "appraisal", "approval", "cooling", "execution", "done", "returned", "cancelled"):
            disposal._governed().write({"state": state, "job_state": False})
            self.env.flush_all()
            self.assertTrue(self.of("archivist", disposal).next_step, state)
            self.assertTrue(self.of("archivist", disposal).waiting_for, state)
