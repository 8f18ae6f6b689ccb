"""What people kept of archives that are sealed now: taken back by set statements for any number (security.md S9)."""

from odoo import api, models
from odoo.tools import SQL


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _revoke_everybody(self, archive_ids):
        """Take from all employees what they keep of these archives: nobody reaches them any more.

        Followers, notifications, stars; what was still to be done is not done any more; links open nothing.
        """
        self.env.flush_all()
        staff = SQL("SELECT u.partner_id FROM res_users u WHERE u.share IS NOT TRUE")
        self.env.cr.execute(
            SQL(
                """
                WITH docs AS MATERIALIZED (%(docs)s), staff AS MATERIALIZED (%(staff)s),
                followers AS (
                    DELETE FROM mail_followers f USING docs
                     WHERE f.res_model = docs.model AND f.res_id = docs.id
                       AND f.partner_id IN (SELECT partner_id FROM staff)),
                messages AS MATERIALIZED (
                    SELECT m.id FROM docs JOIN mail_message m ON m.model = docs.model AND m.res_id = docs.id),
                notifications AS (
                    DELETE FROM mail_notification n USING messages
                     WHERE n.mail_message_id = messages.id AND n.res_partner_id IN (SELECT partner_id FROM staff)),
                recipients AS (
                    DELETE FROM mail_message_res_partner_rel r USING messages
                     WHERE r.mail_message_id = messages.id AND r.res_partner_id IN (SELECT partner_id FROM staff)),
                starred AS (
                    DELETE FROM mail_message_res_partner_starred_rel r USING messages
                     WHERE r.mail_message_id = messages.id)
                DELETE FROM mail_activity act USING docs WHERE act.res_model = docs.model AND act.res_id = docs.id
                """,
                docs=SQL(" UNION ALL ").join(self._around_sql(archive_ids)),
                staff=staff,
            )
        )
        self._revoke_tokens(self.env["customer.archive"].browse(archive_ids), True)
