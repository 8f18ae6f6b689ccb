"""The steps of a supply: requested, approved by somebody else, handed over; each checked at its own day (A4)."""

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .customer_archive_access import Link


class CustomerArchiveSupply(models.Model):
    _inherit = "customer.archive.supply"

    # -- checks ------------------------------------------------------------------------------------------------

    def _check_is_preparer(self):
        if self.requested_by_id != self.env.user and not self.env.su:
            raise AccessError(
                self.env._(
                    "The request %(number)s is changed only by %(name)s, who made it. It can be refused with a reason.",
                    number=self.name,
                    name=self.requested_by_id.name,
                )
            )

    def _archives(self):
        """The archives concerned. Decides; is not shown."""
        # Searched for: what is kept in the cache may be what the user sees of the lines.
        lines = self.env["customer.archive.supply.line"].sudo().search([("supply_id", "=", self.id)])  # as said
        return self.env["customer.archive"].browse(lines.archive_id.ids)

    def _out_of_reach(self, archives, user, mode):
        """Those of the archives that the user does not reach today, or that are not kept by the supply's company."""
        access = self.env["customer.archive.access"].sudo(False).with_user(user)
        rows = self.env.execute_query(
            SQL(
                "SELECT a.id FROM customer_archive a WHERE a.id = ANY(%s) AND a.company_id = %s AND %s",
                archives.ids,
                self.company_id.id,
                access._archive_condition("a", access._scope(), mode),
                to_flush=[archives._fields[name] for name in ("owner_id", "team_id", "level", "company_id")],
            )
        )
        reached = {id_ for (id_,) in rows}
        return archives.browse([id_ for id_ in archives.ids if id_ not in reached])

    def _check_requester_may_supply(self, archives):
        """Account managers supply data of their own customers only, leaders of their teams', archivists of all."""
        if self.requested_by_id.id == SUPERUSER_ID:
            return  # the system itself
        person = self.requested_by_id.sudo()  # whether active
        beyond = self._out_of_reach(archives, person, "write") if person.active else archives
        if beyond:
            raise AccessError(
                self.env._(
                    "%(name)s can't have data of %(archives)s supplied: only the customer's account manager, the team "
                    "leader or an archivist can.",
                    name=person.name,
                    archives=beyond._names_for_errors(),
                )
            )

    def _check_approver_reads(self, user):
        beyond = self._out_of_reach(self._archives(), user.sudo(), "read")  # who reaches what decides
        if beyond:
            raise AccessError(
                self.env._(
                    "%(name)s may not read %(archives)s, so can't answer for supplying them. Somebody with clearance "
                    "has to approve.",
                    name=user.name,
                    archives=beyond._names_for_errors(),
                )
            )

    def _check_content(self):
        """What a request needs before anybody decides on it."""
        archives = self._archives().sudo()  # decides; names are masked for the real user
        if not archives:
            raise UserError(self.env._("%s names no archive. Add those whose data are supplied.", self.name))
        if not self.sudo().data_summary:  # whether there is anything
            raise UserError(
                self.env._("%s does not say which data are supplied. Choose sections or fill in the fields.", self.name)
            )
        closed = archives.filtered(lambda archive: archive.state in ("sealed", "destroyed") or archive.merged_into_id)
        if closed:
            raise UserError(
                self.env._("%s: closed archives are not supplied. Take them out.", closed._names_for_errors())
            )

    def _check_today(self):
        """What must hold on the day of the approval, and again on the day of the handing over."""
        self._check_content()
        self.agreement_id._check_valid_for(self.partner_id, fields.Date.context_today(self))
        if self.agreement_id.sudo().company_id != self.company_id:  # decides
            raise UserError(self.env._("The agreement was made by another company. Choose one of your own."))
        self._check_requester_may_supply(self._archives())

    # -- steps -------------------------------------------------------------------------------------------------

    def action_approve(self):
        """By an archivist or the management, never by the requester, who may read everything that is supplied."""
        self._check_step("draft")
        self._check_decides()
        self._check_today()
        self._check_approver_reads(self.env.user)
        # sudo: checked above
        self.sudo()._governed().write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_on": fields.Date.context_today(self),
            }
        )
        self._task_for(self.requested_by_id, self.env._("Hand over %s and record it", self.name))
        return True

    def _check_decides(self):
        if not self._is_approver():
            raise AccessError(self.env._("Supplies are approved or refused by an archivist or the management."))
        if self.requested_by_id == self.env.user:
            raise AccessError(self.env._("You requested %s yourself: somebody else has to decide on it.", self.name))

    def action_hand_over(self):
        """Record that the data were handed over today. From now on the row never changes."""
        self._check_step("approved")
        if self.requested_by_id != self.env.user and not self._is_archivist():
            raise AccessError(
                self.env._(
                    "%(number)s is handed over by %(name)s or an archivist.",
                    number=self.name,
                    name=self.requested_by_id.name,
                )
            )
        self._check_today()
        # A level that was raised after the approval asks for an approval by somebody who is cleared for it.
        self._check_approver_reads(self.approved_by_id)
        self.sudo()._governed().write(  # checked above
            {
                "state": "handed_over",
                "handed_over_by_id": self.env.uid,
                "handed_over_on": fields.Date.context_today(self),
            }
        )
        self.sudo().activity_ids.unlink()  # done
        return True

    def action_refuse(self, reason=None):
        """Decide against the request, by those who could approve it."""
        self._check_step("draft")
        self._check_decides()
        return self._end("refused", reason)

    def action_cancel(self, reason=None):
        """Give the request up before anything is handed over."""
        self._check_step("draft", "approved")
        if self.requested_by_id != self.env.user and not self._is_archivist():
            raise AccessError(
                self.env._(
                    "%(number)s is cancelled by %(name)s or an archivist.",
                    number=self.name,
                    name=self.requested_by_id.name,
                )
            )
        return self._end("cancelled", reason)

    def _end(self, state, reason):
        reason = self._check_register_reason(reason)
        self.sudo()._governed().write({"state": state, "end_reason": reason})  # by whoever was checked
        self.sudo().activity_ids.unlink()  # what was asked for is void
        return True

    def _task_for(self, user, summary):
        if user != self.env.user and user.sudo().active:  # whether active
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo", user_id=user.id, summary=summary
            )  # reads the row

    def action_ask_refuse(self):
        return self._ask_reason("refuse", self.env._("Refuse the Supply"))

    def action_ask_cancel(self):
        return self._ask_reason("cancel", self.env._("Cancel the Supply"))


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    supply_line_ids = fields.One2many("customer.archive.supply.line", "archive_id", "Supplied to Third Parties")
    supply_count = fields.Integer("Supplies to Third Parties", compute="_compute_supply_count")

    def _compute_supply_count(self):
        groups = self.env["customer.archive.supply.line"]._read_group(
            [("archive_id", "in", self.ids), ("state", "in", ("approved", "handed_over"))], ["archive_id"], ["__count"]
        )
        counts = dict(groups)
        for archive in self:
            archive.supply_count = counts.get(archive, 0)

    def action_view_supplies(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Supplied to Third Parties"),
            "res_model": "customer.archive.supply.line",
            "view_mode": "list",
            "domain": [("archive_id", "=", self.id)],
        }


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    def _customer_links(self):
        return {**super()._customer_links(), "customer.archive.supply.line": Link("archive_id", to="archive")}

    def _is_ledger_reader(self, model_name, mode):
        """Auditors read the register of supplies whole; customers stay masked."""
        if model_name == "customer.archive.supply.line" and mode == "read":
            return self.env.user.has_group("customer_archive.group_auditor") or super()._is_ledger_reader(
                model_name, mode
            )
        return super()._is_ledger_reader(model_name, mode)
