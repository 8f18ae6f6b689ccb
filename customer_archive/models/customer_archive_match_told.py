from odoo import api, fields, models
from odoo.tools import SQL


class CustomerArchiveMatchTold(models.Model):
    """Of which hidden customers a user was told that they exist: so many a day, then no more (security.md S6).

    Whoever enters a customer again is told so. Whoever types names and numbers to learn who is a customer soon is not.
    """

    _name = "customer.archive.match.told"
    _description = "Told of a Hidden Customer"
    _log_access = False
    _rec_name = "user_id"

    # No links: the rows are counted, and written while the customer may be locked.
    user_id = fields.Integer(required=True, readonly=True, groups=fields.NO_ACCESS)
    partner_id = fields.Integer(required=True, readonly=True, groups=fields.NO_ACCESS)
    day = fields.Date(required=True, readonly=True, groups=fields.NO_ACCESS)

    _user_partner_unique = models.UniqueIndex("(user_id, day, partner_id)")

    PER_DAY = 20

    @api.model
    def _is_spent(self):
        """Whether the user was told of as many hidden customers today as may be."""
        [[count]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM customer_archive_match_told WHERE user_id = %s AND day = %s",
                self.env.uid,
                fields.Date.today(),
            )
        )
        return count >= self.PER_DAY

    @api.model
    def _tell(self, partners):
        """Note that the user is told of these customers."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO customer_archive_match_told (user_id, day, partner_id) SELECT %s, %s, unnest(%s)"
                " ON CONFLICT DO NOTHING",
                self.env.uid,
                fields.Date.today(),
                sorted(partners.ids),
            )
        )

    @api.autovacuum
    def _gc_told(self):
        """Only today counts; the rows of this month stay to be looked into."""
        self.env.cr.execute(
            SQL("DELETE FROM customer_archive_match_told WHERE day < %s", fields.Date.today().replace(day=1))
        )
