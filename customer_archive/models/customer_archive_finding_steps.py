"""The way of a finding: mended by who is responsible, looked at again by somebody else (product.md Q5)."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .customer_archive_inspection_scope import ARCHIVIST

TO_DO = "mail.mail_activity_data_todo"


class CustomerArchiveFinding(models.Model):
    _inherit = "customer.archive.finding"

    # -- who ----------------------------------------------------------------------------------------------------

    def _is_answered_by(self, user):
        """Whether the user says what was done: who is responsible, or keeps the archive."""
        return user in (self.responsible_id, self.sudo().archive_id.owner_id)  # who keeps it decides

    def _fault_of_checker(self, user):
        """Why the user can't re-check the finding; empty where they can."""
        _ = self.env._
        if not user.has_group(ARCHIVIST):
            return _("Findings are re-checked by archivists.")
        if user in (self.responsible_id, self.measured_by_id, self.sudo().archive_id.owner_id):  # as above
            return _(
                "%s is re-checked by somebody else than who was to mend it: ask another archivist.", self.name or ""
            )
        return ""

    # -- steps --------------------------------------------------------------------------------------------------

    def _step_dialog(self, step, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "customer.archive.finding.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_finding_id": self.id, "default_step": step},
        }

    def action_ask_measure(self):
        return self._step_dialog("measure", self.env._("What Was Done"))

    def action_ask_passed(self):
        return self._step_dialog("passed", self.env._("Close the Finding"))

    def action_ask_failed(self):
        return self._step_dialog("failed", self.env._("Not Mended"))

    def take_measure(self, text):
        """Open → to be re-checked. ``text``: what was done about it."""
        self._check_step("open")
        if not self._is_answered_by(self.env.user) and not self.env.su:
            raise AccessError(
                self.env._("%s is answered by who is responsible for it, or keeps the archive.", self.name)
            )
        text = self._check_text(text, self.env._("Say what was done about it."))
        self._take(state="answered", measure=text, measured_on=self._today(), measured_by_id=self.env.uid)
        self._log(self.env._("Done: %s", text))
        self._tell_checker()
        return True

    def recheck(self, passed, remark=None, deadline=None):
        """To be re-checked → closed, or open again with a new deadline.

        :param passed: whether it is mended
        :param remark: what the re-check showed; needed where it is not mended
        :param deadline: the new one; otherwise as many days as the first one had
        """
        self._check_step("answered")
        fault = self._fault_of_checker(self.env.user)
        if fault and not self.env.su:
            raise AccessError(fault)
        today = self._today()
        checked = {"recheck_on": today, "recheck_by_id": self.env.uid}
        if passed:
            remark = (remark or "").strip() if isinstance(remark, str) else ""
            self._take(**checked, state="closed", closed_on=today, recheck_remark=remark)
            self._log(self.env._("Re-checked and closed. %s", remark))
            return True
        remark = self._check_text(remark, self.env._("Say what is still wrong."))
        deadline = fields.Date.to_date(deadline) or fields.Date.add(today, days=self._days_given())
        if deadline < today:
            raise UserError(self.env._("The new deadline has passed already. Choose a later day."))
        self._take(
            **checked,
            state="open",
            recheck_remark=remark,
            deadline=deadline,
            reopened_count=self.reopened_count + 1,
        )
        self._log(self.env._("Re-checked: not mended. %s", remark))
        return True

    def _settle(self, text):
        """The check that found it finds it mended: closed, unless the responsible said so themselves.

        Then somebody else looks at it.
        """
        for finding in self.filtered(lambda finding: finding.state != "closed"):
            today = finding._today()
            done = {"measure": text, "measured_on": today, "measured_by_id": self.env.uid}
            by_hand = self.env.user == finding.responsible_id
            if by_hand:
                finding._take(**done, state="answered")
                finding._tell_checker()
            else:
                finding._take(**done, state="closed", closed_on=today, recheck_on=today, recheck_by_id=self.env.uid)
            finding._log(text)

    def _today(self):
        return self.company_id._archive_today()

    def _days_given(self):
        return max((self.deadline - self.found_on).days, 1) if self.deadline else 1

    def _check_text(self, text, sentence):
        if not isinstance(text, str) or not text.strip():
            raise UserError(sentence)
        return text.strip()

    def _take(self, **values):
        # sudo: those who answer only read findings; who may take the step was asked
        finding = self.sudo()._governed()
        finding.activity_ids.unlink()  # what there was to do until this step
        finding.write(values)

    def _log(self, sentence):
        self.sudo()._message_log(body=sentence)  # the history of a finding that the user reads

    # -- whom it concerns ---------------------------------------------------------------------------------------

    def _tell_responsible(self):
        """One thing to do for each, in place of what there was: by the deadline."""
        findings = self.sudo()  # the to-do lists of those responsible
        findings.activity_ids.unlink()
        for (user, deadline), mine in findings.grouped(lambda f: (f.responsible_id, f.deadline)).items():
            if user:
                mine.with_context(mail_activity_quick_update=True).activity_schedule(
                    TO_DO,
                    date_deadline=deadline,
                    user_id=user.id,
                    summary=findings._in_language_of(user)._("Mend what was found, and say what was done"),
                )

    def _take_leave_of(self, users):
        """Whoever is no longer responsible, and reads the finding no more, gets no mails about it either."""
        access = self.env["customer.archive.access"]
        for user in users:
            access.with_user(user)._revoke_mine(self.sudo().archive_id.ids)  # decides for each person themselves
            # In their own companies: whoever changes it may work for more.
            theirs = self.with_user(user).with_context(allowed_company_ids=user.sudo().company_ids.ids)
            lost = theirs - theirs._filtered_access("read")
            lost.sudo().message_unsubscribe(user.partner_id.ids)  # as was just asked

    def _in_language_of(self, user):
        """The environment with the language of who is told; jobs in the background have none."""
        return self.with_context(lang=user.lang or self.env.lang).env

    def _tell_checker(self):
        """Whoever found it looks at it again, or the inspector in charge, if they may."""
        finding = self.sudo()  # the to-do list of a colleague
        for user in (finding.found_by_id, finding.inspection_id.user_id):
            if user.active and not finding._fault_of_checker(user):
                finding.with_context(mail_activity_quick_update=True).activity_schedule(
                    TO_DO,
                    date_deadline=fields.Date.add(self._today(), days=7),
                    user_id=user.id,
                    summary=finding._in_language_of(user)._("Re-check the finding"),
                )
                return

    def action_view_archive(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.archive",
            "res_id": self.archive_id.id,
            "views": [(False, "form")],
        }

    def action_view_earlier(self):
        """The findings that make this one a repeated one."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_finding_action")
        return dict(action, domain=self._earlier_domain(), context={})

    def _earlier_domain(self):
        same = (
            [("item_id", "=", self.item_id.id)]
            if self.item_id
            else [("item_id", "=", False), ("source", "=", self.source), ("title", "=", self.title)]
        )
        whose = (
            ["|", ("archive_id", "=", self.archive_id.id), ("owner_id", "=", self.owner_id.id)]
            if self.owner_id
            else [("archive_id", "=", self.archive_id.id)]
        )
        return [
            *same,
            *whose,
            ("id", "<", self.id),
            ("company_id", "=", self.company_id.id),
            ("found_on", ">", fields.Date.subtract(self.found_on, months=12)),
        ]
