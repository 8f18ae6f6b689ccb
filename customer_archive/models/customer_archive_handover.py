from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .customer_archive_register import CustomerArchiveRegister
from .res_partner import GROUP


class CustomerArchiveHandover(models.Model):
    """Handover list (移交清册): customers pass from one account manager to another, and both sign (product.md O5)."""

    _name = "customer.archive.handover"
    _description = "Handover List of Customer Archives"
    _inherit = [CustomerArchiveRegister._name]

    _sequence_code = "customer.archive.handover"
    _draft_fields = frozenset({"receiver_id", "reason", "date", "note", "line_ids"})

    giver_id = fields.Many2one(
        "res.users", "Handed over by", required=True, readonly=True, ondelete="restrict", index=True, tracking=True
    )
    receiver_id = fields.Many2one(
        "res.users",
        "Taken over by",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('id', '!=', giver_id)]",
    )
    reason = fields.Char(required=True, tracking=True, help="Why the customers change hands: leaving, new duties.")
    date = fields.Date("Handover Date", required=True, default=fields.Date.context_today)
    note = fields.Text("Remarks", help="Open matters that the new account manager must know of.")
    line_ids = fields.One2many("customer.archive.handover.line", "handover_id", "Archives")
    line_count = fields.Integer("Archives Listed", compute="_compute_counts")
    moved_count = fields.Integer("Archives Handed over", compute="_compute_counts")
    team_ids = fields.Many2many(
        "crm.team", string="Sales Teams", readonly=True, help="Of the archives: their leaders see the list."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("given", "Signed by the Giver"),
            ("done", "Handed over"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        index=True,
    )
    giver_signed_at = fields.Datetime("Giver Signed", readonly=True)
    giver_signed_by_id = fields.Many2one("res.users", "Signed by", readonly=True, ondelete="restrict")
    giver_signature = fields.Char(
        "Signature of the Giver", readonly=True, help="Who signed, and for whom if not in person."
    )
    receiver_signed_at = fields.Datetime("Receiver Signed", readonly=True)
    receiver_signature = fields.Char("Signature of the Receiver", readonly=True)
    end_reason = fields.Char("Reason of the Refusal or Cancellation", readonly=True)
    my_part = fields.Selection(
        [("giver", "Giver"), ("for_giver", "For the Giver"), ("receiver", "Receiver")],
        compute="_compute_my_part",
        help="The signature that is asked of the reader.",
    )
    may_prepare = fields.Boolean(compute="_compute_may_prepare")

    _two_people = models.Constraint(
        "CHECK (giver_id <> receiver_id)", "A handover list needs two people: choose somebody else to take over."
    )

    @api.depends("line_ids.result")
    def _compute_counts(self):
        lines = self.env["customer.archive.handover.line"]
        groups = lines._read_group([("handover_id", "in", self.ids)], ["handover_id", "result"], ["__count"])
        for row in self:
            mine = {result: count for handover, result, count in groups if handover == row}
            row.line_count = sum(mine.values())
            row.moved_count = mine.get("moved", 0)

    @api.depends("state", "giver_id", "receiver_id")
    @api.depends_context("uid")
    def _compute_my_part(self):
        keeper = self._is_keeper()
        for row in self:
            part = False
            if row.state == "draft" and row.giver_id == self.env.user:
                part = "giver"
            elif row.state == "draft" and keeper and row.receiver_id != self.env.user and not row._giver_can_sign():
                part = "for_giver"
            elif row.state == "given" and row.receiver_id == self.env.user:
                part = "receiver"
            row.my_part = part

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_may_prepare(self):
        for row in self:
            row.may_prepare = row.state == "draft" and row._is_party_of_preparation()

    def _is_keeper(self):
        return self.env.user.has_groups("customer_archive.group_archivist,customer_archive.group_team_leader")

    def _is_party_of_preparation(self):
        return self.env.su or self.env.user in (self.giver_id, self.create_uid) or self._is_keeper()

    def _giver_can_sign(self):
        giver = self.giver_id.sudo()  # whether active, and with a role
        return giver.active and giver.has_group(GROUP)

    # -- preparing ---------------------------------------------------------------------------------------------

    @api.model
    def _prepare_lists(self, archives, receiver, reason, note=False):
        """Handover lists in draft for these archives: one for each account manager and company.

        :raise AccessError: unless the archives are the user's own, or ones that the user may reassign
        :raise UserError: for archives of nobody, closed ones, ones that another list has, or a receiver who can't
            have them
        """
        archives._check_reason(reason)
        if not archives:
            raise UserError(self.env._("Select the customers to hand over first."))
        archives._check_receiver(receiver)
        lists = self.browse()
        for (giver_id, company_id), ids in self._archives_by_giver(archives).items():
            group = archives.browse(ids)
            if giver_id != self.env.uid:
                group._check_may_reassign()
            group._check_can_be_listed(receiver)
            # sudo: the right was checked just now; rows are added by this method only
            row = (
                self.sudo()
                ._governed()
                .with_company(company_id)
                .create(
                    {
                        "giver_id": giver_id,
                        "receiver_id": receiver.id,
                        "company_id": company_id,
                        "reason": reason.strip(),
                        "note": note,
                    }
                )
            )
            row._fill(group)
            row._ask_for_signature(row.giver_id)
            lists |= self.browse(row.id)
        return lists

    @api.model
    def _archives_by_giver(self, archives):
        rows = self.env.execute_query(
            SQL(
                "SELECT owner_id, company_id, array_agg(id ORDER BY number) FROM customer_archive"
                " WHERE id = ANY(%s) GROUP BY owner_id, company_id ORDER BY owner_id, company_id",
                archives.ids,
                to_flush=[archives._fields[name] for name in ("owner_id", "company_id", "number")],
            )
        )
        found = {(owner, company): ids for owner, company, ids in rows}
        nobody = [id_ for (owner, _company), ids in found.items() if not owner for id_ in ids]
        if nobody:
            nobody = archives.browse(nobody)
            nobody._check_may_reassign()
            raise UserError(
                self.env._(
                    "%s: nobody is the account manager, so nobody can hand them over. Reassign them without a handover "
                    "list.",
                    nobody._names_for_errors(),
                )
            )
        if sum(len(ids) for ids in found.values()) != len(set(archives.ids)):
            raise UserError(self.env._("Some of the selected archives are no longer there. Select them again."))
        return found

    def _fill(self, archives):
        """The lines, in the order of the numbers, with what is on record just now. One statement."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_archive_handover_line (
                    handover_id, archive_id, number, category_id, level, place, result,
                    create_uid, write_uid, create_date, write_date)
                SELECT %(row)s, id, number, category_id, level,
                       NULLIF(concat_ws(' / ', NULLIF(box, ''), NULLIF(shelf, '')), ''), 'listed',
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM customer_archive WHERE id = ANY(%(ids)s) ORDER BY number, id
                """,
                row=self.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=archives.ids,
            )
        )
        self.invalidate_recordset()
        self._add_teams()

    def _add_teams(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT a.team_id FROM customer_archive a JOIN customer_archive_handover_line l"
                " ON l.archive_id = a.id WHERE l.handover_id = %s AND a.team_id IS NOT NULL",
                self.id,
            )
        )
        self._governed().write({"team_ids": [(4, team_id) for (team_id,) in rows]})

    def _check_is_preparer(self):
        if not self._is_party_of_preparation():
            raise AccessError(
                self.env._(
                    "The handover list %(number)s is prepared by %(giver)s, a team leader or an archivist.",
                    number=self.name,
                    giver=self.giver_id.name,
                )
            )

    def write(self, vals):
        result = super().write(vals)
        if "receiver_id" in vals and not self._is_governed():
            for row in self:
                row._archives()._check_receiver(row.receiver_id)
                if row.receiver_id == row.giver_id:
                    raise UserError(self.env._("%s is the account manager already.", row.giver_id.name))
        return result

    def _archives(self):
        """The archives of the list. Decides; is not shown."""
        lines = self.env["customer.archive.handover.line"].sudo().search([("handover_id", "=", self.id)])  # as said
        return self.env["customer.archive"].browse(lines.archive_id.ids)

    # -- tasks -------------------------------------------------------------------------------------------------

    def _ask_for_signature(self, user):
        """A task for whoever signs next; the list's number and no customer's name."""
        if user != self.env.user and user.sudo().active:  # whether active
            self.sudo().activity_schedule(  # a task for somebody who may read the list
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("Sign the handover list %s", self.name),
            )

    def _end_tasks(self):
        self.sudo().activity_ids.unlink()  # what was asked for is done or void

    def action_view_moved(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Archives of %s", self.name),
            "res_model": "customer.archive",
            "view_mode": "list,form",
            "domain": [("id", "in", self._archives().ids)],
        }
