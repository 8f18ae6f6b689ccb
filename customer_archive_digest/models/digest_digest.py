"""Two figures of the quality board in the digest mails: each recipient gets their own."""

from odoo import fields, models

# {KPI: aggregate of the quality figures}
FIGURES = {
    "kpi_archive_overdue": "overdue_count:sum",
    "kpi_archive_completeness": "completeness:avg",
}


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_archive_overdue = fields.Boolean("Archives: Verification Overdue")
    kpi_archive_overdue_value = fields.Integer(compute="_compute_kpi_archive_overdue_value")
    kpi_archive_completeness = fields.Boolean("Archives: Completeness (%)")
    kpi_archive_completeness_value = fields.Integer(compute="_compute_kpi_archive_completeness_value")

    def _compute_kpi_archive_overdue_value(self):
        self._archive_figure("kpi_archive_overdue")

    def _compute_kpi_archive_completeness_value(self):
        self._archive_figure("kpi_archive_completeness")

    def _archive_figure(self, kpi):
        """As it was at the end of the time in question, as far as figures of months tell; as the recipient sees it.

        :raise AccessError: for those without a role in the archive; Odoo then leaves the figure out of their mail
        """
        _start, end, _companies = self._get_kpi_compute_parameters()
        until = fields.Datetime.to_datetime(end) if end else fields.Datetime.now()
        for digest in self:
            company = digest.company_id or self.env.company
            # Whoever sends the digest may have chosen companies in which the recipient does not work.
            quality = self.env["customer.archive.quality"].with_context(allowed_company_ids=company.ids)
            quality.check_access("read")
            known = [("company_id", "=", company.id), ("month", "<=", until.date())]
            month = quality.search(known, order="month desc", limit=1).month
            [(value,)] = quality._read_group([*known, ("month", "=", month)], [], [FIGURES[kpi]])
            digest[f"{kpi}_value"] = round(value or 0)

    def _compute_kpis_actions(self, company, user):
        menu = self.env.ref("customer_archive.customer_archive_menu").id
        action = f"customer_archive.customer_archive_quality_board_action?menu_id={menu}"
        return {**super()._compute_kpis_actions(company, user), **dict.fromkeys(FIGURES, action)}
