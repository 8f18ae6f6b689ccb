"""Destroying archives: what the process of the people calls (product.md R6-R8, security.md Part 3d).

The order of things for each archive: its row and its customer's row are locked; holds are asked for again; everything
that the customer's data are in is found (``customer_archive_reach``); values and checksums are taken down; rows go, are
emptied or lose their link, by set statements; every text of the database is searched for the values; the stub stays.
Files leave the disk after the commit.
"""

import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL

from ..tools.destroy import CARD, EMPTY, ERASE, KEEP, MENTION, STUB
from ..tools.destruction import digest
from .customer_archive import GOVERNED
from .customer_archive_destroy_edges import ENGINE

_logger = logging.getLogger(__name__)


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def _destroy(self, line=None):
        """Destroy one archive for good; only its stub stays. Raises where it can't be done; nothing has changed then.

        The caller has asked for every right and signature, and commits afterwards. The files leave the disk after the
        commit: ``_destroy_files`` says what became of them.

        :param line: the line of the disposal list that orders it, or nothing for one that is repeated after a restore
        :return: what ``_destroy_each`` returns for this archive
        """
        self.ensure_one()
        with self.env.cr.savepoint():
            return self.sudo()._destroy_set({self.id: line} if line else {})[self.id]

    def _destroy_each(self, lines=None):
        """Destroy several archives, by set statements, each one as if it were alone: {archive id: result}.

        Archives that can't be destroyed are left as they were; their result has an ``error``. Commit afterwards.

        :param lines: {archive id: line of the disposal list}
        :return: {archive id: {
            "archive_id": int, "number": str,
            "error": sentence, or "" when it was destroyed,
            "counts": {model: rows deleted, emptied or cut loose},
            "stayed": [{"model": str, "label": str, "count": int, "why": sentence}] what the law keeps,
            "sha256s": [SHA-256 of each file destroyed, of its content, sorted],
            "files": number of files that go from the store,
            "residue": [{"model": str, "column": str, "count": int, "ids": [int]}] where a value is still found,
            "shared": number of rows of other customers that hold a value as their own,
            "companies": names of companies other than the fonds that had records of the customer,
            "digest": SHA-256 over the canonical JSON of all the above (tools/destruction.py),
        }}
        """
        lines = lines or {}
        try:
            with self.env.cr.savepoint():
                return self.sudo()._destroy_set(lines)
        except Exception as error:  # whichever of them it is: the others must not suffer
            if len(self) == 1:
                return {self.id: self._destroy_failed(error)}
            _logger.info("customer archive: of %s archives one can't be destroyed: each by itself", len(self))
        half = len(self) // 2
        return {**self[:half]._destroy_each(lines), **self[half:]._destroy_each(lines)}

    def _destroy_failed(self, error):
        self.env.invalidate_all()
        known = isinstance(error, (UserError, LockError))
        if not known:
            _logger.exception("customer archive: %s could not be destroyed", self.number)
        return {
            "archive_id": self.id,
            "number": self.number,
            "error": str(error) if known else f"{type(error).__name__}: {str(error).strip().splitlines()[0]}",
        }

    @api.model
    def _destroy_step(self, step):
        """Called before every step, by its name; for tests, which let it fail, and for whoever wants to see it."""

    def _destroy_set(self, lines):
        """All of these archives, or none."""
        engine = self.env[ENGINE]
        self._destroy_step("lock")
        self._destroy_lock()
        self._destroy_check()
        self._destroy_step("reach")
        engine._reach(self)
        values = engine._values()
        files = engine._note_files()
        companies = engine._other_companies()
        self._destroy_step("apply")
        engine._apply()
        self._destroy_step("mend")
        engine._blot_mentions(values)
        told = engine._sweep(values)
        self._destroy_step("stub")
        engine._delete_hollow()
        self._destroy_keys()
        results = engine._results(self, files, told, companies)
        self._destroy_step("seal")
        self._seal_destruction(results)
        self.env.invalidate_all()
        return results

    def _destroy_lock(self):
        """Nobody changes the archives or files for the customers meanwhile; whoever is at work is not waited for."""
        self.env.flush_all()
        try:
            self.lock_for_update()
            self.partner_id.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Somebody is changing the archive right now, so it was left. Try again in a moment.")
            ) from error
        self.invalidate_recordset()

    def _destroy_check(self):
        """What no signature overrides: holds, archives that are part of another one, and those that are no more."""
        for archive in self:
            if archive.state == "destroyed":
                raise UserError(self.env._("The archive %s has been destroyed already.", archive.number))
            if archive.merged_into_id:
                raise UserError(
                    self.env._(
                        "The archive %(number)s is part of %(other)s: it is destroyed together with that one.",
                        number=archive.number,
                        other=archive.merged_into_id.number,
                    )
                )
        repeated = self.env.context.get("archive_repeat") is GOVERNED  # after a restore: they were asked for then
        held = {} if repeated else self._hold_sentences(lock=True)
        for archive in self:
            if held.get(archive.id):
                raise UserError(
                    self.env._(
                        "The archive %(number)s is on hold and was not destroyed: %(holds)s",
                        number=archive.number,
                        holds=" ".join(held[archive.id]),
                    )
                )

    def _destroy_files(self):
        """{archive id: {"gone": n, "shared": n, "pending": n}}: the files of destroyed archives, asked of the disk."""
        counts = {archive.id: {"gone": 0, "shared": 0, "pending": 0} for archive in self}
        rows = self.env["customer.archive.destroy.file"].sudo()  # numbers only
        for archive, state, count in rows._read_group(
            [("archive_id", "in", self.ids)], ["archive_id", "state"], ["__count"]
        ):
            counts[archive.id][state] = count
        return counts

    def _destroy_keys(self):
        """Hook: an addon that keeps keys for archives destroys them here, in the transaction. Nothing by default."""

    def _seal_destruction(self, results):
        """Hook: an addon that keeps a sealed log seals the results here, in the transaction. Nothing by default."""


class CustomerArchiveDestroyEngine(models.AbstractModel):
    _inherit = ENGINE

    @api.model
    def _other_companies(self):
        """{archive id: {names of companies other than the fonds}} that have records of the customer."""
        rows = self.env.execute_query(SQL("SELECT DISTINCT tbl FROM customer_archive_reach WHERE fate <> %s", STUB))
        found = defaultdict(set)
        for (table,) in rows:
            if table in ("res_users", "ir_attachment") or "company_id" not in self._columns(table):
                continue
            names = self.env.execute_query(
                SQL(
                    "SELECT DISTINCT r.archive_id, c.name FROM customer_archive_reach r"
                    " JOIN %s t ON t.id = r.id JOIN res_company c ON c.id = t.company_id"
                    " JOIN customer_archive a ON a.id = r.archive_id"
                    " WHERE r.tbl = %s AND t.company_id <> a.company_id",
                    SQL.identifier(table),
                    table,
                )
            )
            for archive_id, name in names:
                found[archive_id].add(name)
        return found

    @api.model
    def _results(self, archives, files, told, companies):
        """What happened to each archive, as ``customer.archive._destroy_each`` promises it."""
        counts, stayed = defaultdict(dict), defaultdict(list)
        for archive_id, table, model, fate, why, count in self._tally():
            name = model or table
            if fate in (ERASE, CARD, MENTION, EMPTY):
                counts[archive_id][name] = counts[archive_id].get(name, 0) + count
            if (
                fate in (KEEP, EMPTY)
                or (fate == CARD and table == "res_partner")
                or (fate == CARD and table == "res_users")
            ):
                stayed[archive_id].append(self._stay(name, count, why or self._reason(fate, model)))
        for archive_id, kept in told["kept"].items():
            for (table, why), ids in kept.items():
                known = {entry["model"] for entry in stayed[archive_id]}
                name = self._model_of_table().get(table, table)
                if name not in known:
                    stayed[archive_id].append(self._stay(name, len(ids), why))
        return {archive.id: self._result(archive, counts, stayed, files, told, companies) for archive in archives}

    @api.model
    def _result(self, archive, counts, stayed, files, told, companies):
        residue = [
            {
                "model": self._model_of_table().get(table, table),
                "column": column,
                "count": len(ids),
                "ids": sorted(ids)[:20],
            }
            for (table, column), ids in sorted(told["residue"].get(archive.id, {}).items())
        ]
        result = {
            "archive_id": archive.id,
            "number": archive.number,
            "error": "",
            "counts": dict(sorted(counts[archive.id].items())),
            "stayed": sorted(stayed[archive.id], key=lambda entry: (entry["model"], entry["why"])),
            "sha256s": sorted(filter(None, files.get(archive.id, []))),
            "files": len(files.get(archive.id, [])),
            "residue": residue,
            "shared": len(told["shared"].get(archive.id, ())),
            "companies": sorted(companies.get(archive.id, ())),
            "destroyed_at": fields.Datetime.to_string(self.env.cr.now()),
        }
        return {**result, "digest": digest(result)}

    @api.model
    def _stay(self, model, count, why):
        label = self.env["ir.model"]._get(model).name or model
        return {"model": model, "label": label, "count": count, "why": why}

    @api.model
    def _tally(self):
        """[(archive id, table, model, fate, why, rows)] of what was reached."""
        return self.env.execute_query(
            SQL(
                "SELECT archive_id, tbl, model, fate, why, count(*) FROM customer_archive_reach"
                " GROUP BY archive_id, tbl, model, fate, why ORDER BY archive_id, tbl, fate"
            )
        )
