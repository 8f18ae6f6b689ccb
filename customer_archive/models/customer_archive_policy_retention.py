from odoo import fields, models


class CustomerArchivePolicy(models.Model):
    _inherit = "customer.archive.policy"

    holds_need_two = fields.Boolean(
        "Holds Are Lifted by Two People",
        default=True,
        tracking=True,
        help="Who asks for a hold to be lifted can't lift it: another archivist does. A hold that somebody placed is "
        "in force at once and is confirmed by another archivist.",
    )
    reopening_needs_two = fields.Boolean(
        "Reopening Is Approved",
        default=True,
        tracking=True,
        help="Inactive and sealed archives are opened again when another archivist has approved it. Sealed ones "
        "need it always.",
    )
    inactive_seals = fields.Boolean(
        "Inactive Archives Are Sealed",
        default=True,
        tracking=True,
        help="The dialog “Set Inactive” seals the archive as well, unless something holds it.",
    )
