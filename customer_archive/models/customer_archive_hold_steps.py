"""Placing, confirming, reviewing and lifting holds (product.md R4; dual control: security.md, destruction)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from .customer_archive import GOVERNED

ARCHIVIST = "customer_archive.group_archivist"
# What may still be changed by hand while a hold is in force.
OPEN_FIELDS = frozenset({"name", "authority", "review_on", "activity_ids", "message_ids", "message_follower_ids"})


class CustomerArchiveHold(models.Model):
    _inherit = "customer.archive.hold"

    def _is_governed(self):
        return self.env.context.get("archive_governed") is GOVERNED

    def _governed(self):
        return self.with_context(archive_governed=GOVERNED)

    @api.model_create_multi
    def create(self, vals_list):
        """A hold is placed by whoever creates it, today, and is in force at once."""
        kept = {"placed_by_id", "placed_on", "confirmed_by_id", "state", "lift_asked_by_id", "lifted_by_id"}
        kept |= {"lifted_on", "lift_reason", "kind"}
        if not self._is_governed():
            vals_list = [{name: value for name, value in vals.items() if name not in kept} for vals in vals_list]
            vals_list = [
                {**vals, "placed_by_id": self.env.uid, "placed_on": self.env.company._archive_today()}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if not self._is_governed():
            fixed = next((name for name in vals if name not in OPEN_FIELDS and name in self._fields), None)
            if fixed:
                raise UserError(
                    self.env._(
                        "%s of a hold can't be changed: lift it, with the reason, and place another one.",
                        self._fields[fixed]._description_string(self.env),
                    )
                )
            if any(hold.state == "lifted" for hold in self):
                raise UserError(self.env._("This hold is lifted; it stays as it was."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("Holds are never deleted: lift the hold, with the reason."))

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("A hold can't be duplicated. Place another one."))

    @api.constrains("reason", "name")
    def _check_filled(self):
        if any(not (hold.reason or "").strip() or not (hold.name or "").strip() for hold in self):
            raise ValidationError(self.env._("A hold needs its matter and its reason: whoever reviews it reads them."))

    # -- placing --------------------------------------------------------------------------------------------------

    @api.model
    def _place(self, archives, *, name, reason, authority=False, review_on=False):
        """Place a hold on these archives, for the environment's user. Works for superusers as well.

        :raise AccessError: for anybody but archivists
        """
        self._check_archivist()
        hold = self.create({"name": name, "reason": reason, "authority": authority, "review_on": review_on})
        hold.action_add(archives)
        return hold

    def action_add(self, archives):
        """Put more archives under the hold."""
        self.ensure_one()
        self._check_archivist()
        if isinstance(archives, (list, tuple)):  # ids, as a client sends them
            archives = self.env["customer.archive"].browse(archives)
        if not self.env.su:
            archives.check_access("read")
        if self.state == "lifted":
            raise UserError(self.env._("This hold is lifted. Place another one."))
        self._hold(self._to_be_held(archives))
        return True

    @api.model
    def _to_be_held(self, archives):
        """Of merged archives the one that goes on; none that is destroyed.

        :raise UserError: for archives that are destroyed already
        """
        archives = archives.sudo()  # decides
        found = self.env["customer.archive"].sudo()
        for archive in archives:
            while archive.merged_into_id:
                archive = archive.merged_into_id
            found |= archive
        gone = found.filtered(lambda archive: archive.state == "destroyed")
        if gone:
            raise UserError(self.env._("The archive %s is destroyed: nothing can be held any more.", gone[0].number))
        return found

    def _hold(self, archives):
        """Write the lines; and the archives' own rows: whoever destroys one of them at the same moment fails."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE customer_archive SET hold_stamp = COALESCE(hold_stamp, 0) + 1"
                " WHERE id = ANY(%s) AND state <> 'destroyed'",
                sorted(archives.ids),
            )
        )
        self.env.invalidate_all(flush=False)
        self._to_be_held(archives)  # as they are now, locked
        lines = self.env["customer.archive.hold.line"].sudo()  # checked by the callers
        there = lines.search([("hold_id", "=", self.id), ("is_open", "=", True)]).archive_id
        today = self.env.company._archive_today()
        lines._governed().create(
            [
                {"hold_id": self.id, "archive_id": archive.id, "placed_on": today}
                for archive in archives
                if archive not in there
            ]
        )
        for archive in archives:
            archive.with_user(self.env.user).sudo()._message_log(  # the archive's own history
                body=self.env._("Held: %(matter)s. Reason: %(reason)s", matter=self.name, reason=self.reason)
            )

    # -- lifting --------------------------------------------------------------------------------------------------

    def action_confirm(self):
        """By another archivist than the one who placed it."""
        self.ensure_one()
        self._check_archivist()
        self._check_another(self.placed_by_id)
        if self.confirmed_by_id or self.state == "lifted":
            raise UserError(self.env._("There is nothing to confirm."))
        self.sudo()._governed().confirmed_by_id = self.env.uid  # checked above
        return True

    def action_lift(self, reason=None):
        """Lift the hold: at once, or, where two people are needed, when another archivist agrees.

        :raise UserError: without a reason
        :raise AccessError: for anybody but archivists
        """
        self.ensure_one()
        self._check_archivist()
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Say why the hold is lifted: the register keeps it."))
        if self.state != "active":
            raise UserError(self.env._("This hold is lifted already, or somebody has asked for it."))
        hold = self.sudo()._governed()  # checked above
        hold.write({"lift_reason": reason.strip(), "lift_asked_by_id": self.env.uid, "state": "lifting"})
        if self.env.su or not self.env["customer.archive.policy"]._record().sudo().holds_need_two:  # no secret
            hold._lift_now()
        return True

    def action_agree(self):
        """Agree to the lifting, as another archivist than the one who asked."""
        self.ensure_one()
        self._check_archivist()
        if self.state != "lifting":
            raise UserError(self.env._("Nobody has asked to lift this hold."))
        self._check_another(self.lift_asked_by_id)
        self.sudo()._governed()._lift_now()  # checked above
        return True

    def action_keep(self):
        """Keep the hold, though somebody asked to lift it."""
        self.ensure_one()
        self._check_archivist()
        if self.state != "lifting":
            raise UserError(self.env._("Nobody has asked to lift this hold."))
        self.message_post(body=self.env._("The hold stays. It was to be lifted because: %s", self.lift_reason))
        self.sudo()._governed().write(  # checked above
            {"state": "active", "lift_reason": False, "lift_asked_by_id": False}
        )
        return True

    def _lift_now(self):
        today = self.env.company._archive_today()
        lines = self.env["customer.archive.hold.line"].search([("hold_id", "=", self.id), ("is_open", "=", True)])
        self.write({"state": "lifted", "lifted_by_id": self.env.uid, "lifted_on": today})
        lines._governed().write({"is_open": False, "ended_on": today})
        for archive in lines.archive_id:
            archive._message_log(
                body=self.env._(
                    "Hold lifted: %(matter)s. Reason: %(reason)s", matter=self.name, reason=self.lift_reason
                )
            )

    @api.model
    def _remind_of_reviews(self):
        """An activity for whoever placed a hold whose day of review has come, once for each day that was set."""
        today = fields.Date.today()
        due = self.search([("state", "!=", "lifted"), ("review_on", "<=", today)])
        for hold in due:
            told = hold.activity_search(["mail.mail_activity_data_todo"], additional_domain=[("automated", "=", True)])
            if not told.filtered(lambda activity, hold=hold: activity.date_deadline == hold.review_on):
                person = hold.placed_by_id
                if not person.active or not person.has_group(ARCHIVIST):
                    person = self.env.ref(ARCHIVIST).all_user_ids.filtered(
                        lambda user, hold=hold: user.active and hold.company_id in user.company_ids
                    )[:1]
                hold.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=hold.review_on,
                    user_id=person.id,
                    summary=self.env._("Is the hold still needed?"),
                )

    @api.model
    def _check_archivist(self):
        if not self.env.su and not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Archivists place and lift holds: ask one."))
        if not self.env.su:
            self.check_access("read")

    @api.model
    def _check_another(self, person):
        if person == self.env.user and self.env["customer.archive.policy"]._record().sudo().holds_need_two:  # no secret
            raise AccessError(self.env._("This takes two people: ask another archivist."))

    def action_ask_lift(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lift the Hold"),
            "res_model": "customer.archive.retention.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_hold_id": self.id, "default_step": "lift"},
        }

    def action_view_archives(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_action")
        return dict(action, domain=[("hold_line_ids", "any", [("hold_id", "=", self.id)])], context={})
