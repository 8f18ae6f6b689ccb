from odoo import api, models


class CrmLead(models.Model):
    """Odoo looks for similar leads as superuser: telephone numbers and domains could be tried out (security.md S6)."""

    _inherit = "crm.lead"

    @api.depends_context("uid")
    def _compute_potential_lead_duplicates(self):
        result = super()._compute_potential_lead_duplicates()
        found = self.duplicate_lead_ids._origin
        hidden = self.env["customer.archive.access"]._unreached(found, "read")
        for lead in self if hidden else ():
            kept = lead.duplicate_lead_ids.filtered(lambda other: other._origin not in hidden)
            lead.duplicate_lead_ids = kept
            lead.duplicate_lead_count = len(kept._origin - lead._origin)
        return result
