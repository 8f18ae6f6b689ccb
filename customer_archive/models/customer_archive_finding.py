"""Findings (问题): what is not as it must be, who mends it by when, who looks whether it is mended (product.md Q5)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .customer_archive_inspection_template import SEVERITIES
from .customer_archive_register import CustomerArchiveRegister
from .res_partner import GROUP

# Days until the deadline of findings that come from no checklist.
DAYS = {"minor": 30, "major": 14, "critical": 3}
# For so long an earlier finding of the same kind makes a new one a repeated one.
REPEATED_WITHIN = "12 months"
OPEN = ("open", "answered")
# What archivists change of an open finding.
BY_HAND = frozenset({"severity", "responsible_id", "deadline"})


class CustomerArchiveFinding(models.Model):
    """Raised by an inspection, by the check of filed files, or by an archivist; never deleted."""

    _name = "customer.archive.finding"
    _description = "Finding"
    _inherit = [CustomerArchiveRegister._name]
    _archive_read_by_fewer = True

    _sequence_code = "customer.archive.finding"
    _draft_fields = BY_HAND | {"archive_id", "item_id", "title", "description"}

    archive_id = fields.Many2one("customer.archive", "Archive", required=True, ondelete="restrict", index=True)
    owner_id = fields.Many2one(
        "res.users",
        "Account Manager",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Who kept the archive when it was found.",
    )
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True, ondelete="set null", index="btree_not_null")
    item_id = fields.Many2one(
        "customer.archive.inspection.item", "Item of the Checklist", ondelete="restrict", index="btree_not_null"
    )
    title = fields.Char("Short Text", help="What is wrong in a few words, where no item of a checklist says it.")
    subject = fields.Char(compute="_compute_subject", compute_sudo=True)
    description = fields.Text("What Was Found", required=True)
    severity = fields.Selection(SEVERITIES, required=True, default="minor", tracking=True, index=True)
    source = fields.Selection(
        [
            ("inspection", "Inspection"),
            ("fixity", "Check of Files"),
            ("seal", "Check of Seals"),
            ("hand", "Noticed by Somebody"),
            ("other", "Other"),
        ],
        "Found by Way of",
        required=True,
        readonly=True,
        default="hand",
    )
    source_ref = fields.Char("Reference of the Source", readonly=True, exportable=False)
    inspection_id = fields.Many2one(
        "customer.archive.inspection", "Inspection", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    answer_id = fields.Many2one(
        "customer.archive.inspection.answer", "Answer", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    found_on = fields.Date("Found on", required=True, readonly=True, index=True, default=fields.Date.context_today)
    found_by_id = fields.Many2one(
        "res.users", "Found by", readonly=True, ondelete="restrict", default=lambda self: self.env.user
    )
    responsible_id = fields.Many2one(
        "res.users",
        "Responsible",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        domain=lambda self: [("all_group_ids", "in", self.env.ref(GROUP).id), ("share", "=", False)],
        help="Who mends it. Empty: the account manager.",
    )
    deadline = fields.Date(tracking=True, index=True, help="Empty: it follows from the severity.")
    measure = fields.Text("What Was Done", readonly=True)
    measured_on = fields.Date("Done on", readonly=True)
    measured_by_id = fields.Many2one("res.users", "Done by", readonly=True, ondelete="restrict")
    recheck_remark = fields.Text("Result of the Re-Check", readonly=True)
    recheck_on = fields.Date("Re-Checked", readonly=True)
    recheck_by_id = fields.Many2one("res.users", "Re-Checked by", readonly=True, ondelete="restrict")
    reopened_count = fields.Integer("Times Reopened", readonly=True)
    closed_on = fields.Date("Mended and Closed on", readonly=True)
    state = fields.Selection(
        [("open", "To Be Mended"), ("answered", "To Be Re-Checked"), ("closed", "Mended and Closed")],
        "Status",
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        index=True,
    )
    repeated = fields.Selection(
        [("archive", "Same archive"), ("owner", "Same account manager")],
        readonly=True,
        help="The same was found within the twelve months before, in this archive or in another one of the same "
        "account manager.",
    )
    repeat_count = fields.Integer("Earlier Ones", readonly=True, aggregator="max")
    is_late = fields.Boolean("Overdue", compute="_compute_is_late", search="_search_is_late")
    may_answer = fields.Boolean(compute="_compute_may", exportable=False)
    may_recheck = fields.Boolean(compute="_compute_may", exportable=False)

    _due_index = models.Index("(deadline) WHERE state = 'open'")
    _archive_open = models.Index("(archive_id) WHERE state <> 'closed'")

    @api.depends("item_id.name", "title")
    @api.depends_context("lang")
    def _compute_subject(self):
        for finding in self:
            finding.subject = finding.item_id.name or finding.title

    @api.depends("state", "deadline")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for finding in self:
            finding.is_late = bool(finding.state == "open" and finding.deadline and finding.deadline < today)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return [("state", "=", "open"), ("deadline", "<", fields.Date.context_today(self))]

    @api.depends("state", "responsible_id", "measured_by_id", "archive_id.owner_id")
    @api.depends_context("uid")
    def _compute_may(self):
        """For the buttons only: each step checks for itself."""
        for finding in self:
            finding.may_answer = finding.state == "open" and finding._is_answered_by(self.env.user)
            finding.may_recheck = finding.state == "answered" and not finding._fault_of_checker(self.env.user)

    @api.constrains("item_id", "title")
    def _check_subject(self):
        for finding in self:
            if not finding.item_id and not (finding.title or "").strip():
                raise ValidationError(self.env._("Choose an item of a checklist, or say in a few words what is wrong."))

    @api.constrains("responsible_id")
    def _check_responsible(self):
        for finding in self.sudo():  # a colleague's role and companies; nothing is shown but the name
            user = finding.responsible_id
            if user and (user.share or not user.has_group(GROUP) or finding.company_id not in user.company_ids):
                raise ValidationError(
                    self.env._(
                        "%(name)s has no role in the customer archive of %(company)s, so could not see the finding. "
                        "Choose somebody else.",
                        name=user.name,
                        company=finding.company_id.name,
                    )
                )

    # -- made ---------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        findings = super().create(vals_list)
        findings._mark_repeated()
        findings._tell_responsible()
        return findings

    def _register_new_values(self, vals):
        vals = super()._register_new_values(vals)
        if vals.get("archive_id"):
            # sudo: who keeps the archive; the caller's right to refer to it is checked with every link
            archive = self.env["customer.archive"].sudo().browse(vals["archive_id"])
            vals["company_id"] = archive.company_id.id
            vals.setdefault("owner_id", False)
            vals["owner_id"] = vals["owner_id"] or archive.owner_id.id
            vals["team_id"] = archive.team_id.id
            if not vals.get("responsible_id"):
                vals["responsible_id"] = self._usual_responsible(archive).id
        if not vals.get("deadline"):
            item = self.env["customer.archive.inspection.item"].sudo().browse(vals.get("item_id") or ())  # its days
            days = item.days or DAYS[vals.get("severity") or "minor"]
            vals["deadline"] = fields.Date.add(vals.get("found_on") or fields.Date.context_today(self), days=days)
        return vals

    @api.model
    def _usual_responsible(self, archive):
        """The account manager; where there is none who works here the leader of the team, else whoever found it."""
        company = archive.company_id
        for user in (archive.owner_id, archive.team_id.user_id, self.env.user):
            if user.active and not user.share and user.has_group(GROUP) and company in user.sudo().company_ids:
                return user
        return self.env["res.users"]

    def _mark_repeated(self):
        """Which of these were found before: one statement."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive_finding f
                   SET repeated = CASE WHEN seen.here > 0 THEN 'archive' ELSE 'owner' END, repeat_count = seen.count
                  FROM (SELECT n.id, COUNT(*) AS count, COUNT(*) FILTER (WHERE e.archive_id = n.archive_id) AS here
                          FROM customer_archive_finding n
                          JOIN customer_archive_finding e
                            ON e.id < n.id AND e.company_id = n.company_id
                           AND (e.item_id = n.item_id OR (e.item_id IS NULL AND n.item_id IS NULL
                                                          AND e.source = n.source AND e.title = n.title))
                           AND (e.archive_id = n.archive_id OR e.owner_id = n.owner_id)
                           AND e.found_on > n.found_on - %(within)s::interval
                           AND (n.inspection_id IS NULL OR e.inspection_id IS DISTINCT FROM n.inspection_id)
                         WHERE n.id = ANY(%(ids)s)
                         GROUP BY n.id) seen
                 WHERE seen.id = f.id
                """,
                within=REPEATED_WITHIN,
                ids=self.ids,
            )
        )
        self.invalidate_recordset(["repeated", "repeat_count"])

    @api.model
    def _from_answers(self, answers):
        """The findings of an inspection; the responsible are told. For the step that ends it."""
        today = {company: company._archive_today() for company in answers.company_id}
        return self.sudo().create(  # by the step, which asks who takes it
            [
                {
                    "archive_id": answer.archive_id._surviving().id,
                    "owner_id": answer.line_id.owner_id.id,
                    "item_id": answer.item_id.id,
                    "description": answer.remark,
                    "severity": answer.severity or answer.item_id.severity,
                    "source": "inspection",
                    "inspection_id": answer.inspection_id.id,
                    "answer_id": answer.id,
                    "found_on": today[answer.company_id],
                    "found_by_id": answer.answered_by_id.id or self.env.uid,
                }
                for answer in answers
            ]
        )

    @api.model
    def _report_finding(self, archives, what, text, *, source="other", source_ref=False, title=False, responsible=None):
        """What some check of the system found. Called by other parts of the product, never by a client.

        An open finding of the same source about the same thing is not reported twice.

        :param archives: those concerned; of merged ones the finding goes to the archive that goes on
        :param what: an item of a checklist, or a severity
        :param text: what was found
        :param source_ref: what exactly it is about, e.g. "model,id"; for the source to know it again
        :param title: in a few words; needed where ``what`` is a severity
        :param responsible: a user; the account manager where nobody is named
        :return: the new findings
        """
        archives = self.env["customer.archive"].union(*(archive._surviving() for archive in archives))
        findings = self.sudo()  # the system reports; whoever reads it asks for the right
        known = findings.search(
            [
                ("archive_id", "in", archives.ids),
                ("source", "=", source),
                ("source_ref", "=", source_ref),
                ("state", "in", OPEN),
            ]
        )
        if source_ref:
            archives -= known.archive_id.with_env(self.env)
        values = {"severity": what} if isinstance(what, str) else {"item_id": what.id, "severity": what.severity}
        return findings.create(
            [
                {
                    **values,
                    "archive_id": archive.id,
                    "description": text,
                    "title": title,
                    "source": source,
                    "source_ref": source_ref,
                    "responsible_id": responsible.id if responsible else False,
                    "found_on": archive.sudo().company_id._archive_today(),
                }
                for archive in archives
            ]
        )

    # -- what is fixed ------------------------------------------------------------------------------------------

    def _check_change_by_hand(self, vals):
        fixed = next((name for name in vals if self._is_fixed(name) or name in self._draft_fields - BY_HAND), None)
        if fixed:
            raise UserError(
                self.env._(
                    "%(field)s of %(number)s stays as it was found. Its buttons take the steps.",
                    field=self._fields[fixed]._description_string(self.env),
                    number=self[:1].name or "",
                )
            )
        closed = self.filtered(lambda finding: finding.state == "closed")[:1]
        if closed and vals.keys() & BY_HAND:
            raise UserError(self.env._("%s is closed: report a new finding if it shows again.", closed.name))

    def write(self, vals):
        former = self.sudo().responsible_id if "responsible_id" in vals else self.env["res.users"]  # told nothing more
        result = super().write(vals)
        if "responsible_id" in vals or "deadline" in vals:
            self.filtered(lambda finding: finding.state == "open")._tell_responsible()
        if former:
            self.env.flush_all()
            self._take_leave_of(former)
        return result
