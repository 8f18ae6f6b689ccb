"""Birthdays get keys that reminders search by: filled in one statement, not by the ORM partner by partner."""

from odoo.tools.sql import column_exists


def migrate(cr, version):
    if column_exists(cr, "res_partner", "archive_birthday_key"):
        return
    cr.execute("ALTER TABLE res_partner ADD COLUMN archive_birthday_key integer")
    # All of them by the sun: there was no other calendar before.
    cr.execute(
        """
        UPDATE res_partner
           SET archive_birthday_key = EXTRACT(MONTH FROM card_birth_date) * 100 + EXTRACT(DAY FROM card_birth_date)
         WHERE card_birth_date IS NOT NULL
        """
    )
