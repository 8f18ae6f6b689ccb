"""Confidentiality levels with a term (product.md A2), and the archive under the access predicate."""

from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools.access import Guard, rank_of
from .customer_archive_category import LEVELS


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

    # -- under the predicate --------------------------------------------------------------------------------

    def _archive_get_guard(self):
        """The archive's Guard. Decides; is never shown."""
        archive = self.env["customer.archive.access"]._deciding(self)  # as said
        return Guard(archive.id, rank_of(archive.level), archive.owner_id.id or None, archive.team_id.id or None)

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
        super(CustomerArchive, self - hidden)._compute_display_name()

    # -- levels ---------------------------------------------------------------------------------------------

    def _governed_fields(self):
        levels = self.env._("Use “Change Level”: it asks for the reason and the term, and keeps a trace.")
        return {**super()._governed_fields(), "level": levels, "level_until": levels, "level_after": levels}

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
        :raise AccessError: raising is for whoever may change the customer; lowering for archivists
        """
        self._check_reason(reason)
        self._check_term_of_level(level, until, after)
        scope = self.env["customer.archive.access"]._scope()
        for archive in self:
            if not self.env.su and not scope.writes(archive._archive_get_guard()):
                raise AccessError(
                    self.env._(
                        "The level of an archive is changed by its account manager, the team leader or an archivist."
                    )
                )
            archivist = self.env.su or self.env.user.has_group("customer_archive.group_archivist")
            if rank_of(level) < rank_of(archive.level) and not archivist:
                raise AccessError(self.env._("Only an archivist lowers the level of an archive: ask one."))
        # sudo: checked above; account managers don't write archives otherwise
        archives = self.sudo()._governed()
        raised = archives.filtered(lambda archive: rank_of(level) > rank_of(archive.level))
        archives.write({"level": level, "level_until": until, "level_after": after, "level_reason": reason})
        archives._log_reason(
            self.env._("Level changed to “%s”", dict(self._fields["level"]._description_selection(self.env))[level]),
            reason,
        )
        if until:
            end = datetime.combine(fields.Date.add(until, days=1), time.min)  # in UTC, as crons count
            self.env.ref("customer_archive.ir_cron_levels").sudo()._trigger(at=end)  # a time, no user's data
        self.env["customer.archive.access"]._revoke_lost(archives, rotate_tokens=bool(raised))
        return True

    def _check_term_of_level(self, level, until, after):
        if not until:
            if after:
                raise ValidationError(self.env._("A level that falls needs its last day: fill in “Level until”."))
            return
        if until < fields.Date.context_today(self):
            raise ValidationError(self.env._("The last day of the level is over already. Choose a day to come."))
        if not after or rank_of(after) >= rank_of(level):
            raise ValidationError(
                self.env._("Choose the lower level that the archive falls to when the term of the level ends.")
            )

    @api.model
    def _cron_levels(self):
        """Let the levels fall whose term is over."""
        due = self.search([("level_until", "<", fields.Date.context_today(self))])
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        labels = dict(self._fields["level"]._description_selection(self.env))
        for archive in due:
            until, after = archive.level_until, archive.level_after
            archive._governed().write(
                {"level": after, "level_until": False, "level_after": False, "level_reason": False}
            )
            archive._message_log(
                body=self.env._(
                    "The term of the level ended on %(day)s: it fell to “%(level)s” by itself.",
                    day=until,
                    level=labels[after],
                )
            )
            if not self.env["ir.cron"]._commit_progress(1):
                return
