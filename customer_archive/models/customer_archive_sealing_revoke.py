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
        log = self.env["customer.archive.contact.log"]  # has files, but no chatter
        lines = self._filed_sql(log, log._fields["archive_id"], SQL(", guard.owner_id"), archive_ids)
        around = self._around_sql(archive_ids)
        around.append(SQL("SELECT %s::varchar, found.* FROM (%s) found(id, owner_id)", log._name, lines))
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
                     WHERE r.mail_message_id = messages.id),
                files AS (
                    UPDATE ir_attachment file SET access_token = NULL FROM docs
                     WHERE file.access_token IS NOT NULL AND file.res_model = docs.model AND file.res_id = docs.id)
                DELETE FROM mail_activity act USING docs WHERE act.res_model = docs.model AND act.res_id = docs.id
                """,
                docs=SQL(" UNION ALL ").join(around),
                staff=staff,
            )
        )
        for model, ids in self._records_sql(archive_ids):
            token = self.env[model]._fields.get("access_token")
            if token is not None and token.store:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET access_token = NULL WHERE access_token IS NOT NULL AND id IN (%s)",
                        SQL.identifier(self.env[model]._table),
                        ids,
                    )
                )
        self.env.invalidate_all()
