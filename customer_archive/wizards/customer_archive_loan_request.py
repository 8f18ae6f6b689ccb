from odoo import api, fields, models


class CustomerArchiveLoanRequest(models.TransientModel):
    """Asks for an archive on loan, or lends it to a colleague. Holds no link to what the user may not see."""

    _name = "customer.archive.loan.request"
    _description = "Request of a Customer Archive"

    target = fields.Char(
        "Archive", required=True, help="The archive number on the label, or the number in “Restricted customer #51”."
    )
    label = fields.Char("Found", compute="_compute_label")
    user_id = fields.Many2one(
        "res.users",
        "Borrower",
        required=True,
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
    )
    may_lend = fields.Boolean(compute="_compute_label")
    kind = fields.Selection(
        [("screen", "On Screen"), ("paper", "Paper"), ("both", "On Screen and Paper")],
        "Kind of Loan",
        required=True,
        default="screen",
        help="On screen: the archive opens to you until the due time, and closes by itself. "
        "Paper: the bag is handed out to you and must be returned.",
    )
    purpose = fields.Text(required=True, help="Who decides reads it, and the register keeps it.")
    due_at = fields.Datetime(
        "Wanted until", required=True, default=lambda self: self.env["customer.archive.loan"]._usual_due()
    )

    @api.model
    def default_get(self, fields):
        """The error dialog of a restricted record names the record in the context: model and id."""
        values = super().default_get(fields)
        asked = self.env.context.get("archive_restricted")
        if "target" in fields and not values.get("target") and isinstance(asked, dict):
            values["target"] = self._target_of(asked.get("model"), asked.get("id"))
        return values

    @api.model
    def _target_of(self, model, record_id):
        """What to type for the archive of a record: “#51” of the customer; its number where the user reads it."""
        archive = self.env["customer.archive.loan"]._archive_of_record(model, record_id)
        if not archive or self._is_hidden(archive):
            return f"#{archive.partner_id.id}" if archive.partner_id else False
        return archive.number

    @api.model
    def _is_hidden(self, archive):
        return bool(self.env["customer.archive.access"]._unreached(archive, "read"))

    @api.depends("target")
    @api.depends_context("uid")
    def _compute_label(self):
        loans = self.env["customer.archive.loan"]
        for wizard in self:
            archive = loans._look_for_archive(number=wizard.target)
            # Under sudo as found: the real user decides whether the name is masked.
            wizard.label = archive.display_name if archive else self.env._("No such archive in your company")
            wizard.may_lend = bool(archive) and loans._may_lend(self.env.user, archive)

    def _request(self):
        """What is asked for, as ``request_loan`` takes it."""
        return {
            "purpose": self.purpose,
            "kind": self.kind,
            "due_at": self.due_at,
            "number": self.target,
            "user_id": self.user_id.id,
        }

    def action_request(self):
        self.ensure_one()
        loan = self.env["customer.archive.loan"].request_loan(**self._request())
        return {
            "type": "ir.actions.act_window",
            "name": loan.name,
            "res_model": "customer.archive.loan",
            "res_id": loan.id,
            "views": [(False, "form")],
        }
