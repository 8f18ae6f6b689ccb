from odoo import api, fields, models
from odoo.exceptions import UserError

from .customer_archive import GOVERNED, trigram_index


class CustomerArchiveNumber(models.Model):
    """Register of every archive number ever issued (product.md C2). Nothing in it is changed or deleted."""

    _name = "customer.archive.number"
    _description = "Register of Archive Numbers"
    _order = "id desc"

    name = fields.Char("Number", required=True, readonly=True)
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(
        [("current", "Current"), ("alias", "Former Number")], required=True, readonly=True, default="current"
    )
    series = fields.Char(
        readonly=True, help="The number without its running part; running numbers are gapless within a series."
    )
    sequence = fields.Integer("Running Number", readonly=True)
    reason = fields.Char(readonly=True)
    company_id = fields.Many2one(related="archive_id.company_id", related_sudo=False)

    _name_unique = models.UniqueIndex("(name)", "This archive number was issued before. Numbers are never used twice.")
    _name_trigram = trigram_index("name")
    _series_sequence = models.UniqueIndex("(series, sequence) WHERE sequence > 0")

    def _check_governed(self):
        if self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(
                self.env._(
                    "The register of archive numbers can't be edited: it is written when archives are opened, "
                    "renumbered or merged."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:  # Odoo promises that nothing can be created of any model
            self._check_governed()
        return super().create(vals_list)

    def write(self, vals):
        if self:
            self._check_governed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("Issued archive numbers are kept for ever, so that no number is ever used twice."))
