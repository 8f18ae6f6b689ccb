"""How archives are destroyed: many at once, one that fails, crashes at each step, files, unknown models, footprints."""

import os
from unittest.mock import patch

from psycopg2 import OperationalError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .destroy import MARKS, NAMES, DestroyCommon

STEPS = ("lock", "reach", "apply", "mend", "stub", "seal")


@tagged("post_install", "-at_install")
class TestDestroyEngine(DestroyCommon):
    # -- several ---------------------------------------------------------------------------------------------------

    def test_statements_do_not_grow(self):
        """One customer or thirty: the statements are the same."""
        few = self.open(self.companies(2), self.category_company)
        many = self.open(self.companies(30), self.category_company)
        self.env.flush_all()
        self.doomed_archive._destroy_each()  # what is kept with the registry
        counts = []
        for archives in (few, many):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            archives._destroy_each()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 20, counts)

    def test_one_of_three_fails(self):
        """The one that can't go is told and left; the others go."""
        archives = self.doomed_archive | self.open(self.companies(2), self.category_company)
        bad = archives[1]
        real = self.env.registry["customer.archive"]._destroy_check

        def check(these):
            if bad in these:
                raise UserError(these.env._("held"))
            return real(these)

        with patch.object(self.env.registry["customer.archive"], "_destroy_check", check):
            results = archives._destroy_each()
        self.assertEqual([results[archive.id]["error"] for archive in archives], ["", "held", ""])
        self.assertEqual(archives.mapped("state"), ["destroyed", "active", "destroyed"])
        self.assertTrue(bad.partner_id.name)

    def test_counts_are_each_ones_own(self):
        archives = self.doomed_archive | self.other_archive
        results = archives._destroy_each()
        self.assertEqual(results[self.other_archive.id]["counts"]["res.partner"], 1)
        self.assertEqual(results[self.doomed_archive.id]["counts"]["res.partner"], 3)
        self.assertEqual(results[self.doomed_archive.id]["counts"]["customer.archive.contact.log"], 1)
        self.assertNotIn("customer.archive.contact.log", results[self.other_archive.id]["counts"])

    # -- crashes ---------------------------------------------------------------------------------------------------

    def test_crash_at_every_step(self):
        """Whichever step fails: nothing has changed, and the next run does all of it."""
        before = self.places(self.telltales)
        for step in STEPS:
            with self.subTest(step=step):

                def fail(archive, now, step=step):
                    if now == step:
                        raise OperationalError("the connection is gone")

                with (
                    patch.object(self.env.registry["customer.archive"], "_destroy_step", fail),
                    mute_logger("odoo.addons.customer_archive.models.customer_archive_destroy"),
                ):
                    result = self.doomed_archive._destroy_each()[self.doomed_archive.id]
                self.assertIn("the connection is gone", result["error"])
                self.assertEqual(self.places(self.telltales), before)
                self.assertEqual(self.doomed_archive.state, "active")
                self.assertFalse(self.env["customer.archive.destroy.file"].search([]))
        self.destroy()
        self.assertEqual(self.places(self.telltales), {})

    # -- files -----------------------------------------------------------------------------------------------------

    def test_files(self):
        path = self.file._full_path(self.file.store_fname)
        copy = self.env["ir.attachment"].create({"name": "same", "raw": b"shared 4711", "res_model": "res.partner"})
        self.env["ir.attachment"].create(
            {"name": "s", "raw": b"shared 4711", "res_model": "res.partner", "res_id": self.doomed.id}
        )
        result = self.destroy()
        self.assertTrue(os.path.exists(path), "before the commit, a rollback must find it")
        self.assertGreaterEqual(self.doomed_archive._destroy_files()[self.doomed_archive.id]["pending"], 3)
        self.collect()
        self.assertFalse(os.path.exists(path))
        self.assertEqual(copy.raw, b"shared 4711")
        counts = self.doomed_archive._destroy_files()[self.doomed_archive.id]
        self.assertEqual((counts["pending"], counts["shared"]), (0, 1))
        self.assertEqual(sum(counts.values()), result["files"])
        self.assertEqual(len(result["sha256s"]), result["files"])
        rows = self.env["customer.archive.destroy.file"].search([])
        self.assertFalse(any(rows.mapped("store_name")), "nothing by which the content could be guessed")

    def test_file_that_cannot_go(self):
        """A file that the system doesn't let go is told, and tried again."""
        self.destroy()
        files = self.env["customer.archive.destroy.file"]
        with (
            patch("odoo.addons.customer_archive.models.customer_archive_destroy_file.os.unlink", side_effect=OSError),
            mute_logger("odoo.addons.customer_archive.models.customer_archive_destroy_file"),
        ):
            self.assertFalse(files._collect_here())
        self.assertTrue(self.doomed_archive._destroy_files()[self.doomed_archive.id]["pending"])
        self.collect()
        self.assertFalse(self.doomed_archive._destroy_files()[self.doomed_archive.id]["pending"])

    # -- what nobody told of ---------------------------------------------------------------------------------------

    def test_every_link_is_an_edge(self):
        """Every stored link of the registry to a customer or an archive is a foreign key that is followed."""
        engine = self.env["customer.archive.destroy.engine"]
        keys, any_edges = engine._edges()
        known = {(edge.table, edge.column) for target in keys for edge in keys[target]}
        known |= {(edge.table, edge.column) for edge in any_edges}
        pairs = {pair for model in ("res.partner", "customer.archive") for pair in engine._pairs_of(model)}
        for target in ("res.partner", "customer.archive"):
            with patch.object(type(engine), "_stays", lambda self, target: set()):
                for table, links in engine._merge_links(target).items():
                    for link in links:
                        self.assertTrue((table, link.column) in known | pairs, (table, link.column))

    def test_table_of_an_addon_that_is_gone(self):
        """A table that no model has: what is linked loses the link, what holds a value loses the value."""
        self.env.cr.execute(
            "CREATE TABLE x_forgotten (id serial PRIMARY KEY, who integer REFERENCES res_partner, note text)"
        )
        self.env.cr.execute(
            "INSERT INTO x_forgotten (who, note) VALUES (%s, '金丝雀先生'), (NULL, %s)",
            [self.man.id, f"mail {MARKS['a']}@example.com"],
        )
        self.env.registry.clear_cache()
        self.destroy()
        self.env.cr.execute("SELECT who, note FROM x_forgotten ORDER BY id")
        self.assertEqual(self.env.cr.fetchall(), [(None, None), (None, "mail ■■■")])
        self.env.registry.clear_cache()

    def test_residue_is_told(self):
        """A file of somebody else's that names the customer can't be mended: it is told, not hidden."""
        file = self.env["ir.attachment"].create(
            {
                "name": "list.txt",
                "res_model": "res.partner",
                "res_id": self.other.id,
                "raw": f"all: {NAMES[0]}".encode(),
                "mimetype": "text/plain",
            }
        )
        file.flush_recordset()
        self.env.cr.execute("UPDATE ir_attachment SET index_content = %s WHERE id = %s", [NAMES[0], file.id])
        result = self.destroy()
        self.assertEqual(
            [(row["model"], row["column"], row["ids"]) for row in result["residue"]],
            [("ir.attachment", "index_content", file.ids)],
        )

    def test_by_words(self):
        """Very many values are looked for by their words."""
        with patch("odoo.addons.customer_archive.models.customer_archive_destroy_values.FEW", 0):
            self.destroy()
        self.assertEqual(self.places(self.telltales), {})

    # -- two companies -----------------------------------------------------------------------------------------------

    def test_two_companies(self):
        """One archive for all companies: what the other one keeps of the customer goes as well, and is named."""
        self.woman.company_id = self.company_two
        result = self.destroy()
        self.assertEqual(result["companies"], [self.company_two.name])
        self.assertFalse(self.woman.exists())

    # -- the footprint -------------------------------------------------------------------------------------------------

    def test_footprint(self):
        rows = self.doomed_archive._footprint()
        found = {(row.model, row.fate): row.count for row in rows}
        self.assertEqual(found["res.partner", "card"], 3)
        self.assertEqual(found["mail.tracking.value", "erase"], 1)
        self.assertEqual(found["res.partner.bank", "erase"], 1)
        self.assertEqual(found["customer.archive.number", "stub"], 1)
        self.assertEqual(found["mail.message", "found"], 1)
        self.assertEqual(found["ir.filters", "found"], 1)
        self.assertTrue(all(row.reason for row in rows if row.fate in ("stub", "card", "keep", "mention")))
        # Nothing has changed, it is made anew, and holds no value.
        self.assertEqual(self.doomed_archive.state, "active")
        self.assertEqual(len(self.doomed_archive._footprint()), len(rows))
        self.assertFalse(
            [place for places in self.places(self.telltales).values() for place in places if "footprint" in place]
        )

    def test_footprint_tells_what_happens(self):
        """What was told before is what happens."""
        rows = self.doomed_archive._footprint()
        told = {}
        for row in rows:
            if row.fate in ("erase", "card", "mention", "empty") and row.model in self.env:
                told[row.model] = told.get(row.model, 0) + row.count
        counts = self.destroy()["counts"]
        self.assertEqual({model: counts.get(model) for model in told}, told)

    def test_footprint_rights(self):
        for role in ("archivist", "manager"):
            with self.subTest(role=role):
                self.assertTrue(self.of(role, self.doomed_archive).action_view_footprint())
                domain = [("archive_id", "=", self.doomed_archive.id)]
                found = self.env_of(role)["customer.archive.footprint"].search_count(domain)
                self.assertTrue(found)
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(self.env_of(role)["customer.archive.footprint"].has_access(operation))
        refused = "clerk colleague leader service management security appraiser auditor employee sysop"
        for role in refused.split():
            with self.subTest(role=role):
                with self.refused(UserError):
                    self.of(role, self.doomed_archive).action_view_footprint()
                rows = self.env_of(role)["customer.archive.footprint"]
                self.assertFalse(rows.has_access("read") and rows.search([]))
        row = self.env["customer.archive.footprint"].search([("archive_id", "=", self.doomed_archive.id)], limit=1)
        with self.refused(AccessError):
            self.of("archivist_two", row).read(["count"])

    def test_nobody_calls_the_engine(self):
        """No public method leads to it, and nobody has rights to its rows."""
        engine = self.env["customer.archive.destroy.engine"]
        own = {name for cls in type(engine).mro() if "customer_archive_destroy" in cls.__module__ for name in vars(cls)}
        self.assertFalse([name for name in own if not name.startswith("_")])
        for role in ("clerk", "management", "manager", "sysop"):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(self.env_of(role)["customer.archive.destroy.file"].has_access(operation))

    def test_table_of_the_reach_is_temporary(self):
        self.doomed_archive._footprint()
        (row,) = self.env.execute_query(
            SQL("SELECT relpersistence::text FROM pg_class WHERE relname = 'customer_archive_reach'")
        )
        self.assertEqual(row[0], "t")
