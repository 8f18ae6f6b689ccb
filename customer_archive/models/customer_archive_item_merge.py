"""Items of merged archives get the next numbers of the archive that goes on, and keep the old one beside."""

from odoo import api, fields, models
from odoo.tools import SQL


class CustomerArchiveItem(models.AbstractModel):
    _inherit = "customer.archive.item"

    item_former = fields.Char(
        "Former Reference",
        readonly=True,
        copy=False,
        exportable=False,
        help="The archive and number under which it was filed before the archive was merged into this one.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{name: vals[name] for name in vals if name != "item_former"} for vals in vals_list])

    def write(self, vals):
        """The former reference is written by merges only."""
        return super().write({name: vals[name] for name in vals if name != "item_former"})

    @api.model
    def _merge_items(self, mapping, staying=()):
        """Move the items of the archives ``mapping`` {closing: survivor}, numbered on without gaps in their order.

        :param staying: ids of items that stay where they are
        """
        goals = sorted(set(mapping.values()))
        last = self._lock_items({*mapping, *goals})
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE %(table)s t
                   SET archive_id = o.dst,
                       item_sequence = CASE WHEN o.number > 0 THEN o.last + o.place ELSE t.item_sequence END,
                       item_former = CASE WHEN o.number > 0 THEN concat_ws('; ', t.item_former, o.former)
                                     ELSE t.item_former END
                  FROM (SELECT i.id, m.src, m.dst, i.item_sequence AS number, i.item_former AS before, l.last,
                               row_number() OVER (PARTITION BY m.dst ORDER BY (i.item_sequence > 0) IS TRUE DESC,
                                                  a.number, i.item_sequence, i.id) AS place,
                               a.number || '-' || %(prefix)s || lpad(i.item_sequence::text,
                                   greatest(4, length(i.item_sequence::text)), '0') AS former
                          FROM %(table)s i
                          JOIN unnest(%(sources)s::int[], %(targets)s::int[]) m(src, dst) ON m.src = i.archive_id
                          JOIN unnest(%(goals)s::int[], %(lasts)s::int[]) l(id, last) ON l.id = m.dst
                          JOIN customer_archive a ON a.id = m.src
                         WHERE NOT i.id = ANY(%(staying)s::int[])) o
                 WHERE o.id = t.id RETURNING t.id, o.src, o.dst, o.number, o.before
                """,
                table=SQL.identifier(self._table),
                prefix=self._item_prefix,
                staying=list(staying),
                sources=list(mapping),
                targets=list(mapping.values()),
                goals=goals,
                lasts=[last[id_] for id_ in goals],
            )
        )
        base = {"target": "customer.archive", "model": self._name, "table": self._table, "column": "archive_id"}
        moves = {}
        for id_, source, goal, number, before in rows:
            described = {**base, "kind": "many2one", "from": source, "to": goal, "ids": [], "items": True}
            move = moves.setdefault(source, {**described, "numbers": [], "formers": []})
            move["ids"].append(id_)
            move["numbers"].append(number)
            move["formers"].append(before)
        return list(moves.values())

    @api.model
    def _items_back(self, move):
        """The items of one move get their archive and their numbers of before again."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s t SET archive_id = %s, item_sequence = v.number, item_former = v.former
                  FROM unnest(%s::int[], %s::int[], %s::varchar[]) v(id, number, former)
                 WHERE t.id = v.id AND t.archive_id = %s
                """,
                SQL.identifier(self._table),
                move["from"],
                move["ids"],
                move["numbers"],
                move["formers"],
                move["to"],
            )
        )
