from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerArchiveKeyContact(models.Model):
    """A person at the customer who matters for its decisions (product.md C1)."""

    _name = "customer.archive.key.contact"
    _description = "Key Contact of a Customer"
    _order = "sequence, id"
    _rec_name = "contact_id"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, ondelete="cascade", index=True)
    contact_id = fields.Many2one(
        "res.partner",
        "Person",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('parent_id', '=', partner_id), ('is_company', '=', False)]",
    )
    sequence = fields.Integer(default=10)
    function = fields.Char(related="contact_id.function", related_sudo=False)
    phone = fields.Char(related="contact_id.phone", related_sudo=False)
    role = fields.Selection(
        [
            ("decider", "Decides"),
            ("influencer", "Influences"),
            ("user", "Uses"),
            ("buyer", "Buys"),
            ("finance", "Pays"),
            ("gatekeeper", "Controls Access"),
            ("other", "Other"),
        ],
        "Role in the Decision",
        required=True,
        default="decider",
    )
    attitude = fields.Selection(
        [("supporter", "Supporter"), ("neutral", "Neutral"), ("opponent", "Opponent"), ("unknown", "Not Known")],
        "Attitude to Us",
        required=True,
        default="unknown",
    )
    strength = fields.Selection(
        [("0", "No Contact"), ("1", "Slight"), ("2", "Good"), ("3", "Close Ties")], "Relation", default="0"
    )
    remark = fields.Char()

    @api.constrains("partner_id", "contact_id")
    def _check_contact(self):
        for line in self:
            if line.contact_id == line.partner_id:
                raise ValidationError(self.env._("%s can't be a key contact of itself.", line.partner_id.display_name))
            same = self.search_count(
                [("partner_id", "=", line.partner_id.id), ("contact_id", "=", line.contact_id.id)], limit=2
            )
            if same > 1:
                raise ValidationError(
                    self.env._(
                        "%(person)s is listed already among the key contacts of %(customer)s. Edit that line instead.",
                        person=line.contact_id.display_name,
                        customer=line.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.partner_id._archive_after_change({"card_key_contact_ids"})
        return lines

    def write(self, vals):
        partners = self.partner_id
        result = super().write(vals)
        if "partner_id" in vals:
            (partners | self.partner_id)._archive_after_change({"card_key_contact_ids"})
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        partners._archive_after_change({"card_key_contact_ids"})
        return result
