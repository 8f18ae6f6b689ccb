"""The access predicate: one condition, over one table, for the customer and for all that hangs on it (A1-A3, A6).

The table has a row for each *protected* contact: customers with an archive and the contacts below them. Everybody else
(vendors, users, companies, contacts without an archive) has no row and is as in plain Odoo. The database itself keeps
the rows (customer_archive_access_triggers.py), so that they are right at once whoever writes, Odoo's merge in plain SQL
included.

``ir.rule`` adds the condition in code (see ir_rule.py), so no other module's rule can widen it. Nothing of it is cached
but who leads which team and who has which clearance; time limits are compared whenever a query is built.
"""

from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.fields import Domain

from ..tools.access import CLEARABLE, ROLES, rank_of, scope_for

ROLE_GROUPS = {role: f"customer_archive.group_{role}" for role in ROLES}


class Link(NamedTuple):
    """How a model hangs on a customer."""

    path: str  # the stored many2one (or many2many) to the customer, or to its archive; may be empty with ``record``
    to: str = "partner"  # partner, archive
    card: bool = False  # part of the card: changing it needs the right to change the customer
    mine: str = ""  # fields (joined by commas) with users or their contacts: those named there keep access
    record: str = ""  # two fields "model,id": what they name must be reached as well
    always: bool = False  # holds even if the policy says that documents do not follow the customer
    served: bool = False  # service managers write it wherever they read (with ``card``, which keeps others from it)
    custody: bool = False  # about the archive, not about the customer: archivists see it while the archive is sealed
    writers: bool = False  # read by those only who may change the customer


class CustomerArchiveAccess(models.Model):
    _name = "customer.archive.access"
    _description = "Protected Contact"
    _log_access = False
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", "Contact", required=True, readonly=True, ondelete="cascade")
    archive_id = fields.Many2one("customer.archive", "Archive", required=True, readonly=True, ondelete="cascade")
    rank = fields.Integer(
        required=True, readonly=True, help="Of the archive's level: 1 public to 4 core; 5: it is sealed."
    )
    owner_id = fields.Integer(readonly=True)
    team_id = fields.Integer(readonly=True)

    # With what decides: lists of other apps ask for a customer's row without going to the table.
    _partner_unique = models.UniqueIndex("(partner_id) INCLUDE (rank, owner_id, team_id, archive_id)")
    _archive_index = models.Index("(archive_id)")
    _owner_index = models.Index("(owner_id)")
    _team_index = models.Index("(team_id)")

    # -- which models, by which path ------------------------------------------------------------------------

    @api.model
    def _customer_links(self):
        """Models that hang on a customer: {model: Link}. Bridges to other apps add theirs."""
        return {
            "res.partner": Link("id", card=True),
            "res.partner.bank": Link("partner_id", card=True),
            "customer.archive.preference": Link("partner_id", card=True),
            "customer.archive.key.contact": Link("partner_id", card=True),
            "customer.archive": Link("id", to="archive", card=True),
            "customer.archive.number": Link("archive_id", to="archive"),
            "customer.archive.fault": Link("archive_id", to="archive"),
            # Letters bear names and addresses, and every employee reads them.
            "snailmail.letter": Link("partner_id"),
            # Followers bear names and e-mail addresses, and say who deals with whom.
            "mail.followers": Link("partner_id", record="res_model,res_id", always=True),
            "customer.archive.reminder": Link("archive_id", to="archive"),
            "customer.archive.reminder.preview": Link("archive_id", to="archive"),
            "customer.archive.proposal": Link("archive_id", to="archive"),
            "customer.archive.proposal.line": Link("archive_id", to="archive"),
            "customer.archive.contact.log": Link("archive_id", to="archive", card=True, served=True),
            # Both customers of a pair, whatever the policy says of documents.
            "customer.archive.match": Link("partner_ids", always=True),
        }

    @api.model
    @tools.ormcache()
    def _links(self):
        """The links whose model is there. Asked whenever a rule is: kept."""
        return {model: link for model, link in self._customer_links().items() if model in self.env}

    def _document_models(self):
        """Models of other apps that follow the customer, as the policy says."""
        return [
            model
            for model, link in self._links().items()
            if link.path and link.to == "partner" and not link.card and not link.always
        ]

    @api.model
    @tools.ormcache()
    def _protected_models(self):
        """Models whose records nobody may link to without reading them."""
        return frozenset({*self._links(), "res.users"})

    # -- how far a user reaches -----------------------------------------------------------------------------

    @api.model
    def _is_exempt(self):
        """The system itself; and share users, who have stricter rules of their own."""
        return self.env.uid == SUPERUSER_ID or not self.env.user._is_internal()

    @api.model
    def _scope(self):
        """The Scope of the environment's user, as of now."""
        uid = self.env.uid
        roles, team_ids, bills = self._standing()
        clearance = self._clearance_rank(uid) if roles & CLEARABLE else 0
        return scope_for(uid, roles, team_ids=team_ids, clearance=clearance, bills=bills)

    @api.model
    @tools.ormcache("self.env.uid")
    def _standing(self):
        """What does not change with the day: the user's roles, teams, and whether the policy lets them bill.

        Asked in every query, so kept; like ``has_group`` until groups, teams or the policy change.
        """
        user = self.env.user
        roles = frozenset(role for role, group in ROLE_GROUPS.items() if user.has_group(group))
        return roles, self._teams_of(user.id) if "team_leader" in roles else (), self._reads_for_billing(user)

    @api.model
    def _mode_for(self, link, mode):
        """Which condition counts: service managers, who change no customer, write what they are to write."""
        if link.writers:
            return "write"
        return "read" if link.served and "service_manager" in self._standing()[0] else mode

    @api.model
    def _scope_of(self, user):
        """The Scope of another user."""
        return self.with_user(user)._scope()

    @api.model
    def _reads_for_billing(self, user):
        """Whether the policy lets the user read customers up to “Internal” in order to bill them.

        Users with a role in the archive read what their role gives.
        """
        groups = self._billing_groups()
        return (
            bool(groups)
            and not user.has_group("customer_archive.group_user")
            and any(user.has_group(group) for group in groups)
            and self.env["customer.archive.policy"]._current().billing_reads_internal
        )

    @api.model
    def _billing_groups(self):
        """Groups whose users bill customers; bridges add theirs."""
        return ()

    @api.model
    @tools.ormcache("uid")
    def _teams_of(self, uid):
        """Ids of the sales teams that the user leads or belongs to."""
        teams = self.env["crm.team"].sudo().with_context(active_test=False)  # decides; nothing of them is shown
        member = Domain("crm_team_member_ids", "any", [("user_id", "=", uid), ("active", "=", True)])
        found = teams.search(Domain("user_id", "=", uid) | member)
        return tuple(sorted(found.ids))

    @api.model
    def _clearance_rank(self, uid):
        """The highest rank that the user is cleared for today; 0 without clearance.

        Today is the company's: by the context's time zone, which the caller chooses, a clearance would last longer.
        """
        clearances = self._clearances_of(uid)
        if not clearances:
            return 0
        today = self.env["res.users"].sudo().browse(uid).company_id._archive_today()  # the time zone only
        return max((rank for rank, begin, end in clearances if begin <= today <= end), default=0)

    @api.model
    @tools.ormcache("uid")
    def _clearances_of(self, uid):
        """The user's clearances of any time: ((rank, first day, last day), …). Kept; the days are compared later."""
        clearances = self.env["customer.archive.clearance"].sudo()  # decides; nothing of them is shown
        found = clearances.search([("user_id", "=", uid), ("state", "=", "granted")])
        return tuple((rank_of(c.level), c.valid_from, c.valid_until) for c in found)
