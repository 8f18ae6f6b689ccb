"""How retention hangs on archives: the access predicate, and what stays with an archive that is merged."""

from odoo import api, models
from odoo.exceptions import UserError

from .customer_archive_access import Link

# They are about the archive, not about the customer: archivists see them while the archive is sealed.
CUSTODY = (
    "customer.archive.retention.clock",
    "customer.archive.retention.event",
    "customer.archive.hold.line",
    "customer.archive.reopening",
)


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _customer_links(self):
        links = super()._customer_links()
        custody = Link("archive_id", to="archive", custody=True)
        if finding := links.get("customer.archive.finding"):  # that a sealed archive was changed is one
            links = {**links, "customer.archive.finding": finding._replace(custody=True)}
        return {
            **links,
            "customer.archive": links["customer.archive"]._replace(custody=True),
            "customer.archive.number": links["customer.archive.number"]._replace(custody=True),
            **dict.fromkeys(CUSTODY, custody),
            # The business history in it is the customer's; archivists see that it is there.
            "customer.archive.seal": custody,
        }


class CustomerArchiveMergeEngine(models.AbstractModel):
    _inherit = "customer.archive.merge.engine"

    @api.model
    def _count_anew(self, plan, moves):
        """The archive that goes on is kept as long as the one that is kept longest."""
        counted = super()._count_anew(plan, moves)
        ids = sorted({*plan["archives"], *plan["survivors"].values()})
        self.env["customer.archive"].sudo().browse(ids)._set_clocks()  # days only
        return counted


class CustomerArchiveMergeRecord(models.Model):
    _inherit = "customer.archive.merge.record"

    def _check_undo(self):
        checked = super()._check_undo()
        sealed = self.sudo().archive_id.filtered(lambda archive: archive.state == "sealed")  # its state and number
        if sealed:
            raise UserError(
                self.env._("The archive %s is sealed: have it reopened before the merge is undone.", sealed[0].number)
            )
        return checked

    def _after_undo(self, engine, snapshot, changed):
        undone = super()._after_undo(engine, snapshot, changed)
        (self.archive_id | self.closed_ids)._set_clocks()
        return undone


class CustomerArchiveMergeTables(models.AbstractModel):
    _inherit = "customer.archive.merge.tables"

    @api.model
    def _stays(self, target):
        """Clocks are set anew for the archive that goes on; what happened to an archive is its own history.

        Holds move: they hold the archive that goes on.
        """
        stays = super()._stays(target)
        if target != "customer.archive":
            return stays
        return stays | {
            "customer.archive.retention.clock",
            "customer.archive.retention.event",
            "customer.archive.seal",
            "customer.archive.reopening",
        }
