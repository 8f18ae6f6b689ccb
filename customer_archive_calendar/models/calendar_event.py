from odoo import api, models

from odoo.addons.customer_archive.tools.access import SECRET


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._archive_make_private()
        return events

    def write(self, vals):
        result = super().write(vals)
        if "partner_ids" in vals:
            self._archive_make_private()
        return result

    def _archive_make_private(self):
        """Meetings with confidential customers are private, unless somebody chose otherwise (security.md 15)."""
        undecided = self.filtered(lambda event: not event.privacy)
        # sudo: decides; nothing of the customers is shown
        guards = {event: [p._archive_get_guard() for p in event.partner_ids] for event in undecided.sudo()}
        private = [
            event.id for event, found in guards.items() if any(guard and guard.rank >= SECRET for guard in found)
        ]
        if private:
            # sudo: narrows who sees the meeting, whoever may invite
            self.sudo().browse(private).write({"privacy": "private"})
