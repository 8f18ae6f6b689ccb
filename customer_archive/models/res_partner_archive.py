from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .customer_archive import GOVERNED, STATES
from .customer_archive_category import LEVELS
from .res_partner import GROUP

# Names that an error shows before it says "and N more".
NAMES_SHOWN = 5
# What a customer's form and lists show of the archive, fetched at once.
ARCHIVE_SHOWN = """
    state completeness category_id level level_until level_after box shelf opened_on last_contact_on
    freshness section_freshness verified_on next_verification_on
    """.split()


class ResPartner(models.Model):
    """The link between a customer and its archive; copies of what lists are grouped, sorted and searched by."""

    _inherit = "res.partner"

    archive_ids = fields.One2many("customer.archive", "partner_id", "Archives", groups=GROUP, copy=False)
    archive_id = fields.Many2one(
        "customer.archive",
        "Archive",
        compute="_compute_archive_id",
        store=True,
        copy=False,
        groups=GROUP,
        index="btree_not_null",
        ondelete="set null",
    )
    archive_number = fields.Char(
        compute="_compute_archive_copies",
        store=True,
        readonly=False,
        copy=False,
        groups=GROUP,
        index="btree_not_null",
        help="Issued when the archive is opened. For a new customer, a number of before can be given here.",
    )
    archive_category_id = fields.Many2one(
        "customer.archive.category",
        "Archive Category",
        compute="_compute_archive_copies",
        store=True,
        readonly=False,
        copy=False,
        groups=GROUP,
        index="btree_not_null",
        ondelete="restrict",
        help="Choose one to open the customer's archive when you save.",
    )
    archive_state = fields.Selection(
        STATES, "Archive Status", compute="_compute_archive_values", search="_search_archive_state", groups=GROUP
    )
    archive_completeness = fields.Integer(
        "Completeness", compute="_compute_archive_values", search="_search_archive_completeness", groups=GROUP
    )
    archive_bag_color = fields.Integer(compute="_compute_archive_values", groups=GROUP, exportable=False)
    archive_level = fields.Selection(LEVELS, "Confidentiality Level", compute="_compute_archive_values", groups=GROUP)
    archive_place = fields.Char(
        "Place of the Paper", compute="_compute_archive_values", groups=GROUP, help="Box and shelf of the paper bag."
    )
    archive_opened_on = fields.Date("Archive Opened", compute="_compute_archive_values", groups=GROUP)
    archive_sections = fields.Char(compute="_compute_archive_sections", groups=GROUP, exportable=False)

    # Lists show a page of customers in the order of their names; without it, a filter by category sorts them all.
    _archive_category_name = models.Index("(archive_category_id, complete_name) WHERE archive_id IS NOT NULL")

    @api.depends("archive_ids")
    def _compute_archive_id(self):
        for partner in self:
            partner.archive_id = partner.archive_ids[:1]

    @api.depends("archive_id.number", "archive_id.category_id")
    def _compute_archive_copies(self):
        for partner in self:
            partner.archive_number = partner.archive_id.number
            partner.archive_category_id = partner.archive_id.category_id

    @api.depends("archive_id.state", "archive_id.completeness", "archive_id.level", "archive_category_id.bag_color")
    def _compute_archive_values(self):
        archives = self.archive_id.sudo()  # of another company too: whoever reads the customer reads these values
        archives.fetch(ARCHIVE_SHOWN)
        for partner in self:
            archive = partner.archive_id.sudo()  # as above
            partner.archive_state = archive.state
            partner.archive_completeness = archive.completeness
            looks = archive.category_id._looks().get(archive.category_id.id)
            partner.archive_bag_color = looks.bag_color if looks else 0
            partner.archive_level = archive.level
            partner.archive_place = " / ".join(filter(None, (archive.box, archive.shelf)))
            partner.archive_opened_on = archive.opened_on

    def _search_archive_state(self, operator, value):
        return [("archive_id.state", operator, value)]

    def _search_archive_completeness(self, operator, value):
        return [("archive_id.completeness", operator, value)]

    @api.depends("archive_category_id", "is_company")
    def _compute_archive_sections(self):
        for partner in self:
            looks = partner.archive_category_id._looks().get(partner.archive_category_id.id)
            partner.archive_sections = looks.sections if looks else False

    # -- opening ----------------------------------------------------------------------------------------

    def archive_open(self, category):
        """Open an archive for each of these customers; returns the archives in the same order.

        Customers whose data break a blocking rule of the category get a draft, the others an active archive.

        :param category: a record of customer.archive.category or its id
        :raise UserError: names the customers that can't have an archive or have one; nothing is opened then
        """
        if not isinstance(category, models.BaseModel):  # through RPC: an id
            known = isinstance(category, int) and category
            category = self.env["customer.archive.category"].browse(known or ()).exists()
        partners = self.browse(dict.fromkeys(self.ids))  # each once
        return self.env["customer.archive"]._open(partners, category)

    def _archive_sorted(self):
        """These partners by what an archive could be opened for: {"free", "open", "internal", "contact": partners}."""
        partners = self.sudo().with_context(active_test=False)  # existence and kind only; names of own selection
        companies = self.env["res.company"].sudo().search([("partner_id", "in", partners.ids)])  # as above
        done = partners.filtered("archive_id")
        internal = partners.filtered(lambda partner: not partner.partner_share) | companies.partner_id
        contacts = partners.filtered(lambda p: p.type != "contact" or (p.parent_id and not p.is_company))
        return {
            "internal": internal - done,
            "contact": contacts - done - internal,
            "open": done,
            "free": partners - done - internal - contacts,
        }

    def _archive_reasons_against(self, category):
        """Which of these partners can't get an archive, and why: {reason: "Name, Name and 3 more"}."""
        reasons = self._archive_sorted()
        free = reasons.pop("free")
        wrong = {"company": lambda p: not p.is_company, "person": lambda p: p.is_company}.get(category.applies_to)
        reasons["kind"] = free.filtered(wrong) if wrong else free.browse()
        return {reason: culprits._archive_names() for reason, culprits in reasons.items() if culprits}

    def _archive_names(self):
        """The first names of a set, for an error's text."""
        names = ", ".join(partner.display_name or "" for partner in self[:NAMES_SHOWN])
        if len(self) > NAMES_SHOWN:
            return self.env._("%(names)s and %(count)s more", names=names, count=len(self) - NAMES_SHOWN)
        return names

    def _archive_check_not_internal(self):
        """Partners that become a user's or a company's must have no archive."""
        archived = self.sudo().filtered("archive_id")  # also where the caller has no right to archives
        if archived:
            raise ValidationError(
                self.env._(
                    "%s has a customer archive and so can't belong to an internal user or a company of this system. "
                    "Use another contact for the user or the company.",
                    archived._archive_names(),
                )
            )

    @api.model
    def default_get(self, fields):
        """In the archive's menu a new customer is filed at once, under the usual category, in our country."""
        values = super().default_get(fields)
        if self.env.context.get("archive_customers") and not values.get("parent_id"):
            if "archive_category_id" in fields:
                category = self.env.company._archive_default_category(bool(values.get("is_company")))
                values.setdefault("archive_category_id", category.id)
            if "country_id" in fields:
                values.setdefault("country_id", self.env.company.country_id.id)
        return values

    @api.onchange("is_company")
    def _onchange_is_company_archive_category(self):
        """A category for the other kind of customer gives way to the usual one of this kind."""
        if not self.env.user.has_group(GROUP):
            return  # plain Odoo's users have this form, too, and may not even read the category
        fits = self.archive_category_id.applies_to
        kind = "company" if self.is_company else "person"
        if self.archive_category_id and not self.archive_id and fits not in ("both", kind):
            self.archive_category_id = self.env.company._archive_default_category(self.is_company)

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]  # the caller's stay as they are
        for vals in vals_list:
            self._archive_check_link(vals)
        wishes = [self._archive_take_wish(vals) for vals in vals_list]
        partners = super().create(vals_list)
        partners._archive_open_wished(wishes)
        if self.env.context.get("archive_no_auto_open") is not GOVERNED:
            without = zip(partners, wishes, strict=True)
            partners.browse([partner.id for partner, wish in without if not wish])._archive_open_automatically()
        partners.parent_id._archive_after_change({"child_ids"})
        return partners

    def _archive_check_link(self, vals):
        """Refuse values for the link to the archive, and for its copies where the caller may not write them."""
        for name in vals.keys() & {"archive_id", "archive_number", "archive_category_id"}:
            self._check_field_access(self._fields[name], "write")  # they are taken out of the values below
        if "archive_id" in vals and any(
            partner.archive_id.id != (vals["archive_id"] or False) for partner in self or [self]
        ):
            raise UserError(
                self.env._(
                    "The link between a customer and its archive can't be changed. "
                    "Choose an archive category to open the customer's archive."
                )
            )

    def _add_missing_default_values(self, values):
        """No default ever opens half an archive: they are written when the archive is opened."""
        result = super()._add_missing_default_values(values)
        for name in {"archive_id", "archive_number", "archive_category_id"} - values.keys():
            result.pop(name, None)
        return result

    def _archive_take_wish(self, vals):
        """Take the wish for an archive out of the values of a new customer: (category id, number) or None."""
        self._card_complete_relation(vals)
        if "archive_category_id" not in vals and self.env.context.get("default_archive_category_id"):
            vals["archive_category_id"] = self.env.context["default_archive_category_id"]
        category_id = vals.pop("archive_category_id", False)
        number = vals.pop("archive_number", False)
        if not category_id:
            if number:
                self._archive_refuse_number(number)
            return None
        vals["archive_category_id"] = False  # no default either: the column is written when the archive is opened
        self._archive_normalise(vals)
        return category_id, number

    def _archive_refuse_number(self, number):
        raise UserError(
            self.env._(
                "The archive number %s can't be given without an archive category: choose the category too.", number
            )
        )

    def _archive_open_wished(self, wishes):
        groups = defaultdict(list)
        for partner, wish in zip(self, wishes, strict=True):
            if wish:
                groups[wish[0]].append((partner, wish[1]))
        Archive = self.env["customer.archive"]
        for category_id, members in groups.items():
            partners = self.browse([partner.id for partner, _number in members])
            category = self.env["customer.archive.category"].browse(category_id)
            numbers = {partner.id: number for partner, number in members}
            Archive._open(partners, category, numbers=numbers, strict=True)

    def _archive_open_automatically(self):
        """Open archives for new customers where the company's settings say so; drafts where data are missing."""
        if self.env.context.get("res_partner_search_mode") == "supplier":
            return
        for company, partners in self.sudo().grouped("company_id").items():  # whoever enters the customer
            company = company or self.env.company.sudo()
            if not company.archive_auto_open:
                continue
            partners = partners.filtered(lambda p: p.partner_share and not p.parent_id and p.type == "contact")
            for is_company, kind in partners.grouped("is_company").items():
                category = company.archive_company_category_id if is_company else company.archive_person_category_id
                if category:
                    self.env["customer.archive"].sudo().with_company(company)._open(kind, category)

    def write(self, vals):
        self._archive_check_link(vals)
        new_category, number = vals.get("archive_category_id"), vals.get("archive_number")
        relation_changed = self.browse()
        archived = self.sudo().filtered("archive_id")  # whoever writes, an archived customer's data are checked
        if "archive_category_id" in vals or "archive_number" in vals:
            vals = dict(vals)
            self._archive_write_category(vals, archived)
        if archived:
            vals = dict(vals)
            self._archive_normalise(vals)
        if "card_relation" in vals and "card_relation_since" not in vals:
            relation_changed = self.filtered(lambda partner: partner.card_relation != vals["card_relation"])
        contacts_move = "parent_id" in vals or "active" in vals
        parents = self.sudo().parent_id if contacts_move else self.browse()  # whose contacts come and go
        result = super().write(vals)
        if contacts_move:
            (parents | self.sudo().parent_id)._archive_after_change({"child_ids"})
        if relation_changed:
            since = vals["card_relation"] and fields.Date.context_today(self)
            # The reason of the former relation is none of the new one, as in the form.
            reason = {} if "card_relation_reason" in vals else {"card_relation_reason": False}
            relation_changed.write({"card_relation_since": since, **reason})
        without = self.sudo().filtered(lambda partner: not partner.archive_id) if new_category else self.browse()
        if new_category and without:
            category = self.env["customer.archive.category"].browse(new_category)
            numbers = dict.fromkeys(without.ids, number)
            self.env["customer.archive"]._open(without.sudo(self.env.su), category, numbers=numbers, strict=True)
        if vals.keys() & {"parent_id", "type", "is_company"}:
            archived._archive_check_still_customers()
        archived._archive_after_change(vals.keys())
        return result

    def _archive_check_still_customers(self):
        """A customer with an archive in use can't become a contact or an address of another customer."""
        lost = self.filtered(lambda p: p.type != "contact" or (p.parent_id and not p.is_company))
        lost = lost.filtered(lambda partner: partner.archive_state in ("draft", "active"))
        if lost:
            raise UserError(
                self.env._(
                    "%s has an archive and can't become a contact or an address of another customer. "
                    "Merge the two, or set the archive inactive first.",
                    lost._archive_names(),
                )
            )

    def _archive_write_category(self, vals, archived):
        """A category for customers that have an archive refiles it; the number is not written here."""
        category_id = vals.pop("archive_category_id", None)
        number = vals.pop("archive_number", None)
        if number and not category_id and self - archived:
            self._archive_refuse_number(number)
        if number and any(partner.archive_number != number for partner in archived):
            raise UserError(
                self.env._(
                    "An archive number can't be typed over. Use “Change Number” on the archive: it asks for the "
                    "reason and keeps the old number."
                )
            )
        if category_id is None or not archived:
            return
        if not category_id:
            raise UserError(
                self.env._(
                    "The archive of %s can't be taken away by emptying the category. Set it inactive instead.",
                    archived._archive_names(),
                )
            )
        moved = archived.archive_id.filtered(lambda archive: archive.category_id.id != category_id)
        if moved:
            moved.sudo(self.env.su).write({"category_id": category_id})

    # -- what must not happen to an archived customer -----------------------------------------------------

    def unlink(self):
        parents = self.sudo().parent_id - self.sudo()  # whose contacts go
        result = super().unlink()
        parents._archive_after_change({"child_ids"})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_archived(self):
        archived = self.sudo().filtered("archive_id")  # sudo code (data_recycle, privacy_lookup, merge) is refused, too
        if archived:
            raise UserError(
                self.env._(
                    "%s can't be deleted: the customer has an archive, and archives are only destroyed by the "
                    "disposal procedure. Set the archive inactive if the customer is no longer served; "
                    "merge the contacts if it is a duplicate.",
                    archived._archive_names(),
                )
            )

    # -- first run --------------------------------------------------------------------------------------

    @api.model
    def get_empty_list_help(self, help_message):
        """The customers' list when it is empty: the first steps, or what to do when a search finds nobody."""
        if not self.env.context.get("archive_customers") or not self.env.user.has_group(GROUP):
            return super().get_empty_list_help(help_message)
        template = (
            "archive_help_nobody" if self.env["customer.archive"].search_count([], limit=1) else "archive_help_first"
        )
        return self.env["ir.qweb"]._render(f"customer_archive.{template}")

    # -- buttons ----------------------------------------------------------------------------------------

    def action_view_archive(self):
        self.ensure_one()
        if not self.archive_id.has_access("read"):
            raise UserError(
                self.env._(
                    "The archive %(number)s is kept by %(company)s. Switch to that company to open it.",
                    number=self.archive_number,
                    company=self.archive_id.sudo().company_id.name,  # the name of the company, nothing of the archive
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.archive",
            "res_id": self.archive_id.id,
            "view_mode": "form",
        }

    def action_open_archive(self):
        """The dialog that asks for the category; for the button on the form and the action on a list's selection."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open Archives"),
            "res_model": "customer.archive.open",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.ids},
        }
