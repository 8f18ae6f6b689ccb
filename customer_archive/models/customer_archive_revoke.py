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
        partner_ids = set()
        for model, condition in self._records_sql(archives.ids):
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT partner_id FROM mail_followers WHERE res_model = %(model)s AND res_id IN (%(ids)s)
                    UNION
                    SELECT n.res_partner_id FROM mail_notification n
                      JOIN mail_message m ON m.id = n.mail_message_id
                     WHERE m.model = %(model)s AND m.res_id IN (%(ids)s)
                    UNION
                    SELECT r.res_partner_id FROM mail_message_res_partner_rel r
                      JOIN mail_message m ON m.id = r.mail_message_id
                     WHERE m.model = %(model)s AND m.res_id IN (%(ids)s)
                    UNION
                    SELECT u.partner_id FROM mail_activity t JOIN res_users u ON u.id = t.user_id
                     WHERE t.res_model = %(model)s AND t.res_id IN (%(ids)s)
                    """,
                    model=model,
                    ids=condition,
                )
            )
            partner_ids.update(partner_id for (partner_id,) in rows)
        return users.search([("partner_id", "in", list(partner_ids)), ("share", "=", False)])

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
                if hidden and link.mine:
                    mine = [self._mine_sql(model, "doc", name, self.env.uid) for name in link.mine.split(",")]
                    query = SQL("%s AND NOT (%s)", query, SQL(" OR ").join(mine))
            elif link.to == "archive" and not link.mine:
                documents = self._documents_sql(model, model._fields[link.path], columns, to="archive_id")
                query = SQL("%s WHERE TRUE %s %s", documents, only, condition)
            else:
                continue
            yield model_name, query

    @api.model
    def _owners_sql(self, model, archive_ids, hidden):
        """(id, owner of the customer) of the hidden records of one model, as _records_sql finds them."""
        [ids] = [
            query
            for name, query in self._records_sql(archive_ids, hidden, columns=SQL(", guard.owner_id"))
            if name == model
        ]
        return ids

    @api.model
    def _documents_sql(self, model, field, columns, to="partner_id"):
        """SELECT of the ids of the documents ``doc`` with the rows ``guard`` of their customers.

        :param to: the column of ``guard`` that the field points to
        """
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
        if to == "archive_id":  # what was filed in a merged archive goes with the one that goes on
            return SQL(
                "SELECT doc.id %s FROM %s doc JOIN customer_archive filed ON filed.id = doc.%s"
                " JOIN customer_archive_access guard ON guard.archive_id = %s",
                columns,
                SQL.identifier(model._table),
                SQL.identifier(field.name),
                self._surviving_sql("filed"),
            )
        return SQL(
            "SELECT doc.id %s FROM %s doc JOIN customer_archive_access guard ON guard.%s = doc.%s",
            columns,
            SQL.identifier(model._table),
            SQL.identifier(to),
            SQL.identifier(field.name),
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
        statements = (
            "DELETE FROM mail_followers WHERE partner_id = %(me)s AND res_model = %(model)s AND res_id IN (%(ids)s)",
            """
            DELETE FROM mail_notification n USING mail_message m
             WHERE m.id = n.mail_message_id AND n.res_partner_id = %(me)s
               AND m.model = %(model)s AND m.res_id IN (%(ids)s)
            """,
            """
            DELETE FROM mail_message_res_partner_rel r USING mail_message m
             WHERE m.id = r.mail_message_id AND r.res_partner_id = %(me)s
               AND m.model = %(model)s AND m.res_id IN (%(ids)s)
            """,
            """
            DELETE FROM mail_message_res_partner_starred_rel r USING mail_message m
             WHERE m.id = r.mail_message_id AND r.res_partner_id = %(me)s
               AND m.model = %(model)s AND m.res_id IN (%(ids)s)
            """,
        )
        for model, ids in self._records_sql(archive_ids, hidden):
            for statement in statements:
                self.env.cr.execute(SQL(statement, me=partner_id, model=model, ids=ids))
            # What was to be done is for whoever the customer is entrusted to now.
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE mail_activity act SET user_id = owner.owner_id
                      FROM (%(owners)s) AS owner(id, owner_id)
                     WHERE act.user_id = %(uid)s AND act.res_model = %(model)s AND act.res_id = owner.id
                    """,
                    owners=self._owners_sql(model, archive_ids, hidden),
                    uid=self.env.uid,
                    model=model,
                )
            )
        self.env.invalidate_all()

    @api.model
    def _revoke_tokens(self, archives, rotate_tokens):
        """Links to attachments open for whoever has them: they end with anybody's access."""
        log = self.env["customer.archive.contact.log"]  # has files, but no chatter
        lines = self._documents_sql(log, log._fields["archive_id"], SQL(), to="archive_id")
        lines = SQL("%s WHERE guard.archive_id = ANY(%s)", lines, archives.ids)
        for model, ids in (*self._records_sql(archives.ids), (log._name, lines)):
            self.env.cr.execute(
                SQL(
                    "UPDATE ir_attachment SET access_token = NULL"
                    " WHERE access_token IS NOT NULL AND res_model = %s AND res_id IN (%s)",
                    model,
                    ids,
                )
            )
            token = self.env[model]._fields.get("access_token")
            if rotate_tokens and token is not None and token.store:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET access_token = NULL WHERE access_token IS NOT NULL AND id IN (%s)",
                        SQL.identifier(self.env[model]._table),
                        ids,
                    )
                )
        self.env.invalidate_all()
