from odoo import api, models


class CrmLead(models.Model):
    """Odoo looks for similar leads as superuser: telephone numbers and domains could be tried out (security.md S6)."""

    _inherit = "crm.lead"

    @api.depends_context("uid")
    def _compute_potential_lead_duplicates(self):
        super()._compute_potential_lead_duplicates()
        hidden = self.env["customer.archive.access"]._unreached(self.duplicate_lead_ids, "read")
        for lead in self if hidden else ():
            lead.duplicate_lead_ids -= hidden
            lead.duplicate_lead_count = len(lead.duplicate_lead_ids - lead._origin - lead)
