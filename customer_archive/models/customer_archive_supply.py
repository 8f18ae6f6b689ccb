from odoo import api, fields, models

from .customer_archive_register import CustomerArchiveRegister
from .res_partner import GROUP


class CustomerArchiveSupply(models.Model):
    """Register of what was supplied to third parties: to whom, what, what for, which agreement (product.md A4)."""

    _name = "customer.archive.supply"
    _description = "Supply to a Third Party"
    _inherit = [CustomerArchiveRegister._name]
    _check_company_auto = True

    _sequence_code = "customer.archive.supply"
    _draft_fields = frozenset(
        {"partner_id", "agreement_id", "purpose", "form", "section_ids", "data_note", "line_ids", "remark"}
    )

    partner_id = fields.Many2one(
        "res.partner", "Recipient", required=True, ondelete="restrict", index=True, tracking=True
    )
    agreement_id = fields.Many2one(
        "customer.archive.agreement",
        "Confidentiality Agreement",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        domain="[('partner_id', '=', partner_id), ('state', '=', 'valid')]",
        help="Must be valid on the day of the approval and on the day of the handing over.",
    )
    purpose = fields.Char(required=True, tracking=True, help="What the recipient needs the data for.")
    form = fields.Selection(
        [
            ("paper", "Paper"),
            ("mail", "Encrypted E-Mail"),
            ("transfer", "Secure Transfer"),
            ("carrier", "Data Carrier"),
            ("interface", "Interface"),
            ("inspection", "Inspection on Our Premises"),
        ],
        "Form of Handing over",
        required=True,
        default="transfer",
        tracking=True,
    )
    section_ids = fields.Many2many(
        "customer.archive.section",
        string="Sections of the Card",
        groups=GROUP,
        help="Which parts of the card are supplied.",
    )
    data_note = fields.Text("Fields in Detail", help="Which data exactly, where not the whole section is supplied.")
    data_summary = fields.Text("Data Supplied", compute="_compute_data_summary", compute_sudo=True)
    line_ids = fields.One2many("customer.archive.supply.line", "supply_id", "Archives")
    line_count = fields.Integer("Archives Concerned", compute="_compute_line_count", compute_sudo=True)
    remark = fields.Text("Remarks")
    requested_by_id = fields.Many2one(
        "res.users",
        "Requested by",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user,
    )
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True, ondelete="restrict", tracking=True)
    approved_on = fields.Date("Approved", readonly=True)
    handed_over_by_id = fields.Many2one(
        "res.users", "Handed over by", readonly=True, ondelete="restrict", tracking=True
    )
    handed_over_on = fields.Date("Handed over", readonly=True, index="btree_not_null")
    end_reason = fields.Char("Reason of the Refusal or Cancellation", readonly=True)
    state = fields.Selection(
        [
            ("draft", "Requested"),
            ("approved", "Approved"),
            ("handed_over", "Handed over"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        index=True,
    )
    may_prepare = fields.Boolean(compute="_compute_may")
    may_approve = fields.Boolean(compute="_compute_may")
    may_hand_over = fields.Boolean(compute="_compute_may")

    @api.depends("section_ids", "data_note")
    @api.depends_context("lang")
    def _compute_data_summary(self):
        for supply in self:
            sections = ", ".join(supply.section_ids.mapped("name"))
            supply.data_summary = "\n".join(filter(None, (sections, supply.data_note)))

    @api.depends("line_ids")
    def _compute_line_count(self):
        groups = self.env["customer.archive.supply.line"]._read_group(
            [("supply_id", "in", self.ids)], ["supply_id"], ["__count"]
        )
        counts = dict(groups)
        for supply in self:
            supply.line_count = counts.get(supply, len(supply.line_ids) if not supply._origin else 0)

    @api.depends("state", "requested_by_id")
    @api.depends_context("uid")
    def _compute_may(self):
        user = self.env.user
        for supply in self:
            mine = supply.requested_by_id == user
            supply.may_prepare = supply.state == "draft" and mine
            supply.may_approve = supply.state == "draft" and not mine and supply._is_approver()
            supply.may_hand_over = supply.state == "approved" and (mine or supply._is_archivist())

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """The agreement that is valid today, if the recipient has one."""
        if self.agreement_id.partner_id != self.partner_id:
            self.agreement_id = self.env["customer.archive.agreement"].search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "valid"),
                ],
                limit=1,
            )

    def _is_archivist(self):
        return self.env.user.has_group("customer_archive.group_archivist")

    def _is_approver(self):
        return self.env.user.has_groups("customer_archive.group_archivist,customer_archive.group_management")

    def action_view_archives(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Archives of %s", self.name),
            "res_model": "customer.archive.supply.line",
            "view_mode": "list",
            "domain": [("supply_id", "=", self.id)],
        }
