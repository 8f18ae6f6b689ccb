"""From the values of ``write`` to the lines of a proposal: one for each field, one for each line of a list (A7)."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

# What tells a line of a list from the others, for those that are to be deleted.
SHOWN = {
    "res.partner": ("name", "function", "phone", "email"),
    "res.partner.bank": ("acc_number", "acc_holder_name", "bank_id"),
    "customer.archive.preference": ("kind", "subject", "noted_on"),
    "customer.archive.key.contact": ("contact_id", "role"),
}


class CustomerArchiveValues(models.AbstractModel):
    _inherit = "customer.archive.values"

    @api.model
    def _lines(self, partner, vals):
        """Values of the lines of a proposal; fields that would stay as they are have none.

        :param vals: as for ``write``, lists with their commands
        :raise UserError: for the first value that can't be proposed
        """
        lines = []
        for name, value in vals.items():
            field = self._field(partner, name)
            if field.type == "one2many":
                lines += self._lines_of_list(partner, field, value)
                continue
            new = self._parse(partner, name, value)
            if not self._is_same(partner, name, new):
                lines.append(self._line(name, "set", old=self._dump(partner, name), new=new))
        return lines

    @api.model
    def _line(self, name, operation, *, old=None, new=None, record=None):
        return {
            "field_name": name,
            "operation": operation,
            "record_id": record.id if record else 0,
            # In a dict, because an empty value would not be kept.
            "old_value": {"value": old},
            "new_value": {"value": new},
        }

    @api.model
    def _lines_of_list(self, partner, field, commands):
        lines = []
        there = partner.with_context(active_test=False)[field.name]
        for command in commands if isinstance(commands, (list, tuple)) else [commands]:
            code, id_, values = (*command, 0, 0)[:3] if isinstance(command, (list, tuple)) else (None, 0, 0)
            record = there.browse(id_ if isinstance(id_, int) else ())
            if code == Command.CREATE and isinstance(values, dict):
                new = self._values_of_line(partner, field, there.browse(), values)
                lines.append(self._line(field.name, "create", old={}, new=new))
            elif code in (Command.UPDATE, Command.DELETE) and record and record in there:
                self._check_same_archive(partner, record)
                lines += self._lines_of_record(partner, field, record, values if code == Command.UPDATE else None)
            elif code != Command.LINK or record not in there:
                self._refuse_value(partner, field, command)
        return lines

    @api.model
    def _lines_of_record(self, partner, field, record, values):
        """The change of one line of a list; or its deletion, without ``values``."""
        if values is None:
            shown = SHOWN.get(record._name, (record._rec_name or "id",))
            old = {name: self._dump(record, name) for name in shown if name in record._fields}
            return [self._line(field.name, "delete", old=old, new={}, record=record)]
        new = self._values_of_line(partner, field, record, values)
        new = {name: value for name, value in new.items() if not self._is_same(record, name, value)}
        if not new:
            return []
        old = {name: self._dump(record, name) for name in new}
        return [self._line(field.name, "update", old=old, new=new, record=record)]

    @api.model
    def _values_of_line(self, partner, field, record, values):
        """The checked values of a line of a list, new if ``record`` is empty."""
        values = dict(values)
        owner = values.pop(field.inverse_name, None)
        if owner and owner != partner.id:
            self._refuse_value(partner, field, owner)
        if record._name == "res.partner":
            record._archive_normalise(values)
        result = {}
        for name, value in values.items():
            if not record and not value and getattr(record._fields.get(name), "type", "") != "boolean":
                continue  # the client names every field of a new line
            if record._fields.get(name) is not None and record._fields[name].type == "one2many":
                if not value:
                    continue
                self._refuse_value(record, record._fields[name], value)
            if not value and name in record._fields and self._is_never_proposed(record._fields[name]):
                continue
            result[name] = self._parse(record, name, value)
        return result

    @api.model
    def _check_same_archive(self, partner, record):
        """A contact with an archive of its own is changed in its own form, where its own people decide."""
        if record._name != "res.partner":
            return
        guard, own = partner._archive_get_guard(), record._archive_get_guard()
        if own and (guard is None or own.archive_id != guard.archive_id):
            raise UserError(
                self.env._("%s has an archive of its own. Open that customer and change it there.", record.display_name)
            )
