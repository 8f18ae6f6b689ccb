"""The company's own day: terms end at its midnight, whatever time zone a user or a client says to be in."""

from datetime import datetime, time

import pytz

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _archive_timezone(self):
        """The time zone of the company: its contact's, else its country's, else UTC.

        Never that of the user or of the call: whoever chooses it could stretch a term by a day.
        """
        contact = self.sudo().partner_id  # the company's own address; nothing of it is shown
        zones = pytz.country_timezones.get(contact.country_id.code or "", ["UTC"])
        return pytz.timezone(contact.tz or zones[0])

    def _archive_today(self):
        """Today's date where the company is."""
        now = pytz.utc.localize(fields.Datetime.now())
        return now.astimezone(self._archive_timezone()).date()

    def _archive_day_end(self, day):
        """The moment at which the day is over where the company is, as Odoo stores it."""
        midnight = datetime.combine(fields.Date.add(day, days=1), time.min)
        return self._archive_timezone().localize(midnight).astimezone(pytz.utc).replace(tzinfo=None)
