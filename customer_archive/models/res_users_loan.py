from odoo import api, fields, models


class ResUsers(models.Model):
    """Whoever leaves, or becomes an outsider, has nothing on loan any more."""

    _inherit = "res.users"

    archive_loan_ids = fields.One2many(
        "customer.archive.loan", "user_id", "Archives Lent to the User", groups=fields.NO_ACCESS
    )
    archive_on_loan = fields.Boolean(
        "Has Archives on Loan",
        compute="_compute_archive_on_loan",
        compute_sudo=True,
        groups=fields.NO_ACCESS,
        help="Whether any archive is lent to the user on screen, now or later: then each query asks at which minute.",
    )

    @api.depends("archive_loan_ids.user_id", "archive_loan_ids.state", "archive_loan_ids.gives_access")
    def _compute_archive_on_loan(self):
        loans = self.env["customer.archive.loan"]
        groups = loans._read_group(
            [("user_id", "in", self.ids), ("state", "=", "open"), ("gives_access", "=", True)], ["user_id"]
        )
        borrowers = {user.id for (user,) in groups}
        for user in self:
            user.archive_on_loan = user.id in borrowers

    def write(self, vals):
        result = super().write(vals)
        if {"active", "group_ids"} & vals.keys():
            gone = self.filtered(lambda user: not user.active or user.share)
            if gone:
                self.env["customer.archive.loan"]._end_of_leavers(gone)
        return result
