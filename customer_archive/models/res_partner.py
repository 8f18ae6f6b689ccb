from odoo import api, fields, models

GROUP = "customer_archive.group_user"


class ResPartner(models.Model):
    """The archive card: what the company knows about a customer (product.md C1, C5, K1).

    Every field belongs to the archive's users (``groups``) and so can't be copied by the ORM, which would refuse
    the whole copy to everybody else (see copy_data).
    """

    _inherit = "res.partner"

    # Individuals
    card_preferred_name = fields.Char("Preferred Name", groups=GROUP, copy=False, help="How they like to be addressed.")
    card_gender = fields.Selection(
        [("male", "Male"), ("female", "Female"), ("other", "Other"), ("undisclosed", "Not Disclosed")],
        "Gender",
        groups=GROUP,
        copy=False,
    )
    card_birth_date = fields.Date("Birth Date", groups=GROUP, copy=False)
    card_occupation = fields.Char("Occupation", groups=GROUP, copy=False)
    # Companies
    card_legal_name = fields.Char(
        "Legal Name", groups=GROUP, copy=False, help="As on the business licence, where it differs from the name."
    )
    card_size = fields.Selection(
        [
            ("micro", "Micro (fewer than 20 people)"),
            ("small", "Small (20 to 299)"),
            ("medium", "Medium (300 to 999)"),
            ("large", "Large (1,000 and more)"),
        ],
        "Company Size",
        groups=GROUP,
        copy=False,
    )
    card_founded_on = fields.Date("Founded", groups=GROUP, copy=False)
    card_listing = fields.Selection(
        [("unlisted", "Not Listed"), ("listed", "Listed")], "Stock Exchange", groups=GROUP, copy=False
    )
    card_stock_code = fields.Char("Stock Code", groups=GROUP, copy=False)
    card_group_id = fields.Many2one(
        "res.partner",
        "Parent Group",
        groups=GROUP,
        copy=False,
        index="btree_not_null",
        domain="[('is_company', '=', True)]",
        help="The group of companies that the customer belongs to.",
    )
    card_key_contact_ids = fields.One2many(
        "customer.archive.key.contact", "partner_id", "Key Contacts", groups=GROUP, copy=False
    )
    # Classification
    card_relation = fields.Selection(
        [
            ("potential", "Potential"),
            ("active", "Active"),
            ("dormant", "Dormant"),
            ("lost", "Lost"),
            ("ended", "Ended"),
        ],
        "Relation",
        groups=GROUP,
        copy=False,
        index="btree_not_null",
    )
    card_relation_since = fields.Date("Relation since", groups=GROUP, copy=False)
    card_relation_reason = fields.Char(
        "Reason of the Relation", groups=GROUP, copy=False, help="Why the customer was lost, came back, or left."
    )
    card_source = fields.Selection(
        [
            ("referral", "Referral"),
            ("visit", "Visit or Call"),
            ("exhibition", "Exhibition"),
            ("website", "Website"),
            ("platform", "Sales Platform"),
            ("advertising", "Advertising"),
            ("tender", "Tender"),
            ("other", "Other"),
        ],
        "Source",
        groups=GROUP,
        copy=False,
    )
    card_source_note = fields.Char("Source Details", groups=GROUP, copy=False)
    # Needs
    card_preference_ids = fields.One2many(
        "customer.archive.preference", "partner_id", "Needs and Preferences", groups=GROUP, copy=False
    )
    card_stale_preference_count = fields.Integer(
        "Stale Needs", compute="_compute_card_stale_preference_count", groups=GROUP
    )

    @api.depends("card_preference_ids.stale_on")
    def _compute_card_stale_preference_count(self):
        stale = dict(
            self.env["customer.archive.preference"]._read_group(
                [("partner_id", "in", self.ids), ("is_stale", "=", True)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.card_stale_preference_count = stale.get(partner._origin, 0)

    @api.model
    def _card_fields(self):
        """Names of the fields of the card that hold one value (no lines)."""
        return [
            name
            for name, field in self._fields.items()
            if name.startswith("card_") and field.store and field.type != "one2many"
        ]

    def copy_data(self, default=None):
        """Users of the archive copy the card as well; its number, lines and dates of birth stay where they are."""
        vals_list = super().copy_data(default)
        if self.env.su or self.env.user.has_group(GROUP):
            names = set(self._card_fields()) - {"card_birth_date", "card_preferred_name", "card_gender"}
            for partner, vals in zip(self, vals_list, strict=True):
                for name in names - set(default or {}):
                    vals[name] = self._fields[name].convert_to_write(partner[name], partner)
        return vals_list

    @api.onchange("card_relation")
    def _onchange_card_relation(self):
        if self.card_relation != self._origin.card_relation:
            self.card_relation_since = self.card_relation and fields.Date.context_today(self)
            self.card_relation_reason = False

    @api.model
    def _card_complete_relation(self, vals):
        """A relation that changes without a date has changed today."""
        if vals.get("card_relation") and "card_relation_since" not in vals:
            vals["card_relation_since"] = fields.Date.context_today(self)
