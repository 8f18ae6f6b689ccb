"""The timeline of a customer: what was said, signed and ordered, in one column, newest first.

Each kind of line has a source: a model, the day by which its records are sorted, and a method of the model that tells
how the lines look. Bridges add theirs in ``_archive_timeline_sources``. Records are searched with the reader's rights,
a page at a time from an index, so that ten thousand lines are as quick as fifty.
"""

from datetime import datetime, time
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

PAGE = 50
MOST = 200


class TimelineSource(NamedTuple):
    """Where the lines of one kind come from."""

    model: str
    domain: list  # which of its records are the customer's
    moment: str  # the Date or Datetime field by which they are sorted
    label: str  # what the kind is called
    icon: str  # name of a FontAwesome icon
    # Method of the model: {record id: {"title": …, "text": …, "who": …, "badge": …, "number": …, "icon": …}}. Only the
    # title is needed.
    describe: str = "_archive_timeline_lines"


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _archive_timeline_sources(self):
        """{kind: TimelineSource} for this customer, in the order in which lines of one moment stand."""
        archives = self.archive_id._with_merged()
        of_archives = [("archive_id", "in", archives.ids)]
        return {
            "log": TimelineSource(
                "customer.archive.contact.log", of_archives, "begin_at", self.env._("Contact Log"), "fa-comments-o"
            ),
            "document": TimelineSource(
                "customer.archive.document", of_archives, "date", self.env._("Documents"), "fa-file-text-o"
            ),
        }

    @api.readonly
    def archive_timeline(self, kinds=None, before=None, limit=PAGE):
        """One page of the customer's timeline, as the reader may see it.

        :param kinds: only these kinds of lines; all of them if empty
        :param before: what the former page returned as ``next``: where to go on
        :param limit: lines of the page, at most 200
        :returns: {"lines": […], "next": None or where the next page begins, "kinds": [{"kind", "label", "icon"}],
            "may_write": whether the reader may write into the contact log}
        """
        self.ensure_one()
        self.check_access("read")
        self._check_field_access(self._fields["archive_id"], "read")
        limit = min(max(int(limit), 1), MOST)
        sources = {
            kind: source
            for kind, source in (self._archive_timeline_sources() if self.archive_id else {}).items()
            if self.env[source.model].has_access("read")
        }
        found = []
        for place, (kind, source) in enumerate(sources.items()):
            if not kinds or kind in kinds:
                found += self._archive_timeline_page(place, kind, source, before, limit + 1)
        found.sort(key=lambda row: row[:1], reverse=True)  # keeps the kinds' order, and each kind's own
        page = found[:limit]
        last = page[-1] if len(found) > limit else None
        return {
            "lines": self._archive_timeline_show(page, sources),
            "next": last and {"at": fields.Datetime.to_string(last[0]), "place": last[1], "id": last[3].id},
            "kinds": [{"kind": kind, "label": s.label, "icon": s.icon} for kind, s in sources.items()],
            "may_write": self.env["customer.archive.contact.log"]._may_log(self.archive_id),
        }

    def _archive_timeline_page(self, place, kind, source, before, limit):
        """The newest records of one source: [(moment, place of the kind, kind, record)]."""
        model = self.env[source.model]
        domain = Domain(source.domain) & Domain(source.moment, "!=", False)
        if before:
            domain &= self._archive_timeline_before(model._fields[source.moment], place, before)
        records = model.search(domain, order=f"{source.moment} desc, id desc", limit=limit)
        return [(self._archive_moment(record[source.moment]), place, kind, record) for record in records]

    def _archive_timeline_before(self, field, place, before):
        """The domain of what comes after a line: older, or of the same moment and later in order."""
        try:
            moment = fields.Datetime.to_datetime(before["at"])
            last_place, last_id = int(before["place"]), int(before["id"])
            if not moment:
                raise ValueError(before)
        except (KeyError, TypeError, ValueError):
            raise UserError(self.env._("The timeline can't go on from there. Open the customer again.")) from None
        value = moment
        if field.type == "date":
            value = moment.date()
            if moment.time() != time.min:  # days stand at their beginning: all of this day come later
                return Domain(field.name, "<=", value)
        older = Domain(field.name, "<", value)
        if place < last_place:
            return older
        if place > last_place:
            return Domain(field.name, "<=", value)
        same = Domain(field.name, "=", value) & Domain("id", "<", last_id)
        return Domain(field.name, "<=", value) & (older | same)

    @api.model
    def _archive_moment(self, value):
        return value if isinstance(value, datetime) else datetime.combine(value, time.min)

    @api.model
    def _archive_timeline_show(self, page, sources):
        """What the widget shows of the records of a page."""
        looks = {}
        for kind, source in sources.items():
            records = self.env[source.model].browse([record.id for _m, _p, of, record in page if of == kind])
            if records:
                looks[kind] = getattr(records, source.describe)()
        return [
            {
                "kind": kind,
                "model": record._name,
                "id": record.id,
                "at": fields.Datetime.to_string(moment),
                "is_day": self.env[record._name]._fields[sources[kind].moment].type == "date",
                "icon": sources[kind].icon,
                **looks[kind].get(record.id, {}),
            }
            for moment, _place, kind, record in page
        ]


class CustomerArchiveContactLog(models.Model):
    _inherit = "customer.archive.contact.log"

    def _archive_timeline_lines(self):
        """What the customer's timeline shows of these lines."""
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        corrected = {
            log.id: lines.mapped("item_number")
            for log, lines in self.search([("corrects_id", "in", self.ids)], order="id").grouped("corrects_id").items()
        }
        return {
            log.id: {
                "title": log.subject,
                "text": log.summary or "",
                "who": log.user_id.name or "",
                "number": log.item_number,
                "icon": log.type_id.icon,
                "type": log.type_id.name,
                "direction": log.direction,
                "badge": outcomes.get(log.outcome, ""),
                "mood": log.sentiment or "",
                "next": log.next_on
                and {
                    "text": log.next_step or "",
                    "on": fields.Date.to_string(log.next_on),
                    "state": log.next_state,
                    "who": log.next_user_id.name or "",
                },
                "corrects": log.corrects_id.item_number or "",
                "corrected_by": ", ".join(corrected.get(log.id, [])),
            }
            for log in self
        }


class CustomerArchiveDocument(models.Model):
    _inherit = "customer.archive.document"

    def _archive_timeline_lines(self):
        """What the customer's timeline shows of these documents."""
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            document.id: {
                "title": document.name,
                "text": " ".join(
                    filter(
                        None,
                        (
                            document.contract_number,
                            document.amount and document.currency_id.format(document.amount),
                        ),
                    )
                ),
                "who": document.user_id.name or "",
                "number": document.item_number or "",
                "type": document.type_id.name,
                "badge": states.get(document.state, ""),
            }
            for document in self
        }
