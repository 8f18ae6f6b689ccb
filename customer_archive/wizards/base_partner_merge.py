from odoo import api, models
from odoo.tools import SQL

from ..models.customer_archive import GOVERNED


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging contacts that have archives: one archive goes on, every number stays, nothing is lost.

    Odoo's wizard moves foreign keys in plain SQL and would stop at (or empty) tables where a contact may stand
    only once; so the archives and the lines of the card are brought together before it does.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self._archive_merge(src_partners, dst_partner)
        self._archive_drop_double_contacts(src_partners, dst_partner)
        super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _archive_merge(self, src_partners, dst_partner):
        """The destination's archive goes on, or the oldest one if it has none; the others close into it."""
        # sudo: whoever may merge contacts merges their archives; nothing of them is shown
        archives = self.env["customer.archive"].sudo().with_context(archive_governed=GOVERNED)
        found = archives.search([("partner_id", "in", (src_partners | dst_partner).ids)], order="opened_on, id")
        if not found:
            return
        survivor = found.filtered(lambda archive: archive.partner_id == dst_partner) or found[0]
        closing = found - survivor
        for archive in closing:
            self._archive_close_into(archive, survivor)
        survivor.partner_id = dst_partner
        survivor.env.flush_all()
        survivor._recheck()

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
    def _archive_drop_double_contacts(self, src_partners, dst_partner):
        """A person listed for several of the merged customers stays listed once, with the destination's line."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM customer_archive_key_contact
                 WHERE id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER (
                            PARTITION BY CASE WHEN contact_id = ANY(%(src)s) THEN %(dst)s ELSE contact_id END
                            ORDER BY (partner_id = %(dst)s) DESC, id) AS place
                          FROM customer_archive_key_contact
                         WHERE partner_id = ANY(%(src)s) OR partner_id = %(dst)s
                    ) ranked WHERE place > 1)
                """,
                src=src_partners.ids,
                dst=dst_partner.id,
            )
        )
        self.env["customer.archive.key.contact"].invalidate_model()
