"""What a merge writes beside moving rows: the chosen values, what is counted anew, and the record of it all."""

import json
from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools.merge import changes
from .customer_archive_merge_tables import ARCHIVE, PARTNER

# Values of the archive that can be chosen; its number, state and level follow rules of their own.
ARCHIVE_FIELDS = ("category_id", "team_id", "box", "shelf", "remark")
# Columns that are worked out from others, or say who wrote when: nothing to choose, nothing to put back.
WORKED_OUT = frozenset(
    "id create_date create_uid write_date write_uid reach_archive reach_rank reach_owner reach_team archive_search_key"
    " archive_id archive_number archive_category_id archive_birthday_key message_main_attachment_id completeness"
    " section_scores last_contact_on owner_id".split()
)
NOT_CHOSEN = WORKED_OUT | {"parent_id", "active", "company_id", "is_company", "type", "partner_share"}
TYPES = frozenset("char text html integer float monetary boolean date datetime selection many2one".split())


class CustomerArchiveMergeEngine(models.AbstractModel):
    _inherit = "customer.archive.merge.engine"

    @api.model
    def _chosen_fields(self):
        """Fields of a customer whose value is chosen when customers are merged, as far as the user sees them."""
        Partner = self.env[PARTNER]
        return [
            name
            for name in Partner.fields_get(attributes=["type"])
            if name not in NOT_CHOSEN and self._is_chosen(Partner._fields[name])
        ]

    @api.model
    def _is_chosen(self, field):
        editable = not field.compute or not field.readonly or bool(field.inverse)
        return field.store and field.type in TYPES and editable and not field.company_dependent and not field.related

    @api.model
    def _write_values(self, groups, plan):
        """Write the chosen values as the user: what needs a second person's approval becomes a proposal."""
        everyone = tuple(id_ for group in groups for id_ in (group.target_id, *group.source_ids))
        for group in groups:
            target = self.env[PARTNER].with_context(active_test=False).browse(group.target_id).with_prefetch(everyone)
            allowed = set(self._chosen_fields()) if group.values else set()
            values = {name: value for name, value in group.values.items() if name in allowed}
            values = {**self._values_by_rule(target, group), **values}
            _customer, critical = target._archive_critical_part(values)
            proposed = {name: values.pop(name) for name in sorted(critical)}
            if values:
                target.write(values)
            if proposed:
                target._archive_propose(
                    proposed, origin="critical", reason=self.env._("Chosen when customers were merged")
                )
            archive_values = {
                name: group.archive_values[name] for name in ARCHIVE_FIELDS if name in group.archive_values
            }
            if archive_values:
                self.env[ARCHIVE].browse(plan["survivors"][group.target_id]).write(archive_values)
        self.env.flush_all()

    @api.model
    def _values_by_rule(self, target, group):
        """Values that nobody chooses: a customer of several companies is everybody's; nobody names themselves."""
        sources = target.browse(group.source_ids).with_prefetch(target._prefetch_ids)
        values = {}
        if target.company_id and any(source.company_id != target.company_id for source in sources):
            values["company_id"] = False
        mine = target.sudo()  # compares with the own selection
        for name, field in target._fields.items():
            own = field.type == "many2one" and field.comodel_name == PARTNER and name not in NOT_CHOSEN
            if own and self._is_chosen(field) and mine[name] in sources:
                values[name] = False
        return values

    # -- afterwards ----------------------------------------------------------------------------------------------

    @api.model
    def _count_anew(self, plan, moves):
        """What is worked out from the rows that moved: Odoo did not see them move."""
        partners = self.env[PARTNER].sudo().with_context(active_test=False)  # worked out, nothing is shown
        partners = partners.browse(sorted({*plan["partners"], *plan["partners"].values()}))
        self._recompute(partners, moves)
        archives = self.env[ARCHIVE].sudo().browse(sorted(set(plan["survivors"].values())))  # as above
        archives._recheck()
        archives._update_last_contact()
        access = self.env["customer.archive.access"]
        access._revoke_lost(archives)
        # sudo: who may merge the customers settles their pairs
        self.env["customer.archive.match"].sudo()._settle_merges(plan["partners"])
        self.env.flush_all()
        self.env.invalidate_all()

    @api.model
    def _recompute(self, partners, moves):
        """Stored fields that are worked out: of the customers, of contacts below them, of what is filed."""
        self.env.invalidate_all()
        if any(move["table"] == "res_users" for move in moves):
            self.env.registry.clear_cache()  # what is kept of a user names the contact
        for name, field in partners._fields.items():
            worked_out = field.store and field.compute and field.column_type  # none of the images
            if worked_out and (field.readonly or name in ("archive_number", "archive_category_id")):
                self.env.add_to_compute(field, partners)
        below = {
            id_
            for move in moves
            if (move["table"], move["column"]) == ("res_partner", "parent_id")
            for id_ in move["ids"]
        }
        contacts = partners.browse(sorted(below))
        for name in ("commercial_partner_id", "complete_name") if contacts else ():
            self.env.add_to_compute(partners._fields[name], contacts)
        for move in moves:
            if move.get("items"):
                items = self.env[move["model"]].sudo().browse(move["ids"])  # as in _count_anew
                for name in ("partner_id", "company_id"):
                    self.env.add_to_compute(items._fields[name], items)
        self.env.flush_all()
        self.env.invalidate_all()

    @api.model
    def _table_label(self, model):
        return self.env["ir.model"]._get(model).name or model

    # -- the record ----------------------------------------------------------------------------------------------

    @api.model
    def _keep_records(self, groups, plan, moves, before):
        """One record of each group, with all that an undo needs; a line in the customers' histories."""
        after = self._states(plan)
        last = self._last_ids()
        undo_until = self.env["customer.archive.merge.record"]._default_undo_until()
        vals_list = []
        moved = self._moves_by_target(plan, moves)
        closed = defaultdict(set)
        for id_, survivor in plan["archives"].items():
            closed[survivor].add(id_)
        for group in groups:
            survivor = plan["survivors"][group.target_id]
            archives = {survivor, *closed[survivor]}
            mine = moved[group.target_id]
            snapshot = {
                "moves": mine,
                "last": last,
                "rows": {
                    "res_partner": self._changes(before, after, "res_partner", {group.target_id, *group.source_ids}),
                    "customer_archive": self._changes(before, after, "customer_archive", archives),
                },
            }
            vals_list.append(
                {
                    "target_id": group.target_id,
                    "source_ids": [(6, 0, list(group.source_ids))],
                    "archive_id": survivor,
                    "closed_ids": [(6, 0, sorted(archives - {survivor}))],
                    "snapshot": snapshot,
                    "undo_until": undo_until,
                    "moved_count": sum(len(move["ids"]) for move in mine),
                    "summary": self._summary(mine),
                }
            )
        # sudo: nobody writes these records by hand
        records = self.env["customer.archive.merge.record"].sudo().create(vals_list)
        records._log_merge()
        return records.sudo(self.env.su)

    @api.model
    def _last_ids(self):
        """{table: the highest id}: what comes later was made after the merge."""
        tables = [table for table, links in self._merge_links(PARTNER).items() if self._has_ids(links)]
        parts = [SQL("SELECT %s, max(id) FROM %s", table, SQL.identifier(table)) for table in tables]
        return {name: last or 0 for name, last in self.env.execute_query(SQL(" UNION ALL ").join(parts))}

    @api.model
    def _moves_by_target(self, plan, moves):
        """{id of a destination: its moves}; of two rows that changed places, one moved from it."""
        customer_of = {survivor: target for target, survivor in plan["survivors"].items()}
        found = defaultdict(list)
        for move in moves:
            if move["target"] == PARTNER:
                found[move["from"] if move.get("swap") else move["to"]].append(move)
            else:
                found[customer_of[move["to"]]].append(move)
        return found

    @api.model
    def _changes(self, before, after, table, ids):
        """{id: {column: [before, after]}} of those rows that changed; what is worked out is worked out again."""
        fields = self.env[PARTNER if table == "res_partner" else ARCHIVE]._fields
        ignored = {name for name, field in fields.items() if field.compute and field.readonly} | WORKED_OUT
        found = {id_: changes(before[table][id_], after[table][id_], ignored) for id_ in ids}
        return {
            str(id_): {name: list(pair) for name, pair in changed.items()} for id_, changed in found.items() if changed
        }

    @api.model
    def _summary(self, moves):
        """“Contact Log: 3” and so on, a line for each kind of record."""
        counts = {}
        for move in moves:
            counts[move["model"]] = counts.get(move["model"], 0) + len(move["ids"])
        lines = [f"{self._table_label(model)}: {count}" for model, count in counts.items() if count]
        return "\n".join(sorted(lines))

    @api.model
    def _restore(self, table, id_, values):
        """Write columns of one row as they were."""
        if not values:
            return
        names = SQL(", ").join(SQL.identifier(name) for name in sorted(values))
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET (%s) = (SELECT %s FROM jsonb_populate_record(NULL::%s, %s)) WHERE id = %s",
                SQL.identifier(table),
                names,
                names,
                SQL.identifier(table),
                SQL("%s::jsonb", json.dumps(values)),
                id_,
            )
        )
