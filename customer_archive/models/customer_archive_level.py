"""Confidentiality levels with a term (product.md A2), and the archive under the access predicate."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_date

from ..tools.access import Guard, rank_of
from .customer_archive_category import LEVELS

# All of them are changed by “Change Level” only.
LEVEL_FIELDS = ("level", "level_until", "level_after", "level_reason")


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    level_until = fields.Date(
        "Level until",
        readonly=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="The last day of the level. Afterwards it falls by itself. Empty: no end.",
    )
    level_after = fields.Selection(
        LEVELS, "Falls to", readonly=True, copy=False, tracking=True, help="The level after the last day."
    )
    level_reason = fields.Char("Reason of the Level", readonly=True, copy=False)
    level_term = fields.Char("Term of the Level", compute="_compute_level_term")

    @api.depends("level_until", "level_after")
    @api.depends_context("lang")
    def _compute_level_term(self):
        for archive in self:
            archive.level_term = archive.level_until and self.env._(
                "until %(day)s, then %(level)s",
                day=format_date(self.env, archive.level_until),
                level=self._level_label(archive.level_after),
            )

    # -- under the predicate --------------------------------------------------------------------------------

    def _archive_get_guard(self):
        """The archive's Guard. Decides; is never shown."""
        archive = self.env["customer.archive.access"]._deciding(self)  # as said
        owner, team = archive.owner_id.id or None, archive.team_id.id or None
        return Guard(archive.id, rank_of(archive.level), owner, team, archive.state == "sealed")

    def _masked_name(self):
        """What stands for the archive where the reader may not see it: existence and number of no customer's name."""
        partner = self.sudo().partner_id  # the id only
        return partner._archive_masked_name() if partner else self.env._("Restricted archive #%s", self.id)

    @api.depends_context("uid")
    def _compute_display_name(self):
        """As of customers: Odoo takes the names of linked records as superuser (security.md S2)."""
        access = self.env["customer.archive.access"]
        hidden = self.browse()
        if self.env.su and not access._is_exempt():
            hidden = access._unreached(self, "read")
        for archive in hidden:
            archive.display_name = archive._masked_name()
        return super(CustomerArchive, self - hidden)._compute_display_name()

    # -- levels ---------------------------------------------------------------------------------------------

    def action_change_level(self):
        """The dialog that asks for the new level, the reason and the term."""
        self._check_may_change_level("core", False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change Level"),
            "res_model": "customer.archive.level.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_archive_ids": self.ids},
        }

    def _governed_fields(self):
        levels = self.env._("Use “Change Level”: it asks for the reason and the term, and keeps a trace.")
        return {**super()._governed_fields(), **dict.fromkeys(LEVEL_FIELDS, levels)}

    def _set_first_level(self, level):
        """The level that a new archive is given instead of its category's: a lower one by archivists only."""
        archivist = self.env.su or self.env.user.has_group("customer_archive.group_archivist")
        if rank_of(level) < rank_of(self.level) and not archivist:
            raise AccessError(self.env._("Only an archivist lowers the level of an archive: ask one."))
        self.sudo()._governed().level = level  # checked above; the archive is the caller's own new one

    def _change_level(self, level, reason, until=False, after=False):
        """Raise or lower the level of these archives.

        :param until: the last day of the level; afterwards it falls to ``after``
        :raise UserError: without a reason, for a term that is over, for an ``after`` that is no lower level
        :raise AccessError: raising is for whoever may change the customer; lowering, at once or later, for archivists
        """
        self.check_access("read")
        self._check_reason(reason)
        self._check_still_changeable()
        self._check_term_of_level(level, until, after)
        self._check_may_change_level(level, after)
        # sudo: checked above; account managers don't write archives otherwise
        archives = self.sudo()._governed()
        raised = archives.filtered(lambda archive: rank_of(level) > rank_of(archive.level))
        archives.write({"level": level, "level_until": until, "level_after": after, "level_reason": reason.strip()})
        what = self._level_sentence(level, until, after)
        archives._log_reason(what, reason.strip())
        archives._log_on_customers(what)
        if until:
            ends = [archive.company_id._archive_day_end(until) for archive in archives]
            self.env.ref("customer_archive.ir_cron_levels").sudo()._trigger(at=sorted(set(ends)))
        self.env["customer.archive.access"]._revoke_lost(archives, rotate_tokens=bool(raised))
        return True

    def _level_label(self, level):
        return dict(self._fields["level"]._description_selection(self.env))[level]

    def _level_sentence(self, level, until, after):
        _ = self.env._
        if not until:
            return _("Level changed to “%s”", self._level_label(level))
        return _(
            "Level changed to “%(level)s” until %(day)s, then “%(after)s”",
            level=self._level_label(level),
            day=until,
            after=self._level_label(after),
        )

    def _log_on_customers(self, what):
        """The same line in the customers' chatters; the reason stays in the archive, more people read the customer."""
        for archive in self.filtered("partner_id"):
            archive.partner_id._message_log(
                body=self.env._("%(what)s. Archive %(number)s.", what=what, number=archive.number)
            )

    def _check_may_change_level(self, level, after):
        if self.env.su:
            return
        scope = self.env["customer.archive.access"]._scope()
        archivist = self.env.user.has_group("customer_archive.group_archivist")
        lowest = min(rank_of(level), rank_of(after or level))
        for archive in self:
            if not scope.writes(archive._archive_get_guard()):
                raise AccessError(
                    self.env._(
                        "The level of an archive is changed by its account manager, the team leader or an archivist."
                    )
                )
            if lowest < rank_of(archive.level) and not archivist:
                raise AccessError(
                    self.env._(
                        "Only an archivist lowers the level of an archive, at once or at the end of a term: ask one."
                    )
                )

    def _check_term_of_level(self, level, until, after):
        if not until:
            if after:
                raise ValidationError(self.env._("A level that falls needs its last day: fill in “Level until”."))
            return
        if any(until < company._archive_today() for company in self.company_id.sudo()):  # the time zone only
            raise ValidationError(self.env._("The last day of the level is over already. Choose a day to come."))
        if not after or rank_of(after) >= rank_of(level):
            raise ValidationError(
                self.env._("Choose the lower level that the archive falls to when the term of the level ends.")
            )

    @api.model
    def _cron_levels(self):
        """Let the levels fall whose term is over."""
        # The days of the companies differ by one at most.
        due = self.search([("level_until", "<=", fields.Date.today())])
        due = due.filtered(lambda archive: archive.level_until < archive.company_id._archive_today())
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for archive in due:
            archive._let_level_fall()
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _let_level_fall(self):
        until, after = self.level_until, self.level_after
        self._governed().write({"level": after, "level_until": False, "level_after": False, "level_reason": False})
        what = self.env._(
            "The term of the level ended on %(day)s: it fell to “%(level)s” by itself",
            day=until,
            level=self._level_label(after),
        )
        self._message_log(body=f"{what}.")
        self._log_on_customers(what)
