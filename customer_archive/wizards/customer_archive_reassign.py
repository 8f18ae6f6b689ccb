from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CustomerArchiveReassign(models.TransientModel):
    """Give selected customers to another account manager: at once, or with a handover list that both sign (O5)."""

    _name = "customer.archive.reassign"
    _description = "Hand Over or Reassign Customers"

    archive_ids = fields.Many2many("customer.archive", string="Archives")
    archive_count = fields.Integer("Customers", compute="_compute_counts")
    without_count = fields.Integer("Without an Archive")
    user_id = fields.Many2one(
        "res.users",
        "New Account Manager",
        domain=lambda self: [
            ("share", "=", False),
            ("all_group_ids", "in", self.env.ref("customer_archive.group_user").ids),
        ],
    )
    reason = fields.Char(help="Kept in the history of each archive.")
    may_reassign = fields.Boolean(compute="_compute_may_reassign")
    with_handover = fields.Boolean(
        "With a Handover List",
        default=lambda self: not self.env.user.has_group("customer_archive.group_archivist"),
        help="The customers change hands when the former and the new account manager have signed the list. "
        "Otherwise they change hands at once.",
    )
    note = fields.Text("Remarks", help="Open matters that the new account manager must know of.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        ids = self.env.context.get("active_ids", [])
        if "archive_ids" in fields and not values.get("archive_ids"):
            archives = self.env["customer.archive"]
            if self.env.context.get("active_model") == "res.partner":
                partners = self.env["res.partner"].browse(ids)
                archives = partners.archive_id
                values["without_count"] = len(partners.filtered(lambda partner: not partner.archive_id))
            elif self.env.context.get("active_model") == "customer.archive":
                archives = archives.browse(ids)
            values["archive_ids"] = [Command.set(archives.ids)]
        return values

    @api.depends("archive_ids")
    def _compute_counts(self):
        for wizard in self:
            wizard.archive_count = len(wizard.archive_ids)

    @api.depends("archive_ids")
    def _compute_may_reassign(self):
        for wizard in self:
            archives = wizard.archive_ids._origin
            wizard.may_reassign = bool(archives) and set(archives.ids) <= archives._reassignable_ids()

    def action_apply(self):
        """Prepare the handover lists, or reassign at once, as the user chose and may."""
        self.ensure_one()
        archives = self.archive_ids
        if not archives:
            raise UserError(self.env._("Select customers who have an archive first."))
        if not self.user_id:
            raise UserError(self.env._("Choose the new account manager."))
        if not self.with_handover:
            return self._done(archives._reassign(self.user_id, self.reason))
        lists = self.env["customer.archive.handover"]._prepare_lists(archives, self.user_id, self.reason, self.note)
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_handover_action")
        if len(lists) == 1:
            return {**action, "views": [(False, "form")], "res_id": lists.id}
        return {**action, "domain": [("id", "in", lists.ids)], "context": {}}

    def _done(self, changed):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s customers given to %(name)s.", count=len(changed), name=self.user_id.name
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
