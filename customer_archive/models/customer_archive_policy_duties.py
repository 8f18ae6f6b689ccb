"""Separation of the three administrators (product.md A5), and the record of who gave which role to whom."""

from contextlib import contextmanager
from itertools import combinations

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.context import loud_context

# Nobody has two of these: who grants access, who runs the system, who looks over the shoulders of both.
ADMINISTRATORS = ("customer_archive.group_security_officer", "base.group_system", "customer_archive.group_auditor")

# Their coming and going is kept in the policy's history.
RECORDED_ROLES = (
    "customer_archive.group_user",
    "customer_archive.group_team_leader",
    "customer_archive.group_service_manager",
    "customer_archive.group_management",
    "customer_archive.group_archivist",
    "customer_archive.group_manager",
    "customer_archive.group_appraiser",
    *ADMINISTRATORS,
)

# Names that a sentence shows before it says how many more there are.
NAMES_SHOWN = 5

# In the transaction's own data while a change of roles is under way: changes within it are part of it.
WATCHING = "customer_archive.roles"


class CustomerArchivePolicy(models.Model):
    _inherit = "customer.archive.policy"

    @api.constrains("duties_separate")
    def _check_duties_separate(self):
        """Switched on again only where nobody has two of the roles any more."""
        if any(policy.duties_separate for policy in self):
            self._check_duties(separate=True)

    # -- the check --------------------------------------------------------------------------------------------

    @api.model
    def _check_duties(self, users=None, *, separate=None):
        """Refuse that an active user has two of the administrators' roles.

        :param users: only these are looked at
        :param separate: whether the duties are separate; what the policy says where nothing is given
        :raise ValidationError: names the persons, the roles, the rule and the remedy
        """
        if not (self._current().duties_separate if separate is None else separate):
            return
        conflicts = self._duties_conflicts(users)
        if not conflicts:
            return
        _ = self.env._
        shown = [
            _("%(person)s is %(first)s and %(second)s", person=user.name, first=first.name, second=second.name)
            for user, first, second in conflicts[:NAMES_SHOWN]
        ]
        if len(conflicts) > NAMES_SHOWN:
            shown.append(_("and %s more", len(conflicts) - NAMES_SHOWN))
        raise ValidationError(
            _(
                "Security officer, system administrator and auditor are three people: who grants access, who runs the "
                "system, and who checks both. %(who)s. Give one of the two roles to somebody else. A small company may "
                "switch “Separate the Three Administrators” off in the settings of Customer Archive; that is recorded.",
                who="; ".join(shown),
            )
        )

    @api.model
    def _duties_conflicts(self, users=None):
        """Active users with two of the roles: [(user, role, role)]. The system's own user is none."""
        holders = self._role_holders(ADMINISTRATORS, active_only=True)
        found = []
        # sudo: names of people and roles, for a sentence to whoever gives roles
        everybody = self.env["res.users"].sudo()
        only = None if users is None else set(users.ids)
        for first, second in combinations(holders, 2):
            for uid in sorted((holders[first] & holders[second]) - {SUPERUSER_ID}):
                if only is None or uid in only:
                    found.append((everybody.browse(uid), first.sudo(), second.sudo()))  # as above
        return found

    @api.model
    def _role_holders(self, xml_ids, *, active_only=False):
        """{role: ids of its users}, as the database has it: caches may not know of a change under way yet."""
        users, groups = self.env["res.users"], self.env["res.groups"]
        ids = [self.env["ir.model.data"]._xmlid_to_res_id(xml_id, raise_if_not_found=False) for xml_id in xml_ids]
        roles = groups.browse([id_ for id_ in ids if id_])
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE giving AS (
                    SELECT id AS role_id, id AS gid FROM res_groups WHERE id = ANY(%(roles)s)
                    UNION
                    SELECT giving.role_id, implied.gid FROM giving
                      JOIN res_groups_implied_rel implied ON implied.hid = giving.gid
                )
                SELECT DISTINCT giving.role_id, u.id FROM giving
                  JOIN res_groups_users_rel rel ON rel.gid = giving.gid
                  JOIN res_users u ON u.id = rel.uid
                 WHERE u.active OR NOT %(active_only)s
                """,
                roles=list(roles.ids),
                active_only=active_only,
                to_flush=[
                    users._fields["group_ids"],
                    users._fields["active"],
                    groups._fields["user_ids"],
                    groups._fields["implied_ids"],
                    groups._fields["implied_by_ids"],
                ],
            )
        )
        holders = {role: set() for role in roles}
        for role_id, uid in rows:
            holders[groups.browse(role_id)].add(uid)
        return holders

    # -- the record -------------------------------------------------------------------------------------------

    @api.model
    @contextmanager
    def _watch_roles(self):
        """Whoever gains or loses a role within the block is recorded; who loses one keeps nothing of the archives."""
        going_on = self.env.cr.precommit.data
        if going_on.get(WATCHING):
            yield
            return
        before = self._role_holders(RECORDED_ROLES)
        going_on[WATCHING] = True
        try:
            yield
        finally:
            going_on.pop(WATCHING, None)
        self._roles_changed(before, self._role_holders(RECORDED_ROLES))

    @api.model
    def _roles_changed(self, before, after):
        given = {role: after[role] - before.get(role, set()) for role in after}
        taken = {role: before[role] - after.get(role, set()) for role in before}
        if not any(given.values()) and not any(taken.values()):
            return
        self._hold_roles()
        self.env.registry.clear_cache()
        self.env.registry.clear_cache("groups")
        self._record_roles(given, taken)
        system = self.env.ref("base.group_system")
        losers = {uid for role, uids in taken.items() if role != system for uid in uids}
        if losers:
            # sudo: takes followers and notifications from them, shows nothing
            users = self.env["res.users"].sudo().browse(sorted(losers)).exists()
            self.env["customer.archive.access"].sudo()._revoke_of(users)

    @api.model
    def _hold_roles(self):
        """Two changes of roles at the same time: the later one starts anew, and sees what the earlier one did.

        Without that each of them could give one role of two to the same person.
        """
        self.env.cr.execute(
            SQL("UPDATE customer_archive_policy SET id = id WHERE id = ANY(%s)", list(self._record().ids))
        )

    @api.model
    def _record_roles(self, given, taken):
        """One line in the policy's history: who got or lost what. Its author is whoever did it."""
        record = self._record()
        if not record:  # while the addon is installed
            return
        _ = self.env._
        lines = [_("Given: %(role)s, to %(who)s", role=role.name, who=who) for role, who in self._role_lines(given)]
        lines += [_("Taken: %(role)s, from %(who)s", role=role.name, who=who) for role, who in self._role_lines(taken)]
        record._log(_("Roles changed. %s", "; ".join(lines)))

    @api.model
    def _role_lines(self, changes):
        # sudo: names of people and roles for the record
        users = self.env["res.users"].sudo().with_context(active_test=False)
        for role, uids in changes.items():
            people = users.browse(sorted(uids)).exists()
            if people:
                yield role.sudo(), ", ".join(f"{user.name} ({user.login})" for user in people)  # as above

    def _log(self, sentence):
        """A line in the history, whatever the context says of silence.

        sudo: whoever gives roles needn't be allowed to change the policy.
        """
        loud = loud_context(self.env.context)  # replaces the context: its keys must go
        # sudo: as said
        self.sudo().with_context(loud)._message_log(body=sentence)  # pylint: disable=context-overridden


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.constrains("group_ids", "active")
    def _check_archive_duties(self):
        self.env["customer.archive.policy"]._check_duties(self)

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["customer.archive.policy"]._watch_roles():
            return super().create(vals_list)

    def write(self, vals):
        if "group_ids" not in vals:
            return super().write(vals)
        with self.env["customer.archive.policy"]._watch_roles():
            return super().write(vals)


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.constrains("user_ids", "implied_ids", "implied_by_ids")
    def _check_archive_duties(self):
        self.env["customer.archive.policy"]._check_duties()

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["customer.archive.policy"]._watch_roles():
            return super().create(vals_list)

    def write(self, vals):
        if not {"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"} & vals.keys():
            return super().write(vals)
        with self.env["customer.archive.policy"]._watch_roles():
            return super().write(vals)

    def unlink(self):
        with self.env["customer.archive.policy"]._watch_roles():
            return super().unlink()
