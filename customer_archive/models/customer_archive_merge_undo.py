"""Undoing a merge: both customers, their archives and what belonged to each."""

from odoo import fields, models
from odoo.exceptions import LockError, UserError

from ..tools.merge import split_changes
from .customer_archive import GOVERNED
from .customer_archive_merge_tables import ARCHIVE, PARTNER


class CustomerArchiveMergeRecord(models.Model):
    _inherit = "customer.archive.merge.record"

    def _undo(self, decisions=None):
        """Restore the customers. ``decisions`` {key of a later change: what is to be done with it}.

        Of changed values True puts the former one back; of new records the id of the customer who gets them. What is
        not decided stays as it is now.

        :raise UserError: after the term, a second time, or after a later merge of the customer
        """
        self._check_undo()
        record = self.sudo().with_context(archive_governed=GOVERNED)  # asked for in _check_undo
        decisions = decisions or {}
        self.env.flush_all()
        record._lock_for_undo()
        later = {change["key"]: change for change in record._later_changes()}
        engine = record.env["customer.archive.merge.engine"]
        snapshot = record.snapshot
        left = engine._move_back(snapshot["moves"])
        record._give_rows(engine, later, decisions)
        changed = record._put_back(engine, snapshot, decisions)
        record._after_undo(engine, snapshot, changed)
        record.write({"state": "undone", "undone_by_id": self.env.uid, "undone_at": fields.Datetime.now()})
        record._log_undo(sum(left.values()))
        return True

    def _lock_for_undo(self):
        try:
            (self.target_id | self.source_ids).lock_for_update()
            (self.archive_id | self.closed_ids).lock_for_update()
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is changing one of these customers right now. Try again in a moment.")
            ) from error

    def _give_rows(self, engine, later, decisions):
        """New records go to one of the others where that was decided."""
        for key, change in later.items():
            source = decisions.get(key)
            if change["kind"] != "rows" or not source:
                continue
            if source not in self.source_ids.ids:
                raise UserError(self.env._("New records can be given to one of the restored customers only."))
            link = change["link"]
            if link.kind in ("many2one", "pair"):
                engine._set_column(link.table, link.column, [(id_, source) for id_ in change["ids"]])
            else:
                for id_ in change["ids"]:
                    engine._restore(link.table, id_, {link.column: f"{PARTNER},{source}"})

    def _put_back(self, engine, snapshot, decisions):
        """Write the columns of customers and archives as they were; returns {table: {column, …}}."""
        changed = {}
        # The archive that goes on comes last: level and owner of archives that are part of it follow.
        last = {str(self.archive_id.id)}
        for table in ("customer_archive", "res_partner"):
            rows = snapshot["rows"][table]
            now = engine._rows(table, [int(id_) for id_ in rows])
            for id_ in sorted(rows, key=lambda id_: id_ in last):
                free, later = split_changes(rows[id_], now[int(id_)])
                chosen = {name: value for name, value in later.items() if decisions.get(f"value/{table}/{id_}/{name}")}
                engine._restore(table, int(id_), {**free, **chosen})
                changed.setdefault(table, set()).update(free, chosen)
        return changed

    def _after_undo(self, engine, snapshot, changed):
        self.env.invalidate_all()
        partners = (self.target_id | self.source_ids).with_context(active_test=False)
        archives = self.archive_id | self.closed_ids
        partners.modified([name for name in changed.get("res_partner", ()) if name in partners._fields])
        names = {"partner_id", *changed.get("customer_archive", ())}
        archives.modified([name for name in names if name in archives._fields])
        self.env.flush_all()
        engine._recompute(partners, snapshot["moves"])
        archives = self.env[ARCHIVE].browse(archives.ids)
        archives._recheck()
        archives._update_last_contact()
        self.env["customer.archive.access"]._revoke_lost(archives)
        self.env["customer.archive.match"]._forget_merge(self.target_id, self.merged_at)
        self.env.flush_all()
        self.env.invalidate_all()

    def _log_undo(self, left):
        body = self.env._("The merge was undone.")
        if left:
            body = self.env._(
                "The merge was undone. %s records that had moved name somebody else by now and stay where they are.",
                left,
            )
        archives = self.archive_id | self.closed_ids
        archives._message_log_batch(bodies=dict.fromkeys(archives.ids, body))
        partners = self.target_id | self.source_ids
        partners._message_log_batch(bodies=dict.fromkeys(partners.ids, body))
