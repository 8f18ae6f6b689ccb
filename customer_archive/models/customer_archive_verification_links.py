"""How verifications hang on archives and customers: the access predicate, the buttons, what the card shows of them."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .customer_archive_access import Link
from .res_partner import GROUP

MODELS = (
    "customer.archive.verification",
    "customer.archive.verification.line",
    "customer.archive.verification.request",
)


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _customer_links(self):
        # Part of the card: who may change the customer verifies it.
        links = dict.fromkeys(MODELS, Link("archive_id", to="archive", card=True))
        links["customer.archive.verification.campaign.line"] = Link("archive_id", to="archive")
        return {**super()._customer_links(), **links}

    @api.model
    def _read_only_sentence(self, record):
        if record._name in MODELS:
            return self.env._(
                "You may read how this customer was verified, but not verify it. The account manager, the team leader "
                "or an archivist does."
            )
        return super()._read_only_sentence(record)


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    verification_ids = fields.One2many(
        "customer.archive.verification", "archive_id", "Verifications", readonly=True, groups=GROUP
    )

    def action_verify(self):
        """Go on with the verification of this archive, or begin one."""
        self.ensure_one()
        verifications = self.env["customer.archive.verification"]
        found = verifications.search([("archive_id", "=", self.id), ("state", "=", "draft")], limit=1)
        return (found or verifications.create({"archive_id": self.id})).action_open()

    def action_view_verifications(self):
        """The verifications of the archive and of those that were merged into it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_verification_action")
        return dict(action, domain=[("archive_id", "in", self._with_merged().ids)], context={})


class ResPartner(models.Model):
    _inherit = "res.partner"

    archive_freshness = fields.Integer(
        "Freshness",
        compute="_compute_archive_freshness",
        search="_search_archive_freshness",
        groups=GROUP,
        help="How much of what the category asks for was confirmed within its verification cycle, in per cent.",
    )
    archive_verified_on = fields.Date(
        "Last Verified",
        compute="_compute_archive_freshness",
        search="_search_archive_verified_on",
        groups=GROUP,
    )
    archive_next_verification_on = fields.Date(
        "Next Verification",
        compute="_compute_archive_freshness",
        search="_search_archive_next_verification_on",
        groups=GROUP,
    )
    archive_section_freshness = fields.Json(
        "Freshness of the Sections", compute="_compute_archive_freshness", groups=GROUP, exportable=False
    )

    @api.depends("archive_id.freshness", "archive_id.verified_on", "archive_id.next_verification_on")
    def _compute_archive_freshness(self):
        for partner in self:
            archive = partner.archive_id.sudo()  # of another company too: whoever reads the customer reads these values
            partner.archive_freshness = archive.freshness
            partner.archive_verified_on = archive.verified_on
            partner.archive_next_verification_on = archive.next_verification_on
            partner.archive_section_freshness = archive.section_freshness or False

    @api.model
    def _search_of_archive(self, name, operator, value):
        self._check_field_access(self._fields["archive_id"], "read")
        return [(f"archive_id.{name}", operator, value)]

    @api.model
    def _search_archive_freshness(self, operator, value):
        return self._search_of_archive("freshness", operator, value)

    @api.model
    def _search_archive_verified_on(self, operator, value):
        return self._search_of_archive("verified_on", operator, value)

    @api.model
    def _search_archive_next_verification_on(self, operator, value):
        return self._search_of_archive("next_verification_on", operator, value)

    def action_archive_verify(self):
        """Verify this customer now."""
        self.ensure_one()
        return self._archive_to_verify().action_verify()

    def action_archive_ask_customer(self):
        """Send the customer a link, so that they look through their own data."""
        self.ensure_one()
        return self._archive_to_verify().action_ask_customer()

    def action_view_verifications(self):
        self.ensure_one()
        return self._archive_to_verify().action_view_verifications()

    def _archive_to_verify(self):
        if not self.archive_id:
            raise UserError(
                self.env._("%s has no archive yet: open one first, then its data can be verified.", self.display_name)
            )
        return self.archive_id
