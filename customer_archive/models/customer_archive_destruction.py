"""The register of everything that was destroyed (product.md R7): one entry for each archive, for ever."""

import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.context import without_defaults
from ..tools.destruction import BEGINNING, canonical, digest, entry_of, sealed
from ..tools.fixity import sha256_of_bytes
from .customer_archive import GOVERNED

TABLE = "customer_archive_destruction"
VERSION = 1


class CustomerArchiveDestruction(models.Model):
    """One entry. Nothing here is ever changed or deleted, in plain SQL neither: a trigger refuses it.

    ``entry`` is the text that counts, the canonical JSON of this object; the other columns repeat parts of it for lists
    and searches. It has no personal data of customers; of users it has the names that they had then::

        {"v": 1, "seq": 7, "prev": hash of entry 6,       # numbered without gaps, each bound to the one before
         "kind": "data" or "paper",                       # the paper of an archive has an entry of its own, later on
         "archive_id": 5, "number": "C01-KH.QY-2026-0001",
         "merged": [{"archive_id": 9, "number": "…"}],    # archives that had been merged into it, which go with it
         "company_id": 1, "fonds": "C01", "company": "…", "category": "KH.QY",
         "category_name": "…", "level": "internal",
         "opened_on": "2026-01-01", "closed_on": "2027-01-01" or null,
         "list": "XH-2026-0001", "place": 3, "list_hash": "…",   # null and 0 without a disposal list
         "basis": "…", "period": "…", "minimum_on": "2031-01-01" or null,
         "requester": "…", "appraisers": ["…"], "approvers": ["…"], "witnesses": ["…"], "carried_out_by": "…",
         "listed_on": "…", "approved_at": "2031-02-01T08:00:00Z", "destroyed_at": "2031-02-10T08:00:00Z",
         "method": "erase" or how the paper was destroyed,
         "paper": null, or {"method", "place", "contractor", "date", "photos": [SHA-256]},
         "counts": {model: rows}, "stayed": [{"model", "label", "count", "why"}], "files": [SHA-256],
         "residue": [{"model", "column", "count"}], "result_digest": "…"}

    The exported register (``_export_path``) has a line for each entry: the same object with a member ``hash``, the
    SHA-256 over ``entry``. ``tools/destruction.py`` checks such a file without a database. After a restore from a
    backup ``_lines_to_repeat`` names the entries of kind ``data`` that the database does not know; when their archives
    have been destroyed again, ``_restore`` takes the lines into the register as they are.
    """

    _name = "customer.archive.destruction"
    _description = "Destroyed Archive"
    _order = "seq desc"
    _rec_name = "number"
    _log_access = False  # whoever did it stands in the entry; users come and go

    seq = fields.Integer("No.", required=True, readonly=True)
    kind = fields.Selection([("data", "Data"), ("paper", "Paper")], required=True, readonly=True, default="data")
    archive_id = fields.Many2one("customer.archive", "Archive", readonly=True, ondelete="restrict", index=True)
    number = fields.Char("Archive Number", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", "Fonds", required=True, readonly=True, ondelete="restrict")
    category_name = fields.Char("Category", readonly=True)
    opened_on = fields.Date("Opened", readonly=True)
    closed_on = fields.Date("Closed", readonly=True)
    disposal_id = fields.Many2one(
        "customer.archive.disposal", "Disposal List", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    list_number = fields.Char("Number of the List", readonly=True)
    place = fields.Integer("Place in the List", readonly=True)
    basis = fields.Char("Basis of the Destruction", readonly=True)
    period = fields.Char("Period to Be Kept", readonly=True)
    requester = fields.Char("Requested by", readonly=True)
    appraisers = fields.Char("Appraised by", readonly=True)
    approvers = fields.Char("Approved by", readonly=True)
    witnesses = fields.Char("Witnessed by", readonly=True)
    carried_out_by = fields.Char("Carried out by", readonly=True)
    destroyed_at = fields.Datetime("Destroyed", required=True, readonly=True, index=True)
    method = fields.Char(readonly=True)
    stayed_count = fields.Integer("Records That Stayed", readonly=True)
    residue_count = fields.Integer("Residue Found", readonly=True)
    entry = fields.Text(required=True, readonly=True, help="The text that the hash is taken of.")
    prev_hash = fields.Char("Hash of the Entry before", required=True, readonly=True)
    hash = fields.Char(required=True, readonly=True)

    _seq_unique = models.UniqueIndex("(seq)", "The register has this entry already.")
    _data_once = models.UniqueIndex(
        "(archive_id) WHERE kind = 'data' AND archive_id IS NOT NULL", "The archive is in the register already."
    )

    # -- nothing changes -----------------------------------------------------------------------------------------

    def init(self):
        """The database itself refuses changes, whoever asks."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION customer_archive_destruction_kept() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'The register of destroyed archives is kept for ever: nothing in it is changed.'
                    USING ERRCODE = 'restrict_violation';
            END $$ LANGUAGE plpgsql
            """
        )
        self._remove_triggers()
        self.env.cr.execute(
            """
            CREATE TRIGGER customer_archive_destruction_kept BEFORE UPDATE OR DELETE ON customer_archive_destruction
                FOR EACH ROW EXECUTE FUNCTION customer_archive_destruction_kept();
            CREATE TRIGGER customer_archive_destruction_emptied BEFORE TRUNCATE ON customer_archive_destruction
                FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_destruction_kept()
            """
        )

    @api.model
    def _remove_triggers(self):
        """Before the register itself is replaced or goes with the addon."""
        self.env.cr.execute(
            """
            DROP TRIGGER IF EXISTS customer_archive_destruction_kept ON customer_archive_destruction;
            DROP TRIGGER IF EXISTS customer_archive_destruction_emptied ON customer_archive_destruction
            """
        )

    def _refuse_changes(self):
        raise UserError(self.env._("The register of destroyed archives is kept for ever: nothing in it is changed."))

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(
                self.env._("Entries of the register of destroyed archives are written by the destruction itself.")
            )
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super  # refused
        self._refuse_changes()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        self._refuse_changes()

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        self._refuse_changes()

    # -- entries -------------------------------------------------------------------------------------------------

    @api.model
    def _record(self, archive, line=None, result=None):
        """Enter a destroyed archive; called within the transaction that destroys it. Marks ``line`` as done.

        :param archive: the archive, whose number and category are still there
        :param line: the line of the disposal list, or nothing
        :param result: what ``_destroy`` returns, see there
        :return: the entry; the one that is there already where the archive was entered before
        """
        archive.ensure_one()
        register = self.sudo()  # entered by the step that destroys; whoever may do it has been asked
        found = register.search([("archive_id", "=", archive.id), ("kind", "=", "data")])
        if not found:
            found = register._append(
                {
                    **register._values_of_archive(archive.sudo()),  # as above
                    **register._values_of_line(line),
                    **register._values_of_result(result or {}),
                    "kind": "data",
                    "method": "erase",
                    "paper": None,
                },
                disposal=line and line.disposal_id,
            )
        if line:
            line._mark_done(found)
        return found

    @api.model
    def _record_paper(self, line):
        """Enter how the paper of a destroyed archive was destroyed, with what the list says of it."""
        register, row = self.sudo(), line.disposal_id.sudo()  # the step of an archivist, who was asked
        data = line.destruction_id.sudo()._contents()  # as above
        label = dict(row._fields["paper_method"]._description_selection(self.env))[row.paper_method]
        kept = (
            "archive_id",
            "number",
            "merged",
            "company_id",
            "company",
            "fonds",
            "category",
            "category_name",
            "level",
        )
        return register._append(
            {
                **{name: data[name] for name in (*kept, "opened_on", "closed_on")},
                **line._register_values(),
                **register._values_of_result({}),
                "destroyed_at": f"{fields.Date.to_string(row.paper_date)}T00:00:00Z",
                "kind": "paper",
                "method": label,
                "paper": {
                    "method": row.paper_method,
                    "place": row.paper_place,
                    "contractor": row.paper_contractor or "",
                    "date": fields.Date.to_string(row.paper_date),
                    "photos": sorted(sha256_of_bytes(photo.raw or b"") for photo in row.paper_photo_ids),
                },
            },
            disposal=row,
        )

    @api.model
    def _append(self, values, disposal=None):
        """Number the entry, bind it to the one before, and keep it. Two at once: the later one starts anew."""
        seq = int(self.env["ir.sequence"].next_by_code("customer.archive.destruction"))
        before = self.search([("seq", "=", seq - 1)], limit=1)
        entry = {**values, "v": VERSION, "seq": seq, "prev": before.hash or BEGINNING}
        row = self._insert(entry, disposal)
        row._export_after_commit()
        return row

    @api.model
    def _insert(self, entry, disposal=None):
        clean = self.with_context(without_defaults(self.env.context), archive_governed=GOVERNED)
        known = self.env["customer.archive"].browse(entry["archive_id"]).exists()
        return clean.create(
            {
                "seq": entry["seq"],
                "kind": entry["kind"],
                "archive_id": known.id,
                "number": entry["number"],
                "company_id": entry["company_id"],
                "category_name": entry["category_name"],
                "opened_on": entry["opened_on"],
                "closed_on": entry["closed_on"],
                "disposal_id": disposal.id if disposal else False,
                "list_number": entry["list"],
                "place": entry["place"],
                "basis": entry["basis"],
                "period": entry["period"],
                "requester": entry["requester"],
                **{name: ", ".join(entry[name]) for name in ("appraisers", "approvers", "witnesses")},
                "carried_out_by": entry["carried_out_by"],
                "destroyed_at": entry["destroyed_at"].replace("T", " ").rstrip("Z"),
                "method": entry["method"],
                "stayed_count": sum(row.get("count", 0) for row in entry["stayed"]),
                "residue_count": sum(row.get("count", 0) for row in entry["residue"]),
                "entry": canonical(entry),
                "prev_hash": entry["prev"],
                "hash": digest(entry),
            }
        ).with_env(self.env)

    @api.model
    def _values_of_archive(self, archive):
        merged = archive.search([("merged_into_id", "child_of", archive.ids), ("id", "!=", archive.id)])
        return {
            "archive_id": archive.id,
            "number": archive.number,
            "merged": [{"archive_id": row.id, "number": row.number} for row in merged.sorted("id")],
            "company_id": archive.company_id.id,
            "company": archive.company_id.name,
            "fonds": archive.company_id.archive_fonds_code or "",
            "category": archive.category_id.code,
            "category_name": archive.category_id.name,
            "level": archive.level,
            "opened_on": fields.Date.to_string(archive.opened_on),
            "closed_on": fields.Date.to_string(archive.closed_on) or None,
            "destroyed_at": _moment(fields.Datetime.now()),
        }

    @api.model
    def _values_of_line(self, line):
        if not line:
            return {
                **dict.fromkeys(("list", "list_hash", "minimum_on", "listed_on", "approved_at"), None),
                **dict.fromkeys(("basis", "period", "requester", "carried_out_by"), ""),
                **{name: [] for name in ("appraisers", "approvers", "witnesses")},
                "place": 0,
            }
        return line._register_values()

    @api.model
    def _values_of_result(self, result):
        return {
            "counts": result.get("counts") or {},
            "stayed": [
                {name: row.get(name) for name in ("model", "label", "count", "why")}
                for row in result.get("stayed") or []
            ],
            "files": sorted(result.get("sha256s") or []),
            "residue": _only(result.get("residue"), "model", "column", "count"),
            "result_digest": result.get("digest") or "",
        }

    def _contents(self):
        """The entry as a dictionary."""
        self.ensure_one()
        return json.loads(self.entry)

    def _line(self):
        """The line of the exported register."""
        return sealed(self._contents())

    # -- after a restore -----------------------------------------------------------------------------------------

    @api.model
    def _lines_to_repeat(self, lines):
        """The entries of an exported register that this database does not know, with their lines: [(entry, line)].

        :raise ValueError: where a line was changed, or the database has another entry in its place
        """
        rows = self.env.execute_query(SQL("SELECT seq, hash FROM %s", SQL.identifier(self._table)))
        known = dict(rows)
        missing = []
        for line in lines:
            if not line.strip():
                continue
            entry, own = entry_of(line)
            if known.get(entry["seq"], own) != own:
                raise ValueError(f"entry {entry['seq']} is another one in the database")
            if entry["seq"] not in known:
                missing.append((entry, line.strip()))
        return missing

    @api.model
    def _restore(self, lines):
        """Take lines of an exported register into this one, as they are: after a restore from a backup.

        :raise ValueError: where a line was changed or does not follow from the one before
        """
        register = self.sudo()  # called by the command of whoever runs the server
        rows = register.browse()
        for entry, _line in register._lines_to_repeat(lines):
            before = register.search([("seq", "=", entry["seq"] - 1)])
            if (before.hash or BEGINNING) != entry["prev"]:
                raise ValueError(f"entry {entry['seq']} does not follow from the one before")
            disposal = register.env["customer.archive.disposal"].search([("name", "=", entry["list"] or "")], limit=1)
            rows |= register._insert(entry, disposal)
        if rows:
            register._number_from(max(rows.mapped("seq")) + 1)
        return rows

    @api.model
    def _number_from(self, seq):
        sequence = self.env.ref("customer_archive.sequence_destruction")
        if sequence.number_next < seq:
            sequence.number_next = seq

    # -- is it all there -----------------------------------------------------------------------------------------

    @api.model
    def _first_broken(self):
        """The number of the first entry that is missing or was changed in the database; 0 when all is sound."""
        last = BEGINNING
        rows = self.env.execute_query(
            SQL("SELECT seq, prev_hash, hash, entry FROM %s ORDER BY seq", SQL.identifier(self._table))
        )
        for place, (seq, prev, own, entry) in enumerate(rows, 1):
            contents = json.loads(entry)
            if seq != place or prev != last or digest(contents) != own or contents["prev"] != prev:
                return place
            last = own
        return 0


def _moment(value):
    """A moment in UTC as text."""
    return value.replace(microsecond=0).isoformat() + "Z"


def _only(rows, *names):
    return [{name: row.get(name) for name in names} for row in rows or []]
