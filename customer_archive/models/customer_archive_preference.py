from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CustomerArchivePreference(models.Model):
    """One need or preference of a customer: when it was noted, who said so, until when it counts (product.md C5)."""

    _name = "customer.archive.preference"
    _description = "Need or Preference of a Customer"
    _order = "noted_on desc, id desc"
    _rec_name = "subject"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, ondelete="cascade", index=True)
    kind = fields.Selection(
        [
            ("need", "Need"),
            ("preference", "Preference"),
            ("aversion", "Dislike"),
            ("event", "Occasion"),
            ("complaint", "Complaint"),
        ],
        required=True,
        default="need",
    )
    subject = fields.Char("What", required=True)
    noted_on = fields.Date(
        "Noted", required=True, default=fields.Date.context_today, help="When the customer said so or it was seen."
    )
    said_by_id = fields.Many2one(
        "res.partner",
        "Said by",
        ondelete="set null",
        index="btree_not_null",
        domain="['|', ('id', '=', partner_id), ('parent_id', '=', partner_id)]",
    )
    source = fields.Selection(
        [
            ("phone", "Phone Call"),
            ("meeting", "Meeting"),
            ("visit", "Visit"),
            ("email", "E-mail"),
            ("message", "Instant Message"),
            ("order", "Orders"),
            ("survey", "Survey"),
            ("other", "Other"),
        ],
        required=True,
        default="phone",
        help="Where we know it from.",
    )
    source_note = fields.Char("Source Details")
    log_id = fields.Many2one(
        "customer.archive.contact.log",
        "Contact Log",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        help="The line of the contact log in which the customer said so.",
    )
    confirmed_on = fields.Date(
        "Last Confirmed", help="When it was last confirmed; counted from here until it goes stale."
    )
    stale_on = fields.Date(
        "Valid until",
        compute="_compute_stale_on",
        store=True,
        readonly=False,
        help="From this day on it counts as stale until it is confirmed again.",
    )
    is_stale = fields.Boolean("Stale", compute="_compute_is_stale", search="_search_is_stale")

    @api.depends("noted_on", "confirmed_on")
    def _compute_stale_on(self):
        for line in self:
            since = max(filter(None, (line.noted_on, line.confirmed_on)), default=None)
            days = (line.partner_id.company_id or self.env.company).archive_preference_days
            line.stale_on = fields.Date.add(since, days=days) if since and days else False

    @api.depends("stale_on")
    def _compute_is_stale(self):
        today = fields.Date.context_today(self)
        for line in self:
            line.is_stale = bool(line.stale_on and line.stale_on <= today)

    def _search_is_stale(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        if False in value:
            return Domain.TRUE
        return [("stale_on", "<=", fields.Date.context_today(self))]

    @api.constrains("noted_on", "confirmed_on")
    def _check_dates(self):
        today = fields.Date.context_today(self)
        for line in self:
            if line.noted_on > today or (line.confirmed_on and line.confirmed_on > today):
                raise ValidationError(
                    self.env._("“%s”: a need is noted or confirmed today or earlier, not in the future.", line.subject)
                )
            if line.confirmed_on and line.confirmed_on < line.noted_on:
                raise ValidationError(
                    self.env._("“%s”: it can't have been confirmed before it was noted.", line.subject)
                )

    @api.constrains("log_id", "partner_id")
    def _check_log(self):
        for line in self.filtered("log_id"):
            if line.log_id.partner_id.commercial_partner_id != line.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "“%(need)s” can't come from %(log)s: that is the contact log of another customer.",
                        need=line.subject,
                        log=line.log_id.item_reference,
                    )
                )

    def action_confirm(self):
        """The customer still wants it: valid again from today."""
        self.write({"confirmed_on": fields.Date.context_today(self)})
        return True

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.partner_id._archive_after_change({"card_preference_ids"})
        return lines

    def write(self, vals):
        partners = self.partner_id
        result = super().write(vals)
        if "partner_id" in vals:
            (partners | self.partner_id)._archive_after_change({"card_preference_ids"})
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        partners._archive_after_change({"card_preference_ids"})
        return result
