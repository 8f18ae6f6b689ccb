"""The answers of the page "who can see what". The reasons come from the Scope that decides (tools/access.py)."""

from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..models.customer_archive_access import ROLE_GROUPS
from ..models.customer_archive_access_scope import USER_GROUP
from ..models.customer_archive_policy_duties import ADMINISTRATORS, RECORDED_ROLES
from ..tools.access import LEVEL_CODES, rank_of

# Loans that are named one by one.
LOANS_SHOWN = 20


class CustomerArchiveRights(models.TransientModel):
    _inherit = "customer.archive.rights"

    def _answer(self):
        """The answer as values: title, summary and warnings (sentences), levels and people (values of lines)."""
        return self._answer_archive() if self.question == "archive" else self._answer_person()

    def _group_name(self, xml_id):
        return self.env.ref(xml_id).sudo().name  # the name of a role is no secret

    def _level_name(self, level):
        return self.env["customer.archive"]._level_label(level)

    # -- who can see a customer -----------------------------------------------------------------------------

    def _answer_archive(self):
        archive = self._asked_archive()
        access = self.env["customer.archive.access"]
        hidden = archive.partner_id and access._unreached(archive.with_env(self.env), "read")
        name = archive.with_env(self.env)._masked_name() if hidden else archive.partner_id.name
        people = self._people_who_see(archive)
        return {
            "title": " ".join(filter(None, (archive.number, name))),
            "summary": self._summary_of_archive(archive, people),
            "warnings": [],
            "levels": [],
            "people": people,
        }

    def _summary_of_archive(self, archive, people):
        _ = self.env._
        nobody = _("nobody")
        level = self._level_name(archive.level)
        lines = [
            _(
                "Level: %(level)s. Account manager: %(owner)s. Sales team: %(team)s.",
                level=f"{level} ({archive.level_term})" if archive.level_term else level,
                owner=archive.owner_id.name or nobody,
                team=archive.team_id.name or _("none"),
            ),
        ]
        editors = len([line for line in people if line["may_change"]])
        if archive.level == "public":
            lines.append(_("All employees may read this customer; %s people may change it.", editors))
        else:
            lines.append(
                _(
                    "%(readers)s people may read this customer, %(editors)s of them may change it.",
                    readers=len(people),
                    editors=editors,
                )
            )
        return lines

    def _people_who_see(self, archive):
        """Values of lines: everybody who may read the archive's customer, and why."""
        access = self.env["customer.archive.access"]
        guard = archive._archive_get_guard()
        loans = {loan.user_id.id: loan for loan in access._loans_of(archive=archive)}
        reaches = access._reaches(self._users_of_company(access._internal_users(), archive))
        words = self._words_of_reasons(archive, reaches, loans)
        lines, everybody = [], 0
        for user, reach in reaches.items():
            if not (archive.partner_id or reach.uses_archive):
                continue  # of what was merged or destroyed only the archive is left
            reasons = reach.scope.explain(guard, {guard.archive_id} if user.id in loans else ())
            may_change = reach.edits_contacts and reach.scope.writes(guard)
            everybody += bool(reasons)
            if reasons and (may_change or reasons != ("public",)):
                lines.append(
                    {
                        "user_id": user.id,
                        "name": user.name,
                        "kind": reasons[0],
                        "reasons": "; ".join(words[reason](user, reach) for reason in reasons),
                        "may_change": may_change,
                    }
                )
        if everybody and guard.rank == rank_of("public"):
            lines.append(
                {
                    "user_id": False,
                    "name": self.env._("All employees (%s)", everybody),
                    "kind": "public",
                    "reasons": self.env._("Everybody reads customers at the level “Public”"),
                    "may_change": False,
                }
            )
        line_model = self.env["customer.archive.rights.person"]
        for line in lines:
            line["sequence"] = line_model._sequence_of(line["kind"]) + (10 if not line["user_id"] else 0)
        return sorted(lines, key=lambda line: (line["sequence"], line["name"]))

    def _users_of_company(self, users, archive):
        """Those of the users whose companies let them read the customer, as Odoo's own rules say."""
        company = archive.partner_id.company_id if archive.partner_id else archive.company_id
        if not company:
            return users
        companies = company
        if archive.partner_id:
            companies = company.search([("id", "child_of", company.id)])
        return users.filtered(lambda user: user.company_ids & companies)

    def _words_of_reasons(self, archive, reaches, loans):
        """{reason: function of user and Reach that says it in words}."""
        _ = self.env._
        cleared = [user.id for user, reach in reaches.items() if rank_of(archive.level) <= reach.scope.read_rank]
        clearances = self._clearances_for(cleared, archive.level)
        names = {role: self._group_name(group) for role, group in ROLE_GROUPS.items()}

        def by_role(user, reach):
            if reach.bills:
                return _("Bills customers up to the level “Internal”")
            roles = ", ".join(names[role] for role in ROLE_GROUPS if role in reach.roles and role != "team_leader")
            return _("%s: reads all customers up to the level “Internal”", roles)

        def by_clearance(user, reach):
            clearance = clearances[user.id]
            return _(
                "Cleared up to “%(level)s” until %(day)s",
                level=self._level_name(clearance.level),
                day=format_date(self.env, clearance.valid_until),
            )

        return {
            "owner": lambda user, reach: _("Account manager of this customer"),
            "team": lambda user, reach: _("Team leader, leads or belongs to the team %s", archive.team_id.name),
            "public": lambda user, reach: _("Everybody reads customers at the level “Public”"),
            "role": by_role,
            "clearance": by_clearance,
            "loan": lambda user, reach: self._loan_words(loans[user.id]),
        }

    def _clearances_for(self, user_ids, level):
        """{id of a user: the clearance that opens that level to them, the one that lasts longest}."""
        # sudo: for those who may ask who sees what
        clearances = self.env["customer.archive.clearance"].sudo()
        found = clearances.search([("user_id", "in", user_ids), ("state", "=", "granted")], order="valid_until")
        return {
            clearance.user_id.id: clearance
            for clearance in found
            if clearance.status == "valid" and rank_of(clearance.level) >= rank_of(level)
        }

    def _loan_words(self, loan):
        return self.env._(
            "Loan no. %(number)s until %(due)s",
            number=loan.name or loan.id,
            due=format_datetime(self.env, loan.due_at),
        )

    # -- what a person can see ------------------------------------------------------------------------------

    def _answer_person(self):
        user = self.user_id
        if not user:
            raise UserError(self.env._("Choose the person."))
        user.check_access("read")
        user = user.sudo()  # checked just now and below; the asker may know the roles
        if not user.company_ids & self.env.companies and user.id != SUPERUSER_ID:
            raise UserError(self.env._("%s works for another company. Switch to it, or ask somebody there.", user.name))
        levels = self._levels_of(user) if user._is_internal() else []
        return {
            "title": f"{user.name} ({user.login})",
            "summary": self._summary_of_person(user, levels),
            "warnings": self._warnings_of_person(user),
            "levels": levels,
            "people": [],
        }

    def _levels_of(self, user):
        """Values of lines: one for each level, with the numbers of archives."""
        access = self.env["customer.archive.access"]
        edits = user.id in access._contact_editors()
        keys = [f"{whose}_{right}" for whose in ("own", "team", "others") for right in ("read", "write")]
        lines = {level: {"level": level, "total": 0, **dict.fromkeys(keys, 0)} for level in LEVEL_CODES}
        for level, whose, total, readable, changeable in access._count_reach(user):
            line = lines[level]
            line["total"] += total
            line[f"{whose}_read"] = readable
            line[f"{whose}_write"] = changeable if edits else 0
        return list(lines.values())

    def _summary_of_person(self, user, levels):
        _ = self.env._
        if user.id == SUPERUSER_ID:
            return [_("The system itself: it reads and changes everything. Nobody logs in with it.")]
        if not user._is_internal():
            return [_("No employee: portal users see only what is shared with them, and no archive.")]
        access = self.env["customer.archive.access"]
        reach = access._reaches(user)[user]
        roles = [self._group_name(group) for group in RECORDED_ROLES if user.has_group(group)]
        lines = [
            _("Roles: %s.", ", ".join(roles)) if roles else _("No role in the archive: an employee like any other."),
            self._sentence_of_reach(reach),
            _("%s customers are entrusted to this person.", self._own_count(user)),
        ]
        teams = self.env["crm.team"].sudo().browse(reach.scope.team_ids)  # their names
        if teams:
            lines.append(_("Reads and changes the customers of the teams: %s.", ", ".join(teams.mapped("name"))))
        lines += self._sentences_of_clearance(user, reach)
        loans = access._loans_of(user=user)
        lines += [
            _("%(loan)s: archive %(number)s.", loan=self._loan_words(loan), number=loan.archive_id.number)
            for loan in loans[:LOANS_SHOWN]
        ]
        if len(loans) > LOANS_SHOWN:
            lines.append(_("And %s more loans.", len(loans) - LOANS_SHOWN))
        return lines

    def _own_count(self, user):
        return self.env["customer.archive"].sudo().search_count([("owner_id", "=", user.id)])  # a number

    def _sentence_of_reach(self, reach):
        _ = self.env._
        level = self._level_name(LEVEL_CODES[reach.scope.read_rank - 1])
        if reach.bills:
            return _("Bills customers, and therefore reads name and address of all up to the level “%s”.", level)
        if reach.scope.write_rank:
            return _("Reads and changes all customers up to the level “%s”.", level)
        return _("Reads all customers up to the level “%s”.", level)

    def _sentences_of_clearance(self, user, reach):
        _ = self.env._
        clearance = self.env["customer.archive.clearance"]._in_force(user)
        if not clearance:
            return []
        values = {
            "level": self._level_name(clearance.level),
            "day": format_date(self.env, clearance.valid_until),
        }
        if clearance.has_effect:
            return [_("Cleared up to “%(level)s” until %(day)s.", **values)]
        return [_("Cleared up to “%(level)s” until %(day)s, without effect: the role is none for it.", **values)]

    def _warnings_of_person(self, user):
        _ = self.env._
        if user.id == SUPERUSER_ID:
            return []
        has = [group for group in ADMINISTRATORS if user.has_group(group)]
        warnings = []
        if not user.active:
            warnings.append(_("Deactivated: this person can't log in. The rights are those they would have."))
        if len(has) > 1:
            warnings.append(
                _(
                    "Has two roles that must be apart: %s. Give one of them to somebody else.",
                    ", ".join(self._group_name(group) for group in has),
                )
            )
        if "base.group_system" in has:
            warnings.append(
                _("Administers the system: with programs of their own, administrators can reach every record.")
            )
        elif user.has_group("base.group_erp_manager"):
            warnings.append(_("Gives other people their roles."))
        if user.has_group("mail.group_mail_template_editor") and "base.group_system" not in has:
            warnings.append(_("Writes mail templates with placeholders, which are filled in with the sender's rights."))
        if user.has_group("base.group_allow_export") and user.has_group(USER_GROUP):
            warnings.append(_("May export what they see to files."))
        return warnings
