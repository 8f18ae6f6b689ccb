"""Whether files are still what was filed: checked on schedule, every deviation is a finding (product.md D4)."""

import logging
import os

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.fixity import CHANGED, MISSING, OK, judge
from .customer_archive import GOVERNED
from .customer_archive_document import ARCHIVIST

_logger = logging.getLogger(__name__)

# So many files are read before the work is committed.
BATCH = 50

FINDING = "customer_archive.mail_activity_type_fixity"


class CustomerArchiveDocumentFile(models.Model):
    _inherit = "customer.archive.document.file"

    fixity = fields.Selection(
        [(OK, "Unchanged"), (CHANGED, "Changed"), (MISSING, "Missing"), ("lost", "Lost (Accepted)")],
        "Integrity",
        required=True,
        readonly=True,
        default=OK,
        help="Changed or missing: a finding that an archivist looks into.",
    )
    checked_on = fields.Datetime("Last Checked", readonly=True)
    found_on = fields.Datetime("Finding Made", readonly=True)
    found_sha256 = fields.Char("SHA-256 Found", readonly=True, help="The checksum of the changed file.")
    former_sha256 = fields.Char("Former SHA-256", readonly=True, help="Before an archivist accepted the change.")
    accepted_by_id = fields.Many2one("res.users", "Accepted by", readonly=True, ondelete="restrict")
    accepted_on = fields.Datetime("Accepted", readonly=True)
    accepted_reason = fields.Char("Reason of the Acceptance", readonly=True)

    _to_check = models.Index("(checked_on NULLS FIRST) WHERE fixity <> 'lost'")
    _findings = models.Index("(archive_id) WHERE fixity IN ('changed', 'missing')")

    # -- the check ------------------------------------------------------------------------------------------

    @api.model
    def _cron_check(self):
        """Check files whose last check lies too long back, those of longest ago first."""
        days = self.env["customer.archive.policy"]._record().sudo().fixity_days or 30  # how often is no secret
        before = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        domain = [("fixity", "!=", "lost"), "|", ("checked_on", "=", False), ("checked_on", "<", before)]
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
        self._check_store_is_there()
        busy = self.browse()  # another worker checks them
        while files := self.search(
            [*domain, ("id", "not in", busy.ids)], order="checked_on NULLS FIRST, id", limit=BATCH
        ):
            mine = files.try_lock_for_update()
            busy |= files - mine
            mine._check_fixity()
            if not self.env["ir.cron"]._commit_progress(len(files)):
                return

    @api.model
    def _check_store_is_there(self):
        """A store that is not there at all is no finding about each of its files, but a failure of the server."""
        attachments = self.env["ir.attachment"]
        if attachments._storage() == "file" and self.search_count([], limit=1):
            store = attachments._filestore()
            if not os.path.isdir(store):
                raise UserError(self.env._("The folder with the files is not there: %s. No file was checked.", store))

    def _check_fixity(self):
        """Compare each file with its checksum. What deviates is a finding; its checksum is kept as it was."""
        now = fields.Datetime.now()
        found = {row: row._current_sha256() for row in self}
        verdicts = {row: judge(row.sha256, value) for row, value in found.items()}
        rows = self.with_context(archive_governed=GOVERNED)
        rows.write({"checked_on": now})
        for row, verdict in verdicts.items():
            if verdict == row.fixity and found[row] in (row.found_sha256, row.sha256, None):
                continue
            deviates = verdict != OK
            row.with_context(archive_governed=GOVERNED).write(
                {
                    "fixity": verdict,
                    "found_on": now if deviates else row.found_on,
                    "found_sha256": found[row] if deviates else False,
                }
            )
            row._report(verdict)

    def _report(self, verdict):
        """A line in the document's history, and something to do for an archivist where the file deviates."""
        # The check in the background has no language: that of the company, where people read it.
        self = self.with_context(lang=self.env.lang or self.document_id.company_id.partner_id.lang)
        document = self.document_id
        sentence = {
            OK: self.env._("The file “%s” is as it was filed again.", self.name),
            CHANGED: self.env._("The file “%s” is no longer what was filed: its checksum differs.", self.name),
            MISSING: self.env._("The file “%s” is missing from the store.", self.name),
        }[verdict]
        document._message_log(body=sentence)
        if verdict == OK:
            document._close_findings()
            return
        _logger.warning("archive file %s of document %s: %s", self.id, document.id, verdict)
        document._ask_archivist(sentence)

    # -- accepting ------------------------------------------------------------------------------------------

    def action_ask_accept(self):
        return self.document_id._step_dialog("accept", self.env._("Accept Finding"), default_file_id=self.id)

    def accept_finding(self, reason):
        """The file as it is now counts from here on; a missing one counts as lost. Archivists only, with a reason."""
        self.ensure_one()
        self.document_id.check_access("write")
        if not (self.env.su or self.env.user.has_group(ARCHIVIST)):
            raise AccessError(self.env._("Only an archivist accepts a changed or missing file."))
        reason = self.document_id._clean_reason(reason)
        row = self.sudo().with_context(archive_governed=GOVERNED)  # the right to it was just checked
        if row.fixity not in (CHANGED, MISSING):
            raise UserError(self.env._("There is no finding about the file “%s”.", self.name))
        found = row._current_sha256()
        if found is not None and row.fixity == CHANGED and found != row.found_sha256:
            raise UserError(self.env._("The file “%s” has changed again. Check it first.", self.name))
        values = {
            "fixity": "lost" if found is None else OK,
            "accepted_by_id": self.env.uid,
            "accepted_on": fields.Datetime.now(),
            "accepted_reason": reason,
            "found_sha256": False,
        }
        if found is not None:
            values |= {"former_sha256": row.sha256, "sha256": found}
        self.document_id._message_log(
            body=self.env._(
                "Finding about “%(file)s” accepted. Reason: %(reason)s. SHA-256 before: %(before)s, now: %(now)s",
                file=self.name,
                reason=reason,
                before=row.sha256,
                now=found or "–",
            )
        )
        row.write(values)
        self.document_id._close_findings()
        return True


class CustomerArchiveDocument(models.Model):
    _inherit = "customer.archive.document"

    finding_count = fields.Integer(
        "Findings", compute="_compute_finding_count", search="_search_finding_count", exportable=False
    )

    @api.depends("file_ids.fixity")
    def _compute_finding_count(self):
        for document in self:
            document.finding_count = len(document.file_ids.filtered(lambda row: row.fixity in (CHANGED, MISSING)))

    def _search_finding_count(self, operator, value):
        """Only whether there are any."""
        if (operator, value) != (">", 0):
            return NotImplemented
        return [("file_ids.fixity", "in", (CHANGED, MISSING))]

    def action_check_files(self):
        """Check the files now."""
        self.check_access("write")
        files = self.file_ids.sudo()  # the right to the document was just checked
        files.filtered(lambda row: row.fixity != "lost")._check_fixity()
        return True

    def _close_findings(self):
        """Nothing is left to do where no file deviates any more."""
        done = self.sudo().filtered(lambda document: not document.finding_count)  # the archivists' to-do list
        done.activity_unlink([FINDING])

    def _ask_archivist(self, note):
        """One thing to do for each document: for an archivist who reaches it, else for its account manager."""
        document = self.sudo()  # the archivists' to-do list
        if document.activity_search([FINDING]):
            return
        access = self.env["customer.archive.access"]
        guard = document.archive_id._archive_get_guard()
        archivists = (
            self.env["customer.archive.loan"]
            ._users_with(ARCHIVIST)
            .filtered(lambda user: document.company_id in user.company_ids and access._scope_of(user).writes(guard))
        )
        for user in archivists.sorted("id")[:1] or document.archive_id.owner_id:
            document.with_context(mail_activity_quick_update=True).activity_schedule(
                FINDING, user_id=user.id, summary=self.env._("A filed file has changed or is missing"), note=note
            )


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    finding_count = fields.Integer("Files with Findings", compute="_compute_finding_count", exportable=False)

    @api.depends_context("uid")
    def _compute_finding_count(self):
        """Of the files that the reader sees."""
        rows = self.env["customer.archive.document.file"]._read_group(
            [("archive_id", "in", self.ids), ("fixity", "in", (CHANGED, MISSING))], ["archive_id"], ["__count"]
        )
        counts = dict(rows)
        for archive in self:
            archive.finding_count = counts.get(archive, 0)

    def action_view_findings(self):
        action = self.action_view_documents()
        action["context"] = {**action["context"], "search_default_findings": 1}
        return action
