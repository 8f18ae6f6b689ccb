"""The handover list on paper: 移交清册 (product.md O5, R10)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from .customer_archive_print import EMPTY

# The columns of the list: width in per cent. What is left belongs to the remarks.
COLUMNS = ((5, "place"), (19, "number"), (24, "customer"), (14, "category"), (10, "level"), (12, "box"), (6, "pages"))


class ReportHandover(models.AbstractModel):
    _name = "report.customer_archive.report_handover"
    _description = "Printed Handover List"
    _inherit = "customer.archive.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        if not docids:
            raise UserError(self.env._("Nothing is selected. Choose the handover lists that you want to print."))
        handovers = self.env["customer.archive.handover"].browse(docids)
        handovers.check_access("read")  # Odoo checks neither groups nor records of /report/pdf/<name>/<ids>
        return {
            "docs": handovers,
            "lists": [self._list_values(handover) for handover in handovers],
            "zoom": self._zoom(data),
            "printed": self.env._(
                "Printed on %(date)s by %(name)s",
                date=format_date(self.env, fields.Date.context_today(self)),
                name=self.env.user.name,
            ),
        }

    @api.model
    def _list_values(self, handover):
        lines = handover.line_ids
        return {
            "name": handover.name,
            "fonds": handover.company_id.name,
            "head": self._head_rows(handover),
            "columns": self._columns(handover),
            "lines": [self._line_cells(place, line) for place, line in enumerate(lines, 1)],
            "note": handover.note or "",
            "sums": self.env._(
                "%(count)s archives, %(pages)s pages", count=len(lines), pages=sum(lines.mapped("pages"))
            ),
            "signatures": [
                self._signature(handover, "giver"),
                self._signature(handover, "receiver"),
            ],
        }

    @api.model
    def _head_rows(self, handover):
        def cell(name, value):
            label = handover._fields[name]._description_string(self.env)
            return {"label": label, "value": value or EMPTY}

        rows = [
            [cell("giver_id", handover.giver_id.name), cell("receiver_id", handover.receiver_id.name)],
            [
                cell("date", format_date(self.env, handover.date)),
                cell("state", self._selection_label(handover, "state")),
            ],
            [cell("reason", handover.reason)],
        ]
        if handover.end_reason:
            rows.append([cell("end_reason", handover.end_reason)])
        return rows

    @api.model
    def _columns(self, handover):
        _ = self.env._
        titles = [_("No."), _("Archive Number"), _("Customer"), _("Category"), _("Level"), _("Place"), _("Pages")]
        widths = [width for width, _name in COLUMNS]
        return [*zip(titles, widths, strict=True), (_("Remark"), 100 - sum(widths))]

    @api.model
    def _line_cells(self, place, line):
        """As the reader of the list sees it: customers whom they may not read stay masked."""
        marks = {"elsewhere", "closed"}
        remark = [self._selection_label(line, "result")] if line.result in marks else []
        return {
            "cells": [
                str(place),
                line.number,
                line.customer_name or EMPTY,
                line.category_id.sudo().name or EMPTY,  # the name of the class, nothing of the archive
                self._selection_label(line, "level") or EMPTY,
                line.place or EMPTY,
                str(line.pages) if line.pages else "",
                " · ".join([*remark, line.remark or ""]).strip(" ·"),
            ],
        }

    @api.model
    def _signature(self, handover, side):
        at = handover[f"{side}_signed_at"]
        return {
            "title": self.env._("Handed over by") if side == "giver" else self.env._("Taken over by"),
            "name": handover[f"{side}_signature"] or "",
            "at": format_datetime(self.env, at, tz=self.env.user.tz or "UTC") if at else "",
        }
