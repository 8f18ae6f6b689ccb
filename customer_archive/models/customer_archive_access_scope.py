"""How far many users reach, worked out in a few statements for the page "who can see what"."""

from collections import defaultdict
from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ..tools.access import rank_of, scope_for
from .customer_archive_access import ROLE_GROUPS

USER_GROUP = "customer_archive.group_user"


class Reach(NamedTuple):
    """One user's Scope, and what it was worked out from."""

    scope: tuple
    roles: frozenset
    bills: bool
    edits_contacts: bool  # whether the user may write contacts at all
    uses_archive: bool  # whether the user has a role in the archive


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _reaches(self, users):
        """{user: Reach} for internal users; the same scopes as ``_scope_of`` gives one by one."""
        policy = self.env["customer.archive.policy"]
        groups = [*ROLE_GROUPS.values(), USER_GROUP, *self._billing_groups()]
        holders = policy._role_holders(groups)
        has = {xml_id: holders.get(self.env.ref(xml_id, raise_if_not_found=False), set()) for xml_id in groups}
        billers = set().union(*(has[group] for group in self._billing_groups())) - has[USER_GROUP]
        if not policy._current().billing_reads_internal:
            billers = set()
        teams = self._teams_of_all()
        clearances = self._clearance_ranks(users)
        editors = self._contact_editors()
        result = {}
        for user in users:
            roles = frozenset(role for role, xml_id in ROLE_GROUPS.items() if user.id in has[xml_id])
            bills = user.id in billers
            scope = scope_for(
                user.id, roles, team_ids=teams.get(user.id, ()), clearance=clearances.get(user.id, 0), bills=bills
            )
            result[user] = Reach(scope, roles, bills, user.id in editors, user.id in has[USER_GROUP])
        return result

    @api.model
    def _teams_of_all(self):
        """{id of a user: ids of the teams that the user leads or belongs to}."""
        teams, members = self.env["crm.team"], self.env["crm.team.member"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id, array_agg(DISTINCT team_id ORDER BY team_id) FROM (
                    SELECT user_id, id AS team_id FROM crm_team WHERE user_id IS NOT NULL
                    UNION ALL
                    SELECT user_id, crm_team_id FROM crm_team_member WHERE active AND user_id IS NOT NULL
                ) belonging GROUP BY user_id
                """,
                to_flush=[teams._fields["user_id"]]
                + [members._fields[name] for name in ("user_id", "crm_team_id", "active")],
            )
        )
        return {uid: tuple(ids) for uid, ids in rows}

    @api.model
    def _clearance_ranks(self, users):
        """{id of a user: the highest rank that they are cleared for today}."""
        # sudo: decides; what is shown of it goes to those who may ask
        found = self.env["customer.archive.clearance"].sudo()
        found = found.search([("user_id", "in", users.ids), ("state", "=", "granted")])
        ranks = defaultdict(int)
        for clearance in found:
            if clearance.status == "valid":
                ranks[clearance.user_id.id] = max(ranks[clearance.user_id.id], rank_of(clearance.level))
        return ranks

    @api.model
    def _contact_editors(self):
        """Ids of the users whose groups let them write contacts at all."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE giving AS (
                    SELECT a.group_id AS gid FROM ir_model_access a JOIN ir_model m ON m.id = a.model_id
                     WHERE m.model = 'res.partner' AND a.active AND a.perm_write AND a.group_id IS NOT NULL
                    UNION
                    SELECT implied.gid FROM giving JOIN res_groups_implied_rel implied ON implied.hid = giving.gid
                )
                SELECT DISTINCT rel.uid FROM giving JOIN res_groups_users_rel rel ON rel.gid = giving.gid
                """
            )
        )
        return {uid for (uid,) in rows}

    @api.model
    def _loans_of(self, *, archive=None, user=None):
        """Loans that open an archive on screen just now: of one archive, or of one user."""
        now = fields.Datetime.now()
        domain = [
            ("state", "=", "open"),
            ("gives_access", "=", True),
            ("opened_at", "<=", now),
            ("due_at", ">", now),
        ]
        if archive is not None:
            domain.append(("archive_id", "=", archive.id))
        if user is not None:
            domain.append(("user_id", "=", user.id))
        return self.env["customer.archive.loan"].sudo().search(domain)  # for those who may ask who sees what

    @api.model
    def _count_reach(self, user):
        """How many archives there are, by level and whose they are, and how far the user reaches.

        Of those companies that the user and the asker both work for.

        :return: [(level, "own" / "team" / "others", all, readable, within the right to change)]
        """
        scope = self._scope_of(user)
        archive = self.env["customer.archive"]
        return self.env.execute_query(
            SQL(
                """
                SELECT a.level,
                       CASE WHEN a.owner_id = %(uid)s THEN 'own' WHEN a.team_id = ANY(%(teams)s) THEN 'team'
                            ELSE 'others' END AS whose,
                       count(*), count(*) FILTER (WHERE %(reads)s), count(*) FILTER (WHERE %(writes)s)
                  FROM customer_archive a
                 WHERE a.company_id = ANY(%(companies)s) AND a.partner_id IS NOT NULL
                 GROUP BY 1, 2
                """,
                uid=user.id,
                teams=list(self._teams_of(user.id)),
                reads=self._archive_condition("a", scope, "read"),
                writes=self._archive_condition("a", scope, "write"),
                companies=(user.sudo().company_ids & self.env.companies).ids,  # of whom is asked for
                to_flush=[
                    archive._fields[name]
                    for name in ("level", "state", "owner_id", "team_id", "company_id", "partner_id")
                ],
            )
        )

    @api.model
    def _internal_users(self):
        """Active employees, of all companies: whoever asks who sees a customer wants to know of everybody."""
        return self.env["res.users"].sudo().search([("share", "=", False), ("id", "!=", SUPERUSER_ID)])  # their names
