from odoo.tools import SQL

from . import models


def uninstall_hook(env):
    """Invoicing keeps its copies of names itself again: those of entries that were made meanwhile are missing."""
    env.cr.execute(
        SQL(
            """
            UPDATE account_move m SET invoice_partner_display_name = p.complete_name
              FROM res_partner p
             WHERE p.id = m.partner_id AND m.invoice_partner_display_name IS DISTINCT FROM p.complete_name
            """
        )
    )
