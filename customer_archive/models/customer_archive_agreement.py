from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .customer_archive import GOVERNED

# A reminder is set so many days before an agreement ends.
REMIND_DAYS = 30


class CustomerArchiveAgreement(models.Model):
    """Confidentiality agreement with a third party: without a valid one nothing is supplied (product.md A4)."""

    _name = "customer.archive.agreement"
    _description = "Confidentiality Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "valid_until desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True

    name = fields.Char("Agreement Number", required=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Recipient",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        help="The third party that keeps what it is given confidential.",
    )
    subject = fields.Char(required=True, help="What the agreement is about.")
    purposes = fields.Text(help="What the recipient may use the data for, as the agreement says.")
    signed_on = fields.Date("Signed on", required=True, tracking=True, help="It is valid from this day on.")
    valid_until = fields.Date("Valid until", required=True, tracking=True, index=True, help="The last day.")
    attachment_ids = fields.Many2many("ir.attachment", string="Signed Copies", bypass_search_access=True)
    user_id = fields.Many2one(
        "res.users",
        "Kept by",
        required=True,
        default=lambda self: self.env.user,
        tracking=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        help="Is reminded 30 days before the agreement ends.",
    )
    company_id = fields.Many2one(
        "res.company", "Company", required=True, ondelete="restrict", default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("future", "Not Yet"), ("valid", "Valid"), ("ended", "Ended"), ("terminated", "Terminated")],
        "Status",
        compute="_compute_state",
        search="_search_state",
    )
    terminated_on = fields.Date("Terminated", readonly=True, copy=False, tracking=True)
    terminate_reason = fields.Char("Reason of the Termination", readonly=True, copy=False)
    reminded_for = fields.Date(readonly=True, copy=False, export_string_translation=False)
    supply_ids = fields.One2many("customer.archive.supply", "agreement_id", "Supplies")
    supply_count = fields.Integer("Supplies under It", compute="_compute_supply_count")

    _name_unique = models.UniqueIndex(
        "(company_id, partner_id, name)", "This recipient has an agreement with this number already."
    )
    _term = models.Constraint("CHECK (valid_until >= signed_on)", "The agreement would end before it is signed.")

    @api.depends("signed_on", "valid_until", "terminated_on")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for agreement in self:
            agreement.state = agreement._state_on(today)

    def _state_on(self, day):
        self.ensure_one()
        if self.terminated_on and self.terminated_on <= day:
            return "terminated"
        if self.signed_on and self.signed_on > day:
            return "future"
        return "ended" if self.valid_until and self.valid_until < day else "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        running = Domain("terminated_on", "=", False) | Domain("terminated_on", ">", today)
        domains = {
            "terminated": Domain("terminated_on", "<=", today),
            "future": running & Domain("signed_on", ">", today),
            "ended": running & Domain("signed_on", "<=", today) & Domain("valid_until", "<", today),
            "valid": running & Domain("signed_on", "<=", today) & Domain("valid_until", ">=", today),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.depends("supply_ids")
    def _compute_supply_count(self):
        groups = self.env["customer.archive.supply"]._read_group(
            [("agreement_id", "in", self.ids)], ["agreement_id"], ["__count"]
        )
        counts = dict(groups)
        for agreement in self:
            agreement.supply_count = counts.get(agreement, 0)

    def _check_valid_for(self, partner, day):
        """Refuse unless this is an agreement with the recipient that is valid on the day.

        :raise UserError: names recipient, agreement, day and what to do
        """
        _ = self.env._
        agreement = self.sudo()  # whoever approves or hands over may know the agreement's number and term
        name = partner.sudo().display_name  # masked for the real user
        day_text = fields.Date.to_string(day)
        if not agreement:
            raise UserError(
                _(
                    "Nothing is supplied to %(recipient)s on %(day)s: no confidentiality agreement is chosen. Register "
                    "the agreement with this recipient and choose it here.",
                    recipient=name,
                    day=day_text,
                )
            )
        if agreement.partner_id != partner:
            raise UserError(
                _(
                    "Nothing is supplied to %(recipient)s: the agreement %(agreement)s is with somebody else. Choose "
                    "the agreement with this recipient.",
                    recipient=name,
                    agreement=agreement.name,
                )
            )
        state = agreement._state_on(day)
        if state != "valid":
            raise UserError(
                _(
                    "Nothing is supplied to %(recipient)s on %(day)s: the confidentiality agreement %(agreement)s "
                    "(%(begin)s to %(end)s) is not valid on that day (%(state)s). Sign and register a new agreement, "
                    "then choose it here.",
                    recipient=name,
                    day=day_text,
                    agreement=agreement.name,
                    begin=fields.Date.to_string(agreement.signed_on),
                    end=fields.Date.to_string(min(filter(None, (agreement.valid_until, agreement.terminated_on)))),
                    state=dict(self._fields["state"]._description_selection(self.env))[state],
                )
            )

    # -- what is fixed -------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        empty = {"terminated_on": False, "terminate_reason": False, "reminded_for": False}
        agreements = super().create([{**vals, **empty} for vals in vals_list])
        agreements._own_attachments()
        return agreements

    def write(self, vals):
        if {"terminated_on", "terminate_reason", "reminded_for"} & vals.keys() and not self._is_governed():
            raise UserError(self.env._("Use “Terminate”: it asks for the reason."))
        fixed = {"name", "partner_id", "signed_on", "valid_until", "company_id", "purposes", "subject"}
        if fixed & vals.keys():
            self._check_unused()
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        return result

    def _own_attachments(self):
        """Files that the user has just uploaded belong to the agreement: whoever reads it may read them."""
        for agreement in self:
            # sudo: new files of the user's own only
            new = agreement.sudo().attachment_ids.filtered(lambda a: not a.res_id and a.create_uid == self.env.user)
            new.write({"res_model": self._name, "res_id": agreement.id})

    def _is_governed(self):
        return self.env.context.get("archive_governed") is GOVERNED

    def _governed(self):
        return self.with_context(archive_governed=GOVERNED)

    def _check_unused(self):
        # sudo: whether there are any decides
        used = (
            self.env["customer.archive.supply"]
            .sudo()
            .search([("agreement_id", "in", self.ids), ("state", "in", ("approved", "handed_over"))], limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "Data were supplied under the agreement %(agreement)s (%(supply)s), so it stays as it was. "
                    "Register another agreement for a new term, or terminate this one.",
                    agreement=used.agreement_id.name,
                    supply=used.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()

    def action_terminate(self, reason=None):
        """End the agreement today, before its term: nothing more is supplied under it."""
        self.ensure_one()
        self.check_access("write")
        reason = self.env["customer.archive.supply"]._check_register_reason(reason)
        today = fields.Date.context_today(self)
        if self.terminated_on:
            raise UserError(self.env._("The agreement %s is terminated already.", self.name))
        self._governed().write({"terminated_on": today, "terminate_reason": reason})
        return True

    def action_ask_terminate(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Terminate the Agreement"),
            "res_model": "customer.archive.register.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_register": self._name, "default_row_id": self.id, "default_step": "terminate"},
        }

    def action_view_supplies(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Supplies under %s", self.name),
            "res_model": "customer.archive.supply",
            "view_mode": "list,form",
            "domain": [("agreement_id", "=", self.id)],
        }

    # -- reminders -----------------------------------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """A task for whoever keeps an agreement, once, 30 days before it ends."""
        today = fields.Date.context_today(self)
        due = self.search(
            [
                ("terminated_on", "=", False),
                ("valid_until", ">=", today),
                ("valid_until", "<=", fields.Date.add(today, days=REMIND_DAYS)),
            ]
        ).filtered(lambda agreement: agreement.reminded_for != agreement.valid_until)
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for agreement in due:
            agreement._remind()
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _remind(self):
        keeper = self.user_id if self.user_id.active else self._keeper_instead()
        if keeper:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.valid_until,
                user_id=keeper.id,
                summary=self.env._("The agreement %s is about to end: renew it or stop supplying", self.name),
            )
        self._governed().write({"reminded_for": self.valid_until})

    def _keeper_instead(self):
        """An archivist of the company, where the keeper is no longer active."""
        group = self.env.ref("customer_archive.group_archivist")
        return self.env["res.users"].search(
            [("all_group_ids", "in", group.ids), ("company_ids", "in", self.company_id.ids), ("share", "=", False)],
            order="id desc",
            limit=1,
        )
