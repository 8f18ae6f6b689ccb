"""Birthdays by the sun or by the moon, in a form in which the database finds those of a day (product.md L4, K5)."""

from odoo import api, fields, models

from ..tools.reminders import birthday_key, next_birthday
from .res_partner import GROUP


class ResPartner(models.Model):
    _inherit = "res.partner"

    card_birth_calendar = fields.Selection(
        [("solar", "Solar Calendar"), ("lunar", "Lunar Calendar")],
        "Celebrates by",
        groups=GROUP,
        copy=False,
        help="By which calendar the birthday is celebrated; empty: the solar one. The birth date itself is always that "
        "of the solar calendar.",
    )
    card_next_birthday = fields.Date("Next Birthday", compute="_compute_card_next_birthday", groups=GROUP)
    archive_birthday_key = fields.Integer(
        compute="_compute_archive_birthday_key", store=True, groups=GROUP, copy=False, exportable=False
    )

    _archive_birthday = models.Index("(archive_birthday_key) WHERE archive_birthday_key > 0")

    @api.depends("card_birth_date", "card_birth_calendar")
    def _compute_archive_birthday_key(self):
        for partner in self:
            partner.archive_birthday_key = birthday_key(partner.card_birth_date, partner.card_birth_calendar == "lunar")

    @api.depends("card_birth_date", "card_birth_calendar")
    def _compute_card_next_birthday(self):
        today = fields.Date.context_today(self)
        for partner in self:
            key = birthday_key(partner.card_birth_date, partner.card_birth_calendar == "lunar")
            partner.card_next_birthday = next_birthday(key, today) or False
