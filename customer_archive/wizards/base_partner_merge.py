import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..models.customer_archive import GOVERNED

_logger = logging.getLogger(__name__)


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging contacts that have archives: one archive goes on, every number stays, nothing is lost.

    Odoo's wizard moves foreign keys in plain SQL and would stop at (or empty) tables where a contact may stand
    only once; so the archives and the lines of the card are brought together before it does.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def action_merge(self):
        """Customers with an archive are merged by this app's dialog, which shows what moves and can be undone."""
        partners = self.partner_ids.with_context(active_test=False)
        if self._archive_any(partners):
            self.env["customer.archive.merge.engine"]._check_archivist()
            dialog = self.env["customer.archive.merge"].create(
                {"partner_ids": [Command.set(partners.ids)], "target_id": (self.dst_partner_id or partners[:1]).id}
            )
            return dialog._reopen()
        return super().action_merge()

    @api.model
    def _archive_any(self, partners):
        # sudo: whether one of the user's own selection has an archive
        return bool(self.env["customer.archive"].sudo().search_count([("partner_id", "in", partners.ids)], limit=1))

    def action_start_automatic_process(self):
        return super(BasePartnerMergeAutomaticWizard, self._archive_left_out()).action_start_automatic_process()

    def parent_migration_process_cb(self):
        return super(BasePartnerMergeAutomaticWizard, self._archive_left_out()).parent_migration_process_cb()

    def _archive_left_out(self):
        return self.with_context(archive_left_out=GOVERNED)

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """What merges by itself leaves customers with an archive to the archivists: nothing there can be decided."""
        if self.env.context.get("archive_left_out") is GOVERNED:
            partners = self.env["res.partner"].browse(partner_ids)
            if self._archive_any(partners):
                _logger.info("not merged by itself: contacts %s, one of which has an archive", partner_ids)
                return None
        return super()._merge(partner_ids, dst_partner, extra_checks)

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self._archive_merge(src_partners, dst_partner)
        self._archive_drop_double_contacts(src_partners, dst_partner)
        self._archive_merge_matches(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _update_values(self, src_partners, dst_partner):
        result = super()._update_values(src_partners, dst_partner)
        # Lines, contacts and tags were moved in plain SQL: what they say of the card is counted now.
        self.env.invalidate_all()
        archive = dst_partner.sudo().archive_id  # sudo: as in _archive_merge
        archive._recheck()
        if archive:  # whoever had the customer that is no more keeps nothing of it
            self.env["customer.archive.access"].sudo()._revoke_lost(archive)  # decides for each person themselves
        dst_partner._archive_match_refresh()
        # sudo: as above
        self.env["customer.archive.match.key"].sudo()._compare_again(dst_partner)
        return result

    @api.model
    def _archive_merge(self, src_partners, dst_partner):
        """The destination's archive goes on, or the oldest one if it has none; the others close into it."""
        # sudo: whoever may merge contacts merges their archives; nothing of them is shown
        archives = self.env["customer.archive"].sudo().with_context(archive_governed=GOVERNED)
        found = archives.search([("partner_id", "in", (src_partners | dst_partner).ids)], order="opened_on, id")
        if not found:
            return
        self._archive_check_merge(found, src_partners | dst_partner)
        (src_partners | dst_partner).check_access("write")  # what is merged is changed: under the access predicate
        survivor = found.filtered(lambda archive: archive.partner_id == dst_partner) or found[0]
        closing = found - survivor
        for archive in closing:
            self._archive_close_into(archive, survivor)
        survivor.partner_id = dst_partner
        survivor._check_category_kind()
        survivor.env.flush_all()

    @api.model
    def _archive_check_merge(self, archives, partners):
        """Neither users and companies of this system nor what is sealed become one with another customer."""
        sealed = archives.filtered(lambda archive: archive.state == "sealed")
        if sealed:
            raise UserError(
                self.env._(
                    "The archive %s is sealed: nothing is merged with it. Have it reopened first.", sealed[0].number
                )
            )
        internal = partners.sudo().filtered(lambda partner: not partner.partner_share)  # names of own selection
        internal |= self.env["res.company"].sudo().search([("partner_id", "in", partners.ids)]).partner_id  # as above
        if internal:
            raise UserError(
                self.env._(
                    "%(customers)s can't be merged with %(internal)s: a customer with an archive can't belong to an "
                    "internal user or a company of this system.",
                    customers=archives.partner_id._archive_names(),
                    internal=internal._archive_names(),
                )
            )

    @api.model
    def _archive_close_into(self, archive, survivor):
        name = archive.partner_id.display_name
        archive.write(
            {
                "partner_id": False,
                "state": "inactive",
                "closed_on": archive._fields["closed_on"].convert_to_write(archive.env.cr.now().date(), archive),
                "merged_into_id": survivor.id,
            }
        )
        archive.flush_recordset()
        archive.invalidate_recordset(["owner_id", "team_id", "level"])  # the database lets them follow
        # The numbers belong to the archive that goes on: whoever looks for the old one finds it.
        archive.number_ids.write({"archive_id": survivor.id, "kind": "alias"})
        archive.message_follower_ids.unlink()
        survivor._message_log(
            body=self.env._(
                "The archive %(number)s (%(name)s) was merged into this one.", number=archive.number, name=name
            )
        )
        archive._message_log(body=self.env._("Merged into the archive %s.", survivor.number))

    @api.model
    def _archive_merge_matches(self, src_partners, dst_partner):
        """The sources are compared no more; Odoo would give their keys to the destination."""
        # sudo: whoever may merge contacts; what is left open of them is found again
        self.env["customer.archive.match"].sudo()._after_merge(src_partners, dst_partner)
        for table in ("customer_archive_match_key", "customer_archive_match_changed"):
            self.env.cr.execute(
                SQL("DELETE FROM %s WHERE partner_id = ANY(%s)", SQL.identifier(table), src_partners.ids)
            )

    @api.model
    def _archive_drop_double_contacts(self, src_partners, dst_partner):
        """A person listed twice after the merge stays listed once; nobody is a key contact of themselves.

        Both sides of a line may be merged: the customer, or the person. The destination's line goes before others.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH line AS (
                    SELECT id, partner_id, contact_id,
                           CASE WHEN partner_id = ANY(%(src)s) THEN %(dst)s ELSE partner_id END AS customer,
                           CASE WHEN contact_id = ANY(%(src)s) THEN %(dst)s ELSE contact_id END AS person
                      FROM customer_archive_key_contact
                     WHERE partner_id = ANY(%(merged)s) OR contact_id = ANY(%(merged)s)
                ), ranked AS (
                    SELECT id, customer, person, row_number() OVER (
                               PARTITION BY customer, person
                               ORDER BY (partner_id = %(dst)s) DESC, (contact_id = %(dst)s) DESC, id) AS place
                      FROM line
                )
                DELETE FROM customer_archive_key_contact k
                 USING ranked r
                 WHERE r.id = k.id AND (r.place > 1 OR r.customer = r.person)
                """,
                src=src_partners.ids,
                dst=dst_partner.id,
                merged=(src_partners | dst_partner).ids,
            )
        )
        self.env["customer.archive.key.contact"].invalidate_model()


class BasePartnerMergeLine(models.TransientModel):
    """A group of contacts that look alike. Odoo leaves out those whom the user may not see, but keeps the lowest id."""

    _inherit = "base.partner.merge.line"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if isinstance(vals.get("aggr_ids"), list) and vals["aggr_ids"]:
                vals["min_id"] = min(vals["aggr_ids"])
        return super().create(vals_list)
