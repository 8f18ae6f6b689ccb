"""Giving customers to another account manager: who may, and who can have them (product.md A1, O5)."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .res_partner import GROUP

# Archives that an error names.
NUMBERS_SHOWN = 5


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    is_unattended = fields.Boolean(
        "No Active Account Manager",
        compute="_compute_is_unattended",
        search="_search_is_unattended",
        help="Nobody is the customer's account manager, or the account manager's user is no longer active.",
    )

    def _compute_is_unattended(self):
        for archive in self:
            owner = archive.owner_id.sudo()  # whether active, nothing else
            archive.is_unattended = not owner.active

    def _search_is_unattended(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = ["|", ("owner_id", "=", False), ("owner_id.active", "=", False)]
        return domain if True in value else ["!", *domain]

    def _reassign(self, user, reason, *, team=None):
        """Give these archives and their customers to another account manager.

        Archives that are theirs already stay untouched, closed ones keep their last account manager.

        :param user: the new account manager; empty: nobody
        :param team: the sales team; by default the new account manager's, if they have one
        :return: the archives that changed
        :raise UserError: without a reason, for an account manager who can't have these archives
        :raise AccessError: unless an archivist may change all of them, or they belong to teams of a team leader
        """
        self._check_reason(reason)
        self._check_may_reassign()
        self._check_receiver(user)
        return self._reassign_rows(user, reason, team=team)

    # -- who may, and who can have them ------------------------------------------------------------------------

    def _check_may_reassign(self):
        """Archivists move what they may change, team leaders the customers of their teams, nobody else any."""
        if self.env.su:
            return
        allowed = self._reassignable_ids()
        refused = self.browse([id_ for id_ in self.ids if id_ not in allowed])
        if refused:
            raise AccessError(
                self.env._(
                    "%(archives)s: the account manager is changed by the leader of the sales team or by an archivist. "
                    "You can hand over customers of your own with a handover list: select them in the list of "
                    "customers and choose “Hand Over or Reassign”.",
                    archives=refused._names_for_errors(),
                )
            )

    def _reassignable_ids(self):
        """Ids of those archives whose account manager the user may change."""
        access = self.env["customer.archive.access"]
        scope, user = access._scope(), self.env.user
        terms = []
        if user.has_group("customer_archive.group_archivist"):
            terms.append(access._archive_condition("a", scope, "write"))
        if user.has_group("customer_archive.group_team_leader") and scope.team_ids:
            terms.append(SQL("a.team_id = ANY(%s)", list(scope.team_ids)))
        if not terms:
            return set()
        rows = self.env.execute_query(
            SQL(
                "SELECT a.id FROM customer_archive a WHERE a.id = ANY(%s) AND a.company_id = ANY(%s) AND (%s)",
                self.ids,
                self.env.companies.ids,
                SQL(" OR ").join(terms),
                to_flush=[self._fields[name] for name in ("owner_id", "team_id", "level", "company_id")],
            )
        )
        return {id_ for (id_,) in rows}

    def _names_for_errors(self):
        """The first of these archives by name, masked where the user may not see them."""
        names = ", ".join(self[:NUMBERS_SHOWN].sudo().mapped("display_name"))  # masked for the real user
        if len(self) > NUMBERS_SHOWN:
            return self.env._("%(names)s and %(count)s more", names=names, count=len(self) - NUMBERS_SHOWN)
        return names

    def _check_receiver(self, user):
        """Refuse an account manager who could not work with these archives."""
        if not user:
            return
        person = user.sudo()  # name, role and companies decide
        if not person.active or person.share or not person.has_group(GROUP):
            raise UserError(
                self.env._(
                    "%s can't be the account manager of archived customers. Choose an active colleague who has a role "
                    "in Customer Archive.",
                    person.name,
                )
            )
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT company_id FROM customer_archive WHERE id = ANY(%s)",
                self.ids,
                to_flush=self._fields["company_id"],
            )
        )
        missing = person.env["res.company"].browse([id_ for (id_,) in rows]) - person.company_ids
        if missing:
            raise UserError(
                self.env._(
                    "%(name)s does not work for %(companies)s, which keeps these archives. "
                    "Choose a colleague who does.",
                    name=person.name,
                    companies=", ".join(missing.mapped("name")),
                )
            )

    # -- in the form ----------------------------------------------------------------------------------------------

    def write(self, vals):
        """A new account manager or team given in the form goes through the same checks and statements as many."""
        moved = self.browse()
        if "owner_id" in vals:
            moved = self.filtered(lambda archive: archive.owner_id.id != (vals["owner_id"] or False))
        if moved and not self.env.su:
            return self._write_with_owner(dict(vals), moved)
        if "team_id" in vals:
            moved |= self.filtered(lambda archive: archive.team_id.id != (vals["team_id"] or False))
        result = super().write(vals)
        if moved:
            self.env["customer.archive.access"].sudo()._revoke_lost(moved.sudo())  # as above
        return result

    def _write_with_owner(self, vals, moved):
        moved._check_may_reassign()
        moved._check_still_changeable()
        user = self.env["res.users"].browse(vals.pop("owner_id") or ())
        team = self.env["crm.team"].browse(vals.get("team_id") or ())
        self.write(vals)
        moved._reassign(user, moved._reason_of_the_form(), team=team)
        return True

    def _reason_of_the_form(self):
        return self.env._("changed in the form")
