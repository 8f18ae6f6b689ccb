from odoo import api, fields, models

from ..models.customer_archive_category import LEVELS


class CustomerArchiveLevelChange(models.TransientModel):
    """Asks for the new level of archives, the reason, and the term after which it falls (product.md A2)."""

    _name = "customer.archive.level.change"
    _description = "Change Level of Archives"

    archive_ids = fields.Many2many("customer.archive", string="Archives", required=True)
    level = fields.Selection(LEVELS, "New Level", required=True)
    reason = fields.Char(required=True, help="Kept in the history of the archive.")
    until = fields.Date(
        "Level until", help="The last day of the level. Afterwards it falls by itself. Empty: the level has no end."
    )
    after = fields.Selection(LEVELS, "Then Falls to")
    current = fields.Char("Level Now", compute="_compute_current")

    @api.depends("archive_ids")
    def _compute_current(self):
        for wizard in self:
            labels = {archive._level_label(archive.level): None for archive in wizard.archive_ids}
            terms = wizard.archive_ids.level_term if len(wizard.archive_ids) == 1 else False
            wizard.current = ", ".join([*labels, *filter(None, [terms])])

    @api.onchange("until")
    def _onchange_until(self):
        """Most levels with a term fall back to what they were."""
        if not self.until:
            self.after = False
        elif not self.after and len(self.archive_ids) == 1:
            before = self.archive_ids.level
            self.after = before if before != self.level else False

    def action_apply(self):
        self.ensure_one()
        archives = self.archive_ids
        archives._change_level(self.level, self.reason, self.until, self.after)
        if archives == archives._filtered_access("read"):
            return {"type": "ir.actions.act_window_close"}
        # Raised above what the user reads: the form behind the dialog can't be shown again.
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_action"),
            "target": "main",
        }
