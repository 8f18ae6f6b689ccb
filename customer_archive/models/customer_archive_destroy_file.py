"""Files of destroyed archives: they leave the disk after the transaction is committed, and their absence is verified.

Odoo deletes files of its store once a day or later, by a list of its own. Here each file is a row that is written in
the transaction that destroys: a rollback takes the row back with everything else, a crash after the commit leaves it
for the next run. Content that another record uses as well stays, and is told apart.
"""

import contextlib
import logging
import os

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.destroy import ERASE
from ..tools.fixity import sha256_of, sha256_of_bytes
from .customer_archive_access import Link
from .customer_archive_destroy_edges import ENGINE

_logger = logging.getLogger(__name__)

LOCK_SECONDS = 10
STATES = [
    ("pending", "Still There"),
    ("gone", "Gone"),
    ("shared", "Kept: Another Record Has the Same Content"),
]


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _customer_links(self):
        link = Link("archive_id", to="archive", custody=True)
        return {**super()._customer_links(), "customer.archive.destroy.file": link}


class CustomerArchiveDestroyFile(models.Model):
    """One file of the store. Nobody has rights to write here."""

    _name = "customer.archive.destroy.file"
    _description = "File of a Destroyed Archive"
    _order = "id"
    _rec_name = "sha256"

    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    store_name = fields.Char("Name in the Store", readonly=True, index="btree_not_null")
    sha256 = fields.Char("SHA-256", readonly=True, help="Of the content, when it was destroyed. Empty: it was missing.")
    size = fields.Integer("Size (Bytes)", readonly=True)
    state = fields.Selection(STATES, "On Disk", required=True, readonly=True, default="pending", index=True)
    checked_on = fields.Datetime("Looked for on", readonly=True)

    @api.model
    def _collect(self):
        """Take pending files from the disk and look whether they are gone. For after a commit; commits by itself.

        Works like Odoo's own collection: the table of attachments is locked first, so nobody is just storing the same
        content; where the lock can't be had, the files wait for the next run.

        :return: whether nothing is left to be done
        """
        with self.env.registry.cursor() as cr:
            return self.with_env(self.env(cr=cr))._collect_here()

    @api.model
    def _collect_here(self):
        cr = self.env.cr
        cr.execute(SQL("SET LOCAL lock_timeout TO %s", f"{LOCK_SECONDS}s"))
        try:
            cr.execute("LOCK ir_attachment IN SHARE MODE")
        except psycopg2.errors.LockNotAvailable:
            cr.rollback()
            return False
        rows = self.env.execute_query(
            SQL(
                """
                SELECT f.id, f.store_name, EXISTS (SELECT 1 FROM ir_attachment a WHERE a.store_fname = f.store_name)
                  FROM customer_archive_destroy_file f WHERE f.state = 'pending' FOR UPDATE OF f SKIP LOCKED
                """
            )
        )
        states = {id_: "shared" if used else self._remove(name) for id_, name, used in rows}
        cr.execute(
            SQL(
                "UPDATE customer_archive_destroy_file f SET state = v.state, checked_on = now() AT TIME ZONE 'UTC',"
                " store_name = CASE WHEN v.state = 'pending' THEN f.store_name END"
                " FROM unnest(%s::int[], %s::text[]) v(id, state) WHERE v.id = f.id",
                list(states),
                list(states.values()),
            )
        )
        self.env.invalidate_all()
        return "pending" not in states.values()

    @api.model
    def _remove(self, name):
        """Remove one file of the store; returns its state."""
        attachments = self.env["ir.attachment"]
        if not name:
            return "gone"  # it was in the database
        if "://" in name:  # another addon keeps it in a storage of its own, which it collects by itself
            attachments._file_delete(name)
            return "gone" if not attachments._file_read(name) else "pending"
        path = attachments._full_path(name)
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        except OSError:
            _logger.warning("customer archive: the file %s could not be taken from the store", name, exc_info=True)
        return "pending" if os.path.exists(path) else "gone"

    @api.model
    def _cron_collect(self):
        """Files that a crash, a lock or a full disk has left: again, until nothing is pending."""
        if self.search_count([("state", "=", "pending")], limit=1) and not self._collect():
            _logger.warning("customer archive: files of destroyed archives are still on disk; tried again later")

    @api.model
    def _collect_after_commit(self):
        """Once, right after the commit; what fails there waits for the cron."""
        postcommit = self.env.cr.postcommit
        if postcommit.data.get("customer_archive_collect"):
            return
        postcommit.data["customer_archive_collect"] = True
        registry = self.env.registry

        @postcommit.add
        def collect():
            try:
                with registry.cursor() as cr:
                    api.Environment(cr, api.SUPERUSER_ID, {})[self._name]._collect_here()
            except Exception:  # the destruction itself is done; the files are found again by the cron
                _logger.exception("customer archive: files of destroyed archives are left to the next run")


class CustomerArchiveDestroyEngine(models.AbstractModel):
    _inherit = ENGINE

    @api.model
    def _note_files(self):
        """Write down the files of what is about to go: {archive id: [sha256, or nothing where it was missing, …]}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.archive_id, f.store_fname, f.file_size, f.db_datas, d.sha256
                  FROM customer_archive_reach r JOIN ir_attachment f ON f.id = r.id
                  LEFT JOIN customer_archive_document_file d ON d.attachment_id = f.id
                 WHERE r.tbl = 'ir_attachment' AND r.fate = %s AND f.type = 'binary'
                   AND (f.store_fname IS NOT NULL OR f.db_datas IS NOT NULL)
                 ORDER BY f.id
                """,
                ERASE,
            )
        )
        sums, values = {}, []
        for archive_id, name, size, content, filed in rows:
            found = sha256_of_bytes(bytes(content)) if name is None else self._sha256_in_store(name)
            sums.setdefault(archive_id, []).append(found or filed or "")
            if name:
                values.append((archive_id, name, found or filed or None, size or 0, self.env.uid))
        if values:
            # Odoo's own collection finds them as well, should this addon be gone by then.
            for _archive, name, *_rest in values:
                self.env["ir.attachment"]._file_delete(name)
            self.env.cr.execute_values(
                "INSERT INTO customer_archive_destroy_file"
                " (archive_id, store_name, sha256, size, state, create_uid, create_date) VALUES %s",
                values,
                template="(%s, %s, %s, %s, 'pending', %s, now() AT TIME ZONE 'UTC')",
            )
            self.env["customer.archive.destroy.file"]._collect_after_commit()
        return sums

    @api.model
    def _sha256_in_store(self, name):
        attachments = self.env["ir.attachment"]
        if "://" in name:
            content = attachments._file_read(name)
            return sha256_of_bytes(content) if content else None
        try:
            with open(attachments._full_path(name), "rb") as stream:
                return sha256_of(stream)
        except OSError:
            return None
