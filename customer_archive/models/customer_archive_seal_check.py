"""Sealed archives are compared with their manifests every night: a difference is a finding (product.md R3)."""

import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.fixity import sha256_of_bytes
from .customer_archive_seal_manifest import PARTS

# So many seals are checked before the work is committed.
BATCH = 500


class CustomerArchiveSeal(models.Model):
    _inherit = "customer.archive.seal"

    @api.model
    def _keep(self, archive_ids, reason, archived):
        """Seal what is in these archives now: one statement. Returns the seals.

        :param archived: {archive id: [ids of the contacts that the sealing archived]}
        """
        layout = self.env["customer.archive.seal.layout"].sudo()._of(self._manifest_columns())  # no user's data
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO customer_archive_seal (
                       archive_id, company_id, layout_id, sealed_at, sealed_by_id, sealed_by_name, reason, manifest,
                       sha256, snapshot, archived_ids, create_uid, create_date, write_uid, write_date)
                SELECT a.id, a.company_id, %(layout)s, %(now)s, %(uid)s, %(name)s, %(reason)s, m.manifest::text,
                       encode(sha256(convert_to(m.manifest::text, 'UTF8')), 'hex'), s.snapshot::text, o.ids,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(ids)s::int[]) w(id)
                  JOIN customer_archive a ON a.id = w.id
                  JOIN (%(manifests)s) m ON m.archive_id = a.id
                  LEFT JOIN (%(snapshots)s) s ON s.archive_id = a.id
                  LEFT JOIN jsonb_to_recordset(%(archived)s::jsonb) AS o(archive_id int, ids jsonb)
                         ON o.archive_id = a.id
                RETURNING id
                """,
                layout=layout.id,
                now=self.env.cr.now(),
                uid=self.env.uid,
                name=self.env.user.sudo().name,  # the acting user's own
                reason=reason,
                ids=list(archive_ids),
                manifests=self._manifest_sql(archive_ids, layout._columns()),
                snapshots=self._snapshot_sql(archive_ids),
                archived=json.dumps([{"archive_id": id_, "ids": ids} for id_, ids in archived.items()]),
            )
        )
        return self.browse([id_ for (id_,) in rows])

    def _check(self):
        """Compare these seals with what is in the archives now; returns those that differ for the first time."""
        new = self.browse()
        for layout, seals in self.grouped("layout_id").items():
            new |= seals._check_layout(layout)
        return new

    def _check_layout(self, layout):
        self.env.flush_all()
        columns = {name: self._still_there(name, names) for name, names in layout._columns().items()}
        manifests = dict(self.env.execute_query(self._manifest_sql(self.archive_id.ids, columns)))
        now, new = fields.Datetime.now(), self.browse()
        right = self.browse()
        for seal in self:
            what = seal._differences_from(manifests.get(seal.archive_id.id, {}))
            if not what:
                right |= seal
                continue
            if seal.result != "differs" or seal.difference != what:
                new |= seal
            seal.sudo().write({"result": "differs", "difference": what, "checked_at": now})  # what was found
        right.sudo().write({"result": "ok", "difference": False, "checked_at": now})  # as above
        return new

    @api.model
    def _still_there(self, name, columns):
        """The columns that the table still has: a later version of an addon may have taken some away."""
        part_columns = self.env[PARTS[name].model]._fields
        return [column for column in columns if column in part_columns]

    def _differences_from(self, manifest):
        """The parts that differ, in words; empty where nothing does."""
        kept = json.loads(self.manifest)
        labels = self._part_labels()
        if sha256_of_bytes(self.manifest.encode()) != self.sha256:
            return self.env._("the manifest itself")
        parts = sorted(name for name in {*kept, *manifest} if kept.get(name) != manifest.get(name))
        return ", ".join(labels.get(name, name) for name in parts)

    @api.model
    def _part_labels(self):
        _ = self.env._
        return {
            "archive": _("archive"),
            "card": _("card"),
            "contacts": _("contacts"),
            "preferences": _("needs and preferences"),
            "key_contacts": _("key contacts"),
            "banks": _("bank accounts"),
            "logs": _("contact log"),
            "documents": _("documents"),
            "files": _("files"),
        }

    @api.model
    def _cron_check(self):
        """Every night all open seals, those that were not checked for the longest time first."""
        cron = self.env["ir.cron"]
        before = fields.Datetime.subtract(fields.Datetime.now(), hours=20)
        domain = [("opened_at", "=", False), "|", ("checked_at", "=", False), ("checked_at", "<", before)]
        remaining = self.search_count(domain)
        cron._commit_progress(remaining=remaining)
        while seals := self.search(domain, order="checked_at NULLS FIRST, id", limit=BATCH):
            seals._check()._tell_difference()
            if not cron._commit_progress(len(seals)):
                return

    def _tell_difference(self):
        """A difference is a finding: in the archive's history, and where there are inspections in their register."""
        for seal in self:
            archive = seal.archive_id
            what = self.env._("Since it was sealed this was changed: %s.", seal.difference)
            archive._message_log(body=what)
            seal._raise_finding(what)

    def _raise_finding(self, what):
        if "customer.archive.finding" not in self.env:  # of the inspections
            return
        self.env["customer.archive.finding"]._report_finding(
            self.archive_id,
            "critical",
            what,
            source="seal",
            source_ref=f"{self._name},{self.id}",
            title=self.env._("Sealed archive was changed"),
        )
