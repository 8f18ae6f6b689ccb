from odoo import api, fields, models
from odoo.exceptions import UserError


class CustomerArchiveHoldPlace(models.TransientModel):
    """Puts the selected archives under a hold: a new one, or one that is in force."""

    _name = "customer.archive.hold.place"
    _description = "Place a Hold"

    archive_ids = fields.Many2many("customer.archive", string="Archives")
    numbers = fields.Text("Archive Numbers", help="One a line, or with commas between; former numbers count as well.")
    hold_id = fields.Many2one(
        "customer.archive.hold",
        "Existing Hold",
        domain="[('state', '!=', 'lifted')]",
        help="Empty: a new hold for another matter.",
    )
    name = fields.Char("Matter", help="The lawsuit, inspection or dispute it is for.")
    authority = fields.Char(help="The court, office or department that asks for it, with its reference.")
    reason = fields.Text()
    review_on = fields.Date("Review on", help="When to ask whether it is over.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "customer.archive" and "archive_ids" in fields:
            values["archive_ids"] = [(6, 0, self.env.context.get("active_ids", []))]
        return values

    def _archives_of_numbers(self):
        names = {text.strip() for text in (self.numbers or "").replace(",", "\n").replace("，", "\n").split("\n")}
        names.discard("")
        found = self.env["customer.archive.number"].search([("name", "in", sorted(names))])
        missing = names - set(found.mapped("name"))
        if missing:
            raise UserError(
                self.env._(
                    "There is no archive with the number %s that you may see. Compare it with the label.",
                    ", ".join(sorted(missing)[:5]),
                )
            )
        return found.archive_id

    def action_apply(self):
        self.ensure_one()
        archives = self.archive_ids | self._archives_of_numbers()
        if not archives:
            raise UserError(self.env._("Choose the archives that are to be held."))
        hold = self.hold_id
        if hold:
            hold.action_add(archives)
        else:
            hold = self.env["customer.archive.hold"]._place(
                archives, name=self.name, reason=self.reason, authority=self.authority, review_on=self.review_on
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.archive.hold",
            "res_id": hold.id,
            "view_mode": "form",
        }
