"""Meetings with a customer whose archive is destroyed: those with nobody else from outside go."""

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.customer_archive.tools.destroy import CARD, ERASE, MENTION


class CustomerArchiveDestroyEngine(models.AbstractModel):
    _inherit = "customer.archive.destroy.engine"

    @api.model
    def _fates(self):
        return {**super()._fates(), "calendar.filters": ERASE, "calendar.event": ERASE}

    @api.model
    def _reach_also(self, level):
        """Meetings that the customer attends. Of one with other customers only the customer's part goes."""
        meetings = SQL(
            """
            SELECT r.archive_id, 'calendar_event', 'calendar.event', x.calendar_event_id,
                   CASE WHEN EXISTS (
                       SELECT 1 FROM calendar_event_res_partner_rel o JOIN res_partner p ON p.id = o.res_partner_id
                        WHERE o.calendar_event_id = x.calendar_event_id AND p.partner_share
                          AND NOT EXISTS (
                              SELECT 1 FROM customer_archive_reach s
                               WHERE s.tbl = 'res_partner' AND s.fate = %s AND s.id = p.id))
                   THEN %s ELSE %s END, 'partner_ids'
              FROM customer_archive_reach r JOIN calendar_event_res_partner_rel x ON x.res_partner_id = r.id
             WHERE r.tbl = 'res_partner' AND r.fate = %s AND r.level = %s
            """,
            CARD,
            MENTION,
            ERASE,
            CARD,
            level,
        )
        return [*super()._reach_also(level), meetings]
