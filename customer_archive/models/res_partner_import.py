"""Import of customers: every row of the file is judged before anything is written (product.md C9).

Odoo's importer finds the faults of a file by creating its rows and takes the file in batches. That reports the first
batch with errors only, and writes the batches before it. Here the whole file is looked at first, in sets and without
creating anything; only a file without faults goes on to Odoo's own import.
"""

from collections import defaultdict
from itertools import islice

from odoo import api, models
from odoo.models import fix_import_export_id_paths

from .res_partner import GROUP

# A file in which everything is wrong needs no message for each of 100,000 rows; the summary counts them all.
MESSAGES_SHOWN = 2000


class ImportRow:
    """One row of the file: its converted values, the customer it updates (empty for a new one), what is wrong."""

    def __init__(self, info, vals, target, raw, skipped=0):
        self.info = info  # where it stands: {"rows": {"from", "to"}, "record"}
        # As the import screen counts: 1 for the first row below the header.
        self.number = info["rows"]["from"] + 1 + skipped
        self.vals = vals
        self.target = target
        self.has_parent = bool(raw.get("parent_id"))
        self.unconverted = set()  # fields whose value Odoo could not read
        self.partner = None  # the customer as the row would leave it, in memory only
        self.faults = []  # (kind, field, sentence)

    def refuse(self, field, sentence, kind="invalid"):
        if field not in self.unconverted:
            self.faults.append((kind, field, sentence))


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def get_import_templates(self):
        templates = super().get_import_templates()
        if not self.env.user.has_group(GROUP):
            return templates
        lang = "zh_CN" if (self.env.lang or "").startswith("zh") else "en_US"
        folder = "/customer_archive/static/xls"
        return [
            {"label": self.env._("Template for Companies"), "template": f"{folder}/companies_{lang}.xlsx"},
            {"label": self.env._("Template for Individuals"), "template": f"{folder}/individuals_{lang}.xlsx"},
            *templates,
        ]

    @api.model
    def load(self, fields, data):
        """Refuse the file, with a message for each row that is wrong or a duplicate, before any row is created."""
        if not self._archive_import_applies(fields):
            return super().load(fields, data)
        self = self.with_context(archive_import_memo={})
        messages, summary = self._archive_import_check(fields, data)
        if messages:
            return {"ids": False, "messages": messages, "nextrow": 0}
        return {**super().load(fields, data), "archive_summary": summary}

    def _load_records_create(self, vals_list):
        """An empty cell for the type of address means a customer, not an address of no type."""
        for vals in vals_list:
            if self.env.context.get("import_file") and vals.get("archive_category_id") and not vals.get("type", True):
                del vals["type"]
        return super()._load_records_create(vals_list)

    def _load_records_write(self, values):
        """A contact of before may get an archive with the number it had."""
        category_id, number = values.get("archive_category_id"), values.get("archive_number")
        if not (self.env.context.get("import_file") and category_id and number) or self.archive_id:
            return super()._load_records_write(values)
        rest = {name: value for name, value in values.items() if not name.startswith("archive_")}
        result = super()._load_records_write(rest)
        category = self.env["customer.archive.category"].browse(category_id)
        self.env["customer.archive"]._open(self, category, numbers={self.id: number}, strict=True)
        return result

    @api.model
    def _archive_import_applies(self, names):
        if not self.env.context.get("import_file") or not self.env.user.has_group(GROUP):
            return False
        columns = {fix_import_export_id_paths(name)[0] for name in names}
        return bool(
            {"archive_category_id", "archive_number", "id", ".id"} & columns
            or self.env.context.get("default_archive_category_id")
        )

    # -- reading the file --------------------------------------------------------------------------------

    @api.model
    def _archive_import_check(self, names, data):
        """Judge the rows: (messages, summary). No messages: there is nothing wrong."""
        savepoint = self.env.cr.savepoint()
        try:
            self = self.with_context(_import_current_module=self.env.context.get("module", "__import__"))
            rows, messages = self._archive_import_read(names, data, savepoint)
            self._archive_import_judge(rows)
            return self._archive_import_report(rows, messages, names)
        finally:
            # Odoo's converters create tags and the like where the user allowed it; the import will do so again.
            savepoint.close(rollback=True)
            if self.env.context.get("name_create_enabled_fields"):
                self.pool.reset_changes()

    def _archive_import_read(self, names, data, savepoint):
        """The rows with their values as they would be written, and Odoo's own messages about values it can't read."""
        messages = []
        paths = [fix_import_export_id_paths(name) for name in names]
        limit = self.env.context.get("_import_limit")
        if self.env.context.get("archive_import_whole", True) or limit is None:
            limit = float("inf")
        extracted = list(self._extract_records(paths, data, log=messages.append, limit=limit))
        values, errors = self._archive_import_convert(extracted, savepoint)
        targets = self._archive_import_targets([record for record, _info in extracted])
        skipping = self.env.context.get("import_skip_records") or ()
        skipped = self.env.context.get("archive_import_skip") or 0
        rows = []
        for index, (record, extras) in enumerate(extracted):
            cells = [(name, repr(value)) for name, value in record.items()]
            vals = {}
            for cell in cells:
                vals.update(values.get(cell, {}))
            if any(vals.get(name) is None for name in skipping):
                continue
            row = ImportRow({**extras, "record": index}, vals, targets[index], record, skipped)
            for cell in cells:
                for message in errors.get(cell, ()):
                    messages.append({**message, **row.info})
                    row.unconverted.add(cell[0])
            rows.append(row)
        return rows, messages

    def _archive_import_convert(self, extracted, savepoint):
        """Let Odoo convert each different cell once: ({(field, raw): values}, {(field, raw): messages})."""
        cells, errors = {}, defaultdict(list)
        skipped = self._archive_import_unjudged()
        for record, _info in extracted:
            for name, value in record.items():
                if name not in skipped:
                    cells.setdefault((name, repr(value)), value)
        converted = self._convert_records(
            (({name: value}, {"cell": (name, text)}) for (name, text), value in cells.items()),
            log=lambda message: errors[message.pop("cell")].append(message),
            savepoint=savepoint,
        )
        return {info["cell"]: vals for _id, _xid, vals, info in converted}, errors

    @api.model
    def _archive_import_unjudged(self):
        """Columns left to Odoo's own import: keys of rows, lines, and partners, who may stand in the same file."""
        return {"id", ".id"} | {
            name
            for name, field in self._fields.items()
            if field.type in ("one2many", "binary", "properties") or field.comodel_name == "res.partner"
        }

    def _archive_import_targets(self, records):
        """The existing customer that each row updates: an empty set for a new one, None if it is not ours to judge."""
        module = self.env.context["_import_current_module"]
        xids = [record.get("id") or "" for record in records]
        xids = [xid if not xid or "." in xid else f"{module}.{xid}" for xid in xids]
        data = self.env["ir.model.data"].sudo()  # external ids are how an import names records; as Odoo's own import
        known = {
            f"{row[1]}.{row[2]}": row[4] for row in data._lookup_xmlids([xid for xid in xids if xid], self) if row[6]
        }
        ids = []
        for record, xid in zip(records, xids, strict=True):
            dbid = record.get(".id") or ""
            ids.append(known.get(xid) or (int(dbid) if str(dbid).isdigit() else False))
        given = self.browse([key for key in dict.fromkeys(ids) if key]).exists()
        allowed = given._filtered_access("write")
        return [self.browse() if not key else self.browse(key) if key in allowed._ids else None for key in ids]

    # -- reporting ---------------------------------------------------------------------------------------

    def _archive_import_report(self, rows, messages, names):
        """The messages for the import screen, and the summary."""
        columns = {fix_import_export_id_paths(name)[0]: name for name in names}
        refused = list(messages)
        for row in rows:
            for kind, field, sentence in row.faults:
                refused.append(self._archive_import_message(row, kind, field, sentence, columns))
        summary = self._archive_import_summary(rows, messages)
        if not any(message["type"] == "error" for message in refused):
            return [], summary
        refused.sort(key=lambda message: message["rows"]["from"])
        # The screen shows the one message that belongs to no row above all others.
        return [*islice(refused, MESSAGES_SHOWN), {"type": "warning", "message": summary}], summary

    def _archive_import_message(self, row, kind, field, sentence, columns):
        # A column that is not in the file can't be marked: the category asks for it, so the category is.
        likely = (field, "archive_category_id", "name", *columns)
        place = next(name for name in likely if name in columns)
        text = (
            self.env._("Row %(row)s (%(name)s): %(fault)s")
            if row.partner is not None and row.partner.name
            else self.env._("Row %(row)s: %(fault)s")
        )
        name = row.partner.name if row.partner is not None else ""
        return {
            **row.info,
            "type": "error",
            "field": place,
            "field_path": columns[place].split("/"),  # marks the column, also one of external ids
            "message": text % {"row": row.number, "name": name, "fault": sentence},
            "archive_fault": kind,
        }

    def _archive_import_summary(self, rows, messages):
        unread = {message["record"] for message in messages if message["type"] == "error" and "record" in message}
        invalid = unread | {
            row.info["record"] for row in rows if any(kind == "invalid" for kind, _field, _text in row.faults)
        }
        duplicate = {row.info["record"] for row in rows if row.faults} - invalid
        return self.env._(
            "%(total)s rows checked: %(accepted)s accepted, %(duplicate)s duplicates, %(invalid)s invalid. "
            "Rows are counted from the first one below the header.",
            total=len(rows),
            accepted=len(rows) - len(invalid) - len(duplicate),
            duplicate=len(duplicate),
            invalid=len(invalid),
        )
