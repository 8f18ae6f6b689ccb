"""Looking for the values of a customer: before, to say where they are; afterwards, to prove that they are gone (R6).

Every column of the database that holds text is read, those of forgotten and foreign tables too. A few values are looked
for wherever they stand within a text; very many of them by words, in one pass over each table: then a Chinese name in
the middle of a sentence is found only where something that is no letter stands before and after it.
"""

import re
from collections import defaultdict

from psycopg2 import Error

from odoo import api, models
from odoo.tools import SQL, mute_logger, split_every

from ..tools.destroy import (
    BLOT,
    BREAKS,
    CARD,
    EMPTY,
    ERASE,
    KEEP,
    MENTION,
    STUB,
    blot,
    by_words,
    is_strong,
    like_pattern,
    spellings_of,
    values_in,
)
from .customer_archive_destroy_edges import ENGINE
from .customer_archive_merge_tables import PARTNER

# So many spellings are looked for one by one; more of them by their words.
FEW = 200
TABLES_AT_ONCE = 40
TEXT_TYPES = ("text", "character varying", "character", "json", "jsonb")
# Tables of Odoo's own that hold nothing that anybody typed about a customer.
STATIC = {
    "ir_model",
    "ir_model_access",
    "ir_model_constraint",
    "ir_model_fields",
    "ir_model_fields_selection",
    "ir_model_inherit",
    "ir_model_relation",
    "ir_module_category",
    "ir_module_module",
    "ir_module_module_dependency",
    "res_country",
    "res_country_state",
    "res_currency",
    "res_lang",
}
# A value that stands there is that row's own: two customers may have one telephone.
OTHERS_OWN = {"res_partner", "res_users", "res_partner_bank", "res_company", "customer_archive"}
# Columns made of others of the same row: what is not in these is not there either.
DERIVED = {"res_partner": {"archive_search_key"}}
# Notes of the moment: a row with a value goes.
PASSING = {"bus_bus", "ir_logging", "ir_profile", "base_import_import"}
# Registers that are evidence, and files of others: never changed, but told.
UNTOUCHED = ("customer_archive_disposal", "customer_archive_destruction", "ir_attachment", "ir_ui_view", "ir_act_")


class CustomerArchiveDestroyEngine(models.AbstractModel):
    _inherit = ENGINE

    @api.model
    def _identity(self):
        """{model: columns whose values say who somebody is}, of rows that are destroyed. Bridges add theirs."""
        return {
            PARTNER: (
                "name email email_normalized phone phone_sanitized vat company_registry ref street street2 website "
                "card_legal_name card_preferred_name card_stock_code commercial_company_name company_name barcode "
                "global_location_number peppol_endpoint"
            ).split(),
            "res.users": ["login"],
            "res.partner.bank": ["acc_number", "sanitized_acc_number", "acc_holder_name"],
        }

    @api.model
    def _values(self):
        """{archive id: set of values} of all that is in ``customer_archive_reach``."""
        found = defaultdict(set)
        for model, columns in self._identity().items():
            if model not in self.env:
                continue
            table = self._table_of(model)
            there = self._columns(table)
            columns = [column for column in columns if column in there]
            rows = self.env.execute_query(
                SQL(
                    "SELECT DISTINCT r.archive_id, btrim(v.value) FROM customer_archive_reach r"
                    " JOIN %s t ON t.id = r.id CROSS JOIN LATERAL unnest(ARRAY[%s]) v(value)"
                    " WHERE r.tbl = %s AND r.fate IN (%s, %s, %s) AND length(btrim(v.value)) > 1",
                    SQL.identifier(table),
                    SQL(", ").join(self._as_text("t", column, there[column][0]) for column in columns),
                    table,
                    CARD,
                    ERASE,
                    EMPTY,
                )
            )
            for archive_id, value in rows:
                found[archive_id].add(value)
        return found

    @api.model
    def _as_text(self, alias, column, kind):
        """SQL: the text of a column; of values per company or language the values, not their keys."""
        name = SQL.identifier(alias, column)
        if kind == "jsonb":
            return SQL(
                "CASE WHEN jsonb_typeof(%(c)s) = 'object'"
                " THEN (SELECT string_agg(e.value, ' ') FROM jsonb_each_text(%(c)s) e) END",
                c=name,
            )
        return SQL("%s::text", name)

    @api.model
    def _spellings(self, values):
        """{spelling: archive ids} of the values that are nobody's by chance."""
        found = defaultdict(set)
        for archive_id, texts in values.items():
            for text in texts:
                if is_strong(text):
                    for spelling in spellings_of(text):
                        if is_strong(spelling):
                            found[spelling].add(archive_id)
        return found

    # -- finding ---------------------------------------------------------------------------------------------------

    @api.model
    def _text_columns(self):
        """{table: [columns]} of all columns of the database that hold text, of tables with an id."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.relname, array_agg(a.attname ORDER BY a.attnum)
                  FROM pg_class r JOIN pg_attribute a ON a.attrelid = r.oid
                 WHERE r.relkind IN ('r', 'p') AND NOT r.relispartition
                   AND r.relnamespace = current_schema::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
                   AND format_type(a.atttypid, NULL) = ANY(%s) AND NOT r.relname = ANY(%s)
                   AND EXISTS (SELECT 1 FROM pg_attribute i WHERE i.attrelid = r.oid AND i.attname = 'id')
                 GROUP BY r.relname ORDER BY 1
                """,
                list(TEXT_TYPES),
                list(STATIC),
            )
        )
        return dict(rows)

    @api.model
    def _find(self, spellings):
        """[(table, id)] of all rows with one of the spellings in a text."""
        if not spellings:
            return []
        columns = self._text_columns()
        columns = {table: columns[table] for table in sorted(self._filled(columns))}
        few = len(spellings) <= FEW
        if not few:
            self._fill_words(spellings)
        found = []
        for tables in split_every(TABLES_AT_ONCE, columns):
            parts = [self._find_part(table, columns[table], spellings if few else None) for table in tables]
            found += self.env.execute_query(SQL(" UNION ALL ").join(parts))
        self._run("SET LOCAL work_mem TO DEFAULT")
        self._run("SET LOCAL enable_mergejoin TO DEFAULT")
        return found

    @api.model
    def _find_part(self, table, columns, spellings):
        text = SQL(
            "concat_ws(E'\\x01', %s)", SQL(", ").join(SQL("%s::text", SQL.identifier("t", name)) for name in columns)
        )
        name = SQL.identifier(table)
        if spellings is not None:
            patterns = [like_pattern(spelling) for spelling in spellings]
            return SQL("SELECT %s, t.id FROM %s t WHERE %s LIKE ANY(%s)", table, name, text, patterns)
        # Most texts are one value: these are compared as they are, only the others are taken apart.
        texts = [
            SQL("%s::text", SQL.identifier("t", column)) for column in columns if column not in DERIVED.get(table, ())
        ]
        if not texts:
            return SQL("SELECT %s, t.id FROM %s t WHERE FALSE", table, name)
        return SQL(
            """
            SELECT DISTINCT %(table)s, t.id FROM %(name)s t CROSS JOIN LATERAL unnest(ARRAY[%(texts)s]) x(v)
              JOIN customer_archive_word v ON v.word = x.v AND v.value = x.v
            UNION
            SELECT DISTINCT %(table)s, t.id FROM %(name)s t CROSS JOIN LATERAL unnest(ARRAY[%(texts)s]) x(v)
             CROSS JOIN LATERAL regexp_split_to_table(x.v, %(breaks)s) w(word)
              JOIN customer_archive_word v ON v.word = w.word
             WHERE (length(x.v) > 40 OR position(' ' IN x.v) > 0 OR position('：' IN x.v) > 0
                    OR position('，' IN x.v) > 0 OR position('；' IN x.v) > 0)
               AND position(v.value IN x.v) > 0
            """,
            table=table,
            name=name,
            texts=SQL(", ").join(texts),
            breaks=f"[{re.escape(BREAKS)} ]+",
        )

    @api.model
    def _fill_words(self, spellings):
        """The longest word of each spelling: rows that have it are looked at closely."""
        self._run("CREATE TEMPORARY TABLE IF NOT EXISTS customer_archive_word (word text, value text) ON COMMIT DROP")
        self._run("TRUNCATE customer_archive_word")
        rows = [(word, value) for word, values in by_words(spellings).items() for value in values]
        self.env.cr.execute_values("INSERT INTO customer_archive_word VALUES %s", rows)
        self._run("ANALYZE customer_archive_word")
        # A hash that doesn't fit is built again for every text; a merge sorts words with the whole texts beside them.
        self._run("SET LOCAL work_mem = '64MB'")
        self._run("SET LOCAL enable_mergejoin = off")

    @api.model
    def _rows_found(self, hits, spellings):
        """What stands where: (table, id, column, text, spellings in it) of each hit."""
        columns = self._text_columns()
        words = by_words(spellings) if len(spellings) > FEW else None
        by_table = defaultdict(list)
        for table, id_ in hits:
            by_table[table].append(id_)
        for table, ids in by_table.items():
            names = columns[table]
            rows = self.env.execute_query(
                SQL(
                    "SELECT id, %s FROM %s WHERE id = ANY(%s) ORDER BY id",
                    SQL(", ").join(SQL("%s::text", SQL.identifier(name)) for name in names),
                    SQL.identifier(table),
                    ids,
                )
            )
            for id_, *texts in rows:
                for name, text in zip(names, texts, strict=True):
                    if not text:
                        continue
                    if words is None:
                        there = [spelling for spelling in spellings if spelling in text]
                    else:
                        there = values_in(text, words)
                    if there:
                        yield table, id_, name, text, there

    # -- mending ---------------------------------------------------------------------------------------------------

    @api.model
    def _blot_mentions(self, values):
        """Rows of others that named the customer, and rows that stay emptied: all values of theirs, short ones too."""
        columns = self._text_columns()
        rows = self.env.execute_query(
            SQL(
                "SELECT tbl, archive_id, array_agg(id) FROM customer_archive_reach"
                " WHERE fate IN (%s, %s) AND NOT tbl = ANY(%s) GROUP BY tbl, archive_id",
                MENTION,
                EMPTY,
                list(OTHERS_OWN),
            )
        )
        for table, archive_id, ids in rows:
            if table not in columns:
                continue
            texts = {spelling for value in values.get(archive_id, ()) for spelling in spellings_of(value)}
            found = list(self._rows_found([(table, id_) for id_ in ids], texts))
            for _table, id_, column, text, there in found:
                self._blot(table, id_, column, text, there)

    @api.model
    def _blot(self, table, id_, column, text, values):
        """Blot the values out of one text; False where a rule of the table forbids it."""
        kind, nullable = self._columns(table)[column]
        new = blot(text, values)
        bare = new.replace(BLOT, "").strip()
        value = SQL("NULL") if nullable and not bare else SQL("%s::%s", new, SQL(kind))
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                self._run(
                    "UPDATE %(table)s SET %(column)s = %(value)s WHERE id = %(id)s",
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    value=value,
                    id=id_,
                )
        except Error:
            return False
        return True

    @api.model
    def _sweep(self, values):
        """Look for every value in the whole database, mend what may be mended, look again at that.

        :return: {"residue": {archive id: {(table, column): ids}}, "kept": {archive id: {(table, why): ids}},
                  "shared": {archive id: {(table, id)}}}
        """
        told = {"residue": defaultdict(dict), "kept": defaultdict(dict), "shared": defaultdict(set)}
        spellings = self._spellings(values)
        hits = self._find(spellings)
        fates = self._fates_of(hits)
        again = set()
        found = list(self._rows_found(hits, spellings))
        own = self._others_values(found, fates)
        for table, id_, column, text, there in found:
            archives = set().union(*(spellings[spelling] for spelling in there))
            kind = self._kind_of_hit(table, id_, text, there, fates, own)
            if kind == "passing":
                self._run("DELETE FROM %(table)s WHERE id = %(id)s", table=SQL.identifier(table), id=id_)
            elif kind == "mend" and self._blot(table, id_, column, text, there):
                again.add((table, id_))
            elif kind in ("mend", "residue"):
                for archive_id in archives:
                    told["residue"][archive_id].setdefault((table, column), set()).add(id_)
            elif kind == "shared":
                for archive_id in archives:
                    told["shared"][archive_id].add((table, id_))
            else:
                for archive_id in archives:
                    told["kept"][archive_id].setdefault((table, kind), set()).add(id_)
        for table, id_, column, _text, there in self._rows_found(sorted(again), spellings):
            for archive_id in set().union(*(spellings[spelling] for spelling in there)):
                told["residue"][archive_id].setdefault((table, column), set()).add(id_)
        return told

    @api.model
    def _fates_of(self, hits):
        """{(table, id): (fate, why)} of rows that have been reached already."""
        if not hits:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT r.tbl, r.id, r.fate, r.why FROM customer_archive_reach r"
                " JOIN unnest(%s::text[], %s::int[]) h(tbl, id) ON h.tbl = r.tbl AND h.id = r.id",
                [table for table, _id in hits],
                [id_ for _table, id_ in hits],
            )
        )
        return {(table, id_): (fate, why) for table, id_, fate, why in rows}

    @api.model
    def _others_values(self, found, fates):
        """{(contact id, value)} of other customers' cards among what was found."""
        return {
            (id_, spelling)
            for table, id_, _column, _text, there in found
            if table == "res_partner" and (table, id_) not in fates
            for spelling in there
        }

    @api.model
    def _kind_of_hit(self, table, id_, text, there, fates, own):
        """What a value is that was found: passing, mend, residue, shared, or the reason why the law keeps it."""
        fate, why = fates.get((table, id_), ("", ""))
        if fate == KEEP:
            return why or self._reason(KEEP, "")
        model = self._model_of_table().get(table)
        if table in PASSING or (model and self.env[model]._transient):
            return "passing"
        if table.startswith(UNTOUCHED):
            evidence = table.startswith(UNTOUCHED[:2])
            return self._reason(STUB, "") if evidence else "residue"
        if table in OTHERS_OWN and fate not in (CARD, STUB, EMPTY):
            return "shared"
        if fate == ERASE or (fate == CARD and table == "res_partner"):
            return "residue"
        if own and text.strip() in there and self._is_anothers(table, id_, text.strip(), own):
            return "shared"
        return "mend"

    @api.model
    def _is_anothers(self, table, id_, value, own):
        """Whether the row belongs to a contact whose card has the same value: it is that one's own."""
        keys, _any = self._edges()
        columns = [edge.column for edge in keys.get("res_partner", ()) if edge.table == table]
        if not columns:
            return False
        (row,) = self.env.execute_query(
            SQL(
                "SELECT ARRAY[%s] FROM %s WHERE id = %s",
                SQL(", ").join(SQL.identifier(column) for column in columns),
                SQL.identifier(table),
                id_,
            )
        )
        return any((partner_id, value) in own for partner_id in row[0])
