"""The witnessed destruction (监销): two witnesses who are there, then the job, line by line (product.md R5, R6).

The order of each line: it is locked; holds are asked for again with their rows locked; the archive must be what was
judged; ``customer.archive._destroy_each`` destroys it together with those of some other lines, because the whole
database is searched for what is left of them; the entry of the register and the line's state are written in the same
transaction, which is committed then. Lines for which that fails are taken one by one, each in a savepoint of its own:
one that fails says why and is passed over. A job that was killed goes on with the lines that are not done yet.
"""

import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import split_every

from . import customer_archive_disposal_line
from .customer_archive import GOVERNED
from .customer_archive_disposal import APPRAISER, ENDED
from .customer_archive_disposal_witness import ROLES

_logger = logging.getLogger(__name__)

# Archives that are destroyed, searched for and committed together.
TOGETHER = 50


class CustomerArchiveDisposal(models.Model):
    _inherit = "customer.archive.disposal"

    # -- witnesses -------------------------------------------------------------------------------------------------

    def _witnesses(self):
        witnesses = self.env["customer.archive.disposal.witness"].sudo()  # decides; names of colleagues
        return witnesses.search([("disposal_id", "in", self.ids)])

    def _check_may_name_witnesses(self):
        self._check_is_archivist()
        if self.state in ENDED or self.job_state in ("waiting", "running", "done"):
            raise UserError(
                self.env._("The destruction of %s has begun or is over: its witnesses are fixed.", self.name)
            )

    def _witness_refusal(self, user, apart_from=None, also=()):
        """The sentence that says by which rule the user can't witness this list; nothing when they can."""
        self.ensure_one()
        _ = self.env._
        row, name = self.sudo(), user.sudo().name  # decides; the name of a colleague
        others = row._witnesses() - (apart_from or row.witness_ids.browse())
        if not user.sudo().active or not user.has_group(APPRAISER):
            return _("%s has not the role of a witness.", name)
        if user == row.requester_id or (not row.requester_id and user == row.create_uid):
            return _("%s requested this list: whoever asks for a destruction doesn't witness it.", name)
        if user in row._lines("destroy", False)._owners():
            return _("%s is the account manager of a customer on this list, and can't witness its destruction.", name)
        if user in (row._valid_approval().user_id | row.approver_id):
            return _("%s approves this list: whoever approves doesn't witness.", name)
        if user in others.user_id or user in also:
            return _("%s is a witness of this list already: the witnesses are different people.", name)
        if user == row.carried_out_by_id:
            return _("%s carries this list out: somebody else watches.", name)
        return ""

    def _check_witness(self, user, apart_from=None, also=()):
        """Raise where a rule forbids this witness.

        :param apart_from: the witness's own row
        :param also: users who are to be named with them
        """
        refusal = self._witness_refusal(user, apart_from, also)
        if refusal:
            raise UserError(refusal)

    def action_ask_watch(self):
        """The dialog in which a witness proves that they are there."""
        self._my_witness()
        return self._ask_identity("watch", self.env._("I Am Present"))

    def _my_witness(self):
        """The user's line, when it is time and nothing forbids it."""
        self.ensure_one()
        self.check_access("read")
        mine = self._witnesses().filtered(lambda witness: witness.user_id == self.env.user)
        if not mine:
            raise AccessError(self.env._("You are not named as witness of %s.", self.name))
        if self.state == "cooling":
            self._check_cooling_over()
        if self.state != "execution" or self.job_state in ("waiting", "running", "done"):
            raise UserError(
                self.env._(
                    "%(number)s is not to be witnessed now (%(state)s).", number=self.name, state=self._state_label()
                )
            )
        refusal = self._witness_refusal(self.env.user, apart_from=mine)
        if refusal:
            raise AccessError(refusal)
        return mine

    def _watch(self, identified_by):
        """The user is there; called by the dialog once they have proven who they are."""
        witness = self._my_witness()
        witness.with_context(archive_governed=GOVERNED).write(
            {
                "user_name": self.env.user.name,
                "authenticated_at": fields.Datetime.now(),
                "identified_by": identified_by,
            }
        )
        self.invalidate_recordset()

    def _roles_needed(self):
        return ("first", "second", "it") if self.needs_it_witness else ("first", "second")

    def _absent_witnesses(self):
        """What to say while witnesses are missing, and whom it waits for; nothing when all are there."""
        _ = self.env._
        witnesses = self._witnesses()
        labels = dict(witnesses._fields["role"]._description_selection(self.env))
        missing = [role for role in self._roles_needed() if role not in witnesses.mapped("role")]
        if missing:
            named = ", ".join(labels[role] for role in missing)
            return _("Name the witnesses who are still missing: %s.", named), self._archivists_words()
        needed = witnesses.filtered(lambda witness: witness.role in self._roles_needed())
        absent = needed.filtered(lambda witness: not witness.is_present)
        if absent:
            names = ", ".join(absent.user_id.mapped("name"))
            return _("The witnesses identify themselves, each with their own password, at the place itself."), names
        return ()

    # -- beginning -------------------------------------------------------------------------------------------------

    def _check_cooling_over(self):
        if self.cooling_until and self.cooling_until > fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The cooling-off of %(number)s lasts until %(time)s (UTC). Nothing is destroyed before; it can be "
                    "cancelled.",
                    number=self.name,
                    time=fields.Datetime.to_string(self.cooling_until),
                )
            )

    def action_carry_out(self):
        """Begin, or go on with lines that failed: the job destroys line by line.

        :raise UserError: within the cooling-off, or while a witness is missing, not there, or forbidden by a rule
        :return: a notice instead, when the list is no longer what was approved: its approvals are void then
        """
        self._check_step("cooling", "execution")
        self._check_is_archivist()
        self._check_cooling_over()
        if self.job_state in ("waiting", "running", "done"):
            raise UserError(self.env._("%s is being carried out already.", self.name))
        if not self._is_as_approved():
            return self._refuse_changed()
        if self.state == "cooling":
            self._end_cooling()
        self._check_witnesses()
        waiting = self._lines("destroy").filtered(lambda line: line.job_state != "done" and not line.left_reason)
        if not waiting:
            raise UserError(self.env._("%s has no line that is still to be destroyed.", self.name))
        waiting._governed().write({"job_state": "waiting", "error": False})
        # sudo: an archivist's step before witnesses, as was checked
        self.sudo()._governed().write(
            {
                "job_state": "waiting",
                "started_at": fields.Datetime.now(),
                "carried_out_by_id": self.env.uid,
                "carried_out_by_name": self.env.user.name,
                "paper_state": "open" if any(waiting.mapped("has_paper")) else self.paper_state,
            }
        )
        self._end_tasks()
        self.env.ref("customer_archive.ir_cron_disposal_carry_out")._trigger()
        return self._notice(self.env._("The destruction begins. This page shows how far it is."))

    def _refuse_changed(self):
        """Not an error, which would take back that the approvals are void."""
        self._void_approvals(self.env._("its lines are other ones"))
        return self._notice(
            self.env._("%s was changed after its approval: the approvals are void, nothing is destroyed.", self.name),
            kind="danger",
        )

    def _notice(self, message, kind="info"):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_witnesses(self):
        """Two witnesses, or three, who are there now and whom no rule forbids."""
        _ = self.env._
        witnesses = self._witnesses()
        labels = dict(ROLES)
        labels.update(witnesses._fields["role"]._description_selection(self.env))
        for role in self._roles_needed():
            witness = witnesses.filtered(lambda witness, role=role: witness.role == role)
            if not witness:
                raise UserError(
                    _("%(part)s: nobody is named for %(list)s. Name somebody.", part=labels[role], list=self.name)
                )
            if witness.user_id == self.env.user:
                raise UserError(_("You are a witness of this list: another archivist carries it out."))
            self._check_witness(witness.user_id, apart_from=witness)
            if not witness.is_present:
                raise UserError(
                    _(
                        "%(part)s: %(name)s has not identified themselves in the last %(minutes)s minutes. Both "
                        "witnesses are there when archives are destroyed.",
                        part=labels[role],
                        name=witness.user_id.name,
                        minutes=self._policy().disposal_presence_minutes,
                    )
                )

    # -- the job ---------------------------------------------------------------------------------------------------

    @api.model
    def _cron_carry_out(self):
        """Destroy what waits, some lines at a time. Killed in between it goes on where it was."""
        lists = self.search([("state", "=", "execution"), ("job_state", "in", ("waiting", "running"))], order="id")
        todo = lists._lines("destroy").filtered(lambda line: line.job_state in ("waiting", "running"))
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(todo))
        for row in lists:
            if not row._begin_job():
                continue
            mine = todo.filtered(lambda line, row=row: line.disposal_id == row)
            for lines in split_every(TOGETHER, mine.ids, mine.browse):
                lines._carry_out()
                if not commit(len(lines)):
                    return
            row._end_job()
            commit(0)

    def _begin_job(self):
        """Whether the list may be carried out: it is what was approved. Held for this transaction only."""
        if not self.try_lock_for_update():
            return False
        if not self._is_as_approved():
            rest = self._lines("destroy").filtered(lambda line: line.job_state != "done")
            rest._governed().write({"job_state": False})
            self._void_approvals(self.env._("its lines are other ones"))
            return False
        self._governed().write({"job_state": "running"})
        return True

    def _end_job(self):
        """The list is done when every line is, and the paper."""
        lines = self._lines("destroy").filtered(lambda line: not line.left_reason)
        states = set(lines.mapped("job_state"))
        if states & {"waiting", "running"}:  # their rows were in use
            self.env.ref("customer_archive.ir_cron_disposal_carry_out")._trigger()
            return
        failed = "failed" in states
        self.sudo()._governed().write({"job_state": "failed" if failed else "done"})  # the outcome of the job
        if failed:
            self._ask(
                self.carried_out_by_id,
                self.env._("%(number)s: lines could not be destroyed, see what they say", number=self.name),
            )
        elif self.paper_state == "open":
            self._ask(self.carried_out_by_id, self.env._("%s: note how the paper was destroyed", self.name))
        else:
            self._finish()

    def _finish(self):
        self._end_tasks()
        self.sudo()._governed().write({"state": "done", "done_at": fields.Datetime.now()})  # all is done
        self.sudo()._message_log(  # as above
            body=self.env._("Carried out: %s archives were destroyed.", len(self._lines("destroy")._done()))
        )

    def action_finish(self, reason=None):
        """Leave out the lines that failed, with a reason; the certificate says so."""
        self._check_step("execution")
        self._check_is_archivist()
        reason = self._check_register_reason(reason)
        failed = self._lines("destroy").filtered(lambda line: line.job_state == "failed" and not line.left_reason)
        if self.job_state != "failed" or not failed:
            raise UserError(self.env._("%s has no lines that failed.", self.name))
        failed._governed().write({"left_reason": reason})
        self._end_job()
        return True

    def action_ask_finish(self):
        return self._ask_reason("finish", self.env._("Leave out What Failed"))

    # -- the paper -------------------------------------------------------------------------------------------------

    def _check_may_note_paper(self):
        self._check_is_archivist()
        if self.state in ENDED or self.paper_state == "done":
            raise UserError(self.env._("What was noted about the paper of %s is fixed.", self.name))

    def action_paper_done(self):
        """The paper is destroyed, how and where was entered: each archive gets an entry for it in the register."""
        self._check_step("execution")
        self._check_is_archivist()
        if self.paper_state != "open" or self.job_state != "done":
            raise UserError(self.env._("There is no paper to be noted for %s now.", self.name))
        missing = [name for name in ("paper_method", "paper_place", "paper_date") if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "Enter first: %s.",
                    ", ".join(self._fields[name]._description_string(self.env) for name in missing),
                )
            )
        if self.paper_date > self.company_id._archive_today():
            raise UserError(self.env._("The paper can't have been destroyed in the future: correct the day."))
        for line in self._lines("destroy")._done().filtered("has_paper"):
            self.env["customer.archive.destruction"]._record_paper(line)
        self.sudo()._governed().write({"paper_state": "done"})  # an archivist's step, as was checked
        self._finish()
        return True


class CustomerArchiveDisposalLine(models.Model):
    _inherit = customer_archive_disposal_line.CustomerArchiveDisposalLine._name

    def _done(self):
        return self.filtered(lambda line: line.job_state == "done")

    def _carry_out(self):
        """Destroy these lines' archives, or note why one could not be."""
        for line in self._carry_out_together():
            line._try(line._destroy_archive)

    def _carry_out_together(self):
        """Destroy them in set statements; returns the lines that are left to be taken one by one."""
        ready = self.filtered(lambda line: line._try()) if len(self) > 1 else self
        if len(ready) < 2:
            return ready
        done = ready.browse()
        try:
            with self.env.cr.savepoint():
                results = ready.archive_id._destroy_each({line.archive_id.id: line for line in ready})
                for line in ready:
                    if not results[line.archive_id.id].get("error"):
                        line._enter(results[line.archive_id.id])
                        done |= line
        except Exception as error:  # whichever line it is: each by itself says what it was
            _logger.info("disposal lines %s are taken one by one: %s", ready.ids, type(error).__name__)
            self.env.invalidate_all()
            return ready
        return ready - done

    def _try(self, step=None):
        """Whether the line may be destroyed now, and the step went well; otherwise what was in the way is noted."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                if not self.try_lock_for_update():
                    return False
                self.invalidate_recordset()
                if self.job_state not in ("waiting", "running") or self.left_reason:
                    return False
                self._check_before_destruction()
                if step:
                    step()
                return True
        except psycopg2.OperationalError:
            # Somebody changed the same rows: the line waits, the next run sees it as it is then.
            _logger.info("disposal line %s waits: its rows were in use", self.id)
        except (UserError, ValidationError, AccessError) as error:
            self._fail(str(error))
        except Exception as error:
            _logger.exception("disposal line %s", self.id)
            self._fail(self.env._("An unexpected error (%s): the server's log has more.", type(error).__name__))
        return False

    def _check_before_destruction(self):
        """Once more, at the last moment: no hold, due, and the archive is what was judged."""
        _ = self.env._
        archive = self.archive_id
        holds = archive._hold_sentences(lock=True).get(archive.id)
        if holds:
            raise UserError(_("%(number)s is held since: %(holds)s", number=self.number, holds=" ".join(holds)))
        archive.invalidate_recordset()
        if archive.state == "destroyed" or archive.merged_into_id:
            raise UserError(_("%s has been destroyed or merged already.", self.number))
        sentence = archive._not_due()
        if sentence:
            raise UserError(sentence)
        if archive._disposal_facts()[archive.id]["fingerprint"] != self.fingerprint:
            raise UserError(
                _(
                    "%s was changed since it was judged: lines of its contact log, documents, category or period. Take "
                    "it off, and judge it again on another list.",
                    self.number,
                )
            )

    def _destroy_archive(self):
        result = self.archive_id._destroy(self) or {}
        if result.get("error"):
            raise UserError(result["error"])
        self._enter(result)

    def _enter(self, result):
        """The entry of the register, which marks the line as done."""
        if not self.destruction_id:
            self.env["customer.archive.destruction"]._record(self.archive_id, self, result)

    def _mark_done(self, entry):
        """In the transaction that destroys: the line is done, and has its entry of the register."""
        # sudo: what the job did
        self.sudo()._governed().write(
            {
                "job_state": "done",
                "error": False,
                "destruction_id": entry.id,
                "destroyed_at": entry.destroyed_at,
            }
        )

    def _fail(self, sentence):
        self.sudo()._governed().write({"job_state": "failed", "error": sentence[:1000]})  # what the job did

    # -- what the register says ------------------------------------------------------------------------------------

    def _register_values(self):
        """The part of an entry of the register that the list knows. Names are those of the moment."""
        row = self.disposal_id.sudo()  # what is entered of the list
        approval = row._valid_approval()
        witnesses = row._witnesses().filtered(lambda witness: witness.role in row._roles_needed())
        return {
            "list": row.name,
            "place": self.place,
            "list_hash": approval.list_hash or None,
            "basis": self.basis or "",
            "period": self.period_due or "",
            "minimum_on": fields.Date.to_string(self.minimum_on) or None,
            "requester": row.requester_name or "",
            "appraisers": sorted(set(self._valid_votes().mapped("user_name"))),
            "approvers": approval.mapped("user_name"),
            "witnesses": [witness.user_name for witness in witnesses if witness.user_name],
            "carried_out_by": row.carried_out_by_name or "",
            "listed_on": fields.Datetime.to_string(row.requested_at)[:10] if row.requested_at else None,
            "approved_at": approval.approved_at.isoformat() + "Z" if approval else None,
        }
