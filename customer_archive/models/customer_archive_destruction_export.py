"""The register of what was destroyed, outside the database: a file that only grows (product.md R9).

It tells a restored backup what has been destroyed since."""

import fcntl
import logging
import os
from pathlib import Path

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError
from odoo.modules.registry import Registry
from odoo.tools import config

from ..tools.destruction import check, entry_of

_logger = logging.getLogger(__name__)

# Where the file is, if it is not to be beside the file store: a variable of the environment, or an option of odoo.conf.
VARIABLE, OPTION = "CUSTOMER_ARCHIVE_REGISTER", "customer_archive_register"
FILE = "destroyed.jsonl"
READERS = "customer_archive.group_archivist,customer_archive.group_auditor"


class CustomerArchiveDestruction(models.Model):
    _inherit = "customer.archive.destruction"

    @api.model
    def _export_path(self):
        """The file of this database: ``<folder>/<database>/destroyed.jsonl``.

        The folder is what CUSTOMER_ARCHIVE_REGISTER in the environment or customer_archive_register in odoo.conf
        says, else ``customer_archive`` in Odoo's data folder. Better on another disk, and backed up by itself.
        """
        folder = os.environ.get(VARIABLE) or config.get(OPTION) or Path(config["data_dir"]) / "customer_archive"
        return Path(folder) / self.env.cr.dbname / FILE

    def _export_after_commit(self):
        """Write the file as soon as the entries can no longer be rolled back."""
        hooks = self.env.cr.postcommit
        if not hooks.data.get(FILE):
            hooks.data[FILE] = True
            dbname = self.env.cr.dbname
            hooks.add(lambda: _export_of(dbname))

    @api.model
    def _export_missing(self):
        """Add the entries that the file does not have yet. Returns how many.

        :raise ValueError: where file and database differ: nothing is written then
        :raise OSError: where the file can't be written
        """
        path = self._export_path()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(path, "a+b", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            _drop_torn_line(stream)
            seq = self._check_last_line(stream)
            rows = self.sudo().search([("seq", ">", seq)], order="seq")  # written to the server's own disk
            for row in rows:
                stream.write(row._line().encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        return len(rows)

    @api.model
    def _check_last_line(self, stream):
        """The number of the last entry of the file, which must be the same as in the database."""
        line = _last_line(stream)
        if not line:
            return 0
        entry, own = entry_of(line)
        row = self.sudo().search([("seq", "=", entry["seq"])])  # its hash
        if row.hash != own:
            raise ValueError(
                f"entry {entry['seq']} of the exported register is not in the database, or is another one: was a "
                "backup restored? Destructions since then must be done again first"
            )
        return entry["seq"]

    @api.model
    def _export_text(self):
        """The whole register, as the file has it."""
        rows = self.search([], order="seq")  # pylint: disable=no-search-all  # the whole register
        return "".join(row._line() + "\n" for row in rows)

    @api.model
    def _cron_export(self):
        """What a crash kept from being written; and whether the register is sound."""
        broken = self._first_broken()
        if broken:
            _logger.error("the register of destroyed archives was changed in the database: entry %s", broken)
        try:
            self._export_missing()
            with open(self._export_path(), encoding="utf-8") as lines:
                check(lines)
        except (OSError, ValueError) as error:
            _logger.error("the exported register of destroyed archives: %s", error)

    # -- buttons -------------------------------------------------------------------------------------------------

    @api.model
    def action_verify(self):
        """Compare every entry with its hash, and with the one before."""
        self._check_reader()
        register = self.sudo()  # hashes of all companies' entries: they are one chain, nothing else of them is shown
        broken = register._first_broken()
        if broken:
            raise UserError(
                self.env._(
                    "Entry %s of the register is missing or was changed. Keep the database as it is, and compare it "
                    "with the exported register.",
                    broken,
                )
            )
        count = register.search_count([])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s entries, all sound.", count),
            },
        }

    @api.model
    def action_download(self):
        """The whole register as a file, as it is exported: to be checked elsewhere."""
        self._check_reader()
        self._check_all_companies()
        return {"type": "ir.actions.act_url", "url": "/customer_archive/destroyed.jsonl", "target": "self"}

    @api.model
    def _check_all_companies(self):
        """The entries are one chain: only whoever sees all of them can have the file."""
        rows = self.sudo()._read_group([], ["company_id"])  # which companies have entries
        if any(company.id not in self.env.user.company_ids.ids for (company,) in rows):
            raise AccessError(
                self.env._("The register has entries of companies that are not yours. Ask somebody who sees them all.")
            )

    @api.model
    def _check_reader(self):
        if not (self.env.su or self.env.user.has_groups(READERS)):
            raise AccessError(self.env._("The register of destroyed archives is for archivists and auditors."))


def _export_of(dbname):
    """In a transaction of its own, after the commit."""
    try:
        with Registry(dbname).cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["customer.archive.destruction"]._export_missing()
    except (OSError, ValueError):
        # The entries are in the database; the job of the night tries again.
        _logger.exception("the register of destroyed archives could not be exported")


def _drop_torn_line(stream):
    """A line that a crash left without its end was no entry yet: it is written again."""
    end = stream.seek(0, os.SEEK_END)
    if not end:
        return
    stream.seek(end - 1)
    if stream.read(1) != b"\n":
        torn = len(_last_line(stream).encode())
        stream.truncate(end - torn)


def _last_line(stream):
    """The last line of a file that may be long, as text."""
    end = stream.seek(0, os.SEEK_END)
    size = 65536
    while end:
        start = max(0, end - size)
        stream.seek(start)
        lines = stream.read(end - start).rstrip(b"\n").split(b"\n")
        if start == 0 or len(lines) > 1:
            return lines[-1].decode()
        size *= 4
    return ""
