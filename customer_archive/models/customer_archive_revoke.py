"""What must go when access ends (security.md S9): followers, notifications, recipients, activities, tokens."""

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _revoke_lost(self, archives, *, rotate_tokens=False):
        """After a change of these archives: take back what those people keep who lost access.

        :param rotate_tokens: also make links of the portal to the customers' documents invalid
        """
        archives.env.flush_all()
        for user in self._people_around(archives):
            self.with_user(user)._revoke_mine(archives.ids)
        self._revoke_tokens(archives, rotate_tokens)

    @api.model
    def _revoke_of(self, users):
        """After a change of these users' rights: take back what they keep of archives they no longer reach."""
        self.env.flush_all()
        for user in users:
            self.with_user(user)._revoke_mine()

    @api.model
    def _people_around(self, archives):
        """Internal users who follow these customers or their documents, were told of them or are to do something."""
        users = self.env["res.users"].sudo()  # decides; nothing is shown
        rows = self.env.execute_query(
            SQL(
                """
                WITH docs AS MATERIALIZED (%s)
                SELECT f.partner_id FROM docs JOIN mail_followers f ON f.res_model = docs.model AND f.res_id = docs.id
                UNION
                SELECT n.res_partner_id FROM docs
                  JOIN mail_message m ON m.model = docs.model AND m.res_id = docs.id
                  JOIN mail_notification n ON n.mail_message_id = m.id
                UNION
                SELECT r.res_partner_id FROM docs
                  JOIN mail_message m ON m.model = docs.model AND m.res_id = docs.id
                  JOIN mail_message_res_partner_rel r ON r.mail_message_id = m.id
                UNION
                SELECT u.partner_id FROM docs
                  JOIN mail_activity t ON t.res_model = docs.model AND t.res_id = docs.id
                  JOIN res_users u ON u.id = t.user_id
                """,
                SQL(" UNION ALL ").join(self._around_sql(archives.ids)),
            )
        )
        return users.search([("partner_id", "in", [partner_id for (partner_id,) in rows]), ("share", "=", False)])

    @api.model
    def _around_sql(self, archive_ids=None, hidden=None):
        """SELECTs of (model, id, owner of the customer), one a model, of what ``_records_sql`` finds."""
        return [
            SQL(
                "SELECT %s::varchar AS model, found.id, found.owner_id FROM (%s) AS found(id, owner_id)", model, records
            )
            for model, records in self._records_sql(archive_ids, hidden, columns=SQL(", guard.owner_id"))
        ]

    @api.model
    def _records_sql(self, archive_ids=None, hidden=None, columns=None):
        """(model, SELECT of the ids) for everything with a chatter that hangs on the customers of these archives.

        :param hidden: a condition on ``guard``, to take only what is hidden by it
        :param columns: SQL of more columns of ``guard``
        """
        columns = columns or SQL()
        only = SQL("AND guard.archive_id = ANY(%s)", list(archive_ids)) if archive_ids is not None else SQL()
        condition = SQL("AND %s", hidden) if hidden else SQL()
        for model_name, link in self._links().items():
            model = self.env[model_name]
            chatter = model._fields.get("message_follower_ids")
            if model._abstract or not model._auto or chatter is None or chatter.inherited:  # then it is the parent's
                continue
            if model_name == "customer.archive":
                query = SQL(
                    "SELECT guard.archive_id %s FROM customer_archive_access guard WHERE TRUE %s %s",
                    columns,
                    only,
                    condition,
                )
            elif link.to == "partner":
                documents = self._documents_sql(model, model._fields[link.path], columns)
                query = SQL("%s WHERE TRUE %s %s", documents, only, condition)
            elif link.to == "archive":
                query = SQL("%s %s", self._filed_sql(model, model._fields[link.path], columns, archive_ids), condition)
            else:
                continue
            if hidden and link.mine:
                mine = [self._mine_sql(model, "doc", name, self.env.uid) for name in link.mine.split(",")]
                query = SQL("%s AND (%s) IS NOT TRUE", query, SQL(" OR ").join(mine))
            yield model_name, query

    @api.model
    def _documents_sql(self, model, field, columns):
        """SELECT of the ids of the documents ``doc`` with the rows ``guard`` of their customers."""
        if field.type == "many2many":
            return SQL(
                "SELECT doc.id %s FROM %s doc JOIN %s rel ON rel.%s = doc.id"
                " JOIN customer_archive_access guard ON guard.partner_id = rel.%s",
                columns,
                SQL.identifier(model._table),
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
            )
        return SQL(
            "SELECT doc.id %s FROM %s doc JOIN customer_archive_access guard ON guard.partner_id = doc.%s",
            columns,
            SQL.identifier(model._table),
            SQL.identifier(field.name),
        )

    @api.model
    def _filed_sql(self, model, field, columns, archive_ids=None):
        """The same for what is filed in archives: what was filed in a merged one goes with the one that goes on.

        :param archive_ids: only what is filed in these, found from them and not by asking each document
        """
        if archive_ids is None:
            return SQL(
                "SELECT doc.id %s FROM %s doc JOIN customer_archive filed ON filed.id = doc.%s"
                " JOIN customer_archive_access guard ON guard.archive_id = %s WHERE TRUE",
                columns,
                SQL.identifier(model._table),
                SQL.identifier(field.name),
                self._surviving_sql("filed"),
            )
        return SQL(
            """
            SELECT doc.id %(columns)s
              FROM (WITH RECURSIVE whole AS (
                        SELECT id, id AS archive_id FROM unnest(%(ids)s) AS id
                         UNION
                        SELECT merged.id, whole.archive_id
                          FROM whole JOIN customer_archive merged ON merged.merged_into_id = whole.id)
                    SELECT id, archive_id FROM whole) filed
              JOIN %(table)s doc ON doc.%(field)s = filed.id
              JOIN customer_archive_access guard ON guard.archive_id = filed.archive_id
             WHERE TRUE
            """,
            columns=columns,
            ids=list(archive_ids),
            table=SQL.identifier(model._table),
            field=SQL.identifier(field.name),
        )

    @api.model
    def _surviving_sql(self, alias):
        """SQL: the id of the archive in which that of the table ``alias`` goes on: its own, where it was not merged."""
        merged = SQL.identifier(alias, "merged_into_id")
        return SQL(
            """
            CASE WHEN %(merged)s IS NULL THEN %(own)s ELSE (
                WITH RECURSIVE up AS (
                    SELECT %(merged)s AS id
                    UNION
                    SELECT m.merged_into_id FROM up JOIN customer_archive m ON m.id = up.id)
                SELECT up.id FROM up JOIN customer_archive m ON m.id = up.id AND m.merged_into_id IS NULL) END
            """,
            merged=merged,
            own=SQL.identifier(alias, "id"),
        )

    @api.model
    def _revoke_mine(self, archive_ids=None):
        """Take from the environment's user what they keep of customers hidden from them.

        Of whoever is no employee any more as well: mails go to followers, whether they can log in or not.
        """
        if self.env.uid == SUPERUSER_ID:
            return
        partner_id = self.env.user.partner_id.id
        hidden = self._hidden_sql(self._scope(), "read") if self.env.user.active else SQL("TRUE")
        around = self._around_sql(archive_ids, hidden)
        if archive_ids is not None:
            around = [SQL(" UNION ALL ").join(around)]
        # Of few archives all documents at once. Of all archives model by model, beginning with what the user keeps.
        kept = SQL("MATERIALIZED" if archive_ids is not None else "NOT MATERIALIZED")
        for docs in around:
            # The activities that were to be done are for whoever the customer is entrusted to now.
            self.env.cr.execute(
                SQL(
                    """
                    WITH docs AS %(kept)s (%(docs)s),
                    followers AS (
                        DELETE FROM mail_followers f USING docs
                         WHERE f.partner_id = %(me)s AND f.res_model = docs.model AND f.res_id = docs.id),
                    notifications AS (
                        DELETE FROM mail_notification n USING mail_message m, docs
                         WHERE n.res_partner_id = %(me)s AND m.id = n.mail_message_id
                           AND m.model = docs.model AND m.res_id = docs.id),
                    recipients AS (
                        DELETE FROM mail_message_res_partner_rel r USING mail_message m, docs
                         WHERE r.res_partner_id = %(me)s AND m.id = r.mail_message_id
                           AND m.model = docs.model AND m.res_id = docs.id),
                    starred AS (
                        DELETE FROM mail_message_res_partner_starred_rel r USING mail_message m, docs
                         WHERE r.res_partner_id = %(me)s AND m.id = r.mail_message_id
                           AND m.model = docs.model AND m.res_id = docs.id)
                    UPDATE mail_activity act SET user_id = docs.owner_id
                      FROM docs
                     WHERE act.user_id = %(uid)s AND act.res_model = docs.model AND act.res_id = docs.id
                    """,
                    kept=kept,
                    docs=docs,
                    me=partner_id,
                    uid=self.env.uid,
                )
            )
        self.env.invalidate_all()

    @api.model
    def _revoke_tokens(self, archives, rotate_tokens):
        """Links to attachments open for whoever has them: they end with anybody's access."""
        log = self.env["customer.archive.contact.log"]  # has files, but no chatter
        lines = self._filed_sql(log, log._fields["archive_id"], SQL(), archives.ids)
        around = [*self._records_sql(archives.ids), (log._name, lines)]
        self.env.cr.execute(
            SQL(
                """
                UPDATE ir_attachment file SET access_token = NULL
                  FROM (%s) AS docs(model, id)
                 WHERE file.access_token IS NOT NULL AND file.res_model = docs.model AND file.res_id = docs.id
                """,
                SQL(" UNION ALL ").join(
                    SQL("SELECT %s::varchar, found.id FROM (%s) AS found(id)", model, ids) for model, ids in around
                ),
            )
        )
        for model, ids in around if rotate_tokens else ():
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
