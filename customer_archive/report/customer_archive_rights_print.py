"""Who can see what, on paper: worked out anew when it is printed, so that it says what is so at that time."""

from odoo import api, fields, models
from odoo.tools import format_datetime


class ReportArchiveRights(models.AbstractModel):
    _name = "report.customer_archive.report_archive_rights"
    _description = "Printed Rights"
    _inherit = "customer.archive.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        questions = self.env["customer.archive.rights"].browse(docids)
        questions.check_access("read")  # Odoo asks for neither the groups of a report nor the access to its records
        levels = dict(self.env["customer.archive.rights.level"]._fields["level"]._description_selection(self.env))
        return {
            "docs": questions,
            "answers": [{**question._answer(), "question": question.question} for question in questions],
            "levels": levels,
            "zoom": self._zoom(data),
            "printed": self.env._(
                "Printed on %(date)s by %(name)s",
                date=format_datetime(self.env, fields.Datetime.now()),
                name=self.env.user.name,
            ),
        }
