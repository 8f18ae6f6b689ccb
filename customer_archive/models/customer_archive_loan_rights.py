"""Who sees which loans, and who decides on them (product.md "Rights at a glance")."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

ARCHIVIST = "customer_archive.group_archivist"
MANAGEMENT = "customer_archive.group_management"
LEADER = "customer_archive.group_team_leader"
AUDITOR = "customer_archive.group_auditor"

# Asks for the user when it is used, so Odoo may keep it with the rules.
SEEN_LOANS = Domain.custom(to_sql=lambda model, alias, query: model._seen_sql(alias))


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _domain(self, model_name, mode):
        """Loans are seen by their own condition: the register is wider than the archives that its keepers read."""
        if model_name == "customer.archive.loan":
            return SEEN_LOANS
        return super()._domain(model_name, mode)


class CustomerArchiveLoan(models.Model):
    _inherit = "customer.archive.loan"

    is_mine = fields.Boolean("My Loan", compute="_compute_may", exportable=False)
    may_decide = fields.Boolean("I May Decide", compute="_compute_may", exportable=False)
    may_take_back = fields.Boolean("I May Take It back", compute="_compute_may", exportable=False)
    may_read_card = fields.Boolean("The Card Is Open to Me", compute="_compute_may", exportable=False)
    may_renew = fields.Boolean("Can Be Renewed", compute="_compute_may", exportable=False)

    @api.depends_context("uid")
    @api.depends("state", "gives_access", "due_at", "user_id", "archive_id", "renewals")
    def _compute_may(self):
        """For the buttons only: each step checks for itself."""
        me = self.env.user
        for loan in self:
            loan.is_mine = loan.user_id == me
            loan.may_decide = loan._may_decide(me)
            loan.may_take_back = loan._may_take_back(me)
            loan.may_read_card = loan.is_mine and loan._is_open_now()
            loan.may_renew = loan.state == "open" and not loan._fault_of_renewal()

    # -- who sees what ----------------------------------------------------------------------------------------

    @api.model
    def _keeps_register(self):
        """Whether the user sees all loans of their companies: archivists keep them, auditors read them."""
        return self.env.user.has_group(ARCHIVIST) or self.env.user.has_group(AUDITOR)

    @api.model
    def _seen_sql(self, alias):
        """The condition that the environment's user sees a loan with the table ``alias``."""
        access = self.env["customer.archive.access"]
        if access._is_exempt():
            return SQL("TRUE")
        user = self.env.user

        def column(name):
            return SQL.identifier(alias, name, to_flush=self._fields[name])

        register = self._register_sql(column("archive_id"))
        own = SQL("%s = %s", column("user_id"), user.id)
        if not register:
            return own
        companies = list(user._get_company_ids())
        return SQL("(%s OR (%s = ANY(%s) AND %s))", own, column("company_id"), companies, register)

    @api.model
    def _register_sql(self, archive_id):
        """The condition that the user sees a loan of that archive by role; None without such a role."""
        if self._keeps_register():
            return SQL("TRUE")
        access = self.env["customer.archive.access"]
        scope = access._scope()
        archive = self.env["customer.archive"]
        terms = []
        if self.env.user.has_group(MANAGEMENT):
            terms.append(access._archive_condition("archive", scope, "read"))
        if scope.team_ids:
            terms.append(SQL("%s = ANY(%s)", SQL.identifier("archive", "team_id"), list(scope.team_ids)))
        if not terms:
            return None
        return SQL(
            "EXISTS (SELECT 1 FROM customer_archive archive WHERE archive.id = %s AND (%s))",
            archive_id,
            SQL(" OR ").join(terms),
            to_flush=[archive._fields[name] for name in ("owner_id", "team_id", "level")],
        )

    # -- who decides ------------------------------------------------------------------------------------------

    def _may_decide(self, user):
        """Whether a user approves, refuses and renews this loan: never for oneself."""
        return user.id == SUPERUSER_ID or (user != self.user_id and self._may_lend(user, self.archive_id))

    @api.model
    def _may_lend(self, user, archive):
        """Whether a user lends an archive to others: leaders of its team, management, archivists.

        Only who may read it now, by role, as its account manager or by clearance. What is only lent to somebody is
        not theirs to lend on.
        """
        if not self._works_for(user, archive.sudo().company_id):  # decides; nothing is shown
            return False
        scope = self.env["customer.archive.access"]._scope_of(user)
        guard = archive._archive_get_guard()
        if not scope.reads(guard):
            return False
        user = user.sudo()  # groups decide; nothing is shown
        return user.has_group(ARCHIVIST) or user.has_group(MANAGEMENT) or guard.team_id in scope.team_ids

    def _may_take_back(self, user):
        """Whether a user takes the paper back: archivists, and leaders of the archive's team."""
        if user.id == SUPERUSER_ID:
            return True
        archive = self.sudo().archive_id  # decides; nothing is shown
        if not self._works_for(user, archive.company_id):
            return False
        team_ids = self.env["customer.archive.access"]._scope_of(user).team_ids
        return user.sudo().has_group(ARCHIVIST) or archive.team_id.id in team_ids  # as above

    @api.model
    def _works_for(self, user, company):
        """Whether the user is at work, in the company that keeps the archive."""
        user = user.sudo()  # decides; nothing is shown
        return user.active and not user.share and company in user.company_ids

    def _check_may_decide(self):
        for loan in self:
            if loan.user_id == self.env.user and self.env.uid != SUPERUSER_ID:
                raise AccessError(
                    self.env._(
                        "Nobody decides on their own loan: the team leader, management or an archivist does on %s.",
                        loan.name,
                    )
                )
            if not loan._may_decide(self.env.user):
                raise AccessError(
                    self.env._(
                        "You can't decide on the loan %s: the leader of the archive's team, management or an archivist "
                        "does, and only who may read the archive himself, not on loan.",
                        loan.name,
                    )
                )

    def _check_mine(self):
        for loan in self:
            if loan.user_id != self.env.user:
                raise AccessError(self.env._("Only the borrower takes this step for the loan %s.", loan.name))

    def _is_open_now(self):
        """Whether the archive is open on screen by this loan at this very moment."""
        now = fields.Datetime.now()
        return (
            self.state == "open"
            and self.gives_access
            and bool(self.opened_at and self.due_at)
            and self.opened_at <= now < self.due_at
        )
