"""The labels of the paper bags (product.md C8)."""

from odoo import api, models


class CustomerArchiveLabelPrint(models.AbstractModel):
    _name = "customer.archive.label.print"
    _description = "Printed Bag Labels"
    _inherit = "customer.archive.print"

    @api.model
    def _label_values(self, model, docids, data):
        archives = self._archives_to_print(model, docids)
        return {
            "docs": archives,
            "labels": [self._common_values(archive) for archive in archives],
            "zoom": self._zoom(data),
        }


class ReportBagLabel(models.AbstractModel):
    _name = "report.customer_archive.report_bag_label"
    _description = "Bag Label of Archives"
    _inherit = "customer.archive.label.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        return self._label_values("customer.archive", docids, data)


class ReportPartnerBagLabel(models.AbstractModel):
    _name = "report.customer_archive.report_partner_bag_label"
    _description = "Bag Label of Customers"
    _inherit = "customer.archive.label.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        return self._label_values("res.partner", docids, data)
