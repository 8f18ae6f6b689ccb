from datetime import timedelta

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _archive_working_days(self):
        """A function of a date: whether the company works then, by its working hours and public holidays.

        Without working hours it works from Monday to Friday. The days are asked for month by month.
        """
        # sudo: working hours are no secret, and whoever is reminded need not read them
        calendar = self.sudo().resource_calendar_id
        months = {}

        def days_off(month):
            following = (month + timedelta(days=32)).replace(day=1)
            zone = self._archive_timezone()
            begin, end = (zone.localize(fields.Datetime.to_datetime(day)) for day in (month, following))
            return calendar._get_unusual_days(begin, end - timedelta(seconds=1), self)

        def is_working(day):
            if not calendar:
                return day.weekday() < 5
            month = day.replace(day=1)
            if month not in months:
                months[month] = days_off(month)
            return not months[month].get(fields.Date.to_string(day))

        return is_working
