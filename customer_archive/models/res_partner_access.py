"""Archived customers under the access predicate: who reaches them, masked names, no hint of hidden ones (S2, S6)."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.access import Guard


class ResPartner(models.Model):
    _inherit = "res.partner"

    archive_guard = fields.Json(
        compute="_compute_archive_guard",
        compute_sudo=True,
        recursive=True,
        exportable=False,
        export_string_translation=False,
        groups=fields.NO_ACCESS,
        help="What decides who reaches the customer: archive, rank of its level, owner, team. Empty: no limit.",
    )

    @api.depends(
        "partner_share",
        "parent_id.archive_guard",
        "archive_ids.level",
        "archive_ids.state",
        "archive_ids.owner_id",
        "archive_ids.team_id",
    )
    def _compute_archive_guard(self):
        """Kept in the cache for the rest of the request: whoever asks for a set asks the database once."""
        access = self.env["customer.archive.access"]
        guards = {}
        ids = [id_ for id_ in self._origin.ids if id_]
        if ids:
            rows = self.env.execute_query(
                SQL(
                    "SELECT partner_id, archive_id, rank, owner_id, team_id FROM customer_archive_access"
                    " WHERE partner_id = ANY(%s)",
                    ids,
                    to_flush=access._flush_fields(),
                )
            )
            guards = {row[0]: row[1:] for row in rows}
        for partner in self:
            partner.archive_guard = guards.get(partner._origin.id)

    def _archive_prefetch_guards(self):
        """Ask for the guards of all of these contacts at once: the ORM computes recursive fields one by one."""
        field = self._fields["archive_guard"]
        partners = self.sudo()  # decides; nothing is shown
        missing = partners.browse(field._cache_missing_ids(partners))
        if missing:
            field.compute_value(missing)

    def _archive_get_guard(self):
        """The Guard of one contact, or None where nobody is kept out. Decides; is never shown."""
        values = self.sudo().archive_guard  # as said
        return Guard(*values) if values else None

    def _archive_unreached(self):
        """Those of these contacts that the environment's user may not read, under sudo as well."""
        access = self.env["customer.archive.access"]
        # Contacts of users are never protected: most labels are theirs, and need no query.
        asked = (self if self.env.su else access._deciding(self)).filtered("partner_share")
        if not asked or access._is_exempt():
            return self.browse()
        return access._unreached(self.browse(asked.ids), "read")

    def _archive_masked_name(self):
        """What stands for the name of a customer that the reader may not see."""
        return self.env._("Restricted customer #%s", self.id)

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Odoo takes the names of linked records as superuser: there the real user decides (security.md S2)."""
        hidden = self.browse()
        if self.env.su:
            hidden = self.filtered("id")._archive_unreached()
        for partner in hidden:
            partner.display_name = partner._archive_masked_name()
        return super(ResPartner, self - hidden)._compute_display_name()

    def _compute_same_vat_partner_id(self):
        """Odoo looks for the same codes as superuser and shows whom it finds (security.md S6)."""
        super()._compute_same_vat_partner_id()
        if self.env["customer.archive.access"]._is_exempt():
            return
        found = self.same_vat_partner_id | self.same_company_registry_partner_id
        hidden = found._archive_unreached()
        for partner in self if hidden else ():
            for name in ("same_vat_partner_id", "same_company_registry_partner_id"):
                if partner[name] in hidden:
                    partner[name] = False
