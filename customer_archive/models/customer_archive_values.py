"""Values of a customer's card as JSON: to be kept in a proposal, compared with what is there, and shown (A7)."""

import base64
import binascii
import datetime
import hashlib

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date, format_datetime, html2plaintext, human_size

TEXTS = ("char", "text", "html")
# What a value of a field must be; the others are looked at one by one.
TYPES = {
    "char": str,
    "text": str,
    "html": str,
    "selection": str,
    "date": (str, datetime.date),
    "datetime": (str, datetime.datetime),
    "boolean": bool,
    "integer": int,
    "float": (int, float),
    "monetary": (int, float),
    "many2one": int,
    "binary": (str, bytes),
}


class CustomerArchiveValues(models.AbstractModel):
    _name = "customer.archive.values"
    _description = "Values of the Card in Proposals"

    # -- which fields -----------------------------------------------------------------------------------------

    @api.model
    def _field(self, records, name):
        """The field of that name, if its value may be proposed by the environment's user.

        :raise UserError: names the field and why not
        """
        field = records._fields.get(name) if isinstance(name, str) else None
        if field is None:
            raise UserError(
                self.env._("There is no field “%s” that could be changed. Check the spelling of its name.", name)
            )
        records._check_field_access(field, "write")
        known = field.type in TYPES or field.type == "many2many" or (field.type == "one2many" and self._is_card(field))
        if not known or field.readonly or self._is_never_proposed(field):
            raise UserError(
                self.env._(
                    "%(field)s can't be changed by a proposal. Ask the account manager or an archivist to do it.",
                    field=self._label(records, name),
                )
            )
        return field

    @api.model
    def _is_never_proposed(self, field):
        """Fields with a procedure of their own: the archive's, and the trust in a bank account."""
        name = field.name
        return (
            name in models.MAGIC_COLUMNS
            or name.startswith("archive_")
            or (field.model_name == "res.partner.bank" and name == "allow_out_payment")
        )

    @api.model
    def _is_card(self, field):
        """Whether the lines of a one2many are part of the customer's card."""
        link = self.env["customer.archive.access"]._links().get(field.comodel_name)
        return bool(link and link.card and link.to == "partner" and field.inverse_name)

    @api.model
    def _label(self, records, name):
        """What people call the field; the tax number as the company's country calls it, as in the customer form."""
        field = records._fields.get(name)
        if name == "vat" and records._name == "res.partner":
            return records.vat_label if len(records) == 1 else records.new().vat_label
        return field._description_string(self.env) if field else name

    # -- to JSON ----------------------------------------------------------------------------------------------

    @api.model
    def _dump(self, record, name):
        """The record's value of a field as JSON. Files are not repeated: their checksum and size are."""
        field = record._fields[name]
        if field.type == "many2many":
            return sorted(record.with_context(active_test=False)[name].ids)
        if field.type == "binary":
            whole = {key: False for key in (*record.env.context, "bin_size") if "bin_size" in key}
            return self._file_mark(record.with_context(**whole)[name])
        return self._plain(field, field.convert_to_write(record[name], record))

    @api.model
    def _plain(self, field, value):
        if field.type in TEXTS or field.type == "selection":
            return str(value) if value else False
        if isinstance(value, datetime.datetime):
            return value.strftime("%Y-%m-%d %H:%M:%S")
        if isinstance(value, datetime.date):
            return value.strftime("%Y-%m-%d")
        return False if value is None else value

    @api.model
    def _file_mark(self, value):
        if not value:
            return False
        data = base64.b64decode(value)
        return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    @api.model
    def _parse(self, record, name, value):
        """A value for ``write`` as JSON, checked: its type, the choices of a selection, the linked records.

        :raise UserError: names the field and what is wrong
        """
        field = self._field(record, name)
        if field.type == "many2many":
            return self._parse_many2many(record, field, value)
        if value is None or value is False:
            return 0 if field.type in ("integer", "float", "monetary") else False
        expected = TYPES.get(field.type)
        if (
            expected is None
            or not isinstance(value, expected)
            or (isinstance(value, bool) and field.type != "boolean")
            or (field.type == "selection" and value not in field.get_values(self.env))
        ):
            self._refuse_value(record, field, value)
        if field.type == "many2one":
            return self._check_linked(record, field, [value])[0]
        try:
            if field.type == "binary":
                text = value.decode() if isinstance(value, bytes) else value
                base64.b64decode(text, validate=True)
                return text
            converted = field.convert_to_record(field.convert_to_cache(value, record), record)
        except (ValueError, TypeError, binascii.Error):
            self._refuse_value(record, field, value)
        return self._plain(field, converted)

    @api.model
    def _refuse_value(self, record, field, value):
        raise UserError(
            self.env._(
                "“%(value)s” is no value for %(field)s. Nothing was proposed.",
                value=str(value)[:100],
                field=self._label(record, field.name),
            )
        )

    @api.model
    def _check_linked(self, record, field, ids):
        """Records to be linked must exist, and be visible to whoever proposes the link."""
        linked = self.env[field.comodel_name].browse(ids)
        if len(linked.exists()) != len(linked):
            self._refuse_value(record, field, ", ".join(f"#{id_}" for id_ in (linked - linked.exists()).ids))
        linked.check_access("read")
        return ids

    @api.model
    def _parse_many2many(self, record, field, commands):
        ids = dict.fromkeys(self._dump(record, field.name))
        added = set()
        for command in commands or ():
            if isinstance(command, int) and not isinstance(command, bool):
                command = Command.link(command)
            code, id_, value = (*command, 0, 0)[:3] if isinstance(command, (list, tuple)) else (None, 0, 0)
            if code == Command.LINK:
                ids[id_] = None
                added.add(id_)
            elif code in (Command.UNLINK, Command.DELETE):
                ids.pop(id_, None)
            elif code in (Command.CLEAR, Command.SET):
                ids = dict.fromkeys(value or () if code == Command.SET else ())
                added.update(ids)
            else:
                self._refuse_value(record, field, command)
        if not all(isinstance(id_, int) for id_ in ids):
            self._refuse_value(record, field, commands)
        self._check_linked(record, field, sorted(id_ for id_ in added if id_ in ids))
        return sorted(ids)

    @api.model
    def _is_same(self, record, name, new):
        """Whether a parsed value is what the record has."""
        current = self._dump(record, name)
        field = record._fields[name]
        if field.type == "binary":
            return current == self._file_mark(new)
        if field.type in ("float", "monetary"):
            return abs((current or 0) - (new or 0)) < 1e-9
        return current == new or (not current and not new)

    # -- for the eye --------------------------------------------------------------------------------------------

    @api.model
    def _text(self, model, name, value):
        """How a value reads, in the reader's language; names of linked records are masked as everywhere."""
        field = model._fields.get(name)
        if field is None:
            return ""
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type in ("integer", "float", "monetary"):
            return str(value)
        if not value:
            return ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type in ("many2one", "many2many"):
            ids = value if isinstance(value, list) else [value]
            # sudo: names of linked records, as Odoo shows them; those of restricted customers are masked there
            there = self.env[field.comodel_name].sudo().browse(ids).exists()
            names = [record.display_name or "" for record in there]
            names += [self.env._("#%s (deleted)", id_) for id_ in ids if id_ not in there._ids]
            return ", ".join(names)
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "datetime":
            return format_datetime(self.env, value)
        if field.type == "html":
            return html2plaintext(value)
        if field.type == "binary":
            mark = value if isinstance(value, dict) else self._file_mark(value)
            return self.env._("File of %s", human_size(mark["size"]))
        return str(value)

    @api.model
    def _text_of_line(self, model, values):
        """How the values of a line read: one “Field: value” below the other."""
        if not values:
            return ""
        rows = ((self._label(model, name), self._text(model, name, value)) for name, value in values.items())
        return "\n".join(f"{label}: {text}" for label, text in rows if text)

    @api.model
    def _may_read(self, model, name):
        """Whether the real user may see values of a field, under sudo as well."""
        model = model.sudo(False)
        field = model._fields.get(name)
        return field is not None and model.has_access("read") and model._has_field_access(field, "read")
