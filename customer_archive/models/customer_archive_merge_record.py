"""The record of a merge: who became one, what moved, and everything that an undo needs (product.md Q4)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..tools.merge import split_changes
from .customer_archive_access import Link
from .customer_archive_merge_tables import ARCHIVE, PARTNER

# Written by every merge and by Odoo itself; nothing that somebody would look for with one customer or the other.
BY_THE_WAY = frozenset(
    {"mail.message", "mail.notification", "mail.followers", "ir.model.data", "customer.archive.reminder"}
)


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _customer_links(self):
        link = Link("archive_id", to="archive", card=True)
        return {**super()._customer_links(), "customer.archive.merge.record": link}


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_merged(self):
        """What is left of merged customers stays for the undo, and for what could not be moved."""
        # sudo: whoever deletes contacts; only names of the own selection are told
        records = self.env["customer.archive.merge.record"].sudo()
        left = records.search([("source_ids", "in", self.ids), ("state", "=", "done")]).source_ids & self
        if left:
            raise UserError(
                self.env._(
                    "%s was merged into another customer and can't be deleted: it holds what an undo needs.",
                    left._archive_names(),
                )
            )


class CustomerArchiveMergeRecord(models.Model):
    _name = "customer.archive.merge.record"
    _description = "Merge of Customers"
    _order = "id desc"
    _rec_name = "target_id"

    target_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="restrict", index=True
    )
    source_ids = fields.Many2many(
        "res.partner",
        "customer_archive_merge_source_rel",
        "record_id",
        "partner_id",
        "Merged into It",
        readonly=True,
        context={"active_test": False},
    )
    source_names = fields.Char("Merged Customers", compute="_compute_source_names")
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    closed_ids = fields.Many2many(
        "customer.archive",
        "customer_archive_merge_closed_rel",
        "record_id",
        "archive_id",
        "Closed Archives",
        readonly=True,
    )
    company_id = fields.Many2one(related="archive_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users", "Merged by", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.user
    )
    merged_at = fields.Datetime("Merged", required=True, readonly=True, default=fields.Datetime.now)
    undo_until = fields.Date(
        "Can Be Undone until",
        required=True,
        readonly=True,
        default=lambda self: self._default_undo_until(),
        help="The last day. How many days there are is set in the access policy.",
    )
    state = fields.Selection(
        [("done", "Merged"), ("undone", "Undone")], "Status", required=True, readonly=True, default="done"
    )
    undone_by_id = fields.Many2one("res.users", "Undone by", readonly=True, ondelete="restrict")
    undone_at = fields.Datetime("Undone", readonly=True)
    moved_count = fields.Integer("Records Moved", readonly=True)
    summary = fields.Text("What Moved", readonly=True)
    can_undo = fields.Boolean(compute="_compute_can_undo")
    snapshot = fields.Json(groups=fields.NO_ACCESS, readonly=True, exportable=False)

    @api.model
    def _default_undo_until(self):
        days = self.env["customer.archive.policy"]._record().sudo().merge_undo_days  # how many days is no secret
        return self.env.company._archive_today() + timedelta(days=days)

    @api.depends("source_ids")
    def _compute_source_names(self):
        for record in self:
            record.source_names = ", ".join(partner.name or "" for partner in record.source_ids)

    @api.depends("state", "undo_until")
    def _compute_can_undo(self):
        for record in self:
            today = record.company_id._archive_today()
            record.can_undo = record.state == "done" and record.undo_until and today <= record.undo_until

    @api.depends("target_id", "merged_at")
    def _compute_display_name(self):
        for record in self:
            day = format_date(self.env, record.merged_at)
            record.display_name = " ".join(part for part in (record.target_id.display_name, day) if part)

    def _log_merge(self):
        """A line in the histories of the customers."""
        bodies = {}
        for record in self:
            names = ", ".join(
                f"{partner.name} (#{partner.id})" for partner in record.source_ids.with_context(active_test=False)
            )
            bodies[record.target_id.id] = self.env._(
                "%(names)s became one with this customer. %(count)s records moved; it can be undone until %(day)s.",
                names=names,
                count=record.moved_count,
                day=format_date(self.env, record.undo_until),
            )
        self.target_id._message_log_batch(bodies=bodies)

    # -- undo ----------------------------------------------------------------------------------------------------

    def action_undo(self):
        """The dialog that lists what was changed since, to be decided."""
        self._check_undo()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Undo the Merge"),
            "res_model": "customer.archive.merge.undo",
            "view_mode": "form",
            "target": "new",
            "context": {"default_record_id": self.id},
        }

    def _check_undo(self):
        self.ensure_one()
        self.env["customer.archive.merge.engine"]._check_archivist()
        self.check_access("read")
        record = self.sudo()  # decides; asked for right above
        if record.state != "done":
            raise UserError(self.env._("This merge was undone already."))
        if not record.can_undo:
            raise UserError(
                self.env._(
                    "The merge into %(customer)s could be undone until %(day)s. Now enter by hand what belongs to the "
                    "other customer; the closed archive shows what it had.",
                    customer=record.target_id.display_name,
                    day=format_date(self.env, record.undo_until),
                )
            )
        if record.archive_id.partner_id != record.target_id:
            raise UserError(
                self.env._(
                    "%s was merged into another customer since. Undo that merge first.", record.target_id.display_name
                )
            )
        archives = record.archive_id | record.closed_ids
        archives.sudo(self.env.su).check_access("write")
        partners = record.target_id | record.source_ids
        partners.sudo(self.env.su).check_access("write")
        record.archive_id._check_still_changeable()

    def _later_changes(self):
        """What was changed since, to be decided: [{key, kind, label, detail, …}, …]."""
        self.ensure_one()
        record = self.sudo()  # asked for in _check_undo; values the user may not see are not named
        return record._later_values() + record._later_rows()

    def _later_values(self):
        engine = self.env["customer.archive.merge.engine"]
        found = []
        for table, model in (("res_partner", PARTNER), ("customer_archive", ARCHIVE)):
            rows = self.snapshot["rows"][table]
            now = engine._rows(table, [int(id_) for id_ in rows])
            for id_, changed in rows.items():
                _free, later = split_changes(changed, now.get(int(id_), {}))
                for column, before in later.items():
                    field = self.env[model]._fields.get(column)
                    found.append(
                        {
                            "key": f"value/{table}/{id_}/{column}",
                            "kind": "value",
                            "label": field._description_string(self.env) if field else column,
                            "detail": self._shown(model, field, before, now[int(id_)][column]),
                        }
                    )
        return found

    def _shown(self, model, field, before, now):
        """“before → now”, names for ids; nothing of fields that are kept from the user."""
        user_model = self.env[model].with_user(self.env.uid)
        if field is None or not user_model._has_field_access(field, "read"):
            return ""
        texts = []
        for value in (before, now):
            if field.type == "many2one" and value:
                value = self.env[field.comodel_name].browse(value).exists().display_name
            texts.append("" if value in (None, False) else str(value))
        return " → ".join(text or "–" for text in texts)

    def _later_rows(self):
        """Records made since for the one customer that there is."""
        engine = self.env["customer.archive.merge.engine"]
        found = []
        for table, links in engine._merge_links(PARTNER).items():
            model = self.env[links[0].model]
            if model._name in BY_THE_WAY or not model._log_access or links[0].kind == "relation":
                continue
            for link in links:
                ids = self._rows_since(engine, table, link)
                if ids and link.column != "commercial_partner_id" and not self._is_item(model):
                    found.append(
                        {
                            "key": f"rows/{table}/{link.column}",
                            "kind": "rows",
                            "label": engine._table_label(model._name),
                            "detail": self.env._("%s new", len(ids)),
                            "ids": ids,
                            "link": link,
                        }
                    )
        return found

    @api.model
    def _is_item(self, model):
        """Items stay in the archive where they were filed: their numbers belong to it."""
        return model._name != PARTNER and "archive_id" in model._fields

    def _rows_since(self, engine, table, link):
        rows = self.env.execute_query(
            SQL(
                "SELECT t.id FROM %s t WHERE %s AND t.id > %s ORDER BY t.id",
                SQL.identifier(table),
                engine._link_condition(link, "t", PARTNER, [self.target_id.id]),
                self.snapshot["last"].get(table, 0),
            )
        )
        return [id_ for (id_,) in rows]
