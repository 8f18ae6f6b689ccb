from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# More lines than this make a book that nobody reads, and keep the printer's program busy for minutes.
MOST_LINES = 1000


class CustomerArchiveContactLogPrint(models.TransientModel):
    """Asks for the period of which the contact log is printed (交流记录, product.md R10)."""

    _name = "customer.archive.contact.log.print"
    _description = "Print the Contact Log"

    date_from = fields.Date("From", required=True, default=lambda self: self._default_date_from())
    date_until = fields.Date("Until", required=True, default=fields.Date.context_today)
    archive_ids = fields.Many2many(
        "customer.archive", string="Customers", help="Empty: all customers whose contact log you read."
    )
    user_ids = fields.Many2many(
        "res.users", string="Our People", domain="[('share', '=', False)]", help="Empty: everybody."
    )

    @api.model
    def _default_date_from(self):
        return fields.Date.context_today(self).replace(day=1)

    @api.constrains("date_from", "date_until")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_from > wizard.date_until:
                raise ValidationError(self.env._("The period ends before it begins: choose a later last day."))

    def _lines(self):
        """The lines of the period, as the user may read them: customer by customer, the oldest first."""
        self.ensure_one()
        zone = pytz.timezone(self.env.user.tz or "UTC")

        def moment(day):
            return zone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None)

        domain = [("begin_at", ">=", moment(self.date_from))]
        domain += [("begin_at", "<", moment(self.date_until + timedelta(days=1)))]
        if self.archive_ids:
            domain += [("archive_id", "in", self.archive_ids._with_merged().ids)]
        if self.user_ids:
            domain += ["|", ("user_id", "in", self.user_ids.ids), ("user_ids", "in", self.user_ids.ids)]
        lines = self.env["customer.archive.contact.log"].search(
            domain, order="archive_id, begin_at, id", limit=MOST_LINES + 1
        )
        if not lines:
            raise UserError(self.env._("Nothing was written into the contact log in this period. Choose another one."))
        if len(lines) > MOST_LINES:
            raise UserError(
                self.env._("These are more than %s lines. Choose a shorter period, or some customers.", MOST_LINES)
            )
        return lines

    def action_print(self):
        self._lines()
        return self.env.ref("customer_archive.contact_log_report").report_action(self)
