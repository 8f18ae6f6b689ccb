"""Undo a merge: what was changed since is listed, and decided."""

from odoo import api, fields, models
from odoo.fields import Command


class CustomerArchiveMergeUndo(models.TransientModel):
    _name = "customer.archive.merge.undo"
    _description = "Undo a Merge of Customers"

    record_id = fields.Many2one(
        "customer.archive.merge.record", "Merge", required=True, readonly=True, ondelete="cascade"
    )
    source_ids = fields.Many2many(related="record_id.source_ids")
    line_ids = fields.One2many("customer.archive.merge.undo.line", "undo_id", "Changed since")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        record = self.env["customer.archive.merge.record"].browse(values.get("record_id"))
        if record and "line_ids" in fields:
            record._check_undo()
            names = ("key", "kind", "label", "detail")
            values["line_ids"] = [
                Command.create({name: change[name] for name in names}) for change in record._later_changes()
            ]
        return values

    def action_undo(self):
        """Undo the merge as it was decided."""
        self.ensure_one()
        decisions = {}
        for line in self.line_ids:
            decisions[line.key] = line.restore if line.kind == "value" else line.source_id.id
        self.record_id._undo(decisions)
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class CustomerArchiveMergeUndoLine(models.TransientModel):
    _name = "customer.archive.merge.undo.line"
    _description = "Change since a Merge of Customers"

    undo_id = fields.Many2one("customer.archive.merge.undo", required=True, ondelete="cascade")
    key = fields.Char(required=True)
    kind = fields.Selection([("value", "Changed Value"), ("rows", "New Records")], "Change", required=True)
    label = fields.Char("What")
    detail = fields.Char("Changed")
    restore = fields.Boolean("Put Back", help="The value of before the merge. Otherwise it stays as it is now.")
    source_id = fields.Many2one(
        "res.partner",
        "Give to",
        domain="[('id', 'in', parent.source_ids)]",
        context={"active_test": False},
        help="The restored customer who gets the new records. Empty: they stay where they are.",
    )
