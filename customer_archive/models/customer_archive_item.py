"""What archives consist of: each item has a running number of its own within its archive (product.md D1, 件号)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .customer_archive import GOVERNED

# The first of the two numbers of an advisory lock: which kind of lock it is. The second one is the archive.
ITEM_LOCK = 0x17E3


class CustomerArchiveItem(models.AbstractModel):
    """To be inherited by models whose records are filed in one archive for ever, numbered without gaps.

    ``_item_prefix`` tells the series of a model apart within the archive: J for the contact log, nothing for documents.
    ``_item_numbered_at_once``: whether a record gets its number when it is created. Models with drafts that may be
    deleted call ``_allot_item_numbers`` when a record is filed for good.
    """

    _name = "customer.archive.item"
    _description = "Item of a Customer Archive"
    _item_prefix = ""
    _item_numbered_at_once = True

    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, ondelete="restrict", index=True, help="Where it is filed."
    )
    partner_id = fields.Many2one(related="archive_id.partner_id", string="Customer", store=True, index="btree_not_null")
    company_id = fields.Many2one(related="archive_id.company_id", string="Fonds", store=True)
    item_sequence = fields.Integer("Running Number", readonly=True, copy=False, exportable=False)
    item_number = fields.Char(
        compute="_compute_item_number",
        search="_search_item_number",
        help="The running number within the archive. It is never used twice.",
    )
    item_reference = fields.Char(compute="_compute_item_number", help="The archive's number and the item's.")

    def _is_governed(self):
        return self.env.context.get("archive_governed") is GOVERNED

    def _governed(self):
        """The same records, allowed to take a step. For callers that have checked who asks."""
        return self.with_context(archive_governed=GOVERNED)

    @api.depends("item_sequence", "archive_id.number")
    def _compute_item_number(self):
        for item in self:
            number = f"{self._item_prefix}{item.item_sequence:04d}" if item.item_sequence else False
            item.item_number = number
            item.item_reference = f"{item.archive_id.number}-{number}" if number else False

    @api.model
    def _search_item_number(self, operator, value):
        """By the number as it is printed, or without its zeros."""
        if operator != "in":
            return NotImplemented
        digits = (str(number or "").strip().upper().removeprefix(self._item_prefix) for number in value)
        return [("item_sequence", "in", [int(part) for part in digits if part.isdecimal() and len(part) < 10])]

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        if not self._item_numbered_at_once:
            for vals in vals_list:
                vals["item_sequence"] = False
            return super().create(vals_list)
        archive_ids = [
            vals.get("archive_id") or self.default_get(["archive_id"]).get("archive_id") for vals in vals_list
        ]
        last = self._lock_items({archive_id for archive_id in archive_ids if archive_id})
        for vals, archive_id in zip(vals_list, archive_ids, strict=True):
            if archive_id:  # otherwise Odoo says what is missing
                last[archive_id] += 1
                vals["item_sequence"] = last[archive_id]
        return super().create(vals_list)

    def write(self, vals):
        if "archive_id" in vals and any(item.archive_id.id != vals["archive_id"] for item in self):
            raise UserError(
                self.env._(
                    "%s stays in the archive where it was filed: its number belongs to it. "
                    "Write a new one in the other archive.",
                    self[:1].display_name,
                )
            )
        return super().write({name: value for name, value in vals.items() if not self._is_never_written(name)})

    @api.model
    def _is_never_written(self, name):
        """Whether a value comes from other values or from numbering: Odoo itself would store what a client sends.

        A forged company would take a filed item out of everybody's sight, a forged date out of the reminders.
        """
        if name == "item_sequence":
            return self.env.context.get("archive_governed") is not GOVERNED
        field = self._fields.get(name)
        return bool(field and field.store and field.compute and field.readonly)

    def _allot_item_numbers(self):
        """Number those of the records that have no number yet, in their order."""
        new = self.filtered(lambda item: not item.item_sequence)
        last = self._lock_items(set(new.archive_id.ids))
        for item in new:
            last[item.archive_id.id] += 1
            governed = item.with_context(archive_governed=GOVERNED)
            governed.write({"item_sequence": last[item.archive_id.id]})

    @api.model
    def _lock_items(self, archive_ids):
        """Lock the archives' series until the transaction ends: {archive id: the last running number, 0 for none}.

        As with the numbers of archives, the last ones are read on a connection of its own too: this transaction's view
        may be older than the lock.
        """
        ids = sorted(archive_ids)
        for archive_id in ids:
            self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, %s)", ITEM_LOCK, archive_id))
        last = dict.fromkeys(ids, 0)
        if not ids:
            return last
        self.flush_model(["archive_id", "item_sequence"])
        query = SQL(
            "SELECT archive_id, MAX(item_sequence) FROM %s WHERE archive_id = ANY(%s) GROUP BY archive_id",
            SQL.identifier(self._table),
            ids,
        )

        def read(cr):
            cr.execute(query)
            for archive_id, number in cr.fetchall():
                last[archive_id] = max(last[archive_id], number or 0)

        read(self.env.cr)
        if self.env.registry.ready:  # see _lock_series
            with self.env.registry.cursor() as fresh:
                read(fresh)
        return last
