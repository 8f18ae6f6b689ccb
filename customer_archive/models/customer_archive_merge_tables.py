"""Which tables a merge touches, found in the registry, and where two rows would become one (product.md Q4).

Odoo's own wizard asks the database for foreign keys, deletes the rows of the merged contact where a unique constraint
is in the way and stops at unique indexes. Here nothing is deleted: such rows are found before and decided.
"""

import re
from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.merge import MergeLink

PARTNER = "res.partner"
ARCHIVE = "customer.archive"
ID_NAMES = {"res_id": ("res_model", "model")}


class MergeConflict(NamedTuple):
    """Rows that can't all belong to the one who is left."""

    table: str
    model: str
    rule: str  # the unique index or the check
    kept_id: int  # the row of the destination, or 0: the rows can't be moved at all
    other_ids: tuple  # the rows of those who are merged


class CustomerArchiveMergeTables(models.AbstractModel):
    _name = "customer.archive.merge.tables"
    _description = "Tables of a Merge of Customers"

    # -- what stays ----------------------------------------------------------------------------------------------

    @api.model
    def _stays(self, target):
        """Models, or model.field, whose rows stay with whom they name. Bridges add theirs.

        Registers of what happened name whom it happened with; what the merge itself writes, it writes by itself.
        """
        if target == PARTNER:
            return {
                "customer.archive.partner_id",
                "customer.archive.access",
                "customer.archive.merge.record",
                "res.company",
                "res.partner.archive_id",
            }
        return {
            "customer.archive.merged_into_id",
            "customer.archive.access",
            "customer.archive.destroy.file",
            "customer.archive.fault",
            # What was cleaned stays with the archive whose value it was; what is open there is overtaken.
            "customer.archive.cleaning.line",
            "customer.archive.footprint",
            "customer.archive.handover.line",
            "customer.archive.disposal.line",
            "customer.archive.destruction",
            "customer.archive.supply.line",
            "customer.archive.merge.record",
            "res.partner",
            # The history of an archive, its followers and external ids are its own for ever.
            "mail.message",
            "mail.followers",
            "ir.model.data",
        }

    @api.model
    def _stays_by_name(self, model, field, target):
        stays = self._stays(target)
        return model in stays or f"{model}.{field}" in stays or model.startswith("customer.archive.match")

    # -- introspection -------------------------------------------------------------------------------------------

    @api.model
    def _merge_links(self, target):
        """{table: [MergeLink, …]} of all that can name a record of the model ``target``, dialogs left out."""
        found = {}
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                link = self._merge_link(model, field, target)
                if link and not self._stays_by_name(name, field.name, target):
                    known = found.get((link.table, link.column))
                    if known is None or known.kind == "relation" != link.kind:
                        found[link.table, link.column] = link
        tables = defaultdict(list)
        for link in found.values():
            tables[link.table].append(link)
        existing = self._existing_tables(list(tables))
        return {table: links for table, links in tables.items() if table in existing}

    @api.model
    def _merge_link(self, model, field, target):
        if not field.store or field.company_dependent:
            return None
        if field.type == "many2one" and field.comodel_name == target and field.column_type:
            return MergeLink(model._name, field.name, model._table, field.name, "many2one")
        if field.type == "many2many" and field.relation:
            return self._merge_relation(model, field, target)
        if field.type == "reference" and field.column_type:
            return MergeLink(model._name, field.name, model._table, field.name, "reference")
        beside = field.type == "many2one_reference" and field.model_field
        if field.type == "integer" and field.name in ID_NAMES:
            beside = next((name for name in ID_NAMES[field.name] if name in model._fields), None)
        if beside and model._fields[beside].store and model._fields[beside].type in ("char", "selection"):
            return MergeLink(model._name, field.name, model._table, field.name, "pair", beside)
        return None

    @api.model
    def _merge_relation(self, model, field, target):
        comodel = self.env[field.comodel_name]
        if comodel._transient or model._transient:
            return None
        if comodel._name == target:
            return MergeLink(model._name, field.name, field.relation, field.column2, "relation", field.column1)
        if model._name == target:
            return MergeLink(comodel._name, field.name, field.relation, field.column1, "relation", field.column2)
        return None

    @api.model
    def _existing_tables(self, tables):
        rows = self.env.execute_query(
            SQL(
                "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relkind IN ('r', 'p')"
                " AND relnamespace = current_schema::regnamespace",
                tables,
            )
        )
        return {name for (name,) in rows}

    @api.model
    def _without_index(self, tables):
        """Columns that no index begins with, of the links in ``tables``: {(table, column)}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.relname, a.attname FROM pg_index i
                  JOIN pg_class r ON r.oid = i.indrelid AND r.relnamespace = current_schema::regnamespace
                  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = i.indkey[0]
                 WHERE r.relname = ANY(%s) AND i.indisvalid
                """,
                list(tables),
            )
        )
        indexed = set(rows)
        wanted = {(link.table, link.column) for links in tables.values() for link in links}
        return {pair for pair in wanted if pair not in indexed}

    # -- rows ----------------------------------------------------------------------------------------------------

    @api.model
    def _link_condition(self, link, alias, target, ids):
        """SQL: the row of the table ``alias`` names one of ``ids`` by the link."""
        column = SQL.identifier(alias, link.column)
        if link.kind == "reference":
            return SQL("%s = ANY(%s)", column, [f"{target},{id_}" for id_ in ids])
        condition = SQL("%s = ANY(%s)", column, list(ids))
        if link.kind == "pair":
            condition = SQL("(%s = %s AND %s)", SQL.identifier(alias, link.beside), target, condition)
        if link.table == "ir_attachment":
            # The files of images and the like belong to a field of the customer, not to the customer.
            condition = SQL("(%s AND %s IS NULL)", condition, SQL.identifier(alias, "res_field"))
        if link.table == "res_partner":
            condition = SQL("(%s AND NOT %s = ANY(%s))", condition, SQL.identifier(alias, "id"), list(ids))
        return condition

    @api.model
    def _mapped(self, link, alias, target, mapping):
        """SQL: the value of the link's column after the merge."""
        column = SQL.identifier(alias, link.column)
        sources = sorted(mapping)
        if link.kind == "reference":
            names = [f"{target},{id_}" for id_ in sources]
            goals = [f"{target},{mapping[id_]}" for id_ in sources]
            there = SQL("array_position(%s::varchar[], %s)", names, column)
            return SQL("COALESCE((%s::varchar[])[%s], %s)", goals, there, column)
        there = SQL("array_position(%s::int[], %s::int)", sources, column)
        mapped = SQL("COALESCE((%s::int[])[%s], %s)", [mapping[id_] for id_ in sources], there, column)
        condition = self._link_condition(link, alias, target, sources)
        return SQL("CASE WHEN %s THEN %s ELSE %s END", condition, mapped, column)

    @api.model
    def _count_rows(self, target, sources, tables=None):
        """{table: rows that would be moved}, one statement for all tables."""
        tables = self._merge_links(target) if tables is None else tables
        self.env.flush_all()
        parts = [
            SQL(
                "SELECT %s AS name, count(*) AS rows FROM %s t WHERE %s",
                table,
                SQL.identifier(table),
                SQL(" OR ").join(self._link_condition(link, "t", target, sources) for link in links),
            )
            for table, links in tables.items()
        ]
        if not parts:
            return {}
        return {name: rows for name, rows in self.env.execute_query(SQL(" UNION ALL ").join(parts)) if rows}

    # -- conflicts -----------------------------------------------------------------------------------------------

    @api.model
    def _rules_of(self, tables):
        """Unique indexes and checks: {table: [(name, kind, expressions, predicate)]}, as the database spells them."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.relname, x.relname, 'unique',
                       ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, TRUE) FROM generate_series(1, i.indnkeyatts) k),
                       COALESCE(pg_get_expr(i.indpred, i.indrelid), 'TRUE')
                  FROM pg_index i JOIN pg_class r ON r.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
                 WHERE i.indisunique AND NOT i.indisprimary AND r.relname = ANY(%(tables)s)
                   AND r.relnamespace = current_schema::regnamespace
                UNION ALL
                SELECT r.relname, c.conname, 'check', '{}', pg_get_expr(c.conbin, c.conrelid)
                  FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
                 WHERE c.contype = 'c' AND r.relname = ANY(%(tables)s)
                   AND r.relnamespace = current_schema::regnamespace
                """,
                tables=list(tables),
            )
        )
        rules = defaultdict(list)
        for table, name, kind, expressions, predicate in rows:
            if "item_sequence" in expressions:  # items get other numbers
                continue
            if any(
                re.search(rf"\b{link.column}\b", text) for link in tables[table] for text in [*expressions, predicate]
            ):
                rules[table].append((name, kind, expressions, predicate))
        return rules

    @api.model
    def _conflicts(self, target, mapping, tables=None, counts=None):
        """The MergeConflicts of merging ``mapping`` {source id: destination id}.

        Tables of mere pairs have none: who stands in a list twice stands in it once.
        """
        tables = self._merge_links(target) if tables is None else tables
        counts = self._count_rows(target, mapping, tables) if counts is None else counts
        tables = {table: links for table, links in tables.items() if table in counts and self._has_ids(links)}
        found = []
        for table, rules in self._rules_of(tables).items() if tables else ():
            taken = set()
            for rule in rules:
                for conflict in self._conflicts_of(target, mapping, tables[table], rule):
                    others = tuple(id_ for id_ in conflict.other_ids if id_ not in taken)
                    taken.update(others)
                    if others:
                        found.append(conflict._replace(other_ids=others))
        return found

    @api.model
    def _has_ids(self, links):
        return all(link.kind != "relation" for link in links)

    @api.model
    def _conflicts_of(self, target, mapping, links, rule):
        """The MergeConflicts of one unique index or check; the destination's row, or the oldest, comes first."""
        name, kind, expressions, predicate = rule
        predicate = self._text(predicate)
        rows = self._rows_after(target, mapping, links)
        if kind == "check":
            query = SQL("SELECT 0, ARRAY[id] FROM %s WHERE merge_moves AND NOT (%s)", rows, predicate)
        else:
            keys = [self._text(text) for text in expressions]
            query = SQL(
                """
                SELECT (array_agg(id ORDER BY merge_moves, id))[1], (array_agg(id ORDER BY merge_moves, id))[2:]
                  FROM %s WHERE (%s) AND %s GROUP BY %s HAVING count(*) > 1
                """,
                rows,
                predicate,
                SQL(" AND ").join(SQL("(%s) IS NOT NULL", key) for key in keys),
                SQL(", ").join(keys),
            )
        for kept_id, other_ids in self.env.execute_query(query):
            yield MergeConflict(links[0].table, links[0].model, name, kept_id, tuple(other_ids))

    @api.model
    def _text(self, text):
        """SQL that the database has spelt itself."""
        return SQL(text.replace("%", "%%"))

    @api.model
    def _rows_after(self, target, mapping, links):
        """SQL: the rows concerned as they will be, with ``merge_moves``: whether they are a source's by now."""
        table, link_of = links[0].table, {link.column: link for link in links}
        columns = self.env.execute_query(
            SQL(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
                table,
            )
        )
        after = [
            SQL("%s AS %s", self._mapped(link_of[column], "t", target, mapping), SQL.identifier(column))
            if column in link_of
            else SQL.identifier("t", column)
            for (column,) in columns
        ]
        merged = sorted({*mapping, *mapping.values()})
        return SQL(
            "(SELECT %s, (%s) IS TRUE AS merge_moves FROM %s t WHERE %s) moved",
            SQL(", ").join(after),
            SQL(" OR ").join(self._link_condition(link, "t", target, sorted(mapping)) for link in links),
            SQL.identifier(table),
            SQL(" OR ").join(self._link_condition(link, "t", target, merged) for link in links),
        )
