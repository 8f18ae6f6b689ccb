"""The manifest of a sealed archive: counts and hashes of what is in it, worked out by the database (product.md R3).

The database hashes what it holds, the same way at the sealing and at each check: nothing is converted in between, and a
change in plain SQL is found like any other.
"""

from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

# What runs by itself on sealed archives too, or says nothing of the customer.
PASSING = frozenset(
    """
    id write_date write_uid create_uid active user_id team_id state company_currency_id company_amount access_token
    archive_id archive_number archive_category_id completeness section_scores message_bounce color
    calendar_last_notif_ack customer_rank supplier_rank signup_type signup_token signup_expiration
    """.split()
)
ARCHIVE = ("number", "partner_id", "category_id", "company_id", "opened_on", "closed_on", "box", "shelf", "remark")


class Part(NamedTuple):
    """One part of what is in an archive."""

    model: str
    by: str  # the column by which its rows hang on what ``of`` says
    of: str  # archive, customer (the customer's own row), contacts (those below), people (all of them)


PARTS = {
    "archive": Part("customer.archive", "id", "archive"),
    "card": Part("res.partner", "id", "customer"),
    "contacts": Part("res.partner", "id", "contacts"),
    "preferences": Part("customer.archive.preference", "partner_id", "people"),
    "key_contacts": Part("customer.archive.key.contact", "partner_id", "people"),
    "banks": Part("res.partner.bank", "partner_id", "people"),
    "logs": Part("customer.archive.contact.log", "archive_id", "archive"),
    "documents": Part("customer.archive.document", "archive_id", "archive"),
    "files": Part("customer.archive.document.file", "archive_id", "archive"),
}
FILE = ("document_id", "attachment_id", "name", "mimetype", "size", "sha256")


class CustomerArchiveSeal(models.Model):
    _inherit = "customer.archive.seal"

    @api.model
    def _manifest_columns(self):
        """{part: [columns that its rows are hashed by]}, as of this version of the addons."""
        return {name: self._columns_of(part) for name, part in PARTS.items()}

    @api.model
    def _columns_of(self, part):
        if part.model == "customer.archive":
            return sorted(ARCHIVE)
        if part.model == "customer.archive.document.file":
            return sorted(FILE)
        return sorted(
            name
            for name, field in self.env[part.model]._fields.items()
            if field.store
            and field.column_type
            and name not in PASSING
            and not name.startswith(("message_", "activity_", "next_"))
            and not (field.compute and field.readonly)
        )

    @api.model
    def _whole_sql(self, archive_ids):
        """SQL: (id, archive_id) of these archives and of all that were merged into them."""
        return SQL(
            """
            WITH RECURSIVE whole AS (
                SELECT id, id AS archive_id FROM unnest(%s::int[]) AS id
                 UNION
                SELECT merged.id, whole.archive_id
                  FROM whole JOIN customer_archive merged ON merged.merged_into_id = whole.id)
            SELECT id, archive_id FROM whole
            """,
            list(archive_ids),
        )

    @api.model
    def _people_of_sql(self, archive_ids):
        """SQL: (partner_id, archive_id, is_customer) of these archives."""
        return SQL(
            """
            SELECT own.partner_id, own.id AS archive_id, TRUE AS is_customer
              FROM customer_archive own WHERE own.id = ANY(%(ids)s) AND own.partner_id IS NOT NULL
             UNION ALL
            SELECT x.partner_id, x.archive_id, FALSE
              FROM customer_archive_access x JOIN customer_archive own ON own.id = x.archive_id
             WHERE x.archive_id = ANY(%(ids)s) AND x.partner_id <> own.partner_id
            """,
            ids=list(archive_ids),
        )

    @api.model
    def _rows_sql(self, name, columns):
        """SQL: (part, archive_id, id, body) of one part."""
        part = PARTS[name]
        table = self.env[part.model]._table
        body = SQL(
            "(SELECT row_to_json(r) FROM (SELECT %s) r)::text",
            SQL(", ").join(SQL.identifier("t", column) for column in columns),
        )
        if part.of == "archive":
            hangs = SQL("whole w ON w.id = t.%s", SQL.identifier(part.by))
        else:
            which = {"customer": SQL("w.is_customer"), "contacts": SQL("NOT w.is_customer"), "people": SQL("TRUE")}
            hangs = SQL("people w ON w.partner_id = t.%s AND %s", SQL.identifier(part.by), which[part.of])
        return SQL(
            "SELECT %s::varchar AS part, w.archive_id, t.id, %s AS body FROM %s t JOIN %s",
            name,
            body,
            SQL.identifier(table),
            hangs,
        )

    @api.model
    def _manifest_sql(self, archive_ids, columns):
        """SQL: (archive_id, manifest as jsonb) of these archives, one row each."""
        rows = [self._rows_sql(name, columns[name]) for name in PARTS if columns.get(name)]
        return SQL(
            """
            WITH whole AS MATERIALIZED (%(whole)s), people AS MATERIALIZED (%(people)s), part AS (
                SELECT r.archive_id, r.part, count(*) AS number,
                       encode(sha256(string_agg(sha256(convert_to(r.body, 'UTF8')), ''::bytea ORDER BY r.id)),
                              'hex') AS hash
                  FROM (%(rows)s) r GROUP BY r.archive_id, r.part)
            SELECT part.archive_id,
                   jsonb_object_agg(part.part, jsonb_build_object('count', part.number, 'sha256', part.hash))
                       AS manifest
              FROM part GROUP BY part.archive_id
            """,
            whole=self._whole_sql(archive_ids),
            people=self._people_of_sql(archive_ids),
            rows=SQL(" UNION ALL ").join(rows),
        )

    # -- the business history -----------------------------------------------------------------------------------

    @api.model
    def _snapshot_sources(self):
        """What is kept of the business history: {key: SQL with the columns archive_id and body (jsonb)}.

        The SQL may name ``whole`` (id, archive_id) and ``people`` (partner_id, archive_id). Bridges add theirs.
        """
        return {
            "contacts": SQL(
                """
                SELECT w.archive_id, jsonb_build_object('count', count(*), 'first', min(l.begin_at)::date,
                                                        'last', max(l.begin_at)::date) AS body
                  FROM whole w JOIN customer_archive_contact_log l ON l.archive_id = w.id GROUP BY w.archive_id
                """
            ),
            "contracts": SQL(
                """
                SELECT w.archive_id, jsonb_agg(jsonb_build_object(
                           'number', d.contract_number, 'title', d.name, 'signed', d.signed_on, 'until', d.valid_until,
                           'amount', d.amount, 'currency', c.name) ORDER BY d.id) AS body
                  FROM whole w JOIN customer_archive_document d ON d.archive_id = w.id AND d.register = 'contract'
                               JOIN res_currency c ON c.id = d.currency_id
                 WHERE d.state <> 'draft' GROUP BY w.archive_id
                """
            ),
        }

    @api.model
    def _snapshot_sql(self, archive_ids):
        """SQL: (archive_id, snapshot as jsonb) of these archives; those without any business have no row."""
        rows = [
            SQL("SELECT %s::varchar AS key, s.archive_id, s.body FROM (%s) s", key, source)
            for key, source in self._snapshot_sources().items()
        ]
        return SQL(
            """
            WITH whole AS MATERIALIZED (%s), people AS MATERIALIZED (%s)
            SELECT r.archive_id, jsonb_object_agg(r.key, r.body) AS snapshot FROM (%s) r GROUP BY r.archive_id
            """,
            self._whole_sql(archive_ids),
            self._people_of_sql(archive_ids),
            SQL(" UNION ALL ").join(rows),
        )
