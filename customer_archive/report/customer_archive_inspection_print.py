"""The record of an inspection on paper: 检查记录 (product.md Q5, R10)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .customer_archive_print import EMPTY

SAMPLE_WIDTHS = (7, 24, 20, 19, 10, 10, 10)
FINDING_WIDTHS = (17, 19, 36, 14, 14)


class ReportInspection(models.AbstractModel):
    """Reads everything as the user who prints: archives that the user does not read are not printed."""

    _name = "report.customer_archive.report_inspection"
    _description = "Printed Record of an Inspection"
    _inherit = "customer.archive.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        if not docids:
            raise UserError(self.env._("Nothing is selected. Choose the inspections that you want to print."))
        inspections = self.env["customer.archive.inspection"].browse(docids)
        inspections.check_access("read")  # Odoo checks neither groups nor records of /report/pdf/<name>/<ids>
        return {
            "docs": inspections,
            "zoom": self._zoom(data),
            "records": [self._record(inspection) for inspection in inspections],
            "printed": self.env._(
                "Printed on %(date)s by %(name)s",
                date=format_date(self.env, fields.Date.context_today(self)),
                name=self.env.user.name,
            ),
        }

    @api.model
    def _record(self, inspection):
        _ = self.env._
        lines, findings = inspection.line_ids, inspection.finding_ids
        hidden = inspection.line_count - len(lines)
        return {
            "fonds": self._record_label(inspection.company_id),
            "name": inspection.name,
            "state": self._selection_label(inspection, "state"),
            "head": self._head_rows(inspection),
            "sections": [
                self._section_of(
                    _("Sample"),
                    _("%(count)s archives that are not open to you are left out", count=hidden) if hidden else "",
                    (
                        _("No."),
                        _("Archive Number"),
                        _("Account Manager"),
                        _("Category"),
                        _("In Order"),
                        _("Findings"),
                        _("N/A"),
                    ),
                    SAMPLE_WIDTHS,
                    [self._sample_cells(place, line) for place, line in enumerate(lines, 1)],
                ),
                self._section_of(
                    _("Findings"),
                    "",
                    (_("Register Number"), _("Archive Number"), _("What Was Found"), _("Responsible"), _("Deadline")),
                    FINDING_WIDTHS,
                    [self._finding_cells(finding) for finding in findings] or [[_("None")] + [""] * 4],
                ),
            ],
            "conclusion": inspection.conclusion or "",
            "signer": inspection.done_by_id.name or "",
            "signed_on": format_date(self.env, inspection.done_on) if inspection.done_on else "",
        }

    @api.model
    def _section_of(self, name, score, titles, widths, lines):
        return {
            "name": name,
            "score": score,
            "columns": list(zip(titles, widths, strict=True)),
            "lines": [{"cells": cells, "mark": ""} for cells in lines],
        }

    @api.model
    def _head_rows(self, inspection):
        _ = self.env._

        def cell(name, value):
            return {"label": inspection._fields[name]._description_string(self.env), "value": value or EMPTY}

        unit = self._selection_label(inspection, "sample_unit")
        return [
            [
                cell("period", format_date(self.env, inspection.period, date_format="yyyy-MM")),
                cell("user_id", inspection.user_id.name),
            ],
            [
                cell("template_id", inspection.template_id.name),
                cell("spread", self._selection_label(inspection, "spread")),
            ],
            [
                cell("population_count", str(inspection.population_count or "")),
                {
                    "label": _("Sample"),
                    "value": _(
                        "%(count)s (%(size)s %(unit)s)",
                        count=inspection.line_count,
                        size=inspection.sample_size,
                        unit=unit,
                    ),
                },
            ],
            [{"label": _("Scope"), "value": self._scope_text(inspection)}],
            [cell("seed", inspection.seed), cell("score", f"{inspection.score} %" if inspection.line_count else "")],
            [cell("population_hash", inspection.population_hash)],
        ]

    @api.model
    def _scope_text(self, inspection):
        # sudo: names of teams and categories, which say what was inspected
        scope = inspection.sudo()
        parts = [
            ", ".join(scope.category_ids.mapped("name")),
            ", ".join(scope.team_ids.mapped("name")),
            ", ".join(scope.owner_ids.mapped("name")),
            self._selection_label(inspection, "level"),
        ]
        return "; ".join(filter(None, parts)) or self.env._("All archives")

    @api.model
    def _sample_cells(self, place, line):
        counts = (line.ok_count, line.finding_count, line.na_count)
        # sudo: the name of the category, for auditors too
        category = line.sudo().category_id.name or ""
        return [str(place), line.number or EMPTY, line.owner_id.name or EMPTY, category, *map(str, counts)]

    @api.model
    def _finding_cells(self, finding):
        kind = self._selection_label(finding, "severity")
        if finding.repeated:
            kind = self.env._("%s, repeated", kind)
        what = self.env._(
            "%(subject)s (%(severity)s): %(text)s",
            subject=finding.subject,
            severity=kind,
            text=finding.description,
        )
        number = finding.answer_id.line_id.number or EMPTY
        deadline = format_date(self.env, finding.deadline) if finding.deadline else EMPTY
        return [finding.name, number, what, finding.responsible_id.name or EMPTY, deadline]
