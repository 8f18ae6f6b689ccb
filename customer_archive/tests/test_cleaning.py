"""Cleaning in batches: found, decided, applied in sets, undone; who may do what (product.md Q6)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import customer_archive_cleaning
from .common import ROLES, ArchiveCommon, make_uscc

LINE = "customer.archive.cleaning.line"


class CleaningCommon(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls.category(name="Plain")
        cls.item(cls.plain, "phone", check_kind="phone", check_severity="warn")
        cls.item(cls.plain, "vat", check_kind="uscc", check_severity="score", needs_approval=True)
        cls.one, cls.two, cls.three, cls.secret, cls.south = cls.open(
            cls.partner(
                {"name": "清理一", "phone": "138OO138001"},
                {"name": "清理二", "phone": "138OO138002"},
                {"name": "清理三", "phone": "138OO138003"},
                {"name": "清理密", "phone": "138OO138004"},
                {"name": "清理南", "phone": "138OO138005", "user_id": cls.user["colleague"].id},
            ),
            cls.plain,
        )
        (cls.one | cls.two | cls.three | cls.secret).team_id = cls.team_north
        cls.south.team_id = cls.team_south
        cls.secret._change_level("secret", "Test")
        cls.all = cls.one | cls.two | cls.three | cls.secret | cls.south
        cls.rule = cls.env["customer.archive.quality.rule"].create(
            {"name": "Phones", "check": "invalid", "remedy": "correct", "category_ids": cls.plain.ids}
        )
        cls.cleaning = cls.find(cls.rule)
        cls.env.flush_all()

    @classmethod
    def find(cls, *rules, company=None):
        rules = cls.env["customer.archive.quality.rule"].union(*rules)
        cleaning = cls.env["customer.archive.cleaning"]._start(company or cls.company_one, rules)
        while cleaning._find_some():
            pass
        return cleaning

    def a_rule(self, check, **vals):
        values = {"name": check, "check": check, "category_ids": self.plain.ids, **vals}
        return self.env["customer.archive.quality.rule"].create(values)

    def lines(self, cleaning=None, archives=None):
        domain = [("cleaning_id", "=", (cleaning or self.cleaning).id)]
        if archives is not None:
            domain.append(("archive_id", "in", archives.ids))
        return self.env[LINE].search(domain)

    def states(self, cleaning=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return {line.archive_id: line.state for line in self.lines(cleaning)}

    def accept(self, *archives, role="archivist", cleaning=None):
        archives = self.env["customer.archive"].union(*archives) or None
        self.of(role, self.lines(cleaning, archives)).action_accept()

    def apply(self, role="archivist", cleaning=None):
        self.of(role, cleaning or self.cleaning).action_apply()
        return self.states(cleaning)

    def undo(self, role="archivist", cleaning=None):
        self.of(role, cleaning or self.cleaning).action_undo()
        return self.states(cleaning)

    def phone(self, archive):
        self.env.invalidate_all()
        return archive.partner_id.phone


@tagged("post_install", "-at_install")
class TestCleaning(CleaningCommon):
    def test_found(self):
        self.assertEqual(self.cleaning.state, "review")
        self.assertEqual(set(self.lines().archive_id), set(self.all))
        line = self.of("archivist", self.lines(archives=self.one))
        self.assertEqual((line.old_text, line.new_text, line.remedy), ("138OO138001", "13800138001", "correct"))
        self.assertEqual(line.label, "Phone")
        self.assertEqual(self.phone(self.one), "138OO138001")  # nothing is changed yet

    def test_not_found_twice(self):
        self.assertEqual(self.find(self.rule).state, "nothing")
        self.of("archivist", self.lines(archives=self.one)).action_refuse()
        self.assertFalse(self.lines(self.find(self.rule)))  # refused: remembered
        self.one.partner_id.phone = "138OO138009"
        self.assertEqual(self.lines(self.find(self.rule)).archive_id, self.one)  # another value

    def test_applied_as_by_hand(self):
        self.accept(self.one, self.two)
        before = {archive: archive.completeness for archive in self.one | self.two}
        keys = self.env["customer.archive.match.key"].sudo()
        self.env.flush_all()
        self.env.cr.execute("SELECT count(*) FROM customer_archive_match_changed")
        states = self.apply()
        self.assertEqual((states[self.one], states[self.two], states[self.three]), ("done", "done", "open"))
        self.assertEqual(self.phone(self.one), "13800138001")
        self.assertEqual(self.phone(self.three), "138OO138003")
        for archive in self.one | self.two:
            self.assertFalse(archive.fault_ids)
            self.assertGreater(archive.completeness, before[archive])
            self.assertEqual(
                archive.partner_id.phone_sanitized, "+8613800138001" if archive == self.one else "+8613800138002"
            )
            self.assertIn("Corrected by the cleaning", archive.message_ids[0].body)
            self.assertNotIn("8001", archive.message_ids[0].body)
        # Stored beside: as if every one of them had been written by hand.
        partners = (self.one | self.two).partner_id
        self.env.cr.execute("SELECT id, archive_search_key FROM res_partner WHERE id = ANY(%s)", [partners.ids])
        stored = dict(self.env.cr.fetchall())
        kept = keys.search([("partner_id", "in", partners.ids)]).ids
        partners._archive_match_refresh()
        self.assertEqual(keys.search([("partner_id", "in", partners.ids)]).ids, kept)
        for partner in partners:
            self.assertEqual(partner._archive_build_search_key(), stored[partner.id])
        self.assertEqual(self.one.partner_id.write_uid, self.user["archivist"])
        self.assertEqual(self.cleaning.state, "applied")
        self.assertEqual(self.cleaning.undo_until, self.company_one._archive_today() + timedelta(days=30))

    def test_overtaken(self):
        self.accept(self.one, self.two)
        self.one.partner_id.phone = "13900139001"
        self.two.action_deactivate("x")
        states = self.apply()
        self.assertEqual((states[self.one], states[self.two]), ("overtaken", "overtaken"))
        self.assertEqual(self.phone(self.one), "13900139001")
        line = self.lines(archives=self.one)
        self.assertIn("changed meanwhile", line.note)

    def test_typed_value(self):
        line = self.of("clerk", self.lines(archives=self.one))
        line.new_text = " 139 0013 9001 "
        line.action_accept()
        self.apply()
        self.assertEqual(self.phone(self.one), "139 0013 9001")

    def test_typed_value_that_is_refused(self):
        """One line that a blocking check refuses leaves the others done, and nothing of itself."""
        item = self.plain.item_ids.filtered(lambda item: item.field_id.name == "phone")
        item.check_severity = "block"
        line = self.of("clerk", self.lines(archives=self.one))
        line.new_text = "12"
        self.accept(self.one, self.two, self.three)
        states = self.apply()
        self.assertEqual((states[self.one], states[self.two], states[self.three]), ("failed", "done", "done"))
        self.assertEqual(self.phone(self.one), "138OO138001")
        self.assertIn("Phone", self.lines(archives=self.one).note)
        # It can be mended and accepted again.
        line = self.of("clerk", self.lines(archives=self.one))
        line.new_text = "13900139001"
        self.accept(self.one)
        self.assertEqual(self.apply()[self.one], "done")

    def test_no_value_to_type(self):
        rule = self.a_rule("test_data", words="清理一\n清理二", remedy="inactive")
        cleaning = self.find(rule)
        line = self.of("clerk", self.lines(cleaning, self.one))
        line.new_text = "正名"  # somebody knows the customer's name: a correction
        self.assertEqual(line.remedy, "correct")
        line.new_text = ""
        self.assertEqual(line.remedy, "verify")
        stale = self.lines(self.find(self.stale_rule()), self.one)
        with self.refused(UserError, "can't be typed here"):
            self.of("clerk", stale).new_text = "x"

    def stale_rule(self):
        self.all._governed().opened_on = fields.Date.subtract(fields.Date.today(), months=30)
        self.plain.verification_months = "0"
        return self.a_rule("stale", months=24)

    def test_critical_becomes_a_proposal(self):
        code = make_uscc(31)
        self.one.partner_id.write({"vat": code[:8] + code[8:].replace("0", "O", 1)})
        cleaning = self.find(self.rule)
        self.accept(self.one, cleaning=cleaning)
        self.assertEqual(self.apply(cleaning=cleaning)[self.one], "proposed")
        line = self.lines(cleaning, self.one)
        self.assertNotEqual(self.one.partner_id.vat, code)
        self.assertEqual(line.proposal_id.proposer_id, self.user["archivist"])
        self.assertEqual(line.proposal_id.line_ids.field_name, "vat")
        # Undoing withdraws it, as long as nobody has decided.
        self.assertEqual(self.undo(cleaning=cleaning)[self.one], "undone")
        self.assertEqual(line.proposal_id.outcome, "withdrawn")

    def test_decided_proposal_is_kept(self):
        code = make_uscc(31)
        self.one.partner_id.write({"vat": code[:8] + code[8:].replace("0", "O", 1)})
        cleaning = self.find(self.rule)
        self.accept(self.one, cleaning=cleaning)
        self.apply(cleaning=cleaning)
        self.of("leader", self.lines(cleaning, self.one).proposal_id).action_accept_all()
        self.assertEqual(self.undo(cleaning=cleaning)[self.one], "kept")
        self.assertEqual(self.one.partner_id.vat, code)

    def test_undo(self):
        self.accept(self.one, self.two, self.three)
        self.apply()
        self.two.partner_id.phone = "13900139002"
        states = self.undo()
        self.assertEqual((states[self.one], states[self.two], states[self.three]), ("undone", "kept", "undone"))
        self.assertEqual(self.phone(self.one), "138OO138001")
        self.assertEqual(self.phone(self.two), "13900139002")
        self.assertTrue(self.one.fault_ids)
        self.assertEqual(self.cleaning.state, "undone")
        with self.refused(UserError, "undone already"):
            self.of("archivist", self.cleaning).action_undo()

    def test_term_of_the_undo(self):
        self.accept(self.one)
        self.apply()
        self.cleaning.undo_until = self.company_one._archive_today() - timedelta(days=1)
        with self.refused(UserError, "could be undone until"):
            self.of("archivist", self.cleaning).action_undo()
        self.assertFalse(self.cleaning.can_undo)

    def test_undo_of_what_is_closed(self):
        self.accept(self.one, self.two)
        self.apply()
        self.one.action_deactivate("x")
        self.assertEqual(self.undo(), {**self.states(), self.one: "kept", self.two: "undone"})
        self.assertEqual(self.phone(self.one), "13800138001")

    def test_mark_inactive(self):
        rule = self.a_rule("test_data", words="清理一\n清理二\n清理三", remedy="inactive")
        cleaning = self.find(rule)
        self.accept(cleaning=cleaning)
        self.apply(cleaning=cleaning)
        self.assertEqual(set((self.one | self.two | self.three).mapped("state")), {"inactive"})
        self.assertIn("test_data", self.one.message_ids[0].body)
        self.two.action_reopen("mistake")
        states = self.undo(cleaning=cleaning)
        self.assertEqual(states, {self.one: "undone", self.two: "kept", self.three: "undone"})
        self.assertEqual((self.one.state, self.one.closed_on), ("active", False))

    def test_send_to_verification(self):
        cleaning = self.find(self.stale_rule())
        self.accept(self.one, self.two, cleaning=cleaning)
        self.apply(cleaning=cleaning)
        today = self.company_one._archive_today()
        self.assertEqual((self.one.next_verification_on, self.one.verification_due), (today, "this_week"))
        self.two.verification_own_on = today + timedelta(days=3)
        # It is not found again while it waits.
        self.assertNotIn(self.one, self.lines(self.find(cleaning.rule_ids)).archive_id)
        states = self.undo(cleaning=cleaning)
        self.assertEqual((states[self.one], states[self.two]), ("undone", "kept"))
        self.assertFalse(self.one.verification_own_on)

    def test_two_lines_of_one_field(self):
        other = self.a_rule("invalid", remedy="correct", sequence=99)
        self.assertEqual(self.lines(self.find(other), self.one).new_text, "13800138001")
        cleaning = self.find(self.a_rule("invalid", remedy="correct"), self.a_rule("invalid", remedy="correct"))
        self.accept(self.one, cleaning=cleaning)
        self.of("archivist", cleaning).action_apply()
        self.env.invalidate_all()
        self.assertEqual(set(self.lines(cleaning, self.one).mapped("state")), {"done", "overtaken"})
        self.of("archivist", cleaning).action_undo()
        self.assertEqual(self.phone(self.one), "138OO138001")

    def test_what_hangs_on_a_customer(self):
        """Addresses reach contacts, names reach bank accounts: these go as by hand."""
        company = self.open(self.partner(name="ＡＢＣ公司", is_company=True, zip="５18000", street="路"), self.plain)
        child = self.partner(name="联系人", parent_id=company.partner_id.id)
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "6222020200112233445", "partner_id": company.partner_id.id, "acc_holder_name": "ＡＢＣ公司"}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET name = 'ＡＢＣ公司', zip = '５18000' WHERE id = %s", [company.partner_id.id]
        )
        self.env.cr.execute("UPDATE res_partner_bank SET acc_holder_name = 'ＡＢＣ公司' WHERE id = %s", [bank.id])
        self.env.invalidate_all()
        cleaning = self.find(self.a_rule("writing", remedy="correct"))
        self.assertEqual(len(self.lines(cleaning, company)), 2)
        self.accept(company, cleaning=cleaning, role="manager")
        self.of("manager", cleaning).action_apply()  # who may change bank accounts
        self.env.invalidate_all()
        self.assertEqual([line.note for line in self.lines(cleaning, company)], [False, False])
        self.assertEqual((company.partner_id.name, company.partner_id.zip), ("ABC公司", "518000"))
        self.assertEqual((child.zip, bank.acc_holder_name), ("518000", "ABC公司"))
        self.assertEqual(child.complete_name, "ABC公司, 联系人")

    def test_merged_meanwhile(self):
        from ..models.customer_archive_merge_engine import MergeGroup

        self.accept(self.one, self.two)
        self.env["customer.archive.merge.engine"]._merge(
            [MergeGroup(self.two.partner_id.id, (self.one.partner_id.id,))]
        )
        states = self.apply()
        self.assertEqual((states[self.one], states[self.two]), ("overtaken", "done"))

    def test_in_the_background(self):
        self.accept(self.one, self.two, self.three)
        cron = self.env.ref("customer_archive.ir_cron_cleaning")
        with patch.object(customer_archive_cleaning, "AT_ONCE", 1), patch.object(customer_archive_cleaning, "CHUNK", 2):
            self.of("archivist", self.cleaning).action_apply()
            self.env.invalidate_all()
            self.assertEqual((self.cleaning.job, self.phone(self.one)), ("apply", "138OO138001"))
            with self.refused(UserError, "in the background"):
                self.of("archivist", self.cleaning).action_undo()
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.cleaning.job)
        self.assertEqual(self.phone(self.one), "13800138001")
        self.assertEqual(self.one.partner_id.write_uid, self.user["archivist"])

    def test_button_and_cron_find(self):
        self.of("archivist", self.cleaning).action_cancel()
        self.env_of("archivist")["customer.archive.cleaning"].action_start()
        with self.refused(UserError, "already"):
            self.env_of("archivist")["customer.archive.cleaning"].action_start()
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_cleaning").method_direct_trigger()
        self.env.invalidate_all()
        newest = self.env["customer.archive.cleaning"].search([("company_id", "=", self.company_one.id)], limit=1)
        self.assertIn(newest.state, ("review", "nothing"))
        self.assertEqual((newest.job, newest.progress), (False, 100))
        self.assertEqual(newest.user_id, self.user["archivist"])

    def test_every_month_where_nothing_waits(self):
        self.env["customer.archive.cleaning"]._cron_start()
        self.assertFalse(
            self.env["customer.archive.cleaning"].search(
                [("company_id", "=", self.company_one.id), ("id", ">", self.cleaning.id)]
            )
        )

    def test_statements(self):
        """Thirty more lines cost no more statements but those of the histories."""
        archives = self.open(
            self.partner(*({"name": f"批量{n}", "phone": f"138OO1390{n:02d}"} for n in range(40))), self.plain
        )
        cleaning = self.find(self.rule)
        counts = []
        for some in (archives[:5], archives[5:]):
            self.accept(some, cleaning=cleaning)
            lines = self.of("archivist", self.lines(cleaning, some))
            lines.mapped("state")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            lines._apply_safely()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 30)

    # -- who may do what ------------------------------------------------------------------------------------------

    def test_who_sees_which_lines(self):
        seen = {
            "clerk": self.one | self.two | self.three | self.secret,
            "colleague": self.south,
            "leader": self.one | self.two | self.three | self.secret,
            "archivist": self.one | self.two | self.three | self.south,
            "manager": self.one | self.two | self.three | self.south,
        }
        empty = self.env["customer.archive"]
        for role in ROLES:
            lines = self.env_of(role)[LINE]
            with self.subTest(role=role):
                if not lines.has_access("read"):
                    self.assertNotIn(role, seen)
                    with self.assertRaises(AccessError):
                        lines.search([]).read(["rule_id"])
                    continue
                found = lines.search([("cleaning_id", "=", self.cleaning.id)]).archive_id
                self.assertEqual(set(found.ids), set(seen.get(role, empty).ids))

    def test_counts_tell_nothing_of_the_others(self):
        cleaning = self.of("archivist", self.cleaning)
        self.assertEqual((cleaning.line_count, cleaning.open_count), (4, 4))
        self.clear("archivist", "secret")
        self.assertEqual(self.of("archivist", self.cleaning).line_count, 5)

    def test_cleared_archivists_only(self):
        """What this archivist is not cleared for waits for one who is."""
        self.accept(self.secret, role="clerk")
        with self.refused(UserError, "Nothing is accepted"):
            self.of("archivist", self.cleaning).action_apply()
        with self.assertRaises(AccessError):
            self.of("archivist", self.lines(archives=self.secret)).action_refuse()
        self.clear("archivist", "secret")
        self.assertEqual(self.apply()[self.secret], "done")
        self.assertEqual(self.phone(self.secret), "13800138004")

    def test_who_decides(self):
        line = self.lines(archives=self.one)
        for role in ROLES:
            mine = self.of(role, line)
            with self.subTest(role=role):
                if role in ("clerk", "leader", "archivist", "manager"):
                    mine.action_accept()
                    mine.action_refuse()
                else:
                    for step in (mine.action_accept, mine.action_refuse):
                        with self.assertRaises(AccessError):
                            step()

    def test_loans_and_others_read_nothing(self):
        self.env["customer.archive.loan"]
        for role in ("service", "management", "colleague"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.of(role, self.lines(archives=self.one)).read(["old_text"])

    def test_who_runs_applies_undoes(self):
        self.accept(self.one)
        for role in ROLES:
            if role in ("archivist", "manager"):
                continue
            mine = self.of(role, self.cleaning)
            with self.subTest(role=role):
                for step in (
                    mine.action_apply,
                    mine.action_undo,
                    mine.action_cancel,
                    mine.action_accept_all,
                    mine.action_refuse_rest,
                    mine.action_start if role != "archivist_two" else mine.action_apply,
                    lambda mine=mine: mine.read(["name"]),
                    lambda mine=mine: mine.write({"state": "undone"}),
                    lambda mine=mine: mine.create({"company_id": self.company_one.id}),
                    lambda mine=mine: mine.unlink(),
                ):
                    with self.assertRaises(AccessError):
                        step()
        self.assertEqual(self.apply("manager")[self.one], "done")

    def test_nobody_forges_lines(self):
        line = self.lines(archives=self.one)
        for role in ("clerk", "leader", "archivist", "manager"):
            mine = self.of(role, line)
            with self.subTest(role=role):
                for name, value in (
                    ("state", "done"),
                    ("new_value", {"value": "1"}),
                    ("archive_id", self.two.id),
                    ("remedy", "inactive"),
                    ("decided_by_id", self.user["clerk"].id),
                ):
                    with self.assertRaises(UserError):
                        mine.write({name: value})
                    with self.assertRaises(UserError):
                        mine.with_context(archive_governed=True).write({name: value})
                for step in (
                    lambda mine=mine: mine.create(
                        {"cleaning_id": self.cleaning.id, "archive_id": self.one.id, "rule_id": self.rule.id}
                    ),
                    lambda mine=mine: mine.unlink(),
                    lambda mine=mine: mine.read(["old_value"]),
                    lambda mine=mine: mine.search([("new_value", "!=", False)]),
                ):
                    with self.assertRaises(AccessError):
                        step()
                with self.refused(UserError):
                    mine.copy()

    def test_forged_value(self):
        line = self.of("clerk", self.lines(archives=self.one))
        with self.assertRaises(AccessError):
            self.of("colleague", line).new_text = "1"
        self.apply_and_close(line)
        with self.refused(UserError, "can't be decided any more"):
            line.new_text = "13900139001"
        with self.refused(UserError, "can't be decided any more"):
            line.action_refuse()

    def apply_and_close(self, line):
        line.action_accept()
        self.apply()
        line.invalidate_recordset()

    def test_another_company(self):
        other = self.partner(name="二公司客户", phone="138OO138006", user_id=self.user["clerk_two"].id)
        archive = other.with_company(self.company_two).archive_open(self.plain).with_env(self.env)
        cleaning = self.find(self.rule, company=self.company_two)
        self.assertEqual(self.lines(cleaning).archive_id, archive)
        self.assertNotIn(archive, self.lines(self.cleaning).archive_id)
        for role in ("archivist", "clerk", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.of(role, self.lines(cleaning)).action_accept()
        self.accept(role="clerk_two", cleaning=cleaning)
        self.assertEqual(self.apply("archivist_two", cleaning)[archive], "done")

    def test_register_stays(self):
        with self.refused(UserError, "register"):
            self.cleaning.unlink()
        with self.refused(UserError, "register"):
            self.lines().unlink()
        with self.refused(UserError, "duplicated"):
            self.cleaning.copy()

    def test_discarded(self):
        self.of("archivist", self.cleaning).action_cancel()
        self.assertEqual(set(self.states().values()), {"refused"})
        with self.refused(UserError, "not open for this"):
            self.of("archivist", self.cleaning).action_apply()

    def test_archive_shows_its_lines(self):
        archive = self.of("clerk", self.one)
        self.assertEqual(archive.cleaning_count, 1)
        action = archive.action_view_cleanings()
        self.assertEqual(self.env_of("clerk")[LINE].search(action["domain"]).archive_id.ids, self.one.ids)
        self.assertEqual(self.of("management", self.one).cleaning_count, 0)
