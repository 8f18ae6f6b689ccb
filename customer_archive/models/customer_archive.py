from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL

from .customer_archive_category import LEVELS

STATES = [
    ("draft", "Draft"),
    ("active", "On File"),
    ("inactive", "Inactive"),
    ("sealed", "Sealed"),
    ("destroyed", "Destroyed"),
]


def trigram_index(column):
    """Index for ``ilike`` on a text column, in the form in which Odoo asks for it; none where there is no pg_trgm."""

    def definition(registry):
        if not registry.has_trigram or registry.has_unaccent == FunctionStatus.PRESENT:  # present, but not indexable
            return ""
        return f"USING gin ({registry.unaccent(column)} gin_trgm_ops)"

    return models.Index(definition)


# Held in the context by this addon's own methods while they change what nobody may change by hand.
# Compared by identity: a value that came in through RPC or a client's context can't be this object.
GOVERNED = object()


class CustomerArchive(models.Model):
    """The permanent governance record of one customer: it outlives the customer's data (product.md, Words)."""

    _name = "customer.archive"
    _description = "Customer Archive"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "number"
    _rec_names_search = ["number"]
    _check_company_auto = True
    _mail_post_access = "read"

    number = fields.Char("Archive Number", readonly=True, copy=False)
    number_ids = fields.One2many("customer.archive.number", "archive_id", "Numbers", readonly=True)
    alias_count = fields.Integer("Former Numbers", compute="_compute_alias_count")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        ondelete="restrict",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Empty once the customer's data have been destroyed or merged into another customer.",
    )
    category_id = fields.Many2one(
        "customer.archive.category", "Category", required=True, ondelete="restrict", tracking=True, index=True
    )
    company_id = fields.Many2one(
        "res.company",
        "Fonds",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
        help="The company that keeps the archive.",
    )
    state = fields.Selection(STATES, "Status", required=True, default="draft", readonly=True, copy=False, tracking=True)
    level = fields.Selection(LEVELS, "Confidentiality Level", required=True, tracking=True, default="internal")
    owner_id = fields.Many2one(
        "res.users",
        "Account Manager",
        domain="[('share', '=', False)]",
        compute="_compute_owner_id",
        inverse="_inverse_owner_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        ondelete="set null",
    )
    team_id = fields.Many2one(
        "crm.team", "Sales Team", index="btree_not_null", tracking=True, check_company=True, ondelete="set null"
    )
    opened_on = fields.Date("Opened", required=True, readonly=True, copy=False, default=fields.Date.context_today)
    closed_on = fields.Date("Closed", readonly=True, copy=False)
    merged_into_id = fields.Many2one("customer.archive", "Merged into", readonly=True, copy=False, ondelete="restrict")
    bag_color = fields.Integer(related="category_id.bag_color")
    box = fields.Char(help="The box in which the paper bag lies.", tracking=True)
    shelf = fields.Char(help="Where the box stands: room, shelf, board.", tracking=True)
    remark = fields.Text()

    _partner_unique = models.UniqueIndex(
        "(partner_id) WHERE partner_id IS NOT NULL",
        "The customer has an archive already. Open it from the customer's form.",
    )
    _number_unique = models.UniqueIndex("(number)", "Another archive has this number.")
    _category_partner = models.Index("(category_id, partner_id)")
    _state_index = models.Index("(state)")

    @api.depends("partner_id.user_id")
    def _compute_owner_id(self):
        for archive in self:
            # What is left of a customer who was merged or destroyed keeps the last owner.
            archive.owner_id = archive.partner_id.user_id if archive.partner_id else archive.owner_id

    def _inverse_owner_id(self):
        for archive in self:
            if archive.partner_id.user_id != archive.owner_id:
                archive.partner_id.user_id = archive.owner_id

    @api.depends("number_ids.kind")
    def _compute_alias_count(self):
        counts = dict(
            self.env["customer.archive.number"]._read_group(
                [("archive_id", "in", self.ids), ("kind", "=", "alias")], ["archive_id"], ["__count"]
            )
        )
        for archive in self:
            archive.alias_count = counts.get(archive, 0)

    @api.depends("number", "partner_id.name")
    def _compute_display_name(self):
        for archive in self:
            archive.display_name = " ".join(part for part in (archive.number, archive.partner_id.name) if part)

    @api.model
    def _search_display_name(self, operator, value):
        """By number, former number, and everything that finds the customer."""
        if operator not in ("ilike", "=") or not isinstance(value, str) or not value.strip():
            return super()._search_display_name(operator, value)
        numbers = self.env["customer.archive.number"]._search([("name", operator, value)])
        partners = self.env["res.partner"]._search([("display_name", operator, value), ("archive_id", "!=", False)])

        def to_sql(model, alias, query):
            # Two sets that indexes answer, united: an OR of conditions would read the whole table.
            return SQL(
                "%s IN (%s UNION ALL %s)",
                SQL.identifier(alias, "id"),
                numbers.select("archive_id"),
                partners.select("archive_id"),
            )

        return Domain.custom(to_sql=to_sql)

    # -- what is fixed ----------------------------------------------------------------------------------

    def _governed_fields(self):
        """Fields that only this addon's own methods change: {field: sentence that says what to do instead}."""
        _ = self.env._
        renumber = _("Use “Change Number”: it asks for the reason and keeps the old number.")
        states = _("Use the buttons of the archive: they check what the step needs and keep a trace of it.")
        fixed = _("It is fixed when the archive is opened.")
        counted = _("It is counted from the customer's card.")
        return {
            "number": renumber,
            "state": states,
            "closed_on": states,
            "partner_id": fixed,
            "company_id": fixed,
            "opened_on": fixed,
            "merged_into_id": fixed,
            "completeness": counted,
            "section_scores": counted,
        }

    def _is_governed(self):
        return self.env.context.get("archive_governed") is GOVERNED

    def _governed(self):
        """The same records, allowed to change their governed fields."""
        return self.with_context(archive_governed=GOVERNED)

    def write(self, vals):
        if not self._is_governed():
            for name, remedy in self._governed_fields().items():
                if name in vals and any(
                    self._fields[name].convert_to_write(archive[name], archive) != vals[name] for archive in self
                ):
                    raise UserError(
                        self.env._(
                            "%(field)s of an archive can't be changed directly. %(remedy)s",
                            field=self._fields[name]._description_string(self.env),
                            remedy=remedy,
                        )
                    )
            self._check_still_changeable()
        result = super().write(vals)
        if "category_id" in vals:
            self._check_category_kind()
            # sudo: the new category's rules hold for whoever refiles; nothing of the card is shown but refused values
            self.sudo().partner_id._archive_after_refiling()
        return result

    def _check_still_changeable(self):
        closed = self.filtered(lambda archive: archive.state in ("sealed", "destroyed") or archive.merged_into_id)
        if closed:
            raise UserError(
                self.env._(
                    "The archive %(number)s is closed for changes (%(state)s).",
                    number=closed[0].number,
                    state=dict(self._fields["state"]._description_selection(self.env))[closed[0].state],
                )
            )

    def _check_category_kind(self):
        """A category for individuals takes no company, and the other way round."""
        for archive in self:
            fits = archive.category_id.applies_to
            kind = "company" if archive.partner_id.is_company else "person"
            if archive.partner_id and fits not in ("both", kind):
                raise ValidationError(
                    self.env._(
                        "The category %(category)s is not for %(customer)s: it takes %(fits)s only. "
                        "Choose another category.",
                        category=archive.category_id.display_name,
                        customer=archive.partner_id.display_name,
                        fits=self.env._("companies") if fits == "company" else self.env._("individuals"),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(
                self.env._(
                    "The archive %(number)s can't be deleted: archives are permanent records. "
                    "Set it inactive if the customer is no longer served.",
                    number=self[0].number or "",
                )
            )

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(
            self.env._(
                "An archive can't be duplicated: each customer has one. Open an archive for the other customer instead."
            )
        )

    # -- life cycle -------------------------------------------------------------------------------------

    def action_activate(self):
        """Draft → active, when nothing that the category requires is missing or wrong."""
        self._check_transition("draft")
        self.partner_id._archive_check_all(self.env._("The archive can't be activated:"))
        self._governed().write({"state": "active"})
        return True

    def action_deactivate(self, reason=None):
        """Active or draft → inactive. ``reason`` is kept in the archive's history."""
        self._check_transition("draft", "active")
        self._check_reason(reason)
        self._governed().write({"state": "inactive", "closed_on": fields.Date.context_today(self)})
        self._log_reason(self.env._("Set inactive"), reason)
        return True

    def _check_transition(self, *states):
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for archive in self:
            if archive.state not in states or archive.merged_into_id:
                raise UserError(
                    self.env._(
                        "This step is not possible for the archive %(number)s: it is “%(state)s”, not “%(wanted)s”.",
                        number=archive.number,
                        state=labels[archive.state],
                        wanted=" / ".join(labels[state] for state in states),
                    )
                )

    def _check_reason(self, reason):
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("A reason is needed: it is kept in the history of the archive."))

    def _log_reason(self, what, reason):
        self._message_log_batch(
            bodies={
                archive.id: self.env._("%(what)s. Reason: %(reason)s", what=what, reason=reason) for archive in self
            }
        )

    # -- buttons ----------------------------------------------------------------------------------------

    def action_view_partner(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(self.env.ref("customer_archive.res_partner_view_form_customers").id, "form")],
        }

    def _reason_dialog(self, step, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "customer.archive.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_archive_ids": self.ids, "default_step": step},
        }

    def action_ask_deactivate(self):
        return self._reason_dialog("deactivate", self.env._("Set Inactive"))

    def action_ask_reopen(self):
        return self._reason_dialog("reopen", self.env._("Reopen"))

    def action_ask_renumber(self):
        self.ensure_one()
        return self._reason_dialog("renumber", self.env._("Change Number"))
