"""Deleting, emptying, cutting loose: what becomes of everything in ``customer_archive_reach`` (product.md R6, R7)."""

from psycopg2 import Error

from odoo import api, models
from odoo.tools import SQL, mute_logger

from ..tools.destroy import CARD, EMPTY, ERASE, KEEP, MENTION, STUB, in_order
from .customer_archive_destroy_edges import ENGINE
from .customer_archive_merge_tables import ARCHIVE, PARTNER

# What an emptied contact or account keeps: what the database needs.
PARTNER_KEEPS = {
    "id",
    "company_id",
    "create_uid",
    "create_date",
    "type",
    "is_company",
    "partner_share",
}
USER_KEEPS = {"id", "company_id", "partner_id", "create_uid", "create_date", "share", "notification_type"}


class CustomerArchiveDestroyEngine(models.AbstractModel):
    _inherit = ENGINE

    @api.model
    def _apply(self):
        """Destroy what is in the table; the values to look for afterwards have been taken before."""
        self._delete_pairs()
        self._detach()
        self._cut_loose()
        self._blank_rows()
        # Before the rows of the access table go: what their triggers write beside the contacts is written once so.
        self._empty_cards("res_partner", PARTNER_KEEPS, self._partner_values())
        self._delete_rows()
        account = {"active": SQL("FALSE"), "login": SQL("'destroyed-' || t.id")}
        if self._empty_cards("res_users", USER_KEEPS, account):
            self.env.registry.clear_cache()  # accounts that can no longer log in
        self._close_archives_for_ever()
        self.env.invalidate_all()

    # -- links -----------------------------------------------------------------------------------------------------

    @api.model
    def _delete_pairs(self):
        """Places in lists: tags, recipients, attendees …"""
        for model in (PARTNER, ARCHIVE):
            pairs = self._pairs_of(model)
            filled = self._filled({table for table, _column in pairs})
            for table, column in pairs:
                if table in filled:
                    self._run(
                        "DELETE FROM %(table)s p USING customer_archive_reach r"
                        " WHERE r.tbl = %(target)s AND r.fate IN (%(card)s, %(stub)s) AND %(column)s = r.id",
                        table=SQL.identifier(table),
                        target=self._table_of(model),
                        column=SQL.identifier("p", column),
                        card=CARD,
                        stub=STUB,
                    )

    @api.model
    def _detach(self):
        """Other customers, employees and companies that stood below the customer stand by themselves."""
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE res_partner p
                   SET parent_id = NULL, commercial_partner_id = p.id
                  FROM customer_archive_reach r
                 WHERE r.tbl = 'res_partner' AND r.fate = %(card)s AND p.parent_id = r.id
                   AND NOT EXISTS (
                       SELECT 1 FROM customer_archive_reach s
                        WHERE s.tbl = 'res_partner' AND s.fate = %(card)s AND s.id = p.id)
             RETURNING p.id
                """,
                card=CARD,
            )
        )
        if rows:
            self.env.invalidate_all()
            partners = self.env[PARTNER].browse([id_ for (id_,) in rows])
            partners.modified(["parent_id", "commercial_partner_id"])  # names that began with the customer's
            self.env.flush_all()

    @api.model
    def _cut_loose(self):
        """Rows of others no longer name the customer, where they need not."""
        keys, any_edges = self._edges()
        mentioned = {
            table
            for (table,) in self.env.execute_query(
                SQL("SELECT DISTINCT tbl FROM customer_archive_reach WHERE fate = %s", MENTION)
            )
        }
        for target in (PARTNER, ARCHIVE):
            for edge in keys.get(self._table_of(target), ()):
                if edge.table in mentioned and edge.nullable:
                    self._cut(edge, SQL("%s = s.id", SQL.identifier("t", edge.column)), target)
            for edge in any_edges:
                if edge.table in mentioned and edge.kind == "reference":
                    self._cut(edge, SQL("%s = %s || s.id", SQL.identifier("t", edge.column), f"{target},"), target)

    @api.model
    def _cut(self, edge, condition, target):
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                self._run(
                    """
                    UPDATE %(table)s t SET %(column)s = NULL
                      FROM customer_archive_reach r, customer_archive_reach s
                     WHERE r.tbl = %(name)s AND r.fate = %(mention)s AND r.id = t.id
                       AND s.tbl = %(target)s AND s.fate IN (%(card)s, %(stub)s) AND %(condition)s
                    """,
                    table=SQL.identifier(edge.table),
                    column=SQL.identifier(edge.column),
                    name=edge.table,
                    mention=MENTION,
                    target=self._table_of(target),
                    card=CARD,
                    stub=STUB,
                    condition=condition,
                )
        except Error:
            # A rule of that app's needs the link: it leads to an emptied contact from now on.
            return

    # -- rows ------------------------------------------------------------------------------------------------------

    @api.model
    def _blank_rows(self):
        """Rows that stay lose what says more than is needed."""
        blanked = self._blanked()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT tbl, model FROM customer_archive_reach WHERE fate = ANY(%s) AND model = ANY(%s)",
                [KEEP, STUB, EMPTY],
                list(blanked),
            )
        )
        for table, model in rows:
            there = self._columns(table)
            values = {
                column: SQL("''") if value.code == "NULL" and not there[column][1] else value
                for column, value in blanked[model].items()
                if column in there
            }
            if values:
                self._run(
                    "UPDATE %(table)s t SET %(values)s FROM customer_archive_reach r"
                    " WHERE r.tbl = %(name)s AND r.fate = ANY(%(fates)s) AND r.id = t.id",
                    table=SQL.identifier(table),
                    values=self._assignments(values),
                    name=table,
                    fates=[KEEP, STUB, EMPTY],
                )

    @api.model
    def _assignments(self, values):
        return SQL(", ").join(SQL("%s = %s", SQL.identifier(column), value) for column, value in values.items())

    @api.model
    def _delete_rows(self):
        tables = [
            table
            for (table,) in self.env.execute_query(
                SQL("SELECT DISTINCT tbl FROM customer_archive_reach WHERE fate = %s", ERASE)
            )
        ]
        keys, _any = self._edges()
        edges = [edge for table in tables for edge in keys.get(table, ()) if edge.table in tables]
        order = in_order(tables, [(edge.table, edge.target) for edge in edges])
        for edge in edges:
            if edge.action in "ra" and order.index(edge.table) >= order.index(edge.target) and edge.nullable:
                self._untie(edge)
        for table in order:
            self._run(
                "DELETE FROM %(table)s t USING customer_archive_reach r"
                " WHERE r.tbl = %(name)s AND r.fate = %(erase)s AND r.id = t.id",
                table=SQL.identifier(table),
                name=table,
                erase=ERASE,
            )

    @api.model
    def _untie(self, edge):
        """Rows that go, in a circle of rows that name each other."""
        self._run(
            "UPDATE %(table)s t SET %(column)s = NULL FROM customer_archive_reach r"
            " WHERE r.tbl = %(name)s AND r.fate = %(erase)s AND r.id = t.id AND %(qualified)s IS NOT NULL",
            table=SQL.identifier(edge.table),
            column=SQL.identifier(edge.column),
            qualified=SQL.identifier("t", edge.column),
            name=edge.table,
            erase=ERASE,
        )

    # -- the subject's own rows ------------------------------------------------------------------------------------

    @api.model
    def _columns(self, table):
        """{column: (type, whether it may be empty)} as the database has them: no column is forgotten."""
        rows = self.env.execute_query(
            SQL(
                "SELECT attname, format_type(atttypid, NULL), NOT attnotnull FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
                table,
            )
        )
        return {name: (kind, nullable) for name, kind, nullable in rows}

    @api.model
    def _partner_values(self):
        title = self.env._("Destroyed customer")
        name = SQL("%s || ' ' || (SELECT a.number FROM customer_archive a WHERE a.id = r.archive_id)", title)
        return {"active": SQL("FALSE"), "name": name, "complete_name": name, "commercial_partner_id": SQL("t.id")}

    @api.model
    def _empty_cards(self, table, keeps, values):
        """Everything in the subject's rows but ``keeps`` becomes nothing, in one statement."""
        assignments = dict(values)
        for column, (kind, nullable) in self._columns(table).items():
            if column in keeps or column in assignments:
                continue
            if column == "write_date":
                assignments[column] = SQL("now() AT TIME ZONE 'UTC'")
            elif nullable:
                assignments[column] = SQL("NULL")
            elif kind == "boolean":
                assignments[column] = SQL("FALSE")
            elif kind in ("character varying", "text"):
                assignments[column] = SQL("''")
        return self._run(
            "UPDATE %(table)s t SET %(values)s FROM customer_archive_reach r"
            " WHERE r.tbl = %(name)s AND r.fate = %(card)s AND r.id = t.id",
            table=SQL.identifier(table),
            values=self._assignments(assignments),
            name=table,
            card=CARD,
        )

    @api.model
    def _close_archives_for_ever(self):
        """What stays of an archive: number, category, fonds, days. Who was merged into it ends with it."""
        there = self._columns("customer_archive")
        texts = (
            "remark",
            "level_reason",
            "section_scores",
            "completeness",
            "level_until",
            "level_after",
            "box",
            "shelf",
        )
        blanks = {column: SQL("NULL") for column in texts if column in there and there[column][1]}
        self._run(
            """
            UPDATE customer_archive t
               SET state = 'destroyed', partner_id = NULL, %(blanks)s,
                   closed_on = COALESCE(t.closed_on, (now() AT TIME ZONE 'UTC')::date),
                   write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
              FROM customer_archive_reach r
             WHERE r.tbl = 'customer_archive' AND r.fate = %(stub)s AND r.id = t.id
            """,
            blanks=self._assignments(blanks),
            uid=self.env.uid,
            stub=STUB,
        )

    @api.model
    def _delete_hollow(self):
        """Emptied contacts that nothing names any more go altogether; returns {archive id: rows that stay}."""
        keys, _any = self._edges()
        edges = [edge for edge in keys.get("res_partner", ()) if edge.table != "res_partner"]
        filled = self._filled({edge.table for edge in edges})
        named = SQL(" OR ").join(
            SQL(
                "EXISTS (SELECT 1 FROM %s c WHERE %s = r.id)",
                SQL.identifier(edge.table),
                SQL.identifier("c", edge.column),
            )
            for edge in edges
            if edge.table in filled
        )
        self._run(
            """
            UPDATE customer_archive_reach r SET fate = %(erase)s
             WHERE r.tbl = 'res_partner' AND r.fate = %(card)s AND NOT (%(named)s)
            """,
            erase=ERASE,
            card=CARD,
            named=named,
        )
        return self._run(
            "DELETE FROM res_partner t USING customer_archive_reach r"
            " WHERE r.tbl = 'res_partner' AND r.fate = %(erase)s AND r.id = t.id",
            erase=ERASE,
        )
