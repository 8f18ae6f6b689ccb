"""Duplicates are merged by the dialog that shows what moves; an undone merge leaves pairs to be found again."""

from odoo import api, models


class CustomerArchiveMatch(models.Model):
    _inherit = "customer.archive.match"

    @api.model
    def _merge_action(self, partners):
        """Of customers with an archive by archivists, with a look at what moves; contacts as in Contacts."""
        if not self.env["base.partner.merge.automatic.wizard"]._archive_any(partners):
            return super()._merge_action(partners)
        self.env["customer.archive.merge.engine"]._check_archivist()
        return {**super()._merge_action(partners), "res_model": "customer.archive.merge"}

    @api.model
    def _settle_merges(self, mapping):
        """After merges {source id: destination id}: settle the pairs of those who have any."""
        partners = self.env["res.partner"].with_context(active_test=False)
        known = self.search([("partner_ids", "in", [*mapping, *mapping.values()])]).partner_ids
        groups = {}
        for source, goal in mapping.items():
            if known & known.browse((source, goal)):
                groups.setdefault(goal, []).append(source)
        for goal, sources in groups.items():
            self._after_merge(partners.browse(sources), partners.browse(goal))

    @api.model
    def _forget_merge(self, target, since):
        """After an undo: what was settled by the merge is forgotten; the next scan finds the pairs again."""
        settled = [("state", "=", "merged"), ("partner_id", "=", target.id), ("decided_on", ">=", since)]
        self.search(settled).unlink()
