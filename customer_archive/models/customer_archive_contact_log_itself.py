"""Lines that are written by themselves: what comes from e-mails, meetings and the like, once each (L2)."""

import logging

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from ..tools.access import SECRET

_logger = logging.getLogger(__name__)


class CustomerArchiveContactLog(models.Model):
    _inherit = "customer.archive.contact.log"

    @api.model
    def _write_by_itself(self, key, drafts):
        """Write these lines, each once: where a line of the archive has the same origin already, none is added.

        Of confidential customers nothing is copied: the line says that there was an e-mail or a meeting, and leads
        there.

        :param key: the field that names what the line is written from, e.g. "mail_message_id"
        :param drafts: values of lines: at least archive_id, type_id and the field ``key``
        :returns: the new lines
        """
        lines = self.sudo()  # the system writes what happened, whoever made it happen; nothing is shown
        drafts = {(draft["archive_id"], draft[key]): draft for draft in drafts}
        if not drafts:
            return lines
        archive_ids, origins = (sorted({pair[place] for pair in drafts}) for place in (0, 1))
        there = lines.search_fetch([("archive_id", "in", archive_ids), (key, "in", origins)], ["archive_id", key])
        for line in there:
            drafts.pop((line.archive_id.id, line[key].id), None)
        archives = lines.env["customer.archive"].browse(sorted({draft["archive_id"] for draft in drafts.values()}))
        closed = archives.filtered(lambda a: a.state in ("sealed", "destroyed") or a.merged_into_id)
        confidential = archives.filtered(lambda archive: archive._archive_get_guard().rank >= SECRET)
        vals_list = []
        for draft in drafts.values():
            archive = archives.browse(draft["archive_id"])
            if archive in closed:
                continue
            if archive in confidential:
                draft = {**draft, "subject": False, "summary": False}
            if not draft.get("subject"):
                type_ = lines.env["customer.archive.contact.type"].browse(draft["type_id"])
                draft = {**draft, "subject": type_.name}
            vals_list.append(draft)
        return lines.create(vals_list)

    @api.model
    def _try_by_itself(self, key, drafts):
        """As above; what goes wrong is reported in the server's log and stops no e-mail."""
        try:
            with self.env.cr.savepoint():
                return self._write_by_itself(key, drafts)
        except (UserError, ValidationError):
            _logger.exception("the contact log could not be written from %s %s", key, [d[key] for d in drafts])
            return self.browse()

    @api.model
    def _type_by_code(self, code):
        """The type with the code; the first one if somebody removed it."""
        types = self.env["customer.archive.contact.type"].sudo().with_context(active_test=False)  # settings
        return types.search([("code", "=", code)], limit=1) or types.search([], limit=1)

    @api.model
    def _archives_of(self, partners):
        """{archive id: those of these contacts who belong to it}; contacts without an archive are left out."""
        partners._archive_prefetch_guards()
        found = {}
        for partner in partners:
            guard = partner._archive_get_guard()
            if guard:
                found[guard.archive_id] = found.get(guard.archive_id, partner.browse()) | partner
        return found

    @api.model
    def _owner_of(self, archive_id):
        """Whom the archive is entrusted to."""
        return self.env["customer.archive"].sudo().browse(archive_id).owner_id.id  # who, nothing else
