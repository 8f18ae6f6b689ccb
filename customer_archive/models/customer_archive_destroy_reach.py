"""Everything that a customer's data are in: found level by level, from the customer to what hangs on it (R6)."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools.destroy import CARD, EMPTY, ERASE, KEEP, MENTION, STUB
from .customer_archive_destroy_edges import ENGINE

# Levels of what hangs on what; circles end by themselves, as no row is entered twice.
DEEPEST = 30

NEW_TABLE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS customer_archive_reach (
        archive_id integer NOT NULL, tbl text NOT NULL, model text NOT NULL, id integer NOT NULL,
        fate text NOT NULL, via text NOT NULL, why text, level integer NOT NULL, PRIMARY KEY (tbl, id)
    ) ON COMMIT DROP
"""

# The archives, and those that were merged into them: each belongs to the one that goes on.
SUBJECT_ARCHIVES = """
    WITH RECURSIVE merged AS (
        SELECT a.id AS root, a.id FROM customer_archive a WHERE a.id = ANY(%(ids)s)
        UNION
        SELECT m.root, a.id FROM merged m JOIN customer_archive a ON a.merged_into_id = m.id
    )
    INSERT INTO customer_archive_reach (archive_id, tbl, model, id, fate, via, level)
    SELECT DISTINCT ON (id) root, 'customer_archive', 'customer.archive', id, %(fate)s, 'id', 0
      FROM merged ORDER BY id, root
"""

# The customers and the contacts below them, inactive ones included: among these is whoever was merged into them.
# Another customer below, an employee, a company of this system is a subject of its own.
SUBJECT_PARTNERS = """
    WITH RECURSIVE tree AS (
        SELECT r.archive_id, a.partner_id AS id
          FROM customer_archive_reach r JOIN customer_archive a ON a.id = r.id
         WHERE r.tbl = 'customer_archive' AND a.partner_id IS NOT NULL
        UNION
        SELECT tree.archive_id, child.id
          FROM tree CROSS JOIN LATERAL (
               SELECT p.id FROM res_partner p WHERE p.parent_id = tree.id AND p.partner_share IS NOT FALSE OFFSET 0
               ) child
         WHERE NOT EXISTS (SELECT 1 FROM customer_archive own WHERE own.partner_id = child.id)
           AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = child.id)
    )
    INSERT INTO customer_archive_reach (archive_id, tbl, model, id, fate, via, level)
    SELECT DISTINCT ON (id) archive_id, 'res_partner', 'res.partner', id, %(fate)s, 'parent_id', 0
      FROM tree ORDER BY id, archive_id
"""

SUBJECT_USERS = """
    INSERT INTO customer_archive_reach (archive_id, tbl, model, id, fate, via, level)
    SELECT r.archive_id, 'res_users', 'res.users', u.id, %(fate)s, 'partner_id', 0
      FROM customer_archive_reach r JOIN res_users u ON u.partner_id = r.id
     WHERE r.tbl = 'res_partner' AND u.share
"""


class CustomerArchiveDestroyEngine(models.AbstractModel):
    _inherit = ENGINE

    @api.model
    def _reach(self, archives):
        """Fill the temporary table ``customer_archive_reach``: each row once, with the archive that it belongs to."""
        self.env.flush_all()
        self._run("SET LOCAL jit = off")  # compiling statements over hundreds of tables takes longer than running them
        self._run(NEW_TABLE)
        self._run("TRUNCATE customer_archive_reach")
        self._run(SUBJECT_ARCHIVES, ids=archives.ids, fate=STUB)
        self._run(SUBJECT_PARTNERS, fate=CARD)
        self._run(SUBJECT_USERS, fate=CARD)
        for level in range(DEEPEST):
            if not self._reach_next(level):
                break
        self._reach_blocked()

    @api.model
    def _run(self, statement, **parameters):
        self.env.cr.execute(SQL(statement, **parameters))
        return self.env.cr.rowcount

    @api.model
    def _reach_next(self, level):
        """The rows that hang on those of the level; returns how many are new."""
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT tbl, model, fate FROM customer_archive_reach WHERE level = %s", level)
        )
        parts = self._parts(rows, level)
        parts += [part for part in self._reach_also(level) if part]
        if not parts:
            return 0
        self._run("ANALYZE customer_archive_reach")
        found = self._run(
            """
            INSERT INTO customer_archive_reach AS x (archive_id, tbl, model, id, fate, via, level)
            SELECT DISTINCT ON (f.tbl, f.id) f.archive_id, f.tbl, f.model, f.id, f.fate, f.via, %(level)s
              FROM (%(parts)s) f (archive_id, tbl, model, id, fate, via)
             ORDER BY f.tbl, f.id, f.fate = %(erase)s DESC, f.archive_id
                ON CONFLICT (tbl, id) DO UPDATE SET fate = %(erase)s, via = EXCLUDED.via, level = EXCLUDED.level
             WHERE x.fate = %(mention)s AND EXCLUDED.fate = %(erase)s
            """,
            level=level + 1,
            parts=SQL(" UNION ALL ").join(parts),
            erase=ERASE,
            mention=MENTION,
        )
        self._keep_by_law(level + 1)
        return found

    @api.model
    def _parts(self, rows, level):
        """SQL of what hangs on the rows of a level, by every edge."""
        keys, any_edges = self._edges()
        wanted = [
            (edge, table, model, fate) for table, model, fate in rows for edge in self._keys_from(keys, table, fate)
        ]
        filled = self._filled({edge.table for edge, *_row in wanted} | {edge.table for edge in any_edges})
        parts = []
        for edge, table, model, fate in wanted:
            outcome = self._fate(edge, model, fate) if edge.table in filled else None
            if outcome:
                parts.append(self._part_of_key(edge, table, fate, outcome, level))
        for edge in any_edges:
            if edge.table in filled:
                parts += self._parts_of_pair(edge, rows, level)
        return parts

    @api.model
    def _keys_from(self, keys, table, fate):
        """Keys are followed from what is destroyed; of the stub's own rows only from the archive itself."""
        followed = fate in (CARD, ERASE, EMPTY) or (fate == STUB and table == "customer_archive")
        return keys.get(table, ()) if followed else ()

    @api.model
    def _part_of_key(self, edge, table, fate, outcome, level):
        """SQL: the rows of ``edge`` that name rows of the table with this fate."""
        return SQL(
            "SELECT r.archive_id, %s, %s, c.id, %s, %s FROM customer_archive_reach r JOIN %s c ON %s = r.id"
            " WHERE r.tbl = %s AND r.fate = %s AND r.level = %s",
            edge.table,
            edge.model,
            outcome,
            edge.column,
            SQL.identifier(edge.table),
            SQL.identifier("c", edge.column),
            table,
            fate,
            level,
        )

    @api.model
    def _parts_of_pair(self, edge, rows, level):
        """SQL for each fate: the rows of ``edge`` that name rows of the level by model and id."""
        sources = defaultdict(list)
        for _table, model, fate in rows:
            outcome = self._fate(edge, model, fate) if model and fate != MENTION else None
            if outcome:
                sources[outcome].append(f"{model}/{fate}")
        column = SQL.identifier("c", edge.column)
        if edge.kind == "reference":
            condition = SQL("%s = r.model || ',' || r.id", column)
        else:
            condition = SQL("%s = r.model AND %s = r.id", SQL.identifier("c", edge.beside), column)
        for outcome, named in sources.items():
            yield SQL(
                "SELECT r.archive_id, %s, %s, c.id, %s, %s FROM customer_archive_reach r JOIN %s c ON %s"
                " WHERE r.level = %s AND r.model || '/' || r.fate = ANY(%s)",
                edge.table,
                edge.model,
                outcome,
                edge.column,
                SQL.identifier(edge.table),
                condition,
                level,
                named,
            )

    @api.model
    def _table_of(self, model):
        return self.env[model]._table

    @api.model
    def _keep_by_law(self, level):
        """Rows of the level that the law keeps."""
        there = {
            model
            for (model,) in self.env.execute_query(
                SQL(
                    "SELECT DISTINCT model FROM customer_archive_reach WHERE level = %s AND fate IN (%s, %s)",
                    level,
                    ERASE,
                    MENTION,
                )
            )
        }
        for model, laws in self._law().items():
            for condition, why in laws if model in there else ():
                self._run(
                    "UPDATE customer_archive_reach r SET fate = %(keep)s, why = %(why)s FROM %(table)s t"
                    " WHERE r.tbl = %(name)s AND r.id = t.id AND r.level = %(level)s"
                    " AND r.fate IN (%(erase)s, %(mention)s) AND (%(condition)s)",
                    keep=KEEP,
                    why=why,
                    table=SQL.identifier(self._table_of(model)),
                    name=self._table_of(model),
                    level=level,
                    erase=ERASE,
                    mention=MENTION,
                    condition=condition,
                )

    # -- what can't go ---------------------------------------------------------------------------------------------

    @api.model
    def _reach_blocked(self):
        """Rows that something else names which stays can't go: they are emptied. So is what would drag such away."""
        tables = {
            table
            for (table,) in self.env.execute_query(
                SQL("SELECT DISTINCT tbl FROM customer_archive_reach WHERE fate = %s", ERASE)
            )
        }
        keys, _any = self._edges()
        edges = [edge for table in sorted(tables) for edge in keys.get(table, ()) if edge.action in "rac"]
        filled = self._filled({edge.table for edge in edges})
        edges = [edge for edge in edges if edge.table in filled]
        while sum(self._block(edge) for edge in edges):
            pass

    @api.model
    def _block(self, edge):
        """Empty instead of delete where a row that stays names it by the edge; returns how many are new."""
        column = SQL.identifier("c", edge.column)
        if edge.action == "c":
            stays = SQL("x.fate IN (%s, %s, %s)", KEEP, EMPTY, STUB)
        else:
            stays = SQL("x.fate IS DISTINCT FROM %s", ERASE)
        return self._run(
            """
            UPDATE customer_archive_reach r SET fate = %(empty)s, why = NULL
             WHERE r.tbl = %(target)s AND r.fate = %(erase)s AND EXISTS (
                   SELECT 1 FROM %(table)s c LEFT JOIN customer_archive_reach x ON x.tbl = %(name)s AND x.id = c.id
                    WHERE %(column)s = r.id AND %(stays)s)
            """,
            empty=EMPTY,
            target=edge.target,
            erase=ERASE,
            table=SQL.identifier(edge.table),
            name=edge.table,
            column=column,
            stays=stays,
        )
