"""After a restore from a backup: what was destroyed since is destroyed again before anybody logs in (product.md R9).

The backup doesn't know of it; the exported register does (customer_archive_destruction_export.py). When the registry is
loaded, the last entries are compared. As long as the file names an archive that is not destroyed here, the server
answers nobody: the person who restored it runs ``odoo archive_restore -d DATABASE``.
"""

import logging

from werkzeug.exceptions import ServiceUnavailable

from odoo import _, api, fields, models
from odoo.exceptions import AccessDenied
from odoo.http import request
from odoo.tools import split_every

from .customer_archive import GOVERNED

_logger = logging.getLogger(__name__)

AT_ONCE = 100  # entries of the register that are repeated between two commits


class CustomerArchiveDestruction(models.Model):
    _inherit = "customer.archive.destruction"

    def _register_hook(self):
        result = super()._register_hook()
        self.pool.customer_archive_behind = self._is_behind()
        if self.pool.customer_archive_behind:
            _logger.critical(
                "customer archive: %s names archives as destroyed that are there in the database %s. A backup was "
                "restored: nobody can log in until you have run: odoo archive_restore -d %s",
                self._export_path(),
                self.env.cr.dbname,
                self.env.cr.dbname,
            )
        return result

    @api.model
    def _is_behind(self):
        """Whether the exported register names an archive as destroyed that is there in this database."""
        try:
            with open(self._export_path(), encoding="utf-8") as lines:
                missing = self._lines_to_repeat(lines)
        except OSError:
            return False  # nothing has been exported yet
        except ValueError as error:
            _logger.error("customer archive: the exported register does not fit this database: %s", error)
            return False
        return any(self._archives_of(entry) for entry, _line in missing)

    @api.model
    def _still_behind(self):
        """The same for whoever wants in: asked anew only as long as it was so."""
        if getattr(self.pool, "customer_archive_behind", False):
            self.pool.customer_archive_behind = self.sudo()._is_behind()  # a yes or no
        return getattr(self.pool, "customer_archive_behind", False)

    @api.model
    def _archives_of(self, entry):
        """The archives that an entry tells of and that are not destroyed here: known by number and first day.

        What was merged after the backup was made has an archive of its own again.
        """
        if entry.get("kind") != "data":
            return self.env["customer.archive"]
        named = [entry, *entry.get("merged", ())]
        numbers = self.env["customer.archive.number"].sudo().search([("name", "in", [row["number"] for row in named])])
        archives = numbers.archive_id.filtered(lambda archive: archive.state != "destroyed")
        opened = fields.Date.to_date(entry.get("opened_on"))
        main = archives.filtered(lambda archive: archive.number == entry["number"])
        if main and opened and main.opened_on != opened:
            return archives.browse()  # another database of the same name
        return archives.filtered(lambda archive: archive.merged_into_id not in archives)

    @api.model
    def _repeat(self, lines, commit=lambda: None):
        """Destroy again what the lines of an exported register name and this database still has.

        Holds are not asked for: they were when the archive was destroyed, and ones that the backup knows were lifted.

        :param lines: of the exported register
        :param commit: called after every few archives
        :return: {"repeated": numbers of archives, "entries": how many were taken into the register,
                  "failed": {number: sentence}}
        :raise ValueError: where a line was changed, or the database has another entry in its place
        """
        told = {"repeated": [], "entries": 0, "failed": {}}
        work = self.sudo().with_context(archive_repeat=GOVERNED)  # of whoever runs the server
        for part in split_every(AT_ONCE, work._lines_to_repeat(lines), list):
            archives = work.env["customer.archive"].union(*(work._archives_of(entry) for entry, _line in part))
            results = archives._destroy_each() if archives else {}
            failed = {result["number"]: result["error"] for result in results.values() if result["error"]}
            told["failed"].update(failed)
            told["repeated"] += [result["number"] for result in results.values() if not result["error"]]
            if failed:  # its entry, and what follows it, wait for the next try
                commit()
                break
            told["entries"] += len(work._restore([line for _entry, line in part]))
            commit()
        self.pool.customer_archive_behind = self._is_behind()
        return told


class ResUsers(models.Model):
    _inherit = "res.users"

    def _check_credentials(self, credential, env):
        """Nobody, by whichever way, before what was destroyed is destroyed again."""
        if self.env["customer.archive.destruction"]._still_behind():
            raise AccessDenied(behind_sentence())
        return super()._check_credentials(credential, env)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        """Whoever was logged in when the backup was made is not let in either."""
        if (
            (endpoint.routing["auth"] != "none" or request.session.uid)
            and getattr(request.env.registry, "customer_archive_behind", False)
            and request.env["customer.archive.destruction"]._still_behind()
        ):
            raise ServiceUnavailable(behind_sentence())
        return super()._authenticate(endpoint)


def behind_sentence():
    return _(
        "A backup was restored that still has archives destroyed since. Ask whoever runs the server to run “odoo "
        "archive_restore” for this database; then you can log in again."
    )
