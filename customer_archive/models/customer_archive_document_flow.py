"""The life of a document: filed, in force, run out or terminated, closed; and the contract that follows it (D1)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

from .customer_archive_document import ARCHIVIST

# So many documents run out before the work is committed.
BATCH = 100


class CustomerArchiveDocument(models.Model):
    _inherit = "customer.archive.document"

    renews_id = fields.Many2one(
        "customer.archive.document",
        "Renews",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="What it follows.",
    )
    renewed_by_ids = fields.One2many("customer.archive.document", "renews_id", "Renewed by", readonly=True)
    is_renewed = fields.Boolean("Renewed", compute="_compute_is_renewed", search="_search_is_renewed")

    _one_follower = models.UniqueIndex(
        "(renews_id) WHERE renews_id IS NOT NULL", "The document has been renewed already: open what follows it."
    )

    @api.depends("renewed_by_ids")
    def _compute_is_renewed(self):
        for document in self:
            document.is_renewed = bool(document.renewed_by_ids)

    def _search_is_renewed(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("renewed_by_ids", "!=" if True in value else "=", False)]

    # -- steps ----------------------------------------------------------------------------------------------

    def action_put_in_force(self):
        """Draft → in force: from now on it has a number, and what was agreed is fixed.

        A document whose last day is over is filed as expired.
        """
        self._begin_step("draft")
        for document in self:
            document._check_complete()
        self._governed()._allot_item_numbers()
        for document in self:
            over = document.valid_until and document.valid_until < document.company_id._archive_today()
            document._governed().write(
                {"state": "expired" if over else "in_force", "filed_on": document.company_id._archive_today()}
            )
        return True

    def action_give_notice(self):
        """Notice was given: it no longer renews itself, and ends with its last day."""
        self._begin_step("in_force")
        for document in self:
            if document.renewal != "automatic" or not document.valid_until:
                raise UserError(
                    self.env._("“%s” does not renew itself: it needs no notice to end.", document.display_name)
                )
            document._governed().write({"renewal": "none", "notice_given_on": document.company_id._archive_today()})
        return True

    def action_terminate(self, reason=None, on=None):
        """In force → terminated before its time. ``reason`` is kept; ``on``: the day, today if nothing is said."""
        self._begin_step("in_force")
        reason = self._clean_reason(reason)
        day = self._clean_day(on)
        for document in self:
            document._governed().write({"state": "terminated", "ended_on": day, "end_reason": reason})
            document._message_log(body=self.env._("Terminated. Reason: %s", reason))
        return True

    def action_close(self):
        """What is over is concluded; letters and copies, which have no term, may be closed while they are in force."""
        self._begin_step("in_force", "expired", "terminated")
        for document in self:
            if document.state == "in_force" and document.has_term:
                raise UserError(
                    self.env._("“%s” is in force. Terminate it first, or wait until it ends.", document.display_name)
                )
        self._governed().write({"state": "closed"})
        return True

    def action_reset_to_draft(self, reason=None):
        """Back to draft, to mend what was filed wrongly. Archivists only; the number stays."""
        self._begin_step("in_force", "expired", "terminated", "closed")
        if not (self.env.su or self.env.user.has_group(ARCHIVIST)):
            raise AccessError(self.env._("Only an archivist takes a filed document back to draft."))
        reason = self._clean_reason(reason)
        for document in self:
            document._governed().write({"state": "draft", "ended_on": False, "end_reason": False})
            document._message_log(body=self.env._("Back to draft. Reason: %s", reason))
        return True

    def action_renew(self):
        """Make the document that follows this one, for as long a period again, and open it. A second click opens it."""
        self.ensure_one()
        self._begin_step("in_force", "expired", "terminated")
        follower = self.renewed_by_ids[:1] or self._governed().create(self._renewal_values())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Follow-up of %s", self.display_name),
            "res_model": self._name,
            "res_id": follower.id,
            "views": [(False, "form")],
        }

    def _renewal_values(self):
        """The follow-up begins on the day after the last one and runs as long."""
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in ("type_id", "name", "user_id", "party_text", "amount", "currency_id")
            + ("renewal", "renewal_months", "notice_days", "original", "copies", "bag", "box", "shelf")
        }
        begin = fields.Date.add(self.valid_until, days=1) if self.valid_until else self.company_id._archive_today()
        end = False
        if self.valid_from and self.valid_until:
            end = self._same_period(self.valid_from, self.valid_until, begin)
        archive = self.archive_id.sudo()  # where the number leads; filing there needs the right to it
        while archive.merged_into_id:
            archive = archive.merged_into_id
        return {
            **values,
            "archive_id": archive.id,
            # sudo: parties that are there already, whether the reader sees each of them or not
            "party_ids": [(6, 0, self.sudo().party_ids.ids)],
            "renews_id": self.id,
            "valid_from": begin,
            "valid_until": end,
            "date": self.company_id._archive_today(),
            "state": "draft",
        }

    @api.model
    def _same_period(self, first, last, begin):
        """The last day of a period from ``begin`` that is as long as first…last: in months where these are whole."""
        after = fields.Date.add(last, days=1)
        months = (after.year - first.year) * 12 + after.month - first.month
        if months > 0 and fields.Date.add(first, months=months) == after:
            return fields.Date.add(begin, months=months, days=-1)
        return begin + (last - first)

    # -- checks ---------------------------------------------------------------------------------------------

    def _begin_step(self, *states):
        """Who takes a step may change the document, and it is at the right place for it; others wait until it is."""
        self.check_access("write")
        self._check_archive_not_over()
        try:
            self.sudo().lock_for_update(allow_referencing=True)  # writable, as was just checked
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is working on this document right now. Try again in a moment.")
            ) from error
        self.invalidate_recordset(["state"])
        labels = dict(self._fields["state"]._description_selection(self.env))
        for document in self:
            if document.state not in states:
                raise UserError(
                    self.env._(
                        "This step is not possible for “%(document)s”: it is “%(state)s”, not “%(wanted)s”.",
                        document=document.display_name,
                        state=labels[document.state],
                        wanted=" / ".join(labels[state] for state in states),
                    )
                )

    def _check_complete(self):
        """What a document needs before it is filed."""
        if self.original == "electronic" and not self.file_ids:
            raise UserError(
                self.env._("“%s” is kept as files only, but has none. Add the file first.", self.display_name)
            )
        if self.renewal == "automatic" and not self.valid_until:
            raise UserError(self.env._("“%s” renews itself, but has no last day. Fill it in first.", self.display_name))

    def _clean_reason(self, reason):
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("A reason is needed: it is kept in the history of the document."))
        return reason.strip()

    def _clean_day(self, day):
        today = self.company_id[:1]._archive_today()
        try:
            day = fields.Date.to_date(day) or today
        except (ValueError, TypeError):
            raise UserError(self.env._("%s is no date.", day)) from None
        if day > today:
            raise UserError(self.env._("A document is terminated today or was earlier; change its last day otherwise."))
        return day

    # -- dialogs --------------------------------------------------------------------------------------------

    def _step_dialog(self, step, title, **context):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "customer.archive.document.step",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_document_ids": self.ids, "default_step": step, **context},
        }

    def action_ask_terminate(self):
        return self._step_dialog("terminate", self.env._("Terminate"))

    def action_ask_reset(self):
        return self._step_dialog("reset", self.env._("Back to Draft"))

    # -- by time --------------------------------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """Let documents run out whose last day is over where their company is, or renew those that do so themselves."""
        tomorrow = fields.Date.add(fields.Date.today(), days=1)  # where a company is, it may be tomorrow already
        due = self.search([("state", "=", "in_force"), ("valid_until", "<", tomorrow)], order="valid_until, id")
        today = {company: company._archive_today() for company in due.company_id}
        due = due.filtered(lambda document: document.valid_until < today[document.company_id])
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for start in range(0, len(due), BATCH):
            batch = due[start : start + BATCH].try_lock_for_update()
            batch.filtered(lambda document: document.state == "in_force")._run_out(today)
            if not self.env["ir.cron"]._commit_progress(len(due[start : start + BATCH])):
                return

    def _run_out(self, today):
        """:param today: {company: its day}"""
        renewing = self.filtered(lambda document: document.renewal == "automatic")
        (self - renewing)._governed().write({"state": "expired"})
        for document in renewing:
            last = document.valid_until
            while last < today[document.company_id]:
                begin = fields.Date.add(last, days=1)
                last = fields.Date.add(begin, months=document.renewal_months, days=-1)
            document._governed().write({"valid_until": last})
        renewing._message_log_batch(
            bodies={d.id: d.env._("Nobody gave notice: it renewed itself until %s.", d.valid_until) for d in renewing}
        )
