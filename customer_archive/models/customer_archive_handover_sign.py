"""The two signatures of a handover list, and what the second one brings about (product.md O5)."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def _check_can_be_listed(self, receiver):
        """Refuse archives that are the receiver's already, closed ones, and those that a list in work has."""
        _ = self.env._
        archives = self.sudo()  # decides; names are masked for the real user
        theirs = archives.filtered(lambda archive: archive.owner_id == receiver)
        if theirs:
            raise UserError(
                _(
                    "%(archives)s: %(name)s is the account manager already.",
                    archives=theirs._names_for_errors(),
                    name=receiver.name,
                )
            )
        archives._check_still_changeable()
        lines = self.env["customer.archive.handover.line"].sudo()  # numbers of lists only
        listed = lines.search(
            [("archive_id", "in", self.ids), ("handover_id.state", "in", ("draft", "given"))], limit=1
        )
        if listed:
            raise UserError(
                _(
                    "The archive %(number)s is on the handover list %(list)s already. Finish or cancel that one first.",
                    number=listed.number,
                    list=listed.handover_id.name,
                )
            )


class CustomerArchiveHandover(models.Model):
    _inherit = "customer.archive.handover"

    def action_sign_giver(self):
        """The giver's signature: the lines are fixed from now on.

        :raise AccessError: for everybody but the giver; if the giver can't sign any more (deactivated, without a
            role), for everybody but the leader of the archives' teams or an archivist, who sign for them
        """
        self._check_step("draft")
        self._check_signs_for_giver()
        self._check_lines_still_giver_s()
        self._archives()._check_receiver(self.receiver_id)
        in_person = self.env.user == self.giver_id
        signature = self.env.user.name
        if not in_person:
            signature = self.env._("%(name)s for %(giver)s", name=self.env.user.name, giver=self.giver_id.name)
        # sudo: the signature of whoever was checked above
        self.sudo()._governed().write(
            {
                "state": "given",
                "giver_signed_at": fields.Datetime.now(),
                "giver_signed_by_id": self.env.uid,
                "giver_signature": signature,
            }
        )
        self._end_tasks()
        self._ask_for_signature(self.receiver_id)
        return True

    def _check_signs_for_giver(self):
        if self.env.user == self.giver_id:
            return
        if self._giver_can_sign() or not self._is_keeper():
            raise AccessError(
                self.env._(
                    "The handover list %(number)s is signed by %(giver)s in person. Only for colleagues who can no "
                    "longer sign, the team leader or an archivist does.",
                    number=self.name,
                    giver=self.giver_id.name,
                )
            )
        if self.env.user == self.receiver_id:
            raise AccessError(
                self.env._(
                    "You take these customers over, so somebody else signs for %s: another leader or an archivist.",
                    self.giver_id.name,
                )
            )
        self._archives()._check_may_reassign()

    def _check_lines_still_giver_s(self):
        lines = self.sudo().line_ids  # the list's own, readable as was checked
        if not lines:
            raise UserError(self.env._("The handover list %s has no archives. Cancel it.", self.name))
        gone = lines.filtered(lambda line: line.archive_id.owner_id != self.giver_id)
        if gone:
            raise UserError(
                self.env._(
                    "%(giver)s is no longer the account manager of %(numbers)s. Take them off the list first.",
                    giver=self.giver_id.name,
                    numbers=", ".join(gone[:5].mapped("number")),
                )
            )

    def action_sign_receiver(self):
        """The receiver's signature: the customers change hands at once, those that are still the giver's."""
        self._check_step("given")
        if self.env.user != self.receiver_id:
            raise AccessError(
                self.env._(
                    "The handover list %(number)s is signed by %(receiver)s in person.",
                    number=self.name,
                    receiver=self.receiver_id.name,
                )
            )
        archives = self._archives()
        archives._check_receiver(self.receiver_id)
        moving = self._mark_lines()
        # sudo: both have signed
        self.sudo()._governed().write(
            {
                "state": "done",
                "receiver_signed_at": fields.Datetime.now(),
                "receiver_signature": self.env.user.name,
            }
        )
        self._end_tasks()
        archives.browse(moving)._reassign_rows(self.receiver_id, self.reason, handover=self)
        self.sudo()._add_teams()  # the leaders of the new teams see where their customers come from
        return True

    def _mark_lines(self):
        """Note on each line what becomes of it. Returns the ids of the archives that are still the giver's."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE customer_archive_handover_line l
                   SET result = CASE WHEN a.state IN ('sealed', 'destroyed') OR a.merged_into_id IS NOT NULL
                                     THEN 'closed'
                                     WHEN a.owner_id = %(giver)s THEN 'moved' ELSE 'elsewhere' END,
                       write_uid = %(uid)s, write_date = %(now)s
                  FROM customer_archive a
                 WHERE a.id = l.archive_id AND l.handover_id = %(row)s
                RETURNING l.archive_id, l.result
                """,
                giver=self.giver_id.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
                row=self.id,
            )
        )
        self.env["customer.archive.handover.line"].invalidate_model()
        self.invalidate_recordset(["moved_count"])
        return [archive_id for archive_id, result in rows if result == "moved"]

    def action_refuse(self, reason=None):
        """The receiver does not take over; nothing changes hands."""
        self._check_step("given")
        if self.env.user != self.receiver_id:
            raise AccessError(self.env._("Only %s can refuse to take over.", self.receiver_id.name))
        return self._end("refused", reason)

    def action_cancel(self, reason=None):
        """Give the list up before both have signed."""
        self._check_step("draft", "given")
        if not self._is_party_of_preparation():
            raise AccessError(
                self.env._(
                    "The handover list %(number)s is cancelled by %(giver)s, a team leader or an archivist.",
                    number=self.name,
                    giver=self.giver_id.name,
                )
            )
        return self._end("cancelled", reason)

    def _end(self, state, reason):
        reason = self._check_register_reason(reason)
        self.sudo()._governed().write({"state": state, "end_reason": reason})  # by whoever was checked
        self._end_tasks()
        return True

    def action_ask_refuse(self):
        return self._ask_reason("refuse", self.env._("Refuse to Take over"))

    def action_ask_cancel(self):
        return self._ask_reason("cancel", self.env._("Cancel the Handover List"))
