from odoo import api, fields, models
from odoo.exceptions import UserError

from .res_partner import GROUP


class ResPartner(models.Model):
    """The customer's side of the contact log."""

    _inherit = "res.partner"

    archive_last_contact_on = fields.Date(
        "Last Contact",
        compute="_compute_archive_last_contact_on",
        search="_search_archive_last_contact_on",
        groups=GROUP,
        help="As the contact log says.",
    )

    @api.depends("archive_id.last_contact_on")
    def _compute_archive_last_contact_on(self):
        for partner in self:
            # sudo: of another company too; whoever reads the customer reads the date
            archive = partner.archive_id.sudo()
            partner.archive_last_contact_on = archive.last_contact_on

    @api.model
    def _search_archive_last_contact_on(self, operator, value):
        self._check_field_access(self._fields["archive_id"], "read")
        return [("archive_id.last_contact_on", operator, value)]

    def action_write_log(self):
        """“记一笔”: the dialog for a line in the contact log of the customer, or of the company of the contact."""
        self.ensure_one()
        customer = self
        while customer and not customer.archive_id:
            customer = customer.parent_id
        if not customer:
            raise UserError(
                self.env._(
                    "%s has no archive yet: open one first, then what was said can be written into its contact log.",
                    self.display_name,
                )
            )
        return self.env["customer.archive"]._log_dialog(customer.archive_id.id, contact_ids=[(6, 0, self.ids)])

    def action_view_logs(self):
        self.ensure_one()
        return self.archive_id.action_view_logs()
