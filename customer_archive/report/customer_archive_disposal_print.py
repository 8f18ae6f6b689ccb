"""The forms of a disposal on paper: 鉴定意见书, 销毁清册, 销毁证明 (product.md R5, R10).

Everything is read as the user who prints: customers whom the reader may not know stay masked, destroyed ones are empty.
"""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, format_datetime

from ..models.customer_archive_destruction_stub import READERS
from ..tools.destruction import digest
from . import customer_archive_document_print
from .customer_archive_print import EMPTY

# The columns of the list as archives practice has them; widths in per cent.
LIST_WIDTHS = (3, 12, 12, 4, 10, 5, 4, 9, 7, 13, 7, 8, 6)


class CustomerArchiveDisposalPrint(models.AbstractModel):
    _name = "customer.archive.disposal.print"
    _description = "Printed Forms of Disposals"
    _inherit = customer_archive_document_print.CustomerArchiveDocumentPrint._name

    @api.model
    def _selected_lists(self, docids):
        return self._selected("customer.archive.disposal", docids)

    @api.model
    def _cell(self, record, name, value):
        return {"label": record._fields[name]._description_string(self.env), "value": value or EMPTY}

    @api.model
    def _signature(self, title, names, when=None):
        return {"title": title, "name": ", ".join(filter(None, names)), "at": self._time(when) if when else ""}

    # -- 销毁清册 ----------------------------------------------------------------------------------------------

    @api.model
    def _list_columns(self):
        _ = self.env._
        titles = (
            _("No."),
            _("Archive Number"),
            _("Title of the Archive"),
            _("Year"),
            _("First and Last Date"),
            _("Level"),
            _("Pages"),
            _("Period to Be Kept"),
            _("Kept for"),
            _("Basis of the Destruction"),
            _("Way of Destruction"),
            _("Opinion of the Appraisal"),
            _("Remark"),
        )
        return list(zip(titles, LIST_WIDTHS, strict=True))

    @api.model
    def _listed(self, disposal):
        return disposal.line_ids.filtered(lambda line: not line.is_off)

    @api.model
    def _list_cells(self, line):
        remarks = [line.remark or ""]
        if line.left_reason:
            remarks.append(self.env._("not destroyed: %s", line.left_reason))
        return [
            str(line.place),
            line.number,
            line.title or EMPTY,
            line.year or EMPTY,
            line.dates or EMPTY,
            self._selection_label(line, "level"),
            str(line.pages or ""),
            line.period_due or EMPTY,
            line.period_kept or EMPTY,
            line.basis or EMPTY,
            self._selection_label(line, "method"),
            self._outcome(line),
            " · ".join(filter(None, remarks)),
        ]

    @api.model
    def _outcome(self, line):
        label = self._selection_label(line, "outcome") or EMPTY
        if line.keep_for_ever:
            return f"{label} ({self.env._('for ever')})"
        return f"{label} ({self._date(line.keep_until)})" if line.keep_until else label

    @api.model
    def _list_page(self, disposal):
        lines = self._listed(disposal)
        page = self._page(
            self.env._("Disposal List"),
            disposal,
            self._list_columns(),
            [self._list_cells(line) for line in lines],
            subtitle=f"{disposal.name}  {disposal.subject}",
            sums=self.env._(
                "%(count)s archives, %(destroy)s of them to be destroyed, %(pages)s pages",
                count=len(lines),
                destroy=len(lines.filtered(lambda line: line.outcome == "destroy")),
                pages=sum(lines.mapped("pages")),
            ),
        )
        return {**page, "signatures": self._list_signatures(disposal), "hash": disposal.list_hash or ""}

    @api.model
    def _list_signatures(self, disposal):
        _ = self.env._
        approval = disposal.approval_ids.filtered(lambda row: not row.is_void)
        votes = disposal.line_ids.vote_ids.filtered(lambda vote: not vote.is_void)
        found = [
            self._signature(_("Drafted by"), [disposal.requester_name], disposal.requested_at),
            self._signature(_("Appraisal group"), sorted(set(votes.mapped("user_name"))), disposal.submitted_at),
            self._signature(_("Approved by"), approval.mapped("user_name"), approval.approved_at),
        ]
        labels = dict(disposal.witness_ids._fields["role"]._description_selection(self.env))
        there = {witness.role: witness for witness in disposal.witness_ids}
        for role in ("first", "second", "it"):
            if role in there or role != "it":
                witness = there.get(role, disposal.witness_ids.browse())
                found.append(self._signature(labels[role], [witness.user_name], witness.authenticated_at))
        found.append(self._signature(_("Carried out by"), [disposal.carried_out_by_name], disposal.started_at))
        return found

    # -- 鉴定意见书 --------------------------------------------------------------------------------------------

    @api.model
    def _appraisal_page(self, disposal):
        _ = self.env._
        columns = [(_("No."), 5), (_("Archive Number"), 17), (_("Title of the Archive"), 17), (_("Appraiser"), 11)]
        columns += [(_("Opinion"), 10), (_("Reason"), 28), (_("Result"), 12)]
        cells = []
        for line in self._listed(disposal):
            cells += self._appraisal_cells(line)
        page = self._page(
            _("Appraisal Report"),
            disposal,
            columns,
            cells,
            subtitle=f"{disposal.name}  {disposal.subject}",
            note=disposal.note or "",
            sums=self._appraisal_sums(disposal),
        )
        votes = disposal.line_ids.vote_ids.filtered(lambda vote: not vote.is_void)
        names = sorted(set(votes.mapped("user_name"))) or [""]
        return {**page, "signatures": [self._signature(_("Appraiser"), [name]) for name in names], "hash": ""}

    @api.model
    def _appraisal_cells(self, line):
        """One row for each opinion; what the line is stands in the first."""
        first = [str(line.place), line.number, line.title or EMPTY]
        votes = line.vote_ids.filtered(lambda vote: not vote.is_void)
        rows = []
        for vote in votes or votes.browse([False]):
            opinion = self._selection_label(vote, "opinion") if vote else EMPTY
            rows.append(
                [
                    *(first if not rows else ("", "", "")),
                    vote.user_name or EMPTY,
                    opinion,
                    vote.reason or EMPTY,
                    self._outcome(line) if not rows else "",
                ]
            )
        return rows

    @api.model
    def _appraisal_sums(self, disposal):
        labels = dict(disposal.line_ids._fields["outcome"]._description_selection(self.env))
        groups = self._listed(disposal).grouped("outcome")
        return " · ".join(f"{labels[key]}: {len(groups[key])}" for key in labels if key in groups)

    # -- 销毁证明 ----------------------------------------------------------------------------------------------

    @api.model
    def _check_reader(self):
        if not (self.env.su or self.env.user.has_groups(READERS)):
            raise AccessError(
                self.env._("Certificates of destruction are printed by archivists, the management and auditors.")
            )

    @api.model
    def _certificate(self, entries, url, title):
        """One certificate of entries of the register."""
        contents = [entry._contents() for entry in entries]
        first, combined = contents[0], digest(entries.mapped("hash"))
        return {
            "fonds": first["company"],
            "number": title,
            "head": self._certificate_head(first, contents),
            "columns": self._certificate_columns(),
            "lines": [{"cells": self._certificate_cells(*pair)} for pair in zip(entries, contents, strict=True)],
            "stayed_columns": [
                (self.env._("Archive Number"), 25),
                (self.env._("What Stayed"), 25),
                (self.env._("Count"), 10),
                (self.env._("Why"), 40),
            ],
            "stayed": [
                {"cells": [entry["number"], row["label"] or row["model"], str(row["count"]), row["why"] or EMPTY]}
                for entry in contents
                for row in entry["stayed"]
            ],
            "residue": sum(row["count"] or 0 for entry in contents for row in entry["residue"]),
            "files": sum(len(entry["files"]) for entry in contents),
            "hash": combined,
            "qr": self._qr_image(f"{url}#{combined}"),
            "signatures": self._certificate_signatures(first),
            "left": [],
        }

    @api.model
    def _certificate_head(self, first, contents):
        _ = self.env._
        paper = next((entry["paper"] for entry in contents if entry["paper"]), None)

        def cell(label, value):
            return {"label": label, "value": value or EMPTY}

        def names(key):
            return ", ".join(first[key])

        rows = [
            [cell(_("Disposal List"), first["list"]), cell(_("Archives Destroyed"), self._count_of(contents))],
            [cell(_("Requested by"), first["requester"]), cell(_("Appraised by"), names("appraisers"))],
            [
                cell(_("Approved by"), names("approvers")),
                cell(_("Approved on"), self._utc(first["approved_at"])),
            ],
            [
                cell(_("Witnessed by"), names("witnesses")),
                cell(_("Carried out by"), first["carried_out_by"]),
            ],
            [cell(_("Way of Destruction"), self._ways(paper))],
            [cell(_("Hash of the Approved List"), first["list_hash"])],
        ]
        return rows

    @api.model
    def _count_of(self, contents):
        return str(len({entry["archive_id"] for entry in contents}))

    @api.model
    def _ways(self, paper):
        _ = self.env._
        data = _("Data erased from the database and the file store; what remained was searched for afterwards.")
        if not paper:
            return data
        methods = dict(self.env["customer.archive.disposal"]._fields["paper_method"]._description_selection(self.env))
        return (
            data
            + " "
            + _(
                "Paper: %(method)s on %(date)s, %(place)s, %(contractor)s; photos: %(photos)s.",
                method=methods.get(paper["method"], paper["method"]),
                date=format_date(self.env, paper["date"]),
                place=paper["place"],
                contractor=paper["contractor"] or EMPTY,
                photos=len(paper["photos"]),
            )
        )

    @api.model
    def _utc(self, moment):
        if not moment:
            return EMPTY
        return format_datetime(self.env, moment.replace("T", " ").rstrip("Z"), tz=self.env.user.tz or "UTC")

    @api.model
    def _certificate_columns(self):
        _ = self.env._
        return [
            (_("Entry"), 6),
            (_("Archive Number"), 19),
            (_("Category"), 11),
            (_("Basis of the Destruction"), 22),
            (_("Destroyed"), 12),
            (_("Hash of the Entry"), 30),
        ]

    @api.model
    def _certificate_cells(self, entry, contents):
        kind = "" if entry.kind == "data" else f" ({self._selection_label(entry, 'kind')})"
        return [
            str(entry.seq),
            contents["number"] + kind,
            contents["category_name"],
            contents["basis"] or EMPTY,
            self._utc(contents["destroyed_at"]) if entry.kind == "data" else self._date(entry.destroyed_at.date()),
            entry.hash,
        ]

    @api.model
    def _certificate_signatures(self, first):
        _ = self.env._
        found = [self._signature(_("Witness"), [name]) for name in first["witnesses"]]
        found.append(self._signature(_("Carried out by"), [first["carried_out_by"]]))
        found.append(self._signature(_("Approved by"), first["approvers"]))
        return found


class ReportDisposalList(models.AbstractModel):
    _name = "report.customer_archive.report_disposal_list"
    _description = "Disposal List on Paper"
    _inherit = "customer.archive.disposal.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        lists = self._selected_lists(docids)
        return self._page_values(lists, [self._list_page(row) for row in lists], data)


class ReportDisposalAppraisal(models.AbstractModel):
    _name = "report.customer_archive.report_disposal_appraisal"
    _description = "Appraisal Report on Paper"
    _inherit = "customer.archive.disposal.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        lists = self._selected_lists(docids)
        return self._page_values(lists, [self._appraisal_page(row) for row in lists], data)


class ReportDisposalCertificate(models.AbstractModel):
    _name = "report.customer_archive.report_disposal_certificate"
    _description = "Certificate of Destruction of a List on Paper"
    _inherit = "customer.archive.disposal.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        self._check_reader()
        lists = self._selected_lists(docids)
        return self._page_values(lists, [self._of_list(row) for row in lists], data)

    @api.model
    def _of_list(self, disposal):
        entries = self.env["customer.archive.destruction"].search([("disposal_id", "=", disposal.id)], order="seq")
        if not entries:
            raise UserError(
                self.env._("%s has destroyed nothing yet: there is no certificate to print.", disposal.name)
            )
        url = f"{disposal.get_base_url()}/odoo/disposal-lists/{disposal.id}"
        left = disposal.line_ids.filtered(lambda line: not line.is_off and not line.destruction_id)
        return {
            **self._certificate(entries, url, disposal.name),
            "left": [f"{line.number}: {line.left_reason or self._outcome(line)}" for line in left],
        }


class ReportDestructionCertificate(models.AbstractModel):
    _name = "report.customer_archive.report_destruction_certificate"
    _description = "Certificate of Destruction of an Archive on Paper"
    _inherit = "customer.archive.disposal.print"

    @api.model
    def _get_report_values(self, docids, data=None):
        self._check_reader()
        entries = self._selected("customer.archive.destruction", docids)
        pages = []
        for entry in entries:
            own = entry.search([("number", "=", entry.number), ("company_id", "=", entry.company_id.id)], order="seq")
            url = f"{self.get_base_url()}/odoo/destroyed-archives/{entry.id}"
            pages.append(self._certificate(own, url, entry.number))
        return self._page_values(entries, pages, data)


class CustomerArchiveDisposalSheet(models.Model):
    _inherit = "customer.archive.disposal"

    def action_xlsx(self):
        """The list as a spreadsheet. It is made when it is fetched: no copy of customers' names stays anywhere."""
        self.ensure_one()
        self._check_may_export()
        return {"type": "ir.actions.act_url", "url": f"/customer_archive/disposal/{self.id}.xlsx", "target": "self"}

    def _check_may_export(self):
        self.check_access("read")
        if not self.env.user.has_group("base.group_allow_export"):
            raise AccessError(
                self.env._("You may print the list, but not export it. Ask an administrator for that right.")
            )

    def _xlsx(self):
        """The content of the spreadsheet."""
        self._check_may_export()
        page = self.env["customer.archive.disposal.print"]._list_page(self)
        signed = [{"cells": ["", row["title"], row["name"], "", row["at"]]} for row in page["signatures"]]
        return self.env["customer.archive.register.print"]._workbook({**page, "lines": page["lines"] + signed})
