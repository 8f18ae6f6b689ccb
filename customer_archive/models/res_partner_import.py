"""Import of customers: every row of the file is judged before anything is written (product.md C9).

Odoo's importer finds the faults of a file by creating its rows and takes the file in batches. That reports the first
batch with errors only, and writes the batches before it. Here the whole file is looked at first, in sets and without
creating anything; only a file without faults goes on to Odoo's own import.
"""

from collections import Counter, defaultdict
from itertools import islice

from odoo import api, models
from odoo.exceptions import UserError
from odoo.models import fix_import_export_id_paths
from odoo.tools import SQL

from ..tools import duplicate_keys
from ..tools.normalise import fold_width
from ..tools.numbering import parse_template
from .res_partner import GROUP

# A file in which everything is wrong needs no message for each of 100,000 rows; the summary counts them all.
MESSAGES_SHOWN = 2000

# Columns by which two customers are told to be the same, for each kind of key.
KEY_FIELDS = {
    "code": ("vat", "company_registry"),
    "phone": ("phone", "name"),
    "email": ("email", "name"),
    "name": ("name",),
}
USCC_LENGTH = 18


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

    # Contact persons of a company are no customers of their own.
    _archive_name_key = models.Index(f"(({duplicate_keys.name_key_sql('name')})) WHERE parent_id IS NULL OR is_company")

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

    # -- judging -----------------------------------------------------------------------------------------

    def _archive_import_judge(self, rows):
        """Put into each row what is wrong with it. Rows that concern no archive stay as in plain Odoo."""
        rows = [row for row in rows if row.target is not None and self._archive_import_concerned(row)]
        for row in rows:
            self._archive_import_imagine(row)
        self._archive_import_check_kind(rows)
        self._archive_import_check_items(rows)
        self._archive_import_check_retyped([row for row in rows if row.target.archive_id])
        self._archive_import_check_numbers([row for row in rows if not row.target.archive_id])
        self._archive_import_check_duplicates(rows)

    def _archive_import_concerned(self, row):
        """Whether the row opens an archive or changes a customer who has one; refuses a number that stands alone."""
        default = self.env.context.get("default_archive_category_id")
        if not row.target and default and "archive_category_id" not in row.vals:
            row.vals["archive_category_id"] = default
        if row.vals.get("archive_category_id") or row.target.archive_id:
            return True
        if row.vals.get("archive_number") and "archive_category_id" not in row.unconverted:
            row.refuse(
                "archive_number",
                self.env._(
                    "The archive number %s can't be given without an archive category: choose the category too.",
                    row.vals["archive_number"],
                ),
            )
        return False

    def _archive_import_imagine(self, row):
        vals = {name: value for name, value in row.vals.items() if not name.startswith("archive_")}
        self._archive_normalise(vals)
        row.partner = self.new(vals, origin=row.target or None)
        row.changed = {name for name in vals if not row.target or row.partner[name] != row.target[name]}

    def _archive_import_category(self, row):
        category_id = row.vals.get("archive_category_id") or row.target.archive_category_id.id
        return self.env["customer.archive.category"].browse(category_id)

    def _archive_import_check_kind(self, rows):
        """Customers whom the category does not take, contacts of a customer, users and companies of this system."""
        _ = self.env._
        for row in rows:
            category, partner = self._archive_import_category(row), row.partner
            archived = bool(row.target.archive_id)
            if category.applies_to not in ("both", "company" if partner.is_company else "person"):
                row.refuse(
                    "is_company",
                    _("the category %s is for companies, but the row is an individual.", category.display_name)
                    if category.applies_to == "company"
                    else _("the category %s is for individuals, but the row is a company.", category.display_name),
                )
            if not archived and (row.has_parent or partner.parent_id) and not partner.is_company:
                row.refuse(
                    "parent_id", _("contacts of a customer have no archive of their own: leave the category empty.")
                )
            if not archived and (partner.type or "contact") != "contact":
                row.refuse("type", _("an address has no archive of its own: leave the category empty."))
            if row.target and not archived and "internal" in row.target._archive_reasons_against(category):
                row.refuse("id", _("users and companies of this system can't have a customer archive."))
            if archived and row.vals.get("archive_category_id") is False:
                row.refuse(
                    "archive_category_id",
                    _("the archive can't be taken away by emptying the category. Set it inactive instead."),
                )

    def _archive_import_check_items(self, rows):
        """What the categories ask for: as when the customer is saved (_archive_check_change, _open)."""
        ItemModel = self.env["customer.archive.category.item"]
        for category, members in self._archive_import_by_category(rows).items():
            items = ItemModel._item_map().get(category.id, ())
            blocking = {item.field for item in items if "block" in (item.required, item.check_severity)}
            for row in members:
                names = blocking
                refiled = row.target.archive_category_id != category
                if row.target.archive_id and not refiled and not row.changed & {"is_company", "country_id"}:
                    names = blocking & row.changed
                # sudo: the target's other values; the right to write it was checked
                problems = row.partner.sudo()._archive_problems(category, names=names).get(row.partner.id, ())
                self._archive_import_refuse_problems(row, problems)

    def _archive_import_by_category(self, rows):
        groups = defaultdict(list)
        for row in rows:
            groups[self._archive_import_category(row)].append(row)
        return groups

    def _archive_import_refuse_problems(self, row, problems):
        drafted = row.target.archive_id.state == "draft"
        for problem in problems:
            if problem.severity == "block" and (problem.fault or not drafted):
                row.refuse(problem.item.field, row.partner._archive_problem_sentence(problem))

    # -- numbers -----------------------------------------------------------------------------------------

    def _archive_import_check_retyped(self, rows):
        """The number of an archive is not changed by an import."""
        for row in rows:
            number = row.vals.get("archive_number")
            if number and number != row.target.archive_number:
                row.refuse(
                    "archive_number",
                    self.env._(
                        "An archive number can't be typed over. Use “Change Number” on the archive: it asks for the "
                        "reason and keeps the old number."
                    ),
                )

    def _archive_import_check_numbers(self, rows):
        """Numbers of before: each once, and out of the way of those that this import issues."""
        _ = self.env._
        numbers = {row: fold_width(number).strip() for row in rows if (number := row.vals.get("archive_number"))}
        register = self.env["customer.archive.number"].sudo()  # numbers of every company count, and only they are read
        issued = {name for [name] in register._read_group([("name", "in", list(numbers.values()))], ["name"])}
        seen = {}
        for row, number in numbers.items():
            if number in issued:
                row.refuse(
                    "archive_number",
                    _("The number %(number)s was issued before. Numbers are never used twice.", number=number),
                )
            elif number in seen:
                row.refuse(
                    "archive_number",
                    _("the archive number %(number)s stands in row %(row)s already.", number=number, row=seen[number]),
                )
            seen.setdefault(number, row.number)
        self._archive_import_check_series(rows, numbers)

    def _archive_import_check_series(self, rows, numbers):
        wanted, given = Counter(), []
        for row in rows:
            category = self._archive_import_category(row)
            template = parse_template(category.number_template)
            company = row.partner.company_id or self.env.company
            values = self._archive_import_number_values(row, category, template, company)
            if row in numbers:
                parsed = template.parse(numbers[row])
                if parsed:
                    given.append((row, template.series_key({**values, **parsed}), int(parsed["seq"])))
                continue
            try:
                self.env["customer.archive"]._check_template_values(template, values, category, company)
            except UserError as error:
                row.refuse("archive_category_id", str(error))
                continue
            wanted[template.series_key(values)] += 1
        last = self._archive_import_last({series for _row, series, _sequence in given if wanted[series]})
        for row, series, sequence in given:
            if last.get(series, 0) < sequence <= last.get(series, 0) + wanted[series]:
                row.refuse(
                    "archive_number",
                    self.env._(
                        "the archive number %(number)s would be issued to another row that has none. "
                        "Import the rows that have a number first.",
                        number=numbers[row],
                    ),
                )

    def _archive_import_number_values(self, row, category, template, company):
        team = row.partner.sudo().user_id.sale_team_id if "unit" in template.tokens else None  # the team's code only
        return category._number_values(company=company, team=team)

    def _archive_import_last(self, series):
        register = self.env["customer.archive.number"].sudo()  # running numbers are no secret, and no name is read
        return dict(register._read_group([("series", "in", list(series))], ["series"], ["sequence:max"]))

    # -- duplicates --------------------------------------------------------------------------------------

    def _archive_import_check_duplicates(self, rows):
        """Of another row or of a customer who is there already (tools/duplicate_keys.py says what is the same)."""
        keys = {row: row.partner._archive_duplicate_keys() for row in rows}
        known = self._archive_known_duplicates(keys.values())
        seen = duplicate_keys.Register()
        found = {}
        for row in rows:
            matches = []
            if row.changed & {name for names in KEY_FIELDS.values() for name in names}:
                mine = row.target.id
                existing = known.find(keys[row], skip=lambda partner_id: partner_id == mine)  # noqa: B023
                earlier = seen.find(keys[row], skip=lambda other: mine and other.target.id == mine)  # noqa: B023
                matches = [match for match in (existing, earlier) if match and row.changed & {*KEY_FIELDS[match[0]]}]
            if matches:
                found[row] = matches[0]
            else:
                seen.add(row, keys[row])  # a duplicate has no duplicates: what it is compared with stays in the file
        self._archive_import_refuse_duplicates(found)

    def _archive_duplicate_keys(self):
        """What tells the customer from others, for tools/duplicate_keys.py."""
        registry = self.company_registry or ""
        return duplicate_keys.keys(
            name=self.name,
            is_company=self.is_company,
            # A credit code is often entered there; other registry numbers are unique within their country only.
            codes=[self.vat, registry if len(registry) == USCC_LENGTH else None],
            phone=self.phone,
            email=self.email,
        )

    @api.model
    def _archive_known_duplicates(self, entries):
        """A duplicate_keys.Register of the existing customers that could be one of ``entries``, labelled by id."""
        codes = {code for entry in entries for code in entry.codes}
        names = {key if kind == "name" else key[0] for entry in entries for kind, key in entry.by_kind.items()}
        self.flush_model(["name", "vat", "company_registry", "parent_id", "is_company"])
        found = self.env.execute_query(
            SQL(
                """
                SELECT id FROM res_partner WHERE vat = ANY(%(codes)s)
                UNION
                SELECT id FROM res_partner WHERE company_registry = ANY(%(codes)s)
                UNION
                SELECT id FROM res_partner WHERE %(name_key)s = ANY(%(names)s) AND (parent_id IS NULL OR is_company)
                """,
                codes=[*codes, *(f"CN{code}" for code in codes)],
                names=list(names),
                name_key=SQL(duplicate_keys.name_key_sql("name")),
            )
        )
        register = duplicate_keys.Register()
        # sudo: the existence of a customer is told to whoever enters it again, nothing else (see _archive_known_as)
        partners = self.sudo().browse(sorted(partner_id for [partner_id] in found))
        for partner in partners:
            if partner.partner_share and (partner.is_company or not partner.parent_id):
                register.add(partner.id, partner._archive_duplicate_keys())
        return register

    def _archive_import_refuse_duplicates(self, found):
        """Put the sentences into the rows: {row: (kind, the earlier row or the id of the existing customer)}."""
        ids = {other for _kind, other in found.values() if isinstance(other, int)}
        readable = set(self.browse(ids)._filtered_access("read").ids)
        for row, (kind, other) in found.items():
            same = self._archive_same(kind, row.partner)
            if isinstance(other, int):
                sentence = self.browse(other)._archive_known_as(same, other in readable)
            else:
                sentence = self.env._(
                    "duplicate of row %(row)s (%(name)s): same %(same)s. Remove one of the two rows.",
                    row=other.number,
                    name=other.partner.name or "",
                    same=same,
                )
            columns = [name for name in KEY_FIELDS[kind] if name in row.changed]
            row.refuse(columns[0], sentence, kind="duplicate")

    def _archive_same(self, kind, partner):
        _ = self.env._
        return {
            "code": _("Unified Social Credit Code") if partner.is_company else _("identity or tax number"),
            "phone": _("name and phone number"),
            "email": _("name and e-mail address"),
            "name": _("name"),
        }[kind]

    def _archive_known_as(self, same, readable):
        """The sentence that says of whom a row is a duplicate.

        Of a customer whom the user may not read: that it exists, the archive number and the account manager.
        """
        _ = self.env._
        partner = self.sudo()  # number and account manager may be told to everyone who enters the customer again
        about = {
            "number": partner.archive_number or "",
            "owner": partner.archive_id.owner_id.name or _("nobody"),
            "same": same,
        }
        if readable:
            about["name"] = partner.name or ""
        if readable and partner.archive_id:
            return _(
                "duplicate of %(number)s %(name)s, account manager %(owner)s: same %(same)s. "
                "Remove the row, or give that customer's External ID in it to update the customer.",
                **about,
            )
        if readable:
            return _(
                "duplicate of the contact %(name)s, who has no archive: same %(same)s. "
                "Remove the row, or give that contact's External ID in it to open the archive for the contact.",
                **about,
            )
        if partner.archive_id:
            return _(
                "duplicate of a customer that you may not see, archive number %(number)s, "
                "account manager %(owner)s: same %(same)s. Remove the row and ask the account manager.",
                **about,
            )
        return _(
            "duplicate of a contact that you may not see: same %(same)s. Remove the row and ask an archivist.", **about
        )

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
