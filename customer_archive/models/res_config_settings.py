from odoo import api, fields, models

POLICY_GROUP = "customer_archive.group_manager"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    archive_fonds_code = fields.Char(related="company_id.archive_fonds_code", readonly=False)
    archive_auto_open = fields.Boolean(related="company_id.archive_auto_open", readonly=False)
    archive_company_category_id = fields.Many2one(related="company_id.archive_company_category_id", readonly=False)
    archive_person_category_id = fields.Many2one(related="company_id.archive_person_category_id", readonly=False)
    archive_preference_days = fields.Integer(related="company_id.archive_preference_days", readonly=False)

    # The policy's fields: changing them is for archive administrators, whoever else opens the settings (A5).
    archive_policy_id = fields.Many2one("customer.archive.policy", compute="_compute_archive_policy_id")
    archive_documents_follow = fields.Boolean(
        related="archive_policy_id.documents_follow", readonly=False, groups=POLICY_GROUP
    )
    archive_billing_reads_internal = fields.Boolean(
        related="archive_policy_id.billing_reads_internal", readonly=False, groups=POLICY_GROUP
    )
    archive_duties_separate = fields.Boolean(
        related="archive_policy_id.duties_separate", readonly=False, groups=POLICY_GROUP
    )
    archive_loan_days = fields.Integer(related="archive_policy_id.loan_days", readonly=False, groups=POLICY_GROUP)
    archive_loan_renewals = fields.Integer(
        related="archive_policy_id.loan_renewals", readonly=False, groups=POLICY_GROUP
    )
    archive_loan_escalation_days = fields.Integer(
        related="archive_policy_id.loan_escalation_days", readonly=False, groups=POLICY_GROUP
    )

    @api.depends("company_id")
    def _compute_archive_policy_id(self):
        self.archive_policy_id = self.env["customer.archive.policy"]._record()
