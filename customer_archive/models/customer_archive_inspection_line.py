"""One archive of the sample, and the answers about it (product.md Q5)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .customer_archive import GOVERNED
from .customer_archive_category import LEVELS
from .customer_archive_inspection_scope import ARCHIVIST
from .customer_archive_inspection_template import SEVERITIES

RESULTS = [("ok", "In Order"), ("finding", "Finding"), ("na", "Not Applicable")]
LINE_BY_HAND = {"answer_ids", "remark"}
ANSWER_BY_HAND = {"result", "remark", "severity"}


class CustomerArchiveInspectionLine(models.Model):
    """What the archive was when the sample was drawn is kept; the figures follow from the answers."""

    _name = "customer.archive.inspection.line"
    _description = "Inspected Archive"
    _order = "inspection_id desc, sequence, id"
    _archive_read_by_fewer = True
    _rec_name = "number"

    inspection_id = fields.Many2one(
        "customer.archive.inspection", "Inspection", required=True, readonly=True, ondelete="restrict", index=True
    )
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    number = fields.Char("Archive Number", readonly=True, help="As it was when the sample was drawn.")
    company_id = fields.Many2one("res.company", "Fonds", required=True, readonly=True, ondelete="restrict")
    sequence = fields.Integer(readonly=True, aggregator=None)
    period = fields.Date("Month", readonly=True, index=True)
    owner_id = fields.Many2one(
        "res.users", "Account Manager", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True, ondelete="set null", index="btree_not_null")
    category_id = fields.Many2one("customer.archive.category", "Category", readonly=True, ondelete="restrict")
    level = fields.Selection(LEVELS, "Confidentiality Level", readonly=True)
    user_id = fields.Many2one("res.users", "Inspected by", readonly=True, ondelete="restrict")
    state = fields.Selection(related="inspection_id.state", string="Status of the Inspection")
    is_mine = fields.Boolean("Kept by Me", compute="_compute_is_mine", exportable=False)
    answer_ids = fields.One2many("customer.archive.inspection.answer", "line_id", "Answers")
    remark = fields.Text(help="What the inspector wants to say about this archive.")
    open_count = fields.Integer("Unanswered", readonly=True)
    ok_count = fields.Integer("In Order", readonly=True)
    finding_count = fields.Integer("Findings", readonly=True)
    na_count = fields.Integer("Not Applicable", readonly=True)
    score = fields.Integer(
        "In Order (%)",
        readonly=True,
        aggregator="avg",
        help="How many of the answers, of those that say something, are “in order”.",
    )

    _once = models.UniqueIndex("(inspection_id, archive_id)")

    @api.depends("archive_id.owner_id", "owner_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for line in self:
            line.is_mine = line._is_kept_by(self.env.user)

    def _is_kept_by(self, user):
        """Whether the user keeps the archive, or kept it when the sample was drawn."""
        return user in (self.sudo().archive_id.owner_id, self.owner_id)  # who keeps it decides

    def write(self, vals):
        if self.env.context.get("archive_governed") is not GOVERNED:
            for name in vals:
                if name in self._fields and name not in LINE_BY_HAND:
                    raise UserError(
                        self.env._(
                            "The sample of an inspection stays as it was drawn. Answer the items of its archives."
                        )
                    )
            self._check_may_answer()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(self.env._("The sample of an inspection stays as it was drawn."))

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("The sample of an inspection stays as it was drawn."))

    def _check_may_answer(self):
        """Raise unless the inspections are running and the user may inspect these archives."""
        if not (self.env.su or self.env.user.has_group(ARCHIVIST)):
            raise AccessError(self.env._("Inspections are planned and carried out by archivists."))
        self.inspection_id._check_running()
        for line in self:
            if line._is_kept_by(self.env.user):
                raise AccessError(
                    self.env._(
                        "You keep the archive %s yourself. Nobody inspects their own archives: another archivist does.",
                        line.number,
                    )
                )

    def _recount(self):
        """The figures of these lines from their answers, in one statement."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive_inspection_line l
                   SET open_count = f.open, ok_count = f.ok, finding_count = f.found, na_count = f.apart,
                       score = CASE WHEN f.ok + f.found > 0 THEN 100 * f.ok / (f.ok + f.found) END
                  FROM (SELECT line_id,
                               COUNT(*) FILTER (WHERE result IS NULL) AS open,
                               COUNT(*) FILTER (WHERE result = 'ok') AS ok,
                               COUNT(*) FILTER (WHERE result = 'finding') AS found,
                               COUNT(*) FILTER (WHERE result = 'na') AS apart
                          FROM customer_archive_inspection_answer WHERE line_id = ANY(%s) GROUP BY line_id) f
                 WHERE f.line_id = l.id
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(["open_count", "ok_count", "finding_count", "na_count", "score"])
        self.inspection_id.invalidate_recordset(["open_count", "finding_count", "progress", "score"])

    # -- buttons ------------------------------------------------------------------------------------------------

    def action_rest_ok(self):
        """What has no answer yet is in order."""
        return self._answer_rest("ok")

    def action_rest_na(self):
        """The archive can't be inspected: everything that has no answer yet is not applicable. The remark says why."""
        for line in self:
            if not (line.remark or "").strip():
                raise UserError(
                    self.env._("Write into the remark first why the archive %s can't be inspected.", line.number)
                )
        return self._answer_rest("na")

    def _answer_rest(self, result):
        self.check_access("write")
        self.answer_ids.filtered(lambda answer: not answer.result).write({"result": result})
        return True

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.number,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_next(self):
        """The next archive of the sample that is not answered; back to the inspection after the last one."""
        self.ensure_one()
        lines = self.search(
            [("inspection_id", "=", self.inspection_id.id), ("open_count", ">", 0)], order="sequence, id"
        )
        later = lines.filtered(lambda line: line.sequence > self.sequence and not line.is_mine)
        line = (later or lines.filtered(lambda line: not line.is_mine and line != self))[:1]
        return line.action_open() if line else self.inspection_id.action_open()

    def action_view_customer(self):
        self.ensure_one()
        return self.archive_id.action_view_partner()


class CustomerArchiveInspectionAnswer(models.Model):
    """One item, asked of one archive."""

    _name = "customer.archive.inspection.answer"
    _description = "Answer of an Inspection"
    _order = "line_id, sequence, id"
    _archive_read_by_fewer = True
    _rec_name = "item_id"

    line_id = fields.Many2one(
        "customer.archive.inspection.line",
        "Inspected Archive",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    inspection_id = fields.Many2one(
        "customer.archive.inspection", "Inspection", required=True, readonly=True, ondelete="restrict", index=True
    )
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", "Fonds", required=True, readonly=True, ondelete="restrict")
    sequence = fields.Integer(readonly=True, aggregator=None)
    item_id = fields.Many2one(
        "customer.archive.inspection.item", "Item", required=True, readonly=True, ondelete="restrict", index=True
    )
    guidance = fields.Char(related="item_id.guidance")
    fact = fields.Char("Known", compute="_compute_fact", help="What the system knows about it now.")
    result = fields.Selection(RESULTS)
    severity = fields.Selection(SEVERITIES, help="Of the finding.")
    remark = fields.Char(help="What was found; needed for a finding.")
    answered_by_id = fields.Many2one("res.users", "Answered by", readonly=True, ondelete="restrict")
    answered_on = fields.Datetime("Answered", readonly=True)

    _once = models.UniqueIndex("(line_id, item_id)")

    @api.depends("item_id.fact", "archive_id")
    @api.depends_context("uid", "lang")
    def _compute_fact(self):
        facts = {}
        for code, answers in self.grouped(lambda answer: answer.item_id.fact).items():
            if code:
                readable = answers.archive_id._filtered_access("read")
                facts[code] = readable._inspection_facts(code)
        for answer in self:
            answer.fact = facts.get(answer.item_id.fact, {}).get(answer.archive_id.id, False)

    def write(self, vals):
        if self.env.context.get("archive_governed") is GOVERNED:
            return super().write(vals)
        for name in vals:
            if name in self._fields and name not in ANSWER_BY_HAND:
                raise UserError(self.env._("Of an answer only result, severity and remark are written by hand."))
        self.check_access("write")
        self.line_id._check_may_answer()
        self._check_not_answered_by_others()
        if vals.get("result") or "remark" in vals:
            vals = {**vals, "answered_by_id": self.env.uid, "answered_on": fields.Datetime.now()}
        elif "result" in vals:
            vals = {**vals, "answered_by_id": False, "answered_on": False}
        result = super().write(vals)
        self._check_findings_say_what()
        # sudo: what follows from the answer
        lines = self.sudo().line_id
        lines.with_context(archive_governed=GOVERNED).write({"user_id": self.env.uid})
        lines._recount()
        return result

    def _check_not_answered_by_others(self):
        """What another inspector has answered is changed by whoever is in charge, not by accident."""
        for answer in self:
            other = answer.answered_by_id
            if answer.result and other and self.env.user not in (other, answer.inspection_id.user_id):
                raise UserError(
                    self.env._(
                        "%(name)s has answered “%(item)s” of the archive %(number)s already. Reload the page; only "
                        "%(name)s or the inspector in charge changes the answer.",
                        name=other.name,
                        item=answer.item_id.name,
                        number=answer.line_id.number,
                    )
                )

    def _check_findings_say_what(self):
        bare = self.filtered(lambda answer: answer.result == "finding" and not (answer.remark or "").strip())
        if bare:
            raise UserError(
                self.env._(
                    "“%(item)s” of the archive %(number)s: write into the remark what was found.",
                    item=bare[0].item_id.name,
                    number=bare[0].line_id.number,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(self.env._("The sample of an inspection stays as it was drawn."))

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("The sample of an inspection stays as it was drawn."))
