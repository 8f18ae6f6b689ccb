"""Cleaning in batches (product.md Q6): rules look through all archives, what they find is proposed, people decide.

A batch is found by a background job over ranges of archives, reviewed line by line or all at once, applied through the
same checks as changes by hand, and can be undone for some weeks. Its lines are kept: they are the register of what was
changed.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

ARCHIVIST = "customer_archive.group_archivist"
# Archives that are looked through, and lines that are applied or undone, between two commits.
STEP = 20_000
CHUNK = 1000
# So many lines are applied or undone at once; more are left to the background.
AT_ONCE = 2000


class CustomerArchiveCleaning(models.Model):
    _name = "customer.archive.cleaning"
    _description = "Cleaning"
    _order = "id desc"

    name = fields.Char("Register Number", readonly=True, copy=False, index=True)
    company_id = fields.Many2one("res.company", "Fonds", required=True, readonly=True, ondelete="restrict")
    rule_ids = fields.Many2many(
        "customer.archive.quality.rule", string="Rules", readonly=True, context={"active_test": False}
    )
    state = fields.Selection(
        [
            ("running", "Looking"),
            ("review", "To Decide"),
            ("applied", "Applied"),
            ("undone", "Undone"),
            ("nothing", "Nothing Found"),
            ("cancelled", "Discarded"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="running",
        copy=False,
        index=True,
    )
    job = fields.Selection(
        [("find", "Looking through the Archives"), ("apply", "Applying"), ("undo", "Undoing")],
        "Working",
        readonly=True,
        copy=False,
        help="What the background job is doing just now.",
    )
    job_user_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    done_to = fields.Integer(readonly=True, copy=False)
    last_id = fields.Integer(readonly=True, copy=False)
    progress = fields.Float(compute="_compute_progress", aggregator=None)
    user_id = fields.Many2one(
        "res.users", "Started by", readonly=True, ondelete="restrict", default=lambda self: self.env.user
    )
    found_at = fields.Datetime("Found on", readonly=True, copy=False)
    applied_at = fields.Datetime("Applied on", readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", "Applied by", readonly=True, copy=False, ondelete="restrict")
    undo_until = fields.Date(
        "Can Be Undone until",
        readonly=True,
        copy=False,
        help="The last day. How many days there are is set in the access policy.",
    )
    undone_at = fields.Datetime("Undone on", readonly=True, copy=False)
    undone_by_id = fields.Many2one("res.users", "Undone by", readonly=True, copy=False, ondelete="restrict")
    line_ids = fields.One2many("customer.archive.cleaning.line", "cleaning_id", "Lines", readonly=True)
    line_count = fields.Integer("Found Lines", compute="_compute_counts", help="Those that you may see.")
    open_count = fields.Integer("To Decide", compute="_compute_counts")
    accepted_count = fields.Integer("Accepted", compute="_compute_counts")
    done_count = fields.Integer("Applied Lines", compute="_compute_counts")
    trouble_count = fields.Integer(
        "Not Applied", compute="_compute_counts", help="Overtaken, refused by a check, or changed since."
    )
    can_undo = fields.Boolean(compute="_compute_can_undo")

    _job_index = models.Index("(id) WHERE job IS NOT NULL")

    @api.depends("state", "job", "done_to", "last_id")
    def _compute_progress(self):
        for cleaning in self:
            part = cleaning.done_to / cleaning.last_id if cleaning.last_id else 0
            cleaning.progress = 100 * min(part, 1) if cleaning.job else 100

    @api.depends_context("uid")
    def _compute_counts(self):
        """Of the lines that the user may see: whoever is kept from a customer doesn't learn that it was found."""
        counts = {}
        for cleaning, state, count in self.env["customer.archive.cleaning.line"]._read_group(
            [("cleaning_id", "in", self.ids)], ["cleaning_id", "state"], ["__count"]
        ):
            counts.setdefault(cleaning.id, {})[state] = count
        for cleaning in self:
            found = counts.get(cleaning.id, {})
            cleaning.line_count = sum(found.values())
            cleaning.open_count = found.get("open", 0)
            cleaning.accepted_count = found.get("accepted", 0)
            cleaning.done_count = found.get("done", 0) + found.get("proposed", 0)
            cleaning.trouble_count = sum(found.get(state, 0) for state in ("overtaken", "failed", "kept"))

    @api.depends("state", "undo_until", "job")
    def _compute_can_undo(self):
        for cleaning in self:
            today = cleaning.company_id._archive_today()
            until = cleaning.undo_until
            cleaning.can_undo = cleaning.state == "applied" and not cleaning.job and bool(until) and today <= until

    # -- who ------------------------------------------------------------------------------------------------------

    @api.model
    def _check_archivist(self):
        if not self.env.su and not self.env.user.has_group(ARCHIVIST):
            raise AccessError(
                self.env._("Cleanings are started, applied and undone by archivists. Ask one, or decide on your lines.")
            )

    def _take(self):
        """The user is an archivist, of the cleaning's company, and nobody else works on it just now."""
        self._check_archivist()
        self.ensure_one()
        self.check_access("read")
        try:
            self.sudo().lock_for_update()  # a row that the user may read
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is working on the cleaning %s right now. Try again in a moment.", self.name)
            ) from error
        self.invalidate_recordset()
        if self.job:
            raise UserError(
                self.env._("The cleaning %s is being worked on in the background. Wait until it is done.", self.name)
            )

    # -- looking --------------------------------------------------------------------------------------------------

    @api.model
    def action_start(self):
        """The button: look through all archives of the company, in the background."""
        self._check_archivist()
        company = self.env.company
        # sudo: for archivists; what is found is shown by the reader's rights
        if self.sudo().search_count([("company_id", "=", company.id), ("job", "=", "find")], limit=1):
            raise UserError(
                self.env._("The archives are being looked through already: the progress is in the list of cleanings.")
            )
        self.sudo()._start(company)  # as above
        self._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The archives are being looked through. What is found appears in a new cleaning."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _start(self, company, rules=None):
        """A new cleaning of the company's archives by these rules, or all that are in use."""
        if rules is None:
            rules = self.env["customer.archive.quality.rule"].search(Domain.TRUE)
        self.env.flush_all()
        [(last,)] = self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM customer_archive"))
        return self.create(
            {
                "name": self.env["ir.sequence"].next_by_code("customer.archive.cleaning"),
                "company_id": company.id,
                "rule_ids": [fields.Command.set(rules.ids)],
                "job": "find",
                "last_id": last,
            }
        )

    def _trigger(self):
        self.env.ref("customer_archive.ir_cron_cleaning").sudo()._trigger()  # progress, no user's data

    def _find_some(self):
        """Look through the next archives; returns whether there are more."""
        end = self.done_to + STEP
        self.rule_ids._find(self, self.done_to + 1, end + 1)
        self.done_to = end
        if end < self.last_id:
            return True
        self.write({"state": "review", "job": False, "found_at": fields.Datetime.now()})
        if not self.env["customer.archive.cleaning.line"].search_count([("cleaning_id", "=", self.id)], limit=1):
            self.state = "nothing"
        return False

    @api.model
    def _run_now(self):
        """A whole cleaning at once, without commits: for the demo data and tests."""
        cleaning = self.sudo()._start(self.env.company)  # called by code only
        while cleaning._find_some():
            pass
        return cleaning.sudo(self.env.su)

    @api.model
    def _cron_start(self):
        """Every month: a cleaning for each company that has archives and no cleaning to decide."""
        busy = self.search([("state", "in", ("running", "review"))]).company_id
        rows = self.env.execute_query(SQL("SELECT DISTINCT company_id FROM customer_archive"))
        for company in self.env["res.company"].browse([id_ for (id_,) in rows]) - busy:
            self._start(company)
        self._trigger()

    @api.model
    def _cron_work(self):
        """Go on with what is to be done, by steps that are committed; a stopped run goes on where it was."""
        cron = self.env["ir.cron"]
        waiting = self.search([("job", "!=", False)], order="id")
        cron._commit_progress(remaining=len(waiting))
        for cleaning in waiting:
            while cleaning.try_lock_for_update().exists() and cleaning.job and cleaning._work():
                if not cron._commit_progress(0):
                    return
            if not cron._commit_progress(1):
                return

    def _work(self):
        """One step of the job; returns whether there is more to do."""
        if self.job == "find":
            return self._find_some()
        # As whoever pressed the button: the same rights, the same names in the histories, the same language.
        user = self.job_user_id
        cleaning = self.with_user(user).with_company(self.company_id).with_context(lang=user.lang or self.env.lang)
        return cleaning._apply_some() if self.job == "apply" else cleaning._undo_some()

    # -- deciding -------------------------------------------------------------------------------------------------

    def action_accept_all(self):
        """Accept everything that is still to be decided."""
        return self._decide_all("action_accept")

    def action_refuse_rest(self):
        """Refuse everything that is still to be decided."""
        return self._decide_all("action_refuse")

    def _decide_all(self, step):
        self._take()
        lines = self.env["customer.archive.cleaning.line"].search(
            [("cleaning_id", "=", self.id), ("state", "=", "open")]
        )
        if not lines:
            raise UserError(self.env._("There is nothing left to decide in the cleaning %s.", self.name))
        return getattr(lines, step)()

    def action_cancel(self):
        """Nothing of it is wanted: it stays in the register, with its lines refused."""
        self._take()
        if self.state != "review":
            raise UserError(self.env._("The cleaning %s was applied already. Undo it instead.", self.name))
        # sudo: also those lines that this archivist is not cleared for: nothing of them is changed or shown
        lines = self.sudo().line_ids.filtered(lambda line: line.state in ("open", "accepted"))
        lines._close("refused", user=self.env.user)
        self.sudo().state = "cancelled"  # asked for in _take
        return True

    def action_view_lines(self):
        """The lines, those to be decided first, by rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_cleaning_line_action")
        context = {"search_default_group_rule": 1}
        if self.state in ("running", "review"):
            context["search_default_open"] = 1
        return dict(action, name=self.name, domain=[("cleaning_id", "=", self.id)], context=context)

    # -- applying and undoing ---------------------------------------------------------------------------------------

    def action_apply(self):
        """Apply what was accepted and what this archivist reaches."""
        self._take()
        if self.state not in ("review", "applied"):
            raise UserError(self.env._("The cleaning %s is not open for this any more.", self.name))
        count = self.env["customer.archive.cleaning.line"].search_count(self._to_apply())
        if not count:
            raise UserError(
                self.env._(
                    "Nothing is accepted yet in the cleaning %s. Select the lines that are right and accept them.",
                    self.name,
                )
            )
        days = self.env["customer.archive.policy"]._record().sudo().cleaning_undo_days  # how many days is no secret
        self.sudo().write(  # asked for in _take
            {
                "state": "applied",
                "applied_at": fields.Datetime.now(),
                "applied_by_id": self.env.uid,
                "undo_until": self.company_id._archive_today() + timedelta(days=days),
            }
        )
        return self._do("apply", count)

    def action_undo(self):
        """Put back what the cleaning changed, but not what somebody changed since."""
        self._take()
        if self.state != "applied":
            raise UserError(self.env._("The cleaning %s was not applied, or was undone already.", self.name))
        if not self.can_undo:
            raise UserError(
                self.env._(
                    "The cleaning %(number)s could be undone until %(day)s. Now correct by hand what is wrong: each "
                    "line shows the former value.",
                    number=self.name,
                    day=format_date(self.env, self.undo_until),
                )
            )
        count = self.env["customer.archive.cleaning.line"].search_count(self._to_undo())
        if not count:
            raise UserError(self.env._("There is nothing in the cleaning %s that could be undone.", self.name))
        self.sudo().write({"undone_at": fields.Datetime.now(), "undone_by_id": self.env.uid})  # asked for in _take
        return self._do("undo", count)

    def _do(self, job, count):
        """At once where there is little to do; else by the background job."""
        # sudo: asked for in _take
        self.sudo().write({"job": job, "job_user_id": self.env.uid, "done_to": 0, "last_id": count})
        if count > AT_ONCE:
            self._trigger()
            return True
        while getattr(self, f"_{job}_some")():
            pass
        return True

    def _to_apply(self):
        return [("cleaning_id", "=", self.id), ("state", "=", "accepted")]

    def _to_undo(self):
        return [("cleaning_id", "=", self.id), ("state", "in", ("done", "proposed"))]

    def _apply_some(self):
        """Apply the next accepted lines that the user reaches; returns whether there are more."""
        lines = self.env["customer.archive.cleaning.line"].search(self._to_apply(), order="archive_id, id", limit=CHUNK)
        lines._apply_safely()
        return self._after_some(len(lines), self._to_apply())

    def _undo_some(self):
        lines = self.env["customer.archive.cleaning.line"].search(
            self._to_undo(), order="archive_id, id DESC", limit=CHUNK
        )
        lines._undo_safely()
        more = self._after_some(len(lines), self._to_undo())
        # sudo: whether anything is left that somebody else has to undo, who is cleared for it
        if not more and not self.sudo().line_ids.search_count(self._to_undo(), limit=1):
            self.sudo()._end_undone()
        return more

    def _end_undone(self):
        """What nobody has applied until now is not kept waiting: the next cleaning may find it again."""
        waiting = [("cleaning_id", "=", self.id), ("state", "in", ("open", "accepted", "failed"))]
        lines = self.env["customer.archive.cleaning.line"].search(waiting)
        why = self.env._("The cleaning was undone before this was applied.")
        lines._store_outcomes({line.id: ("overtaken", why, None) for line in lines})
        self.state = "undone"

    def _after_some(self, count, domain):
        cleaning = self.sudo()  # progress
        cleaning.done_to += count
        self.env.flush_all()
        more = bool(count) and bool(self.env["customer.archive.cleaning.line"].search_count(domain, limit=1))
        if not more:
            cleaning.job = False
        return more

    # -- a register -------------------------------------------------------------------------------------------------

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("A cleaning can't be duplicated. Start a new one."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(self.env._("Cleanings are kept as a register. Discard it instead of deleting it."))
