"""How inspections and findings hang on archives: the access predicate, merging, what the archive shows of them."""

from odoo import api, fields, models
from odoo.tools import format_date

from .customer_archive_access import Link
from .customer_archive_merge_tables import ARCHIVE
from .res_partner import GROUP

SAMPLE = ("customer.archive.inspection.line", "customer.archive.inspection.answer")
FINDING = "customer.archive.finding"
AUDITOR = "customer_archive.group_auditor"


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _customer_links(self):
        return {
            **super()._customer_links(),
            **dict.fromkeys(SAMPLE, Link("archive_id", to="archive")),
            # Whoever is to mend something reads what.
            FINDING: Link("archive_id", to="archive", mine="responsible_id"),
        }

    @api.model
    def _is_ledger_reader(self, model_name, mode):
        """Auditors read inspections and findings whole; customers stay masked."""
        if mode == "read" and model_name in (*SAMPLE, FINDING) and self.env.user.has_group(AUDITOR):
            return True
        return super()._is_ledger_reader(model_name, mode)


class CustomerArchiveMergeTables(models.AbstractModel):
    _inherit = "customer.archive.merge.tables"

    @api.model
    def _stays(self, target):
        """The sample was drawn from what there was then. Findings go on to the archive that goes on."""
        stays = super()._stays(target)
        return stays | set(SAMPLE) if target == ARCHIVE else stays


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    inspection_finding_ids = fields.One2many(FINDING, "archive_id", "Findings", readonly=True, groups=GROUP)
    open_finding_count = fields.Integer("Open Findings", compute="_compute_open_finding_count", exportable=False)

    @api.depends_context("uid")
    @api.depends("inspection_finding_ids.state")
    def _compute_open_finding_count(self):
        """Of the findings that the reader sees."""
        rows = self.env[FINDING]._read_group(
            [("archive_id", "in", self.ids), ("state", "!=", "closed")], ["archive_id"], ["__count"]
        )
        counts = {archive.id: count for archive, count in rows}
        for archive in self:
            archive.open_finding_count = counts.get(archive.id, 0)

    def action_view_inspection_findings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_finding_action")
        return dict(action, domain=[("archive_id", "=", self.id)], context={"default_archive_id": self.id})

    def _move_findings(self, user, moves):
        """What the former account manager was to mend is the new one's to mend, and is told to them."""
        if not user:
            return
        former = {move.archive_id: move.old_owner for move in moves}
        self.env.invalidate_all()
        # sudo: findings follow the archive; the right to the change itself was checked
        findings = self.env[FINDING].sudo().search([("archive_id", "in", list(former)), ("state", "=", "open")])
        theirs = findings.filtered(lambda finding: finding.responsible_id.id == former[finding.archive_id.id])
        if theirs:
            theirs._governed().write({"responsible_id": user.id})

    # -- what is known already, for the inspector ---------------------------------------------------------------

    def _inspection_facts(self, code):
        """{archive id: text} of one of FACTS, as far as the reader sees it."""
        found = getattr(self, f"_facts_{code}")()
        return {id_: text for id_, text in found.items() if text}

    def _facts_completeness(self):
        return {archive.id: f"{archive.completeness} %" for archive in self}

    def _facts_number(self):
        return {
            archive.id: self.env._(
                "%(number)s, %(count)s former ones", number=archive.number, count=archive.alias_count
            )
            if archive.alias_count
            else archive.number
            for archive in self
        }

    def _facts_place(self):
        return {
            archive.id: " · ".join(filter(None, (archive.box, archive.shelf))) or self.env._("no place")
            for archive in self
        }

    def _facts_verification(self):
        return {
            archive.id: self.env._(
                "last %(last)s, next %(next)s",
                last=self._fact_date(archive.verified_on),
                next=self._fact_date(archive.next_verification_on),
            )
            for archive in self
        }

    def _facts_contact(self):
        return {archive.id: self._fact_date(archive.last_contact_on) for archive in self}

    def _facts_documents(self):
        counts = {
            archive.id: count
            for archive, count in self.env["customer.archive.document"]._read_group(
                [("archive_id", "in", self.ids), ("state", "!=", "draft")], ["archive_id"], ["__count"]
            )
        }
        return {archive.id: self.env._("%s filed", counts.get(archive.id, 0)) for archive in self}

    def _facts_loans(self):
        loans = self.env["customer.archive.loan"]
        now = fields.Datetime.now()
        lent = [("archive_id", "in", self.ids), ("state", "=", "open")]
        open_ = {archive.id: count for archive, count in loans._read_group(lent, ["archive_id"], ["__count"])}
        late = {
            archive.id: count
            for archive, count in loans._read_group([*lent, ("due_at", "<", now)], ["archive_id"], ["__count"])
        }
        return {
            archive.id: self.env._(
                "%(count)s lent, %(late)s of them overdue", count=open_.get(archive.id, 0), late=late.get(archive.id, 0)
            )
            for archive in self
        }

    def _facts_level(self):
        labels = dict(self._fields["level"]._description_selection(self.env))
        return {
            archive.id: self.env._(
                "%(level)s until %(date)s", level=labels[archive.level], date=self._fact_date(archive.level_until)
            )
            if archive.level_until
            else labels[archive.level]
            for archive in self
        }

    @api.model
    def _fact_date(self, day):
        return format_date(self.env, day) if day else self.env._("never")
