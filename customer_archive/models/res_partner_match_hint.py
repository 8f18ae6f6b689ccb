"""While a customer is typed in: who may be the same, and why. Quiet: it never stops anybody (product.md Q3)."""

from markupsafe import Markup

from odoo import api, fields, models

from ..tools.match_score import HINT
from .res_partner import GROUP
from .res_partner_match import MATCH_FIELDS

REQUEST_URL = "/odoo/action-customer_archive.customer_archive_loan_request_action"


class ResPartner(models.Model):
    _inherit = "res.partner"

    archive_match_hint = fields.Html(
        "Possible Duplicates",
        compute="_compute_archive_match_hint",
        sanitize=False,
        groups=GROUP,
        exportable=False,
        export_string_translation=False,
    )

    @api.depends(*MATCH_FIELDS, "parent_id", "country_id")
    @api.depends_context("uid", "lang")
    def _compute_archive_match_hint(self):
        customers = {partner: partner.sudo()._archive_match_customer() for partner in self}  # what was typed
        # A saved customer is read in a request that writes nothing: there hidden ones are not told of.
        typing = any(not isinstance(partner.id, int) for partner in self)
        found = self._archive_match_find(
            customers, at_least=HINT, skip={partner: partner._origin.id for partner in self}, tell=typing
        )
        spent = typing and self.env["customer.archive.match.told"].sudo()._is_spent()  # counts only
        for partner in self:
            lines = [partner._archive_match_line(like) for like in found.get(partner, ())]
            if spent and customers[partner] and customers[partner].names:
                lines.append(
                    self.env._(
                        "You were told of many customers today whom you may not see. Ask an archivist whether this "
                        "one exists already."
                    )
                )
            partner.archive_match_hint = (
                Markup('<ul class="mb-0 ps-3">%s</ul>') % Markup().join(Markup("<li>%s</li>") % line for line in lines)
                if lines
                else False
            )

    def _archive_match_line(self, like):
        """One line of the hint: whom, where to find them, why. Of a hidden customer: number, owner, and how to ask."""
        about = self._archive_match_describe(like)
        if like.hidden:
            sentence = self.env._(
                "A customer like this one exists already: archive number %(number)s, account manager %(owner)s. "
                "You may not see it.",
                number=about["archive_number"] or self.env._("none"),
                owner=about["owner"] or self.env._("nobody"),
            )
            link = Markup(' <a href="%s" target="_blank">%s</a>') % (REQUEST_URL, self.env._("Ask for access"))
            return Markup("%s%s") % (sentence, link)
        number = f" {about['archive_number']}" if about["archive_number"] else ""
        return Markup('<a href="/odoo/res.partner/%s" target="_blank">%s</a>%s: %s') % (
            about["id"],
            about["name"],
            number,
            self.env._(", ").join(about["reasons"]),
        )
