"""Which archives are inspected, and how many of them: the same for a plan and for an inspection (product.md Q5)."""

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .customer_archive_category import LEVELS

ARCHIVIST = "customer_archive.group_archivist"


class CustomerArchiveInspectionScope(models.AbstractModel):
    _name = "customer.archive.inspection.scope"
    _description = "Which Archives Are Inspected"

    template_id = fields.Many2one(
        "customer.archive.inspection.template",
        "Checklist",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env["customer.archive.inspection.template"].search([], limit=1),
        domain="[('company_id', 'in', (False, company_id))]",
    )
    user_id = fields.Many2one(
        "res.users",
        "Inspector",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user,
        domain=lambda self: [("all_group_ids", "in", self.env.ref(ARCHIVIST).id), ("share", "=", False)],
        help="Archivists inspect, but never the archives that they keep themselves.",
    )
    # With those that are archived by now: if they fell out, “only theirs” would become “all”.
    category_ids = fields.Many2many(
        "customer.archive.category",
        string="Categories",
        context={"active_test": False},
        help="Empty: all. With the categories below them.",
    )
    team_ids = fields.Many2many("crm.team", string="Sales Teams", context={"active_test": False}, help="Empty: all.")
    owner_ids = fields.Many2many(
        "res.users",
        string="Account Managers",
        domain="[('share', '=', False)]",
        context={"active_test": False},
        help="Empty: all.",
    )
    level = fields.Selection(LEVELS, "Only Level", help="Empty: all levels that the inspector may read.")
    sample_size = fields.Integer(required=True, default=20)
    sample_unit = fields.Selection(
        [("count", "archives"), ("percent", "% of the archives")], "Sample in", required=True, default="count"
    )
    spread = fields.Selection(
        [
            ("none", "Not spread"),
            ("owner", "Account managers"),
            ("category", "Categories"),
            ("level", "Levels"),
        ],
        "Spread over",
        required=True,
        default="owner",
        help="Each of them gives at least one archive as long as the sample is large enough, the rest in proportion.",
    )

    def _may_inspect(self, user):
        """Whether the user is an archivist of the company."""
        # sudo: the roles of a colleague, and where they work
        user, company = user.sudo(), self.sudo().company_id
        return user.active and not user.share and user.has_group(ARCHIVIST) and company in user.company_ids

    def _check_inspector(self):
        for record in self:
            if not record._may_inspect(record.user_id):
                raise ValidationError(
                    self.env._(
                        "%(name)s is no archivist of %(company)s: inspections are carried out by archivists of the "
                        "company. Choose one of them.",
                        name=record.user_id.sudo().name,  # of a colleague
                        company=record.company_id.name,
                    )
                )

    def _scope_fields(self):
        """What a plan hands on to its inspections."""
        return (
            "template_id",
            "user_id",
            "category_ids",
            "team_ids",
            "owner_ids",
            "level",
            "sample_size",
            "sample_unit",
            "spread",
        )

    def _sample_of(self, count):
        """How many of so many archives are drawn: one at least where there are any, per cents rounded up."""
        if self.sample_unit == "count":
            return min(self.sample_size, count)
        return min(-(-count * self.sample_size // 100), count)

    def _scope_domain(self):
        """Archives in use that belong to it."""
        domain = Domain(
            [("company_id", "=", self.company_id.id), ("state", "in", ("draft", "active")), ("partner_id", "!=", False)]
        )
        if self.category_ids:
            domain &= Domain("category_id", "child_of", self.category_ids.ids)
        if self.team_ids:
            domain &= Domain("team_id", "in", self.team_ids.ids)
        if self.owner_ids:
            domain &= Domain("owner_id", "in", self.owner_ids.ids)
        if self.level:
            domain &= Domain("level", "=", self.level)
        return domain

    def _population(self, inspectors):
        """[(id, group)] of the archives that are drawn from: what the environment's user reads, none of an inspector's.

        :param inspectors: users whose own archives are left out
        """
        archives = self.env["customer.archive"]
        query = archives._search(self._scope_domain() & ~Domain("owner_id", "in", inspectors.ids))
        column = {"owner": "owner_id", "category": "category_id", "level": "level"}.get(self.spread)
        group = SQL("''")
        if column:
            group = SQL(
                "COALESCE(%s::text, '')",
                SQL.identifier(query.table, column, to_flush=archives._fields[column]),
            )
        return [tuple(row) for row in self.env.execute_query(query.select(SQL.identifier(query.table, "id"), group))]
