"""The retention schedule and the clocks (product.md R1-R3)."""

from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..tools.retention import FIELD_GROUPS, Rule, Span, clock_of, whole_archive
from .common import ArchiveCommon


class RetentionCommon(ArchiveCommon):
    """A category with a schedule of its own, and helpers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Line = cls.env["customer.archive.retention.line"]
        cls.Clock = cls.env["customer.archive.retention.clock"]
        cls.triggers = {t.code: t for t in cls.env["customer.archive.retention.trigger"].search([])}

    @classmethod
    def line(cls, category, part="card", codes=("archive_closed",), **vals):
        values = {
            "category_id": category.id,
            "field_group": part,
            "trigger_ids": [(6, 0, [cls.triggers[code].id for code in codes])],
            "citation": "test",
            **vals,
        }
        return cls.Line.create(values)

    def plain_category(self, **vals):
        """A category without the lines of the starter table."""
        category = self.category(**vals)
        self.assertFalse(category.parent_id)
        return category

    def refiled(self, archive, category):
        archive.category_id = category
        return archive

    def clock(self, archive, part="card"):
        return self.Clock.search([("archive_id", "=", archive.id), ("field_group", "=", part)])


@tagged("post_install", "-at_install")
class TestSchedule(RetentionCommon):
    def test_starter_table_is_valid(self):
        lines = self.env["customer.archive.retention.line"].with_context(active_test=False).search([])
        self.assertGreater(len(lines), 10)
        lines._check_faults()
        mandates = self.env["customer.archive.mandate"].search([])
        self.assertTrue(all("counsel" in mandate.note for mandate in mandates))

    def test_shorter_than_the_law(self):
        mandate = self.env.ref("customer_archive.mandate_archives_10")
        with self.refused(ValidationError, "10 years", "at least"):
            self.line(self.plain_category(), minimum=9, mandate_id=mandate.id)
        with self.refused(ValidationError, "at least"):
            self.line(self.plain_category(), minimum=119, minimum_unit="months", mandate_id=mandate.id)
        self.line(self.plain_category(), minimum=120, minimum_unit="months", mandate_id=mandate.id)

    def test_maximum_before_minimum_needs_sealing(self):
        with self.refused(ValidationError, "Seal in Between"):
            self.line(self.plain_category(), minimum=10, maximum=3, seals=False)
        self.line(self.plain_category(), minimum=10, maximum=3, seals=True)

    def test_persons_need_an_end_or_a_law(self):
        category = self.plain_category(applies_to="person")
        with self.refused(ValidationError, "data of persons", "19"):
            self.line(category, minimum=3, citation=False)
        with self.refused(ValidationError, "data of persons"):
            self.line(self.plain_category(), "identity", minimum=3, citation=False)
        self.line(category, minimum=3, maximum=5, citation=False)

    def test_empty_and_endless(self):
        with self.refused(ValidationError, "says no time"):
            self.line(self.plain_category())
        with self.refused(ValidationError, "no times"):
            self.line(self.plain_category(), action="keep", minimum=3)
        with self.refused(ValidationError, "from when"):
            self.line(self.plain_category(), codes=(), minimum=3)
        with self.refused(ValidationError, "100 years"):
            self.line(self.plain_category(), minimum=101)

    def test_mandate_change_looks_at_its_lines(self):
        mandate = self.env["customer.archive.mandate"].create({"law": "Test", "minimum": 5})
        self.line(self.plain_category(), minimum=5, mandate_id=mandate.id)
        with self.refused(ValidationError, "at least"):
            mandate.minimum = 6
        with self.refused(UserError, "Archive it"):
            mandate.unlink()

    def test_inheritance(self):
        schedule = self.Line._schedule()
        root = schedule[self.category_root.id]
        self.assertEqual(schedule[self.category_company.id], root)
        self.assertNotEqual(schedule[self.category_key.id]["card"], root["card"])
        self.assertEqual(schedule[self.category_key.id]["logs"], root["logs"])

    def test_copy_of_a_line(self):
        line = self.line(self.plain_category(), minimum=1)
        other = self.plain_category()
        copied = line.copy({"category_id": other.id})
        self.assertEqual(copied.trigger_ids, line.trigger_ids)


@tagged("post_install", "-at_install")
class TestClocks(RetentionCommon):
    def test_starts_and_stops(self):
        archive = self.refiled(self.archive, self.plain_category())
        self.line(archive.category_id, minimum=2, maximum=5)
        self.assertFalse(self.clock(archive).started_on)
        self.assertFalse(archive.retention_minimum_on)
        archive.action_deactivate("over")
        closed = archive.closed_on
        self.assertEqual(self.clock(archive).started_on, closed)
        self.assertEqual(archive.retention_minimum_on, Span(2, "years").after(closed))
        self.assertEqual(archive.retention_maximum_on, Span(5, "years").after(closed))
        archive.action_reopen("again")
        self.assertFalse(self.clock(archive).started_on)
        archive.action_deactivate("over")
        self.assertEqual(archive.retention_event_ids.sorted("id").mapped("kind"), ["started", "stopped", "restarted"])

    def test_like_the_pure_arithmetic(self):
        """SQL and tools/retention.py say the same, for lines of all kinds."""
        facts = {"relation_ended": date(2024, 2, 29), "archive_closed": date(2025, 8, 31), "consent_withdrawn": None}
        self.archived.write({"card_relation": "ended", "card_relation_since": facts["relation_ended"]})
        self.archive._governed().write({"state": "inactive", "closed_on": facts["archive_closed"]})
        codes = ("relation_ended", "archive_closed", "consent_withdrawn")
        parts = list(FIELD_GROUPS)
        cases = [
            {"combine": combine, "codes": codes[:count], "minimum": low, "maximum": high, "unit": unit, "seals": seals}
            for combine in ("earliest", "latest", "all")
            for count in (1, 2, 3)
            for low, high, unit, seals in ((3, 0, "years", True), (0, 1, "months", False), (18, 6, "months", True))
        ]
        for start in range(0, len(cases), len(parts)):
            category = self.plain_category()
            pairs = []
            for part, case in zip(parts, cases[start : start + len(parts)], strict=False):
                self.line(
                    category,
                    part,
                    case["codes"],
                    combine=case["combine"],
                    minimum=case["minimum"],
                    minimum_unit=case["unit"],
                    maximum=case["maximum"],
                    maximum_unit=case["unit"],
                    seals=case["seals"],
                )
                low, high = (Span(case[name], case["unit"]) if case[name] else None for name in ("minimum", "maximum"))
                rule = Rule(tuple(sorted(case["codes"])), case["combine"], low, high, False, case["seals"])
                pairs.append((part, rule, clock_of(rule, facts)))
            self.refiled(self.archive, category)
            for part, rule, wanted in pairs:
                found = self.clock(self.archive, part)
                self.assertEqual(
                    (
                        found.started_on or None,
                        found.minimum_on or None,
                        found.maximum_on or None,
                        found.seal_on or None,
                    ),
                    tuple(wanted),
                    (part, rule),
                )
            whole = whole_archive([(rule, wanted) for _part, rule, wanted in pairs])
            archive = self.archive
            self.assertEqual(
                (
                    archive.retention_minimum_on or None,
                    archive.retention_maximum_on or None,
                    archive.retention_seal_on or None,
                ),
                whole,
            )

    def test_all_at_once_is_the_same(self):
        """The nightly run writes what the single archive's does, and nothing the second time."""
        (self.archive | self.person_archive).action_deactivate("over")
        self.env.flush_all()
        before = self._clocks()
        self.assertTrue(before)
        self.env.cr.execute("DELETE FROM customer_archive_retention_clock")
        self.env.cr.execute("UPDATE customer_archive SET retention_minimum_on = NULL, retention_keep = NULL")
        self.env.invalidate_all()
        progress = []
        self.env["customer.archive"]._set_all_clocks(lambda *args, **kw: progress.append(args) or 60)
        self.assertEqual(self._clocks(), before)
        self.assertTrue(self.archive.retention_minimum_on)
        stamp = self._row_versions()
        self.env["customer.archive"]._set_all_clocks(lambda *args, **kw: 60)
        self.assertEqual(self._row_versions(), stamp, "an unchanged run writes nothing")

    def _clocks(self):
        clocks = self.Clock.search([("archive_id", "in", (self.archive | self.person_archive).ids)])
        return {(c.archive_id, c.field_group, c.line_id, c.started_on, c.minimum_on, c.maximum_on) for c in clocks}

    def _row_versions(self):
        self.env.cr.execute("SELECT id, ctid FROM customer_archive_retention_clock ORDER BY id")
        clocks = self.env.cr.fetchall()
        self.env.cr.execute("SELECT id, ctid FROM customer_archive ORDER BY id")
        return clocks, self.env.cr.fetchall()

    def test_kept_for_ever(self):
        archive = self.refiled(self.archive, self.category_key)
        self.assertTrue(archive.retention_keep)
        archive.action_deactivate("over")
        self.assertFalse(archive.retention_minimum_on)
        self.assertEqual(archive.retention_text, "Kept for ever")

    def test_no_schedule_is_never_due(self):
        archive = self.refiled(self.archive, self.plain_category())
        archive.action_deactivate("over")
        self.assertFalse(archive.clock_ids)
        self.assertFalse(archive.retention_minimum_on)

    def test_facts_of_logs_and_contracts(self):
        log = self.env["customer.archive.contact.log"].create(
            {"archive_id": self.archive.id, "subject": "x", "begin_at": "2020-01-01 20:00:00"}
        )
        self.archive._set_clocks()
        self.assertEqual(log.archive_id, self.archive)
        category = self.plain_category()
        self.line(category, "logs", ("last_contact",), minimum=1)
        self.refiled(self.archive, category)
        # The company is in China: it is the next day there already.
        self.assertEqual(self.clock(self.archive, "logs").started_on, date(2020, 1, 2))

    def test_candidates_and_extension(self):
        archive = self.refiled(self.archive, self.plain_category())
        self.line(archive.category_id, minimum=1, citation="decision 7")
        archive._governed().write({"state": "inactive", "closed_on": "2020-01-01"})
        candidates = self.env["customer.archive"]._retention_candidates()
        self.assertIn(archive, candidates)
        self.assertIn("decision 7", archive._retention_basis()[archive.id])
        self.assertIn("at least 1 year", archive._retention_period_text()[archive.id])
        with self.refused(UserError, "can't end before"):
            archive._extend_retention(date(2020, 6, 1), "x")
        archive._extend_retention(date(2099, 1, 1), "research")
        self.assertEqual(archive.retention_minimum_on, date(2099, 1, 1))
        self.assertNotIn(archive, self.env["customer.archive"]._retention_candidates())

    def test_nobody_writes_them(self):
        for field, value in (("retention_minimum_on", "2020-01-01"), ("retention_keep", True), ("hold_stamp", 5)):
            with self.refused(UserError, "can't be changed directly"):
                self.of("archivist", self.archive).write({field: value})

    def test_company_of_the_other(self):
        other = self.partner(name="二公司客户", is_company=True, user_id=self.user["clerk_two"].id)
        archive = other.with_company(self.company_two).archive_open(self.category_company)
        archive._governed().write({"state": "inactive", "closed_on": "1990-01-01"})
        env = self.env_of("archivist")
        self.assertFalse(env["customer.archive.retention.clock"].search([("archive_id", "=", archive.id)]))
        self.assertNotIn(archive.id, env["customer.archive"]._retention_candidates().ids)
