"""Merge customers: field by field, with a look at everything that moves before it does (product.md Q4)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.customer_archive_merge_engine import MergeGroup
from ..models.customer_archive_merge_tables import ARCHIVE, PARTNER
from ..models.customer_archive_merge_values import ARCHIVE_FIELDS
from ..tools.merge import first_filled

# Conflicts of one kind of record that are decided one by one; more of them are decided together.
ONE_BY_ONE = 20
NAMES_SHOWN = 3
JOINED = ("text", "html")


class CustomerArchiveMerge(models.TransientModel):
    _name = "customer.archive.merge"
    _description = "Merge Customers"

    partner_ids = fields.Many2many("res.partner", string="Customers", context={"active_test": False})
    target_id = fields.Many2one(
        "res.partner",
        "Keep",
        domain="[('id', 'in', partner_ids)]",
        context={"active_test": False},
        help="The customer who is left. What belongs to the others becomes this one's.",
    )
    stage = fields.Selection([("choose", "Customers"), ("review", "What Will Happen")], default="choose", required=True)
    field_ids = fields.One2many("customer.archive.merge.field", "merge_id", "Values")
    table_ids = fields.One2many("customer.archive.merge.table", "merge_id", "Records That Move")
    conflict_ids = fields.One2many("customer.archive.merge.conflict", "merge_id", "To Decide")
    archive_note = fields.Text(compute="_compute_archive_note")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "partner_ids" in fields and not values.get("partner_ids"):
            partners = self._selected()
            values["partner_ids"] = [Command.set(partners.ids)]
            values["target_id"] = self._usual_target(partners).id
        return values

    @api.model
    def _selected(self):
        """The customers of the list, the archives or the pairs of duplicates from which the dialog was opened."""
        ids = self.env.context.get("active_ids") or []
        name = self.env.context.get("active_model")
        Partner = self.env[PARTNER].with_context(active_test=False)
        if name == PARTNER:
            return Partner.browse(ids)
        if name == ARCHIVE:
            return self.env[ARCHIVE].browse(ids).partner_id
        if name == "customer.archive.match" and name in self.env:
            return self.env[name].browse(ids).partner_ids
        return Partner

    @api.model
    def _usual_target(self, partners):
        """The one whose archive was opened first."""
        partners = partners._filtered_access("read")
        archived = partners.filtered("archive_id")
        return archived.sorted(lambda partner: (partner.archive_opened_on, partner.archive_id.id))[:1] or partners[:1]

    @api.depends("partner_ids", "target_id")
    def _compute_archive_note(self):
        for merge in self:
            # _origin: in the dialog the customers are drafts of themselves, which equal nothing
            archives = merge.partner_ids._origin.with_context(active_test=False).archive_id
            survivor = merge.target_id._origin.archive_id or archives.sorted(lambda a: (a.opened_on, a.id))[:1]
            closing = sorted((archives - survivor).mapped("number"))
            merge.archive_note = survivor and self.env._(
                "The archive %(number)s goes on. %(others)s",
                number=survivor.number,
                others=closing
                and self.env._(
                    "%s close, their numbers stay as former numbers, and what is filed in them gets the next numbers.",
                    ", ".join(closing),
                )
                or "",
            )

    # -- what will happen ----------------------------------------------------------------------------------------

    def _engine(self):
        return self.env["customer.archive.merge.engine"]

    def _group(self, **values):
        self.ensure_one()
        if self.target_id not in self.partner_ids or len(self.partner_ids) < 2:
            raise UserError(self.env._("Select two customers or more, and the one of them to keep."))
        return MergeGroup(self.target_id.id, tuple((self.partner_ids - self.target_id).ids), **values)

    def action_review(self):
        """Look at everything that would move, and what has to be decided."""
        group = self._group()
        self._engine()._check_groups([group])
        plan = self._engine()._plan([group])
        self.write(
            {
                "stage": "review",
                "field_ids": [Command.clear(), *map(Command.create, self._field_lines(plan))],
                "table_ids": [Command.clear(), *map(Command.create, self._table_lines(plan))],
                "conflict_ids": [Command.clear(), *map(Command.create, self._conflict_lines(plan))],
            }
        )
        return self._reopen()

    def action_back(self):
        self.stage = "choose"
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Customers"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _ordered(self):
        """The customers, the one to keep first."""
        return self.target_id | self.partner_ids.with_context(active_test=False)

    def _field_lines(self, plan):
        partners = self._ordered()
        names = self._engine()._chosen_fields()
        lines = [line for name in names if (line := self._field_line(PARTNER, partners, partners, name))]
        survivor = self.env[ARCHIVE].browse(plan["survivors"][self.target_id.id])
        archives = survivor | self.env[ARCHIVE].browse(plan["archives"])
        if len(archives) > 1:
            holders = archives.partner_id
            lines += [line for name in ARCHIVE_FIELDS if (line := self._field_line(ARCHIVE, archives, holders, name))]
        return lines

    def _field_line(self, model, records, holders, name):
        """A line for a field whose values differ. ``holders`` are the customers of the records, in their order."""
        values = [record[name] for record in records]
        if len({str(value) for value in values}) < 2:
            return None
        field = records._fields[name]
        place = first_filled(values, 0)
        shown = [
            f"{holder.display_name}: {self._shown(record, field)}"
            for holder, record in zip(holders, records, strict=True)
        ]
        return {
            "model": model,
            "name": name,
            "label": self.env["customer.archive.values"]._label(records[:1], name),
            "shown": "\n".join(shown),
            "source_id": holders[place].id,
            "can_join": field.type in JOINED and sum(map(bool, values)) > 1,
            "needs_approval": model == PARTNER
            and self.target_id._archive_approval_is_asked()
            and self.target_id._archive_needs_approval(name),
        }

    def _shown(self, record, field):
        value = record[field.name]
        if field.type == "many2one":
            return value.display_name or "–"
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value) or "–"
        return str(value or "–")

    def _table_lines(self, plan):
        engine, lines = self._engine(), {}
        for target, mapping in ((ARCHIVE, plan["archives"]), (PARTNER, plan["partners"])):
            tables = engine._merge_links(target) if mapping else {}
            slow = engine._without_index(tables)
            for table, count in engine._count_rows(target, mapping, tables).items() if mapping else ():
                link = tables[table][0]
                line = lines.setdefault(table, {"label": self._table_name(link), "row_count": 0, "table": table})
                line["row_count"] = max(line["row_count"], count)
                line["is_slow"] = any((table, each.column) in slow for each in tables[table])
        return sorted(lines.values(), key=lambda line: (-line["row_count"], line["label"]))

    def _table_name(self, link):
        label = self._engine()._table_label(link.model)
        if link.kind != "relation":
            return label
        return (
            f"{label}: {self.env[link.model]._fields[link.field]._description_string(self.env)}"
            if (link.field in self.env[link.model]._fields)
            else label
        )

    def _conflict_lines(self, plan):
        engine, found = self._engine(), {}
        for target, mapping in ((ARCHIVE, plan["archives"]), (PARTNER, plan["partners"])):
            if not mapping:
                continue
            for conflict in engine._conflicts(target, mapping):
                found.setdefault((target, conflict.table), []).append(conflict)
        lines = []
        for (target, _table), conflicts in found.items():
            together = [conflicts] if len(conflicts) > ONE_BY_ONE else [[conflict] for conflict in conflicts]
            lines += [self._conflict_line(target, group) for group in together]
        return lines

    def _conflict_line(self, target, conflicts):
        engine = self._engine()
        model = self.env[conflicts[0].model]
        can_choose = target == PARTNER and all(conflict.kept_id for conflict in conflicts)
        kept = model.browse([conflict.kept_id for conflict in conflicts if conflict.kept_id])
        others = model.browse([id_ for conflict in conflicts for id_ in conflict.other_ids])
        return {
            "label": engine._table_label(model._name),
            "keys": [engine._conflict_key(conflict) for conflict in conflicts],
            "kept": self._names(kept),
            "other": self._names(others),
            "can_choose": can_choose,
        }

    def _names(self, records):
        """The first names of records that the user may read; ids of the others."""
        texts = []
        for record in records[:NAMES_SHOWN]:
            readable = record._filtered_access("read")
            texts.append(readable.display_name or f"#{record.id}" if readable else f"#{record.id}")
        if len(records) > NAMES_SHOWN:
            texts.append(self.env._("%s more", len(records) - NAMES_SHOWN))
        return ", ".join(texts)

    # -- merging -------------------------------------------------------------------------------------------------

    def action_merge(self):
        """Merge as it was chosen, and show the customer who is left."""
        if self.stage != "review":
            raise UserError(self.env._("Look at what will happen first."))
        group = self._group(
            values=self._chosen(PARTNER, self._engine()._chosen_fields()),
            archive_values=self._chosen(ARCHIVE, ARCHIVE_FIELDS),
            decisions={key: line.choice for line in self.conflict_ids for key in line.keys or ()},
        )
        target = self.target_id
        self._engine()._merge([group])
        return {
            "type": "ir.actions.act_window",
            "res_model": PARTNER,
            "res_id": target.id,
            "views": [(self.env.ref("customer_archive.res_partner_view_form_customers").id, "form")],
        }

    def _chosen(self, model, allowed):
        """The chosen values that are not those of the one to keep already."""
        partners = self.partner_ids.with_context(active_test=False)
        kept = self.target_id if model == PARTNER else self.target_id.archive_id
        chosen = {}
        for line in self.field_ids.filtered(lambda line: line.model == model and line.name in allowed):
            holder = line.source_id
            if holder not in partners:
                raise UserError(self.env._("Choose the value of one of the customers that are merged."))
            record = holder if model == PARTNER else holder.archive_id
            if not record or record == kept and not line.join:
                continue
            field = record._fields[line.name]
            value = record[line.name]
            if line.join and field.type in JOINED:
                others = (partners if model == PARTNER else partners.archive_id) - record
                value = self._joined(field, [value, *(other[line.name] for other in others)])
            chosen[line.name] = field.convert_to_write(value, record)
        return chosen

    def _joined(self, field, values):
        values = list(dict.fromkeys(str(value) for value in values if value))
        return ("<br/>" if field.type == "html" else "\n").join(values)


class CustomerArchiveMergeField(models.TransientModel):
    _name = "customer.archive.merge.field"
    _description = "Value to Choose When Customers Are Merged"

    merge_id = fields.Many2one("customer.archive.merge", required=True, readonly=True, ondelete="cascade")
    model = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    label = fields.Char("Field", readonly=True)
    shown = fields.Text("Values", readonly=True)
    source_id = fields.Many2one(
        "res.partner",
        "Take the Value of",
        required=True,
        domain="[('id', 'in', parent.partner_ids)]",
        context={"active_test": False},
    )
    can_join = fields.Boolean(readonly=True)
    join = fields.Boolean("Keep Both", help="The other texts are added below.")
    needs_approval = fields.Boolean(
        readonly=True, help="Another value than that of the customer to keep becomes a proposal."
    )


class CustomerArchiveMergeTable(models.TransientModel):
    _name = "customer.archive.merge.table"
    _description = "Records That Move When Customers Are Merged"

    merge_id = fields.Many2one("customer.archive.merge", required=True, readonly=True, ondelete="cascade")
    label = fields.Char("Records", readonly=True)
    table = fields.Char(readonly=True)
    row_count = fields.Integer("Number of Records", readonly=True)
    is_slow = fields.Boolean(
        "Takes Longer", readonly=True, help="The whole table is read, because it has no index for this."
    )


class CustomerArchiveMergeConflict(models.TransientModel):
    _name = "customer.archive.merge.conflict"
    _description = "Decision When Customers Are Merged"

    merge_id = fields.Many2one("customer.archive.merge", required=True, readonly=True, ondelete="cascade")
    label = fields.Char("Records", readonly=True)
    kept = fields.Char("Of the Customer to Keep", readonly=True)
    other = fields.Char("Of the Others", readonly=True)
    can_choose = fields.Boolean(readonly=True)
    keys = fields.Json(readonly=True)
    choice = fields.Selection(
        [("target", "Keep the First"), ("source", "Keep the Other")],
        "Decision",
        required=True,
        default="target",
        help="Both can't be kept side by side. The one that is not kept stays with the merged customer's record and "
        "comes back at an undo.",
    )
