"""Who reads and writes what of retention (“Rights at a glance”: schedule, disposal); the arithmetic behind it."""

import doctest
from datetime import date, timedelta
from itertools import product

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ..tools import access as access_tools
from ..tools import retention
from ..tools.access import CORE, SEALED, Guard, Scope
from ..tools.retention import Span
from .test_hold import HoldCommon

READERS = {"clerk", "colleague", "leader", "service", "management", "archivist", "manager"}
SCHEDULE = READERS | {"appraiser", "auditor"}
KEEPERS = {"archivist", "manager"}
NOBODY = set()
EVERYBODY = SCHEDULE | {"employee", "contact_maker", "security", "sysop"}

# model: (readers, writers, creators, deleters)
RIGHTS = {
    "customer.archive.mandate": (SCHEDULE, KEEPERS, KEEPERS, KEEPERS),
    "customer.archive.retention.line": (SCHEDULE, KEEPERS, KEEPERS, KEEPERS),
    "customer.archive.retention.trigger": (SCHEDULE, NOBODY, NOBODY, NOBODY),
    "customer.archive.retention.clock": (READERS, NOBODY, NOBODY, NOBODY),
    "customer.archive.retention.event": (READERS, NOBODY, NOBODY, NOBODY),
    "customer.archive.hold": (KEEPERS | {"auditor"}, KEEPERS, KEEPERS, NOBODY),
    "customer.archive.hold.line": (KEEPERS | {"auditor"}, NOBODY, NOBODY, NOBODY),
    "customer.archive.seal": (KEEPERS, NOBODY, NOBODY, NOBODY),
    "customer.archive.seal.layout": (NOBODY, NOBODY, NOBODY, NOBODY),
    "customer.archive.reopening": (KEEPERS, NOBODY, NOBODY, NOBODY),
    "customer.archive.retention.step": (KEEPERS, KEEPERS, KEEPERS, KEEPERS),
    "customer.archive.hold.place": (KEEPERS, KEEPERS, KEEPERS, KEEPERS),
    "customer.archive.retention.simulation": (KEEPERS, KEEPERS, KEEPERS, KEEPERS),
    "customer.archive.retention.simulation.archive": (KEEPERS, KEEPERS, KEEPERS, KEEPERS),
}


@tagged("post_install", "-at_install")
class TestRetentionRights(HoldCommon):
    def test_models(self):
        for role in sorted(EVERYBODY):
            env = self.env_of(role)
            for model, allowed in RIGHTS.items():
                for operation, roles in zip(("read", "write", "create", "unlink"), allowed, strict=True):
                    with self.subTest(role=role, model=model, operation=operation):
                        self.assertEqual(env[model].has_access(operation), role in roles)

    def test_every_model_is_in_the_table(self):
        names = {
            name
            for name in self.env.registry
            if name.startswith(("customer.archive.retention", "customer.archive.hold", "customer.archive.seal"))
        }
        self.assertLessEqual(names, set(RIGHTS))

    def test_own_clocks_only(self):
        """Clocks, events and holds are seen of the archives that one sees."""
        self.place()
        self.archive._set_clocks()
        clocks = self.archive.clock_ids
        self.assertTrue(clocks)
        for role in ("clerk", "leader", "service", "management", "archivist"):
            self.assertEqual(len(self.of(role, clocks).search([("id", "in", clocks.ids)])), len(clocks), role)
        self.archive.team_id = self.team_north
        for role in ("colleague", "clerk_two", "archivist_two"):
            self.assertFalse(self.of(role, clocks).search([("id", "in", clocks.ids)]), role)
            self.assertFalse(self.of(role, self.archive).search([("id", "=", self.archive.id)]), role)

    def test_forged_archive(self):
        """Nobody puts under a hold, tries out or asks for what they don't reach."""
        self.archive._change_level("secret", "x")
        env = self.env_of("archivist")
        with self.refused(AccessError):
            env["customer.archive.hold.place"].create({"archive_ids": [(6, 0, self.archive.ids)], "name": "x"})
        hold = self.env["customer.archive.hold"]._place(self.person_archive, name="x", reason="x")
        with self.refused(AccessError):
            self.of("archivist", hold).action_add(self.archive.ids)
        with self.refused(AccessError):
            self.of("archivist", self.archive).action_reopen("x")
        with self.refused(AccessError):
            self.of("colleague", self.archive).action_set_clocks()
        record = env["customer.archive.retention.simulation"].create(
            {
                "category_id": self.due_category.id,
                "field_group": "logs",
                "minimum": 1,
                "trigger_ids": [(6, 0, self.triggers["archive_closed"].ids)],
                "citation": "x",
            }
        )
        record.action_run()
        self.assertFalse(record.total)


@tagged("post_install", "-at_install")
class TestPure(HoldCommon):
    def test_examples(self):
        for module in (retention, access_tools):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_spans(self):
        """What is said to last as long does so from whatever day on."""
        spans = [Span(n, unit) for n, unit in product((1, 2, 11, 12, 13, 30, 31, 365, 366, 400), retention.UNITS)]
        spans = [span for span in spans if span.number <= 60 or span.unit == "days"]
        days = [date(2023, 1, 1) + timedelta(step) for step in range(0, 1500, 7)]
        for one, other in product(spans, spans):
            if one.at_least(other):
                self.assertTrue(all(one.after(day) >= other.after(day) for day in days), (one, other))

    def test_sealed_in_sql_and_python(self):
        """No scope reaches a sealed customer; who keeps archives sees the archive as far as the level lets them."""
        access = self.env["customer.archive.access"]
        guards = [Guard(i, SEALED, None, None) for i in range(2)]
        for read, team, keeps in product((1, 2, CORE), ((), (3,)), (True, False)):
            scope = Scope(uid=7, read_rank=read, write_rank=read, team_ids=team, keeps=keeps)
            for mode in ("read", "write"):
                [(reached,)] = self.env.execute_query(_reached_sql(access, scope, mode))
                self.assertFalse(reached)
            self.assertFalse(any(scope.reads(guard, {0, 1}) or scope.writes(guard) for guard in guards))
            archive = Guard(1, 2, 7, 3, sealed=True)
            self.assertFalse(scope.reads(archive, {1}) or scope.writes(archive) or scope.explain(archive))
            self.assertEqual(scope.sees(archive), keeps and read >= 2)


def _reached_sql(access, scope, mode):
    return SQL(
        "SELECT count(*) FROM (VALUES (1, %s, NULL::int, NULL::int)) AS guard(archive_id, rank, owner_id, team_id)"
        " WHERE NOT (%s)",
        SEALED,
        access._hidden_sql(scope, mode),
    )
