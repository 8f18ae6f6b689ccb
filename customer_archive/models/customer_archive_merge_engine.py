"""Merging customers: many groups at once, one statement for each table, everything kept for an undo (product.md Q4)."""

from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import SQL

from ..tools.merge import strictest
from .customer_archive import GOVERNED
from .customer_archive_merge_tables import ARCHIVE, PARTNER

ARCHIVIST = "customer_archive.group_archivist"


class MergeGroup(NamedTuple):
    """Customers who become one."""

    target_id: int
    source_ids: tuple
    values: dict = {}  # chosen values of the destination's card
    archive_values: dict = {}  # the same of the archive that goes on
    decisions: dict | None = None  # {key of a conflict: "target" or "source"}; None: the destination's goes before


class CustomerArchiveMergeEngine(models.AbstractModel):
    """Merges as the environment's user, who must be an archivist and may write every customer and archive concerned."""

    _name = "customer.archive.merge.engine"
    _inherit = "customer.archive.merge.tables"
    _description = "Merge of Customers"

    @api.model
    def _merge(self, groups):
        """Merge each group; returns the ``customer.archive.merge.record`` of each, in the same order.

        :raise AccessError: for anybody but archivists within their reach
        :raise UserError: for customers who can't be merged, and for conflicts that nobody decided
        """
        groups = [group for group in groups if group.source_ids]
        self._check_groups(groups)
        self._lock_customers(groups)
        plan = self._plan(groups)
        work = self.with_context(archive_governed=GOVERNED)
        before = work._states(plan)
        moves = work._move_archives(plan)
        work._close_archives(plan)
        moves += work._move_partners(plan)
        work._hollow_out(plan)
        self._write_values(groups, plan)
        work._count_anew(plan, moves)
        return work._keep_records(groups, plan, moves, before)

    # -- who and whom --------------------------------------------------------------------------------------------

    @api.model
    def _check_archivist(self):
        if not self.env.su and not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Customers with an archive are merged by archivists: ask one."))

    @api.model
    def _check_groups(self, groups):
        self._check_archivist()
        Partner = self.env[PARTNER].with_context(active_test=False)
        named = [id_ for group in groups for id_ in (group.target_id, *group.source_ids)]
        if len(set(named)) != len(named):
            raise UserError(self.env._("Each customer can stand only once among those to be merged."))
        partners = Partner.browse(named)
        partners.check_access("write")
        if len(partners.exists()) != len(partners):
            raise UserError(self.env._("One of the customers is no longer there. Select them again."))
        # sudo: all archives concerned are asked for as the user right below
        archives = self.env[ARCHIVE].sudo().search([("partner_id", "in", partners.ids)])
        archives.sudo(self.env.su).check_access("write")
        archives._check_still_changeable()
        self._check_kinds(partners, archives)
        holders = set(archives.partner_id.ids)
        for group in groups:
            self._check_group(partners.browse((group.target_id, *group.source_ids)).with_prefetch(named), holders)

    @api.model
    def _check_kinds(self, partners, archives):
        if archives:
            self.env["base.partner.merge.automatic.wizard"]._archive_check_merge(archives, partners)
        merged = self.env["customer.archive.merge.record"].sudo()  # whether there is one; the names are own selection
        merged = merged.search([("source_ids", "in", partners.ids), ("state", "=", "done")]).source_ids & partners
        if merged:
            raise UserError(
                self.env._(
                    "%s was merged into another customer already. Take it out of the selection.",
                    merged._archive_names(),
                )
            )

    @api.model
    def _check_group(self, partners, holders):
        if holders.isdisjoint(partners.ids):
            raise UserError(
                self.env._("None of these customers has an archive. Merge contacts without archives in Contacts.")
            )
        above = partners
        while above := above.sudo().parent_id:  # relations among the own selection
            if above & partners:
                raise UserError(
                    self.env._(
                        "%s can't be merged with a contact of its own. Move the contact to another company first.",
                        (above & partners)._archive_names(),
                    )
                )
        users = partners.sudo().user_ids  # how many: one contact has one account of the portal
        if len(users) > 1:
            raise UserError(
                self.env._(
                    "%s have an account of the portal each. Delete one of the accounts first: a customer has one.",
                    users.partner_id._archive_names(),
                )
            )

    @api.model
    def _lock_customers(self, groups):
        """Nobody merges or changes the customers at the same time; whoever files something for them waits."""
        partners = self.env[PARTNER].browse(sorted(id_ for g in groups for id_ in (g.target_id, *g.source_ids)))
        self.env.flush_all()
        try:
            partners.sudo().lock_for_update()  # asked for in _check_groups
            self.env[ARCHIVE].sudo().search([("partner_id", "in", partners.ids)]).lock_for_update()  # as above
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is changing one of these customers right now. Try again in a moment.")
            ) from error

    # -- the plan ------------------------------------------------------------------------------------------------

    @api.model
    def _plan(self, groups):
        """What goes where: partners {source: target}, archives {closing: survivor}, survivors {target: archive}."""
        ids = [id_ for group in groups for id_ in (group.target_id, *group.source_ids)]
        archives = self.env[ARCHIVE].sudo().search([("partner_id", "in", ids)])  # checked before
        of_partner = {archive.partner_id.id: archive for archive in archives}
        plan = {"partners": {}, "archives": {}, "survivors": {}}
        for group in groups:
            plan["partners"].update(dict.fromkeys(group.source_ids, group.target_id))
            mine = [of_partner[id_] for id_ in (group.target_id, *group.source_ids) if id_ in of_partner]
            oldest = min(mine, key=lambda archive: (archive.opened_on, archive.id))
            survivor = of_partner.get(group.target_id) or oldest
            plan["survivors"][group.target_id] = survivor.id
            plan["archives"].update({archive.id: survivor.id for archive in mine if archive != survivor})
        plan["decisions"] = {key: value for group in groups for key, value in (group.decisions or {}).items()}
        plan["strict"] = any(group.decisions is not None for group in groups)
        return plan

    @api.model
    def _states(self, plan):
        """The rows of all customers and archives concerned: {"res_partner": {id: {column: value}}, …}."""
        self.env.flush_all()
        partners = sorted({*plan["partners"], *plan["partners"].values()})
        archives = sorted({*plan["archives"], *plan["survivors"].values()})
        return {
            "res_partner": self._rows("res_partner", partners),
            "customer_archive": self._rows("customer_archive", archives),
        }

    @api.model
    def _rows(self, table, ids):
        rows = self.env.execute_query(
            SQL("SELECT t.id, to_jsonb(t) FROM %s t WHERE t.id = ANY(%s)", SQL.identifier(table), list(ids))
        )
        return dict(rows)

    # -- archives ------------------------------------------------------------------------------------------------

    @api.model
    def _move_archives(self, plan):
        mapping = plan["archives"]
        if not mapping:
            return []
        staying = self._loans_that_stay(mapping)
        for name in self._item_models():
            staying[self.env[name]._table] = self._items_that_stay(name, mapping, plan)
        plain = self._plain_tables()
        moves = self._move(ARCHIVE, mapping, plain, plan, {**staying, **self._lines_that_stay(plain, staying)})
        for name in self._item_models():
            moves += self.env[name]._merge_items(mapping, staying[self.env[name]._table])
        moves += self._move_numbers(mapping)
        self.env.invalidate_all()
        return moves

    @api.model
    def _plain_tables(self):
        """The tables that hang on archives, but those whose rows get other numbers or kinds as well."""
        special = {"customer_archive_number", *(self.env[name]._table for name in self._item_models())}
        return {table: links for table, links in self._merge_links(ARCHIVE).items() if table not in special}

    @api.model
    def _items_that_stay(self, name, mapping, plan):
        """Items of which an archive has one only, as the draft of a verification: the other archive keeps its own."""
        table = self.env[name]._table
        aside = defaultdict(set)
        for conflict in self._conflicts(ARCHIVE, mapping, {table: self._merge_links(ARCHIVE)[table]}):
            self._decide(conflict, ARCHIVE, mapping, plan, aside)
        return sorted(aside[table])

    @api.model
    def _lines_that_stay(self, tables, staying):
        """Lines of what stays, which have a copy of its archive: {table: ids}."""
        found = {}
        for table, links in tables.items():
            for link in links:
                model = self.env[link.model]
                path = (model._fields[link.field].related or "").split(".")
                parents = len(path) == 2 and staying.get(self.env[model._fields[path[0]].comodel_name]._table)
                if parents:
                    # sudo: ids only
                    lines = model.sudo().with_context(active_test=False).search([(path[0], "in", list(parents))])
                    found.setdefault(table, set()).update(lines.ids)
        return found

    @api.model
    def _item_models(self):
        item = self.env.registry["customer.archive.item"]
        return [name for name, model in self.env.registry.items() if issubclass(model, item) and not model._abstract]

    @api.model
    def _loans_that_stay(self, mapping):
        """Open loans of archives of a lower level: they were granted for these, and open nothing stricter."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id FROM customer_archive_loan l
                  JOIN unnest(%s::int[], %s::int[]) m(src, dst) ON m.src = l.archive_id
                  JOIN customer_archive s ON s.id = m.src JOIN customer_archive d ON d.id = m.dst
                 WHERE l.state = 'open'
                   AND array_position(%s::varchar[], s.level) < array_position(%s::varchar[], d.level)
                """,
                list(mapping),
                list(mapping.values()),
                list(self._level_codes()),
                list(self._level_codes()),
            )
        )
        return {"customer_archive_loan": {id_ for (id_,) in rows}}

    @api.model
    def _level_codes(self):
        return [code for code, _label in self.env[ARCHIVE]._fields["level"].selection]

    @api.model
    def _move_numbers(self, mapping):
        """The numbers belong to the archive that goes on: whoever looks for the old one finds it."""
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE customer_archive_number n SET archive_id = m.dst, kind = 'alias'
                  FROM customer_archive_number o JOIN unnest(%s::int[], %s::int[]) m(src, dst) ON m.src = o.archive_id
                 WHERE o.id = n.id RETURNING n.id, m.src, m.dst, o.kind
                """,
                list(mapping),
                list(mapping.values()),
            )
        )
        base = {"target": ARCHIVE, "model": "customer.archive.number", "table": "customer_archive_number"}
        base |= {"column": "archive_id", "kind": "many2one"}
        moves = {}
        for id_, source, goal, kind in rows:
            move = moves.setdefault(source, {**base, "from": source, "to": goal, "ids": [], "kinds": []})
            move["ids"].append(id_)
            move["kinds"].append(kind)
        return list(moves.values())

    @api.model
    def _close_archives(self, plan):
        """Close the archives that are merged; the one that goes on takes the strictest level and the destination."""
        Archive = self.env[ARCHIVE].sudo().with_context(archive_governed=GOVERNED)  # checked in _check_groups
        today = fields.Date.context_today(Archive)
        everyone = Archive.browse([*plan["archives"], *plan["survivors"].values()])
        closing = Archive.browse(plan["archives"]).with_prefetch(everyone._ids)
        names = {archive.id: archive.partner_id.display_name for archive in closing}
        # All of them in one go: what hangs on them is looked up once.
        closing.write({"partner_id": False, "state": "inactive", "closed_on": today})
        self.env.flush_all()
        self._set_column("customer_archive", "merged_into_id", list(plan["archives"].items()))
        closing.invalidate_recordset()  # level, owner and team follow the archive that goes on
        closed, told, closing_into = {}, {}, defaultdict(Archive.browse)
        for archive in closing:
            closing_into[plan["archives"][archive.id]] |= archive
        for target_id, survivor_id in plan["survivors"].items():
            survivor = Archive.browse(survivor_id).with_prefetch(everyone._ids)
            mine = closing_into[survivor_id]
            if mine:
                self._raise_level(survivor, mine)
                closed.update(dict.fromkeys(mine.ids, self.env._("Merged into the archive %s.", survivor.number)))
                told[survivor_id] = self._merged_sentence(mine, names)
            if survivor.partner_id.id != target_id:
                survivor.write({"partner_id": target_id})
        Archive.browse(plan["survivors"].values())._check_category_kind()
        Archive.browse([*closed, *told])._message_log_batch(bodies={**closed, **told})
        self.env.flush_all()

    @api.model
    def _merged_sentence(self, closing, names):
        shown = ", ".join(f"{archive.number} ({names[archive.id]})" for archive in closing)
        return self.env._("Merged into this archive: %s.", shown)

    @api.model
    def _raise_level(self, survivor, closing):
        level = strictest([survivor.level, *closing.mapped("level")])
        if level and level != survivor.level:
            model = closing.filtered(lambda archive: archive.level == level)[0]
            names = ("level", "level_until", "level_after", "level_reason")
            survivor.write({name: model[name] for name in names})

    # -- customers -----------------------------------------------------------------------------------------------

    @api.model
    def _move_partners(self, plan):
        tables = self._merge_links(PARTNER)
        moves = self._move(PARTNER, plan["partners"], tables, plan, self._accounts_that_stay(plan["partners"]))
        self._fill_company_values(plan["partners"])
        self.env.invalidate_all()
        return moves

    @api.model
    def _accounts_that_stay(self, mapping):
        """Bank accounts that the destination gets by a second person's approval only: somebody proposes them."""
        Partner = self.env[PARTNER]
        targets = Partner.browse(set(mapping.values()))
        careful = targets.filtered(
            lambda target: target._archive_approval_is_asked() and target._archive_needs_approval("bank_ids")
        )
        sources = [source for source, goal in mapping.items() if goal in careful.ids]
        # sudo: ids only
        found = (
            self.env["res.partner.bank"].sudo().with_context(active_test=False).search([("partner_id", "in", sources)])
        )
        return {"res_partner_bank": set(found.ids)}

    @api.model
    def _fill_company_values(self, mapping):
        """Values that each company has of its own: those that the destination lacks come from the others."""
        names = [f.name for f in self.env[PARTNER]._fields.values() if f.company_dependent and f.store]
        if not names:
            return
        merged = SQL(", ").join(
            SQL("%(f)s = NULLIF(COALESCE(s.%(f)s, '{}') || COALESCE(t.%(f)s, '{}'), '{}')", f=SQL.identifier(name))
            for name in names
        )
        gathered = SQL(", ").join(
            SQL(
                "(SELECT jsonb_object_agg(e.key, e.value ORDER BY q.id DESC) FROM res_partner q"
                " JOIN unnest(%s::int[], %s::int[]) w(src, dst) ON w.src = q.id, jsonb_each(q.%s) e"
                " WHERE w.dst = m.dst) AS %s",
                list(mapping),
                list(mapping.values()),
                SQL.identifier(name),
                SQL.identifier(name),
            )
            for name in names
        )
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner t SET %s FROM (SELECT m.dst, %s FROM unnest(%s::int[]) m(dst)) s"
                " WHERE t.id = s.dst AND (%s)",
                merged,
                gathered,
                sorted(set(mapping.values())),
                SQL(" OR ").join(SQL("s.%s IS NOT NULL", SQL.identifier(name)) for name in names),
            )
        )

    @api.model
    def _hollow_out(self, plan):
        """Who is merged stays as an inactive contact of the destination: seen by whoever sees that one, until an undo.

        Nothing is deleted: its own values, and what could not be moved, stay there.
        """
        mapping = plan["partners"]
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner s
                   SET active = FALSE, parent_id = m.dst, write_date = now() AT TIME ZONE 'UTC', write_uid = %s,
                       commercial_partner_id = CASE WHEN s.is_company THEN s.id
                                                    ELSE COALESCE(t.commercial_partner_id, t.id) END
                  FROM unnest(%s::int[], %s::int[]) m(src, dst) JOIN res_partner t ON t.id = m.dst
                 WHERE s.id = m.src
                """,
                self.env.uid,
                list(mapping),
                list(mapping.values()),
            )
        )
        self.env.invalidate_all()
