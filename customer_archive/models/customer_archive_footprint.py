"""The footprint of a customer: everything that its data are in, and what destruction will do to each (product.md R6).

Found in the same way in which it is destroyed afterwards. It holds numbers of rows only, no values, so it stays with
the disposal list as what was known before.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.destroy import CARD, EMPTY, ERASE, KEEP, MENTION, STUB
from .customer_archive_access import Link
from .customer_archive_destroy_edges import ENGINE

READERS = "customer_archive.group_archivist"
FOUND = "found"
SHARED = "shared"
FATES = [
    (ERASE, "Deleted"),
    (CARD, "Emptied: the Customer's Own Rows"),
    (EMPTY, "Emptied: Something Kept Names It"),
    (MENTION, "Cut Loose: It Belongs to Somebody Else"),
    (FOUND, "Blotted Out: a Text with a Value"),
    (SHARED, "Stays: Another Customer's Own Value"),
    (STUB, "Stays: the Stub"),
    (KEEP, "Stays: by Law"),
]


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _customer_links(self):
        link = Link("archive_id", to="archive", custody=True)
        return {**super()._customer_links(), "customer.archive.footprint": link}


class CustomerArchiveFootprint(models.Model):
    """One kind of place. Written by the engine only; made anew whenever somebody asks."""

    _name = "customer.archive.footprint"
    _description = "Footprint of a Customer"
    _order = "archive_id, fate, model, place"
    _rec_name = "model_name"

    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="archive_id.company_id", store=True)
    model = fields.Char("Technical Model", required=True, readonly=True)
    model_name = fields.Char("What", compute="_compute_model_name")
    place = fields.Char(
        "Found by", readonly=True, help="The column that names the customer or holds one of its values."
    )
    fate = fields.Selection(FATES, "What Will Happen", required=True, readonly=True)
    count = fields.Integer("Rows", readonly=True)
    reason = fields.Char("Why It Stays", readonly=True)
    computed_on = fields.Datetime("As of", readonly=True)

    @api.depends("model")
    @api.depends_context("lang")
    def _compute_model_name(self):
        for row in self:
            row.model_name = self.env["ir.model"]._get(row.model).sudo().name or row.model  # names of models only


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def _footprint(self):
        """Find anew where the customers' data are; returns the records of ``customer.archive.footprint``.

        Nothing is changed. For archives that have been destroyed: what was found before.
        """
        todo = self.filtered(lambda archive: archive.state != "destroyed" and not archive.merged_into_id)
        rows = self.env["customer.archive.footprint"].sudo()  # who may read them is asked when they are read
        rows.search([("archive_id", "in", todo.ids)]).unlink()
        if todo:
            engine = self.env[ENGINE].sudo()  # finds whatever there is, changes nothing
            now = fields.Datetime.now()
            rows.create([{**vals, "computed_on": now} for vals in engine._footprint_rows(todo.sudo())])
        return self.env["customer.archive.footprint"].search([("archive_id", "in", self.ids)])

    def action_view_footprint(self):
        """Where the data of these customers are, and what would become of each."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(READERS):
            raise AccessError(self.env._("The footprint is taken by archivists: ask one of them for it."))
        self._footprint()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Footprint"),
            "res_model": "customer.archive.footprint",
            "view_mode": "list,form",
            "domain": [("archive_id", "in", self.ids)],
            "context": {"search_default_group_fate": 1},
        }


class CustomerArchiveDestroyEngine(models.AbstractModel):
    _inherit = ENGINE

    @api.model
    def _footprint_rows(self, archives):
        """Values of the footprint's rows: what links lead to, and what holds a value without a link."""
        self._reach(archives)
        rows = self.env.execute_query(
            SQL(
                "SELECT archive_id, tbl, model, via, fate, why, count(*) FROM customer_archive_reach"
                " GROUP BY archive_id, tbl, model, via, fate, why"
            )
        )
        found = [
            self._footprint_row(archive_id, model or table, via, fate, why or self._reason(fate, model), count)
            for archive_id, table, model, via, fate, why, count in rows
        ]
        found += self._footprint_of_pairs()
        return found + self._footprint_of_values(self._values())

    @api.model
    def _footprint_row(self, archive_id, model, place, fate, why, count):
        stays = why if fate not in (ERASE, FOUND) else False
        return {
            "archive_id": archive_id,
            "model": model,
            "place": place,
            "fate": fate,
            "reason": stays,
            "count": count,
        }

    @api.model
    def _footprint_of_pairs(self):
        """Places in lists, as tags and recipients: they have no rows of their own."""
        found = []
        pairs = self._pairs_of("res.partner")
        filled = self._filled({table for table, _column in pairs})
        for table, column in pairs:
            if table in filled:
                counts = self.env.execute_query(
                    SQL(
                        "SELECT r.archive_id, count(*) FROM customer_archive_reach r JOIN %s p ON %s = r.id"
                        " WHERE r.tbl = 'res_partner' AND r.fate = %s GROUP BY r.archive_id",
                        SQL.identifier(table),
                        SQL.identifier("p", column),
                        CARD,
                    )
                )
                found += [self._footprint_row(id_, table, column, ERASE, False, count) for id_, count in counts]
        return found

    @api.model
    def _footprint_of_values(self, values):
        """Texts that hold a value and hang on nothing that was reached."""
        spellings = self._spellings(values)
        hits = self._find(spellings)
        fates = self._fates_of(hits)
        counts = defaultdict(set)
        rows = list(self._rows_found(hits, spellings))
        own = self._others_values(rows, fates)
        for table, id_, column, text, there in rows:
            if (table, id_) in fates:
                continue
            kind = self._kind_of_hit(table, id_, text, there, fates, own)
            fate = {"passing": ERASE, "mend": FOUND, "shared": SHARED}.get(kind, KEEP)
            why = self._reason_of_hit(kind)
            for archive_id in set().union(*(spellings[spelling] for spelling in there)):
                counts[archive_id, table, column, fate, why].add(id_)
        return [
            self._footprint_row(archive_id, self._model_of_table().get(table, table), column, fate, why, len(ids))
            for (archive_id, table, column, fate, why), ids in counts.items()
        ]

    @api.model
    def _reason_of_hit(self, kind):
        if kind == "residue":
            return self.env._("It is in a file or page of somebody else: decide by hand.")
        if kind == "shared":
            return self.env._("Another customer has the same value.")
        return False if kind in ("passing", "mend") else kind
