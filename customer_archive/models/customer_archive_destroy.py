"""Destroying archives: what the process of the people calls (product.md R6-R8, security.md Part 3d)."""

from odoo import models


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def _destroy(self, line=None):
        """Destroy one archive for good; only its stub stays. Raises where it can't be done; nothing has changed then.

        The caller has asked for every right and signature, holds a savepoint and commits afterwards. The files leave
        the disk after the commit: ``_destroy_files`` says what became of them.

        :param line: the line of the disposal list that orders it, or nothing for one that is repeated after a restore
        :return: what ``_destroy_each`` returns for this archive
        """

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
            "files": number of files taken from the file store,
            "residue": [{"model": str, "column": str, "count": int, "ids": [int]}] where a value is still found,
            "shared": number of rows of other customers that hold a value as their own,
            "digest": SHA-256 over the canonical JSON of all the above (tools/destroy.py),
        }}
        """

    def _destroy_files(self):
        """{archive id: {"gone": n, "shared": n, "pending": n}}: the files of destroyed archives, asked of the disk."""

    def _footprint(self):
        """Find anew where the subjects of these archives are; returns records of ``customer.archive.footprint``."""

    def _destroy_keys(self):
        """Hook: an addon that keeps keys for archives destroys them here, within the transaction. Nothing by default."""

    def _seal_destruction(self, results):
        """Hook: an addon that keeps a sealed log seals ``results`` here, within the transaction. Nothing by default."""
