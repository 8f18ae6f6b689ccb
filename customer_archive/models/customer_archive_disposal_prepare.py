"""Putting archives on a disposal list: those that are due and not held (product.md R5)."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date

from ..tools.basis import brief
from ..tools.destruction import digest
from .customer_archive_disposal import ARCHIVIST, DRAFTS, ENDED

# What the form of a list may do to its lines: change them, which the lines check themselves.
LINE_COMMANDS = (Command.UPDATE, Command.DELETE, Command.LINK)


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    disposal_line_ids = fields.One2many(
        "customer.archive.disposal.line", "archive_id", "Disposal Lists", readonly=True, groups=ARCHIVIST
    )

    @api.model
    def _holding_accounts(self):
        """SQL of the ids of archives whose customers have accounting records; bridges to bookkeeping say so."""
        return SQL("SELECT NULL::integer WHERE FALSE")

    def _disposal_refusals(self, apart_from=None):
        """Why archives can't be put on a disposal list: {id: sentence}. Those that can are not in it.

        :param apart_from: a list that may have them
        """
        _ = self.env._
        found = {}
        lists = self._open_disposals(apart_from)
        holds = self._hold_sentences()
        for archive in self.sudo():  # decides; numbers and days only
            if archive.state == "destroyed" or archive.merged_into_id:
                found[archive.id] = _("%s has been destroyed or merged already.", archive.number)
            elif archive.id in lists:
                found[archive.id] = _(
                    "%(number)s is on the disposal list %(list)s already.",
                    number=archive.number,
                    list=lists[archive.id],
                )
            elif sentence := archive._not_due():
                found[archive.id] = sentence
            elif holds.get(archive.id):
                found[archive.id] = _(
                    "%(number)s is held: %(holds)s",
                    number=archive.number,
                    holds=" ".join(holds[archive.id]),
                )
        return found

    def _not_due(self):
        """The sentence that the retention period is not over; nothing when it is."""
        _ = self.env._
        if self.retention_keep:
            return _("%s is to be kept for ever.", self.number)
        if not self.retention_minimum_on:
            return _("%s: no retention period has begun, so nobody knows when it ends.", self.number)
        if self.retention_minimum_on > self.company_id._archive_today():
            return _(
                "%(number)s is to be kept until %(day)s at least.",
                number=self.number,
                day=format_date(self.env, self.retention_minimum_on),
            )
        return ""

    def _open_disposals(self, apart_from=None):
        """{archive id: number of the list that is in work and has it}."""
        lines = self.env["customer.archive.disposal.line"].sudo()  # numbers of lists
        found = lines.search(
            [
                ("archive_id", "in", self.ids),
                ("disposal_id.state", "not in", ENDED),
                ("disposal_id", "not in", apart_from.ids if apart_from else []),
                ("left_reason", "=", False),
            ]
        )
        return {line.archive_id.id: line.disposal_id.name for line in found}

    def _disposal_facts(self):
        """What is on record of each archive: {id: values of a line, with ``fingerprint``}. One statement.

        The fingerprint is over what a decision rests on: category, level, owner's company, the end of the minimum, and
        which lines and documents there are. Sealing alone doesn't change it.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, a.number, a.category_id, a.owner_id, a.level, a.company_id, a.partner_id,
                       a.retention_minimum_on, a.state IN ('draft', 'active') AS in_use, a.opened_on, a.closed_on,
                       LEAST(a.opened_on, d.first_on, l.first_on),
                       GREATEST(COALESCE(a.closed_on, a.opened_on), d.last_on, l.last_on),
                       COALESCE(d.pages, 0), a.id IN (%(accounts)s),
                       d.number, d.last_id, l.number, l.last_id,
                       COALESCE(a.box, '') <> '' OR COALESCE(a.shelf, '') <> '' OR d.paper
                  FROM customer_archive a
                  CROSS JOIN LATERAL (
                       SELECT min(date) AS first_on, max(date) AS last_on, sum(pages) AS pages, count(*) AS number,
                              max(id) AS last_id, COALESCE(bool_or(original <> 'electronic'), FALSE) AS paper
                         FROM customer_archive_document WHERE archive_id = a.id) d
                  CROSS JOIN LATERAL (
                       SELECT min(begin_at)::date AS first_on, max(begin_at)::date AS last_on, count(*) AS number,
                              max(id) AS last_id
                         FROM customer_archive_contact_log WHERE archive_id = a.id) l
                 WHERE a.id = ANY(%(ids)s) ORDER BY a.number, a.id
                """,
                ids=self.ids,
                accounts=self._holding_accounts(),
            )
        )
        facts = {}
        for row in rows:
            id_, number, category, owner, level, company, partner, minimum, in_use, opened, closed = row[:11]
            first, last, pages, accounts, *there, paper = row[11:]
            fixed = [id_, number, category, level, company, partner, str(minimum), in_use, str(closed), *there]
            facts[id_] = {
                "archive_id": id_,
                "number": number,
                "category_id": category,
                "owner_id": owner,
                "level": level,
                "year": str(opened.year),
                "date_from": first,
                "date_until": last,
                "pages": pages,
                "minimum_on": minimum,
                "accounting": bool(accounts),
                "method": "erase_paper" if paper else "erase",
                "period_kept": self._span_words(closed or last),
                "fingerprint": digest(fixed),
            }
        return facts

    @api.model
    def _span_words(self, since):
        """How long ago that was, in words."""
        span = relativedelta(self.env.company._archive_today(), since)
        if span.years > 0:
            return self.env._("%(years)s years %(months)s months", years=span.years, months=max(span.months, 0))
        return self.env._("%s months", max(span.months, 0))

    def action_put_on_disposal_list(self):
        """From the list of archives: new disposal lists in draft, one for each company."""
        lists = self.env["customer.archive.disposal"]._prepare_lists(self)
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Disposal Lists"),
            "res_model": "customer.archive.disposal",
        }
        if len(lists) == 1:
            return {**action, "view_mode": "form", "res_id": lists.id}
        return {**action, "view_mode": "list,form", "domain": [("id", "in", lists.ids)]}


class CustomerArchiveDisposal(models.Model):
    _inherit = "customer.archive.disposal"

    @api.model
    def _prepare_lists(self, archives, **vals):
        """Lists in draft with these archives, one for each company.

        :raise AccessError: unless the user is an archivist who reads the archives
        :raise UserError: names the archives that are not due or are held, and why
        """
        self._check_is_archivist()
        if not archives:
            raise UserError(self.env._("Select the archives first."))
        archives.check_access("read")
        self._refuse_archives(archives._disposal_refusals())
        lists = self.browse()
        for company, group in archives.sudo().grouped("company_id").items():  # the company; readable, as was checked
            row = self.with_company(company)._governed_create({"company_id": company.id, **vals})
            row._fill(archives.browse(group.ids))
            lists |= row
        return lists

    @api.model
    def _governed_create(self, vals):
        # sudo: the right was checked by the caller, or it is the job of the night
        return self.browse(self.sudo()._governed().create(vals).id)

    @api.model
    def _refuse_archives(self, refusals):
        if refusals:
            shown = list(refusals.values())[:5]
            if len(refusals) > len(shown):
                shown.append(self.env._("And %s more.", len(refusals) - len(shown)))
            raise UserError(self.env._("These archives can't be destroyed now. %s", " ".join(shown)))

    @api.model
    def _check_is_archivist(self):
        if not (self.env.su or self.env.user.has_group(ARCHIVIST)):
            raise AccessError(self.env._("Disposal lists are drafted and carried out by archivists."))

    def _check_is_preparer(self):
        self._check_is_archivist()

    def _check_may_prepare(self):
        """As for every register; a list that was returned is a draft again."""
        self.ensure_one()
        if self.state in DRAFTS:
            return self._check_is_preparer()
        return super()._check_may_prepare()

    def _check_change_by_hand(self, vals):
        """Beside what drafts allow: witnesses until the destruction begins, the paper until the list is done."""
        names = vals.keys()
        if names & self._witness_fields:
            for row in self:
                row._check_may_name_witnesses()
        if names & self._paper_fields:
            for row in self:
                row._check_may_note_paper()
        if any(command[0] not in LINE_COMMANDS for command in vals.get("line_ids") or ()):
            raise UserError(self.env._("Lines are changed one by one, or taken off the list."))
        own = self._witness_fields | self._paper_fields | {"line_ids"}
        return super()._check_change_by_hand({name: vals[name] for name in names - own})

    def _is_fixed(self, name):
        own = self._witness_fields | self._paper_fields | {"line_ids"}
        return super()._is_fixed(name) and name not in own

    # -- lines ---------------------------------------------------------------------------------------------------

    def _fill(self, archives):
        """Add lines for these archives, after those that are there, in the order of their numbers."""
        self.ensure_one()
        last = max(self._lines().mapped("place"), default=0)
        speaking = archives.with_context(lang=self._words_of_company()).sudo()  # what is on record of what was chosen
        basis, period = speaking._retention_basis(), speaking._retention_period_text()
        self.env["customer.archive.disposal.line"].sudo()._governed().create(  # as above
            [
                {
                    **values,
                    "disposal_id": self.id,
                    "place": last + place,
                    "basis": brief(basis.get(id_)),
                    "period_due": period.get(id_) or "",
                }
                for place, (id_, values) in enumerate(speaking._disposal_facts().items(), 1)
            ]
        )
        self.invalidate_recordset()

    def _words_of_company(self):
        """Lists are written in the language of the company, the job of the night writes them too."""
        return self.env.context.get("lang") or self.company_id.sudo().partner_id.lang  # the company's own contact

    def action_add_due(self):
        """Add the archives that are due and on no list, as many as a list has at most."""
        self._check_step(*DRAFTS)
        self._check_is_archivist()
        room = self._policy().disposal_list_size - len(self._lines())
        due = self._due_archives(self.company_id, room) if room > 0 else self.env["customer.archive"]
        if not due:
            raise UserError(
                self.env._("No further archive is due: periods are running, archives are held, or on a list already.")
            )
        self._fill(due)
        return True

    @api.model
    def _due_archives(self, company, limit=None):
        """Archives of the company that are due, not held, and wait for no other decision."""
        archives = self.env["customer.archive"].sudo()  # numbers and days; lists are for archivists
        due = archives.with_company(company)._retention_candidates().filtered(lambda a: a.company_id == company)
        due -= archives.browse(due._open_disposals())
        due -= due._waiting_after_doubt()
        return due.sorted("number")[:limit] if limit else due.sorted("number")

    # -- the job of the night --------------------------------------------------------------------------------------

    @api.model
    def _cron_propose(self):
        """One list in draft for each company with archives that are due. It proposes; people decide."""
        size = self._policy().disposal_list_size
        for company in self.env["res.company"].search([]):  # pylint: disable=no-search-all  # a database has few
            unsent = self.search_count([("company_id", "=", company.id), ("state", "=", "draft")], limit=1)
            due = self._due_archives(company, size) if not unsent else None
            if due:
                lang = self.env.context.get("lang") or company.partner_id.lang  # the job of the night has none
                speaking = self.with_company(company).with_context(lang=lang)
                row = speaking._governed_create({"company_id": company.id})
                row._fill(due)
                row._tell_archivists()

    def _tell_archivists(self):
        group = self.env.ref(ARCHIVIST).sudo()  # whom to tell
        people = group.all_user_ids.filtered(lambda user: user.active and self.company_id in user.company_ids)
        self._ask(people[:3], self.env._("Archives are due: look through the disposal list %s", self.name))

    # -- tasks -------------------------------------------------------------------------------------------------------

    def _ask(self, users, summary):
        """A task for whoever is to act; the list's number and no customer's name."""
        # sudo: a task for somebody who may read the list
        for user in users.sudo().filtered(lambda user: user.active and user != self.env.user):
            self.sudo().activity_schedule("mail.mail_activity_data_todo", user_id=user.id, summary=summary)

    def _end_tasks(self):
        self.sudo().activity_ids.unlink()  # what was asked for is done or void


class CustomerArchiveWaiting(models.Model):
    _inherit = "customer.archive"

    def _waiting_after_doubt(self):
        """Those of which appraisers said not long ago that they are in doubt or to be transferred."""
        days = self.env["customer.archive.disposal"]._policy().disposal_wait_days
        since = fields.Date.subtract(self.env.company._archive_today(), days=days)
        lines = self.env["customer.archive.disposal.line"].sudo()  # decides
        found = lines.search(
            [
                ("archive_id", "in", self.ids),
                ("outcome", "in", ("doubt", "transfer")),
                ("disposal_id.state", "=", "done"),
                ("disposal_id.done_at", ">=", since),
            ]
        )
        return self.browse(found.archive_id.ids)
