"""The contact log of a period on paper: 交流记录 (product.md R10)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from .customer_archive_print import EMPTY, STAMPED_LEVELS

WIDTHS = (11, 16, 43, 12, 18)


class ReportContactLog(models.AbstractModel):
    """Reads everything as the user who prints: nothing is printed that the user doesn't read on screen."""

    _name = "report.customer_archive.report_contact_log"
    _description = "Printed Contact Log"
    _inherit = "customer.archive.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        if not docids:
            raise UserError(self.env._("Nothing is selected. Choose the period that you want to print."))
        wizard = self.env["customer.archive.contact.log.print"].browse(docids)
        wizard.check_access("read")
        lines = wizard._lines()
        return {
            "docs": wizard,
            "zoom": self._zoom(data),
            "fonds": ", ".join(lines.company_id.sudo().mapped("name")),  # the names of the companies
            "period": self.env._(
                "%(begin)s to %(end)s",
                begin=format_date(self.env, wizard.date_from),
                end=format_date(self.env, wizard.date_until),
            ),
            "columns": self._columns(),
            "customers": [self._customer(archive, of) for archive, of in lines.grouped("archive_id").items()],
            "sums": self.env._(
                "%(count)s lines, %(customers)s customers", count=len(lines), customers=len(lines.archive_id)
            ),
            "printed": self.env._(
                "Printed on %(date)s by %(name)s",
                date=format_date(self.env, fields.Date.context_today(self)),
                name=self.env.user.name,
            ),
        }

    @api.model
    def _columns(self):
        _ = self.env._
        titles = (_("Item Number"), _("Time and Type"), _("What Was Said"), _("Our Person"), _("Outcome and Next Step"))
        return list(zip(titles, WIDTHS, strict=True))

    @api.model
    def _customer(self, archive, lines):
        return {
            "name": f"{archive.number or EMPTY} {archive.partner_id.name or ''}",
            "score": self._selection_label(archive, "level") if archive.level in STAMPED_LEVELS else "",
            "lines": [{"cells": self._cells(line), "mark": self._mark(line)} for line in lines],
        }

    @api.model
    def _cells(self, line):
        when = format_datetime(self.env, line.begin_at, dt_format="short")
        next_step = ""
        if line.next_step:
            next_step = self.env._(
                "Next: %(step)s (%(day)s)",
                step=line.next_step,
                day=format_date(self.env, line.next_on) if line.next_on else EMPTY,
            )
        return [
            line.item_number,
            "\n".join(filter(None, (when, line.type_id.name, ", ".join(line.contact_ids.mapped("name"))))),
            "\n".join(filter(None, (line.subject, line.summary))),
            line.user_id.name or EMPTY,
            "\n".join(filter(None, (self._selection_label(line, "outcome"), next_step))) or EMPTY,
        ]

    @api.model
    def _mark(self, line):
        """A line and its corrections name each other."""
        marks = []
        if line.corrects_id:
            marks.append(self.env._("corrects %(number)s", number=line.corrects_id.item_number))
        if line.correction_ids:
            numbers = ", ".join(line.correction_ids.mapped("item_number"))
            marks.append(self.env._("corrected by %(number)s", number=numbers))
        return "; ".join(marks)
