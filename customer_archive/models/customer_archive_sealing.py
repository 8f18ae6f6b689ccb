"""Sealing: an archive is stored away between the end of business and its destruction (product.md R3, R11)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.access import SEALED
from .customer_archive_retention_clock import RUNNING

ARCHIVIST = "customer_archive.group_archivist"
# So many archives are sealed by one set of statements.
BATCH = 2000


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    seal_ids = fields.One2many("customer.archive.seal", "archive_id", "Seals", readonly=True, groups=ARCHIVIST)
    reopening_ids = fields.One2many(
        "customer.archive.reopening", "archive_id", "Reopenings", readonly=True, groups=ARCHIVIST
    )
    hold_line_ids = fields.One2many(
        "customer.archive.hold.line", "archive_id", "Holds", readonly=True, groups=ARCHIVIST
    )
    hold_stamp = fields.Integer(
        readonly=True,
        copy=False,
        exportable=False,
        help="Rises with each hold: whoever destroys the archive at the same time is stopped by it.",
    )

    @api.depends("number", "partner_id.name", "state")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """A sealed archive has its number; the customer's name is sealed in it."""
        access = self.env["customer.archive.access"]
        sealed = self.browse()
        if not access._is_exempt():
            sealed = self.filtered(lambda archive: archive.state == "sealed")
            sealed -= access._unreached(sealed, "read")
        for archive in sealed:
            archive.display_name = archive.number
        return super(CustomerArchive, self - sealed)._compute_display_name()

    def _governed_fields(self):
        return {**super()._governed_fields(), "hold_stamp": self.env._("It follows from the holds.")}

    # -- sealing ------------------------------------------------------------------------------------------------

    def action_seal(self, reason=None):
        """Inactive → sealed. Business users reach nothing of the customer any more, archivists what is said of it.

        :raise AccessError: for anybody but archivists
        :raise UserError: for archives that are not inactive, and where business is still going on
        """
        self._check_archivist_seals()
        self._check_reason(reason)
        self._check_transition("inactive")
        self._check_sealable()
        self._seal(reason.strip())
        return True

    def _check_archivist_seals(self):
        if not self.env.su and not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Archives are sealed and reopened by archivists: ask one."))

    def _check_sealable(self):
        """Nothing is stored away that business still needs."""
        for archive, sentence in self._unsealable():
            raise UserError(
                self.env._(
                    "The archive %(number)s can't be sealed: %(reason)s. Settle that first.",
                    number=archive.number,
                    reason=sentence,
                )
            )

    def _unsealable(self):
        """[(archive, why it can't be sealed)]; a lawsuit alone keeps nobody from storing it away."""
        holds = self.env["customer.archive.hold"]
        self.env.flush_all()
        return [
            (self.browse(archive_id), holds._automatic_sentence(kind, since))
            for kind, archive_id, since in holds._automatic_of(self.ids)
        ]

    def _seal(self, reason):
        """Seal these archives and those that were merged into them, by set statements. Whoever calls has checked.

        What is sealed: what is in them at this moment, with the business history; what people kept of them is taken
        back; the contacts are archived, but those of users of the portal.
        """
        self.env.flush_all()
        for start in range(0, len(self), BATCH):
            self._seal_rows(self.ids[start : start + BATCH], reason)
        self.env.invalidate_all(flush=False)
        if len(self) <= 100:
            self._log_reason(self.env._("Sealed"), reason)
        return True

    @api.model
    def _seal_rows(self, ids, reason):
        seals = self.env["customer.archive.seal"].sudo()  # the register is written by this method only
        archived = self._archive_contacts(ids)
        seals._keep(ids, reason, archived)
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive a SET state = 'sealed', write_uid = %s, write_date = %s
                  FROM (%s) whole WHERE a.id = whole.id AND a.state <> 'destroyed'
                """,
                self.env.uid,
                self.env.cr.now(),
                seals._whole_sql(ids),
            )
        )
        self.env["customer.archive.access"].sudo()._revoke_everybody(ids)  # takes back, shows nothing

    @api.model
    def _archive_contacts(self, ids):
        """Archive the customers and their contacts, but those of active users: {archive id: [ids of contacts]}.

        What decides about them is written in the same pass, as the triggers would: each pass over contacts is dear.
        """
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE res_partner p
                   SET active = p.active AND people.used, reach_owner = NULL, reach_team = NULL,
                       reach_rank = CASE WHEN p.reach_archive IS NOT NULL THEN %s END
                  FROM (SELECT q.id, w.archive_id, q.active AS was_active, EXISTS (
                               SELECT 1 FROM res_users u WHERE u.partner_id = q.id AND u.active) AS used
                          FROM (%s) w JOIN res_partner q ON q.id = w.partner_id) people
                 WHERE p.id = people.id
                RETURNING people.archive_id, p.id, people.was_active AND NOT people.used
                """,
                SEALED,
                self.env["customer.archive.seal"]._people_of_sql(ids),
            )
        )
        result = {}
        for archive_id, partner_id, archived in rows:
            if archived:
                result.setdefault(archive_id, []).append(partner_id)
        return result

    def action_ask_seal(self):
        return self._reason_dialog("seal", self.env._("Seal"))

    # -- proposals ------------------------------------------------------------------------------------------------

    @api.model
    def _seal_candidates(self, limit=None):
        """Inactive archives whose day to be sealed has come and in which no business is going on."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id FROM customer_archive a JOIN %s ON today.company_id = a.company_id
                 WHERE a.state = 'inactive' AND a.retention_seal_on <= today.day AND %s AND %s
                 ORDER BY a.retention_seal_on, a.id LIMIT %s
                """,
                self._todays_sql(),
                RUNNING,
                self.env["customer.archive.hold"]._idle_sql(),
                limit,
            )
        )
        return self.browse([id_ for (id_,) in rows])

    # -- reopening ------------------------------------------------------------------------------------------------

    def action_reopen(self, reason=None):
        """Inactive or sealed → draft: at once where the policy says so, otherwise when another archivist approves.

        :raise AccessError: for anybody who may not change the archive; of sealed ones for anybody but archivists
        """
        self._check_reason(reason)
        sealed = self.filtered(lambda archive: archive.state == "sealed")
        if sealed:
            self._check_archivist_seals()
            sealed.check_access("read")
        (self - sealed)._check_transition("inactive")
        merged = sealed.filtered("merged_into_id")
        if merged:
            raise UserError(
                self.env._(
                    "The archive %s was merged into another one: reopen that one.",
                    merged[0].number,
                )
            )
        policy = self.env["customer.archive.policy"]._record().sudo()  # no secret
        if self.env.su or not (sealed or policy.reopening_needs_two):
            return self._reopen(reason)
        # sudo: asked for above; nobody has rights to write requests by hand
        self.env["customer.archive.reopening"].sudo()._request(self, reason.strip())
        return True

    def _reopen(self, reason):
        """Open these archives again. Whoever calls has checked the right to it."""
        # sudo: nobody reaches a sealed archive
        archives = self.sudo()._governed()
        sealed = archives.filtered(lambda archive: archive.state == "sealed")
        if sealed:
            sealed._unseal()
        archives.write({"state": "draft", "closed_on": False})
        archives._log_reason(self.env._("Reopened"), reason)
        return True

    def _unseal(self):
        seals = self.env["customer.archive.seal"].search([("archive_id", "in", self.ids), ("opened_at", "=", False)])
        contacts = [id_ for seal in seals for id_ in seal.archived_ids or ()]
        self.env["res.partner"].with_context(active_test=False).browse(contacts).exists().write({"active": True})
        seals.write({"opened_at": fields.Datetime.now()})
        self.env.flush_all()
        merged = self._with_merged() - self
        merged.write({"state": "inactive"})
