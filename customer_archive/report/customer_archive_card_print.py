"""The archive card on paper (product.md R10)."""

from odoo import api, fields, models
from odoo.tools import format_date, formatLang, html2plaintext

from .customer_archive_print import EMPTY

# Shown as one address, whatever the category asks for.
ADDRESS_FIELDS = {"street", "street2", "city", "state_id", "zip", "country_id"}

# Fields whose values are long: a line of their own.
WIDE_FIELDS = {"name", "card_legal_name", "address", "category_id", "card_relation_reason"}


class CustomerArchiveCardPrint(models.AbstractModel):
    """The card's content as text. Bridges extend ``_section_fields`` and ``_section_table``."""

    _name = "customer.archive.card.print"
    _description = "Printed Archive Card"
    _inherit = "customer.archive.print"

    @api.model
    def _card_values(self, archives, data):
        return {
            "zoom": self._zoom(data),
            "cards": [self._card(archive) for archive in archives],
            "printed": self.env._(
                "Printed on %(date)s by %(name)s",
                date=format_date(self.env, fields.Date.context_today(self)),
                name=self.env.user.name,
            ),
        }

    @api.model
    def _card(self, archive):
        values = self._common_values(archive)
        values["completeness"] = archive.completeness
        values["head"] = self._rows(self._head_cells(archive))
        values["sections"] = self._sections(archive)
        return values

    @api.model
    def _head_cells(self, archive):
        cells = [self._cell(archive, name) for name in ("category_id", "level", "state", "company_id")]
        cells += [self._cell(archive, name) for name in ("owner_id", "team_id", "opened_on", "completeness")]
        cells[0]["wide"] = False
        cells[-1]["value"] = self.env._("%s %%", archive.completeness)
        if archive.closed_on:
            cells.append(self._cell(archive, "closed_on"))
        if archive.merged_into_id:
            cells.append(self._cell(archive, "merged_into_id"))
        return cells

    # -- sections ---------------------------------------------------------------------------------------

    @api.model
    def _sections(self, archive):
        """The sections that the category shows and that have something to print, in the card's order."""
        result = []
        for section in archive.category_id.section_ids.sorted():
            cells = self._section_cells(archive, section.code)
            table = self._section_table(archive, section.code)
            if cells or table:
                score = (archive.section_scores or {}).get(section.code)
                result.append(
                    {
                        "code": section.code,
                        "name": section.name,
                        "score": self.env._("Completeness %s %%", score) if score is not None else "",
                        "rows": self._rows(cells),
                        "table": table,
                    }
                )
        return result

    @api.model
    def _section_fields(self, partner):
        """The customer's fields in each section: {section code: [field name, …]}. Extension point.

        What the category asks for beyond these is added, and fields that it lists elsewhere are moved
        (``_section_names``).
        """
        relation = ["category_id", "card_relation", "card_relation_since", "card_relation_reason"]
        relation += ["card_source", "card_source_note"]
        contact = ["address", "phone", "email", "website"]
        if partner.is_company:
            company = [
                "industry_id",
                "card_size",
                "card_group_id",
                "card_founded_on",
                "card_listing",
                "card_stock_code",
            ]
            return {
                "basic": ["name", "card_legal_name", *contact, *company, *relation],
                "licence": ["vat", "company_registry"],
            }
        person = ["card_preferred_name", "card_gender", "card_birth_date", "card_birth_calendar", "card_occupation"]
        return {"basic": ["name", *person, *contact, *relation]}

    @api.model
    def _section_cells(self, archive, code):
        if code == "custody":
            return self._custody_cells(archive)
        partner = archive.partner_id
        if not partner:
            return []  # merged or destroyed: the customer's data are no longer here
        items = self.env["customer.archive.category.item"]._items_for(archive.category_id.id, partner.is_company)
        return [
            self._cell(partner, name, items)
            for name in self._section_names(partner, code, items)
            if name == "address" or partner._has_field_access(partner._fields[name], "read")
        ]

    @api.model
    def _section_names(self, partner, code, items):
        """The fields to print in a section: the usual ones, less what the category lists in another, plus its own."""
        place = {item.field: item.section for item in items}
        names = [name for name in self._section_fields(partner).get(code, ()) if place.get(name, code) == code]
        elsewhere = {"user_id", *ADDRESS_FIELDS}  # in the head, in the address
        asked = [item.field for item in items if item.section == code and item.field not in elsewhere]
        return list(dict.fromkeys(names + [name for name in asked if partner._fields[name].type != "one2many"]))

    @api.model
    def _custody_cells(self, archive):
        color, color_name = self._bag_color(archive)
        former = archive.number_ids.filtered(lambda number: number.kind == "alias").mapped("name")
        return [
            self._cell(archive, "box"),
            self._cell(archive, "shelf"),
            {"label": self.env._("Bag Color"), "value": color_name, "color": color},
            {"label": self.env._("Former Numbers"), "value": ", ".join(former) or EMPTY},
            {**self._cell(archive, "remark"), "wide": True},
        ]

    @api.model
    def _section_table(self, archive, code):
        """The lines of a section: {"columns": [(title, width in %)], "lines": [{"cells": […], "mark": …}]} or None."""
        if code == "people" and archive.partner_id:
            return self._people_table(archive.partner_id.card_key_contact_ids)
        if code == "needs" and archive.partner_id:
            return self._needs_table(archive.partner_id.card_preference_ids)
        if code == "documents":
            return self._documents_table(archive)
        return None

    @api.model
    def _documents_table(self, archive):
        """What is filed; none where nothing is."""
        documents = archive.document_ids.filtered("item_sequence").sorted("item_sequence")
        if not documents:
            return None
        widths = {"item_number": 9, "type_id": 14, "name": 33, "date": 12, "valid_until": 12, "state": 10, "pages": 10}
        columns = [(documents._fields[name]._description_string(self.env), width) for name, width in widths.items()]
        lines = [{"cells": [self._text(document, name) or EMPTY for name in widths]} for document in documents]
        return self._table_of(columns, lines)

    @api.model
    def _people_table(self, lines):
        _ = self.env._
        widths = {"role": 12, "attitude": 12, "strength": 11, "remark": 17}
        columns = [(_("Name"), 14), (_("Position"), 14), (_("Phone"), 20)]
        columns += [(lines._fields[name]._description_string(self.env), width) for name, width in widths.items()]
        return self._table_of(columns, [self._person_line(line) for line in lines])

    @api.model
    def _person_line(self, line):
        person = self._readable(line.contact_id)
        cells = [self._person_name(line.contact_id), person.function, person.phone]
        cells += [self._text(line, field) for field in ("role", "attitude", "strength", "remark")]
        return {"cells": [cell or EMPTY for cell in cells]}

    @api.model
    def _needs_table(self, lines):
        widths = {"kind": 13, "subject": 27, "noted_on": 12, "said_by_id": 12}
        widths |= {"source": 12, "confirmed_on": 12, "stale_on": 12}
        columns = [(lines._fields[name]._description_string(self.env), width) for name, width in widths.items()]
        return self._table_of(columns, [self._need_line(line, widths) for line in lines])

    @api.model
    def _need_line(self, line, names):
        texts = {name: self._text(line, name) for name in names}
        if line.said_by_id:
            texts["said_by_id"] = self._person_name(line.said_by_id)
        return {
            "cells": [texts[name] or EMPTY for name in names],
            "mark": self.env._("Stale") if line.is_stale else "",
        }

    @api.model
    def _person_name(self, person):
        """Without the customer's name, which stands above."""
        return self._readable(person).name or self.env._("(not open to you)")

    @api.model
    def _table_of(self, columns, lines):
        return {"columns": columns, "lines": lines or [{"cells": [EMPTY] * len(columns)}]}

    # -- cells ------------------------------------------------------------------------------------------

    @api.model
    def _cell(self, record, name, items=()):
        if name == "address":
            lines = [" ".join(line.split()) for line in record._display_address(without_company=True).splitlines()]
            label, value = self.env._("Address"), ", ".join(filter(None, (line.strip(" ,") for line in lines)))
        else:
            label, value = record._fields[name]._description_string(self.env), self._text(record, name)
        if any(item.field == name and item.check_kind == "uscc" for item in items):
            label = self.env._("Unified Social Credit Code")
        wide = name in WIDE_FIELDS or len(value) > 60
        return {"name": name, "label": label, "value": value or EMPTY, "wide": wide}

    @api.model
    def _text(self, record, name):
        """The value of a field as text in the user's language, empty if there is none."""
        field, value = record._fields[name], record[name]
        if field.relational:
            return self._record_label(value)
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type in ("integer", "float", "monetary"):
            return formatLang(self.env, value, digits=0 if field.type == "integer" else 2) if value else ""
        if not value:
            return ""
        if field.type == "selection":
            return self._selection_label(record, name)
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "datetime":
            return format_date(self.env, fields.Datetime.context_timestamp(self, value).date())
        return html2plaintext(value) if field.type == "html" else str(value)

    @api.model
    def _rows(self, cells):
        """Cells in rows of two; a wide one has a row of its own."""
        rows, row = [], []
        for cell in cells:
            if row and (cell.get("wide") or len(row) == 2):
                rows.append(row)
                row = []
            row.append(cell)
            if cell.get("wide"):
                rows.append(row)
                row = []
        return rows + [row] if row else rows


class ReportArchiveCard(models.AbstractModel):
    _name = "report.customer_archive.report_archive_card"
    _description = "Archive Card of Archives"
    _inherit = "customer.archive.card.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        archives = self._archives_to_print("customer.archive", docids)
        return {"docs": archives, **self._card_values(archives, data)}


class ReportPartnerArchiveCard(models.AbstractModel):
    _name = "report.customer_archive.report_partner_archive_card"
    _description = "Archive Card of Customers"
    _inherit = "customer.archive.card.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        archives = self._archives_to_print("res.partner", docids)
        return {"docs": archives.partner_id, **self._card_values(archives, data)}
