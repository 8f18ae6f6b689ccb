"""The record of a verification on paper: 核对记录 (product.md Q1, R10)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .customer_archive_print import EMPTY

WIDTHS = (17, 24, 13, 22, 24)


class ReportVerification(models.AbstractModel):
    """Reads everything as the user who prints: nothing is printed that the user doesn't read on screen."""

    _name = "report.customer_archive.report_verification"
    _description = "Printed Record of a Verification"
    _inherit = "customer.archive.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        if not docids:
            raise UserError(self.env._("Nothing is selected. Choose the verifications that you want to print."))
        verifications = self.env["customer.archive.verification"].browse(docids)
        verifications.check_access("read")  # Odoo checks neither groups nor records of /report/pdf/<name>/<ids>
        return {
            "docs": verifications,
            "zoom": self._zoom(data),
            "columns": self._columns(),
            "records": [self._record(verification) for verification in verifications],
            "printed": self.env._(
                "Printed on %(date)s by %(name)s",
                date=format_date(self.env, fields.Date.context_today(self)),
                name=self.env.user.name,
            ),
        }

    @api.model
    def _columns(self):
        _ = self.env._
        titles = (_("Item"), _("On the Card"), _("Check Result"), _("New Value"), _("Grounds"))
        return list(zip(titles, WIDTHS, strict=True))

    @api.model
    def _record(self, verification):
        return {
            **self._common_values(verification.archive_id),
            "name": verification.item_reference,
            "head": self._head_rows(verification),
            "sections": self._sections(verification),
            "remark": verification.remark or "",
            "sums": self.env._(
                "%(fields)s fields, %(changed)s of them changed",
                fields=verification.field_count,
                changed=verification.changed_count,
            ),
            "signer": verification.done_by_id.name or "",
            "signed_on": format_date(self.env, verification.done_on) if verification.done_on else "",
        }

    @api.model
    def _head_rows(self, verification):
        def cell(name, value=None):
            if verification._fields[name].type == "date":
                value = verification[name] and format_date(self.env, verification[name])
            return {"label": verification._fields[name]._description_string(self.env), "value": value or EMPTY}

        rows = [
            [cell("user_id", verification.user_id.name), cell("state", self._selection_label(verification, "state"))],
            [cell("started_on"), cell("due_on")],
            [cell("done_on"), cell("done_by_id", verification.done_by_id.name)],
        ]
        if verification.end_reason:
            rows.append([cell("end_reason", verification.end_reason)])
        return rows

    @api.model
    def _sections(self, verification):
        lines = verification.line_ids.filtered("field_name")
        return [
            {"name": section.name, "score": "", "lines": [self._line(line) for line in of]}
            for section, of in lines.grouped("section_id").items()
        ]

    @api.model
    def _line(self, line):
        grounds = "\n".join(filter(None, (line.evidence, line.note)))
        if line.proposal_id:
            # sudo: the number of the proposal that this very line became
            grounds = "\n".join(filter(None, (grounds, self.env._("proposal %s", line.sudo().proposal_id.name))))
        answer = self._selection_label(line, "answer") or EMPTY
        return {
            "cells": [line.label, line.old_text or EMPTY, answer, line.new_text or "", grounds or EMPTY],
            "mark": "",
        }
