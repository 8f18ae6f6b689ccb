"""Moving the rows of a merge, and moving them back: one statement for each table."""

from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .customer_archive import GOVERNED
from .customer_archive_merge_tables import PARTNER


class CustomerArchiveMergeEngine(models.AbstractModel):
    _inherit = "customer.archive.merge.engine"

    @api.model
    def _conflict_key(self, conflict):
        return f"{conflict.table}/{conflict.rule}/{conflict.kept_id}/{','.join(map(str, conflict.other_ids))}"

    @api.model
    def _move(self, target, mapping, tables, plan, staying=None):
        """Let the rows of ``tables`` name the destinations instead of the sources.

        :param staying: {table: ids of rows that stay in any case}
        :returns: [{what moved: target, model, table, column, kind, from, to, ids}, …]
        """
        counts = self._count_rows(target, mapping, tables)
        tables = {table: links for table, links in tables.items() if table in counts}
        aside = defaultdict(set, {table: set(ids) for table, ids in (staying or {}).items()})
        swaps = []
        for conflict in self._conflicts(target, mapping, tables, counts):
            swaps += self._decide(conflict, target, mapping, plan, aside)
        moves = []
        parking = self._parking() if swaps else None
        for table, column, row_id, _goal in swaps:
            self._set_column(table, column, [(row_id, parking.id)])
        for table, links in tables.items():
            if links[0].kind == "relation":
                moves += self._move_pairs(target, mapping, links)
            else:
                moves += self._move_rows(target, mapping, links, aside[table])
        for table, column, row_id, goal in swaps:
            self._set_column(table, column, [(row_id, goal)])
            moves.append(self._swapped(target, mapping, tables[table], column, row_id, goal))
        if parking:
            parking.unlink()
        return moves

    # -- conflicts -----------------------------------------------------------------------------------------------

    @api.model
    def _decide(self, conflict, target, mapping, plan, aside):
        """Which rows stay aside, as it was decided; returns the destination's rows that make way.

        :returns: [(table, column, id of the row, id of the source that takes it)]
        """
        key = self._conflict_key(conflict)
        if plan["strict"] and key not in plan["decisions"]:
            raise UserError(
                self.env._(
                    "Since you looked, %s was changed so that two entries of the customers can't both be kept. "
                    "Look at what will happen again, and decide.",
                    self._table_label(conflict.model),
                )
            )
        others = list(conflict.other_ids)
        if plan["decisions"].get(key) != "source" or target != PARTNER or not conflict.kept_id:
            aside[conflict.table].update(others)
            return []
        winner, losers = others[0], [conflict.kept_id, *others[1:]]
        swaps = []
        for link, source in self._sources_of(conflict, winner, target, mapping):
            if self._names(link, conflict.kept_id, target, [mapping[source]]):
                swaps.append((conflict.table, link.column, conflict.kept_id, source))
        aside[conflict.table].update(losers)
        return swaps

    @api.model
    def _sources_of(self, conflict, row_id, target, mapping):
        """The links by which a row names a source, with it."""
        for link in self._merge_links(target)[conflict.table]:
            if link.kind in ("many2one", "pair") and self._names(link, row_id, target, list(mapping)):
                (value,) = self.env.execute_query(
                    SQL(
                        "SELECT %s FROM %s WHERE id = %s",
                        SQL.identifier(link.column),
                        SQL.identifier(link.table),
                        row_id,
                    )
                )[0]
                yield link, value

    @api.model
    def _names(self, link, row_id, target, ids):
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM %s t WHERE t.id = %s AND %s",
                    SQL.identifier(link.table),
                    row_id,
                    self._link_condition(link, "t", target, ids),
                )
            )
        )

    @api.model
    def _parking(self):
        """A contact for the moment in which two rows change places: a unique index is asked after each row."""
        silent = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
        # sudo: it is gone when the rows have changed places
        partners = self.env[PARTNER].sudo().with_context(archive_no_auto_open=GOVERNED, **silent)
        return partners.create({"name": "merge", "active": False})

    @api.model
    def _set_column(self, table, column, pairs):
        self.env.cr.execute(
            SQL(
                "UPDATE %s t SET %s = v.value FROM unnest(%s::int[], %s::int[]) v(id, value) WHERE t.id = v.id",
                SQL.identifier(table),
                SQL.identifier(column),
                [id_ for id_, _value in pairs],
                [value for _id, value in pairs],
            )
        )

    @api.model
    def _swapped(self, target, mapping, links, column, row_id, source):
        link = next(link for link in links if link.column == column)
        return {**self._described(target, link), "from": mapping[source], "to": source, "ids": [row_id], "swap": True}

    # -- rows ----------------------------------------------------------------------------------------------------

    @api.model
    def _described(self, target, link):
        described = {"target": target, "model": link.model, "table": link.table, "column": link.column}
        return {**described, "kind": link.kind, "beside": link.beside, "field": link.field}

    @api.model
    def _move_rows(self, target, mapping, links, aside):
        table = links[0].table
        sources = sorted(mapping)
        old = SQL(", ").join(SQL("t.%s", SQL.identifier(link.column)) for link in links)
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE %(table)s t SET %(changes)s
                  FROM (SELECT id, %(old)s FROM %(table)s t WHERE (%(named)s) AND NOT id = ANY(%(aside)s)) o
                 WHERE o.id = t.id RETURNING t.id, %(before)s, %(after)s
                """,
                table=SQL.identifier(table),
                changes=SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(link.column), self._mapped(link, "t", target, mapping))
                    for link in links
                ),
                old=old,
                named=SQL(" OR ").join(self._link_condition(link, "t", target, sources) for link in links),
                aside=sorted(aside),
                before=SQL(", ").join(SQL("o.%s", SQL.identifier(link.column)) for link in links),
                after=SQL(", ").join(SQL("t.%s", SQL.identifier(link.column)) for link in links),
            )
        )
        moves = {}
        for row in rows:
            for place, link in enumerate(links, start=1):
                before, after = row[place], row[place + len(links)]
                if before != after:
                    if link.kind == "reference":
                        before, after = (int(value.partition(",")[2]) for value in (before, after))
                    described = {**self._described(target, link), "from": before, "to": after, "ids": []}
                    moves.setdefault((link.column, before), described)["ids"].append(row[0])
        return list(moves.values())

    @api.model
    def _move_pairs(self, target, mapping, links):
        """Tables of pairs. A pair that the destination has as well is left out, and comes back at an undo."""
        moves = []
        for link in links:
            rows = self.env.execute_query(
                SQL(
                    """
                    WITH pair AS (
                        SELECT t.%(other)s AS other, m.src, m.dst,
                               row_number() OVER (PARTITION BY t.%(other)s, m.dst ORDER BY m.src) > 1
                               OR EXISTS (SELECT 1 FROM %(table)s r WHERE r.%(other)s = t.%(other)s
                                             AND r.%(column)s = m.dst) AS double
                          FROM %(table)s t JOIN unnest(%(sources)s::int[], %(goals)s::int[]) m(src, dst)
                            ON m.src = t.%(column)s
                    ), gone AS (
                        DELETE FROM %(table)s t USING pair p
                         WHERE p.double AND t.%(other)s = p.other AND t.%(column)s = p.src
                    ), moved AS (
                        UPDATE %(table)s t SET %(column)s = p.dst FROM pair p
                         WHERE NOT p.double AND t.%(other)s = p.other AND t.%(column)s = p.src
                    )
                    SELECT other, src, dst, double FROM pair
                    """,
                    table=SQL.identifier(link.table),
                    column=SQL.identifier(link.column),
                    other=SQL.identifier(link.beside),
                    sources=list(mapping),
                    goals=list(mapping.values()),
                )
            )
            found = {}
            for other, source, goal, double in rows:
                described = {**self._described(target, link), "from": source, "to": goal, "ids": [], "double": []}
                move = found.setdefault(source, described)
                move["double" if double else "ids"].append(other)
            moves += found.values()
        return moves

    # -- and back ------------------------------------------------------------------------------------------------

    @api.model
    def _move_back(self, moves):
        """Undo the moves, as far as the rows still name whom they were moved to; returns the ids that did not.

        :returns: {table: number of rows that name somebody else by now, or are gone}
        """
        left = defaultdict(int)
        swaps = [move for move in moves if move.get("swap")]
        parking = self._parking() if swaps else None
        for move in swaps:
            self._set_column(move["table"], move["column"], [(id_, parking.id) for id_ in move["ids"]])
        for move in moves:
            if move.get("swap") or move.get("items"):
                continue
            count = self._pairs_back(move) if move["kind"] == "relation" else self._rows_back(move)
            if count:
                left[move["table"]] += count
        for move in swaps:
            self._set_column(move["table"], move["column"], [(id_, move["from"]) for id_ in move["ids"]])
        if parking:
            parking.unlink()
        for move in moves:
            if move.get("items"):
                self.env[move["model"]]._items_back(move)
        return left

    @api.model
    def _rows_back(self, move):
        values = (move["to"], move["from"])
        if move["kind"] == "reference":
            values = tuple(f"{move['target']},{value}" for value in values)
        changes = SQL("%s = %s", SQL.identifier(move["column"]), values[1])
        source = SQL("unnest(%s::int[]) v(id)", move["ids"])
        if move.get("kinds"):
            source = SQL("unnest(%s::int[], %s::varchar[]) v(id, kind)", move["ids"], move["kinds"])
            changes = SQL("%s, kind = v.kind", changes)
        condition = SQL("t.%s = %s", SQL.identifier(move["column"]), values[0])
        if move["kind"] == "pair":
            condition = SQL("%s AND t.%s = %s", condition, SQL.identifier(move["beside"]), move["target"])
        self.env.cr.execute(
            SQL(
                "UPDATE %s t SET %s FROM %s WHERE t.id = v.id AND %s",
                SQL.identifier(move["table"]),
                changes,
                source,
                condition,
            )
        )
        return len(move["ids"]) - self.env.cr.rowcount

    @api.model
    def _pairs_back(self, move):
        """The pairs that are still there go back; those that were double are made again."""
        table, column, other = (SQL.identifier(move[name]) for name in ("table", "column", "beside"))
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE %s = %s AND %s = ANY(%s)",
                table,
                column,
                move["from"],
                column,
                move["to"],
                other,
                move["ids"],
            )
        )
        count = len(move["ids"]) - self.env.cr.rowcount
        if move["double"]:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (%s, %s) SELECT r.id, %s FROM %s r WHERE r.id = ANY(%s) ON CONFLICT DO NOTHING",
                    table,
                    other,
                    column,
                    move["from"],
                    SQL.identifier(self._table_beside(move)),
                    move["double"],
                )
            )
        return count

    @api.model
    def _table_beside(self, move):
        """The table that the other column of a table of pairs names."""
        ((name,),) = self.env.execute_query(
            SQL(
                """
                SELECT f.relname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
                  JOIN pg_class f ON f.oid = c.confrelid
                  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.conkey[1]
                 WHERE c.contype = 'f' AND r.relname = %s AND a.attname = %s
                   AND r.relnamespace = current_schema::regnamespace
                """,
                move["table"],
                move["beside"],
            )
        )
        return name
