"""Verification campaigns: a segment of archives, spread over weeks and people, with its progress (product.md Q1)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .customer_archive import GOVERNED

GOVERNED_FIELDS = {"state", "started_on", "closed_on"}


class CustomerArchiveVerificationCampaign(models.Model):
    _name = "customer.archive.verification.campaign"
    _description = "Verification Campaign"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, help="What it is for, e.g. “Addresses before the annual mailing”.")
    company_id = fields.Many2one(
        "res.company", "Fonds", required=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    state = fields.Selection(
        [("draft", "Prepared"), ("running", "Running"), ("closed", "Brought to an End")],
        "Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        ondelete="restrict",
        tracking=True,
    )
    date_from = fields.Date("First Day", required=True, default=fields.Date.context_today, tracking=True)
    weeks = fields.Integer(
        required=True, default=4, tracking=True, help="The verifications are spread evenly over so many weeks."
    )
    date_until = fields.Date("Last Day", compute="_compute_date_until", store=True)
    # With those that are archived by now: if they fell out, “only theirs” would become “all”.
    category_ids = fields.Many2many(
        "customer.archive.category",
        "customer_archive_campaign_category_rel",
        "campaign_id",
        "category_id",
        "Categories",
        context={"active_test": False},
        help="Empty: all.",
    )
    team_ids = fields.Many2many(
        "crm.team",
        "customer_archive_campaign_team_rel",
        "campaign_id",
        "team_id",
        "Sales Teams",
        context={"active_test": False},
        help="Empty: all.",
    )
    owner_ids = fields.Many2many(
        "res.users",
        "customer_archive_campaign_owner_rel",
        "campaign_id",
        "user_id",
        "Account Managers",
        domain="[('share', '=', False)]",
        context={"active_test": False},
        help="Empty: all.",
    )
    only = fields.Selection(
        [
            ("all", "All"),
            ("overdue", "Overdue Ones"),
            ("never", "Never Verified"),
            ("stale", "Fresh by Less than Half"),
        ],
        "Which",
        required=True,
        default="all",
    )
    people_ids = fields.Many2many(
        "res.users",
        "customer_archive_campaign_people_rel",
        "campaign_id",
        "user_id",
        "Carried out by",
        domain="[('share', '=', False)]",
        help="Who shares the work evenly. Empty: each account manager verifies their own customers.",
    )
    line_ids = fields.One2many("customer.archive.verification.campaign.line", "campaign_id", "Archives", readonly=True)
    line_count = fields.Integer("Number of Archives", compute="_compute_progress")
    done_count = fields.Integer("Verified", compute="_compute_progress")
    late_count = fields.Integer("Late", compute="_compute_progress")
    progress = fields.Integer(compute="_compute_progress", help="How many of the archives are verified, in per cent.")
    started_on = fields.Date("Started", readonly=True, copy=False)
    closed_on = fields.Date("Closed on", readonly=True, copy=False)

    _weeks_positive = models.Constraint("CHECK (weeks BETWEEN 1 AND 104)", "A campaign takes 1 to 104 weeks.")

    @api.depends("date_from", "weeks")
    def _compute_date_until(self):
        for campaign in self:
            first = campaign.date_from
            campaign.date_until = first and first + timedelta(days=7 * max(campaign.weeks, 1) - 1)

    @api.depends_context("uid")
    def _compute_progress(self):
        """Of the whole campaign, whoever looks: figures, no customers."""
        rows = {}
        if self.ids:
            self.env.flush_all()
            rows = {
                row[0]: row[1:]
                for row in self.env.execute_query(
                    SQL(
                        """
                        SELECT l.campaign_id, COUNT(*), COUNT(*) FILTER (WHERE %(done)s),
                               COUNT(*) FILTER (WHERE NOT %(done)s AND l.due_on < %(today)s)
                          FROM customer_archive_verification_campaign_line l
                          JOIN customer_archive_verification_campaign c ON c.id = l.campaign_id
                          JOIN customer_archive a ON a.id = l.archive_id
                         WHERE l.campaign_id = ANY(%(ids)s)
                         GROUP BY l.campaign_id
                        """,
                        done=SQL("(c.started_on IS NOT NULL AND COALESCE(a.verified_on >= c.started_on, FALSE))"),
                        today=fields.Date.context_today(self),
                        ids=self.ids,
                    )
                )
            }
        for campaign in self:
            count, done, late = rows.get(campaign.id, (0, 0, 0))
            campaign.line_count, campaign.done_count, campaign.late_count = count, done, late
            campaign.progress = 100 * done // count if count else 0

    @api.constrains("people_ids", "owner_ids")
    def _check_people(self):
        for campaign in self:
            if any(user.sudo().share for user in campaign.people_ids):  # an employee or not
                raise ValidationError(self.env._("Only employees carry out a campaign."))

    # -- what is fixed --------------------------------------------------------------------------------------------

    def _governed(self):
        return self.with_context(archive_governed=GOVERNED)

    @api.model_create_multi
    def create(self, vals_list):
        fixed = {"state": "draft", "started_on": False, "closed_on": False}
        return super().create([{**vals, **fixed} for vals in vals_list])

    def write(self, vals):
        if self.env.context.get("archive_governed") is not GOVERNED:
            if GOVERNED_FIELDS & vals.keys():
                raise UserError(self.env._("The steps of a campaign are taken by its buttons."))
            if vals.keys() & self._planning_fields() and any(campaign.state != "draft" for campaign in self):
                raise UserError(
                    self.env._(
                        "The campaign %s is running already: what was planned stays. Begin another one.", self[0].name
                    )
                )
        return super().write(vals)

    @api.model
    def _planning_fields(self):
        return {"date_from", "weeks", "category_ids", "team_ids", "owner_ids", "only", "people_ids", "company_id"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        for campaign in self:
            if campaign.state != "draft":
                raise UserError(self.env._("The campaign %s was started and is kept. Close it instead.", campaign.name))

    # -- steps ----------------------------------------------------------------------------------------------------

    def _archives_domain(self):
        """The archives of the segment, as far as whoever plans may change their customers."""
        today = fields.Date.context_today(self)
        domain = Domain(
            [("company_id", "=", self.company_id.id), ("state", "in", ("draft", "active")), ("partner_id", "!=", False)]
        )
        if self.category_ids:
            domain &= Domain("category_id", "child_of", self.category_ids.ids)
        if self.team_ids:
            domain &= Domain("team_id", "in", self.team_ids.ids)
        if self.owner_ids:
            domain &= Domain("owner_id", "in", self.owner_ids.ids)
        writable = self.env["customer.archive.access"]._domain("customer.archive", "write")
        return (
            domain
            & writable
            & {
                "all": Domain.TRUE,
                "overdue": Domain("next_verification_on", "<", today),
                "never": Domain("verified_on", "=", False),
                "stale": Domain("freshness", "<", 50) | Domain("freshness", "=", False),
            }[self.only]
        )

    def action_plan(self):
        """Choose the archives and spread them: anew each time, as long as the campaign is not started."""
        for campaign in self:
            campaign.check_access("write")
            campaign._check_state("draft")
            campaign._plan()
        return True

    def _plan(self):
        """One INSERT: in turn to the people, and of each one's archives evenly to the weeks, Monday to Friday."""
        self.env.flush_all()
        query = self.env["customer.archive"]._search(self._archives_domain())  # under the rights of who plans
        people = self.people_ids.ids
        self.env.cr.execute(
            SQL("DELETE FROM customer_archive_verification_campaign_line WHERE campaign_id = %s", self.id)
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_archive_verification_campaign_line (campaign_id, archive_id, user_id, due_on)
                SELECT %(campaign)s, given.id, given.user_id,
                       %(first)s::date + ((given.place - 1) * %(days)s / given.count)::integer
                  FROM (
                    SELECT shared.id, shared.user_id,
                           row_number() OVER (PARTITION BY shared.user_id ORDER BY shared.due, shared.id) AS place,
                           count(*) OVER (PARTITION BY shared.user_id) AS count
                      FROM (
                        SELECT a.id, a.next_verification_on AS due, %(user)s AS user_id
                          FROM customer_archive a
                         WHERE a.id IN %(archives)s
                      ) shared
                  ) given
                """,
                campaign=self.id,
                first=self.date_from,
                days=7 * self.weeks,
                user=SQL(
                    "(%s::integer[])[1 + MOD(row_number() OVER (ORDER BY a.next_verification_on, a.id) - 1, %s)]",
                    people,
                    len(people),
                )
                if people
                else SQL("a.owner_id"),
                archives=query.subselect(),
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive_verification_campaign_line
                   SET due_on = due_on - GREATEST(EXTRACT(isodow FROM due_on)::integer - 5, 0)
                 WHERE campaign_id = %(id)s
                   AND due_on - GREATEST(EXTRACT(isodow FROM due_on)::integer - 5, 0) >= %(first)s
                """,
                id=self.id,
                first=self.date_from,
            )
        )
        self.env["customer.archive.verification.campaign.line"].invalidate_model()
        self.invalidate_recordset()

    def action_start(self):
        """The days become those of the archives, unless they are due earlier anyway; reminders follow them."""
        for campaign in self:
            campaign.check_access("write")
            campaign._check_state("draft")
            if not campaign.line_count:
                campaign._plan()
            if not campaign.line_count:
                raise UserError(self.env._("No archive belongs to this segment. Choose a wider one."))
            campaign._check_people_reach()
            campaign._governed().write({"state": "running", "started_on": fields.Date.context_today(campaign)})
            campaign._set_days()
        return True

    def _check_people_reach(self):
        """Whoever is to verify must be allowed to: the customers of the lines are theirs to change."""
        lines = self.env["customer.archive.verification.campaign.line"].sudo()  # decides; counts are shown
        for user, own in lines.search([("campaign_id", "=", self.id)]).grouped("user_id").items():
            if not user or own.archive_id.filtered(lambda archive, user=user: archive.owner_id != user):
                reached = own.archive_id.with_user(user or self.user_id).sudo(False)
                reached = reached.with_context(allowed_company_ids=(user or self.user_id).company_ids.ids)
                lost = len(own) - len(reached._filtered_access("read").partner_id._filtered_access("write"))
                if lost:
                    raise UserError(
                        self.env._(
                            "%(count)s of the archives can't be verified by %(name)s: they belong to others. Leave "
                            "“Carried out by” empty, or choose the team leader or an archivist.",
                            count=lost,
                            name=(user or self.user_id).name,
                        )
                    )

    def _set_days(self):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE customer_archive a
                   SET verification_own_on = l.due_on
                  FROM customer_archive_verification_campaign_line l
                 WHERE l.campaign_id = %s AND l.archive_id = a.id
                   AND (a.next_verification_on IS NULL OR a.next_verification_on > l.due_on
                        OR a.next_verification_on < %s)
                RETURNING a.id
                """,
                self.id,
                self.date_from,
            )
        )
        archives = self.env["customer.archive"].sudo().browse([id_ for (id_,) in rows])  # dates only
        archives.invalidate_recordset(["verification_own_on"])
        archives._plan_verifications()

    def action_close(self):
        """What is not verified yet stays due on its day."""
        for campaign in self:
            campaign.check_access("write")
            campaign._check_state("running")
            campaign._governed().write({"state": "closed", "closed_on": fields.Date.context_today(campaign)})
        return True

    def _check_state(self, state):
        self.ensure_one()
        if self.state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This step is not possible for the campaign %(name)s: it is “%(state)s”.",
                    name=self.name,
                    state=labels[self.state],
                )
            )

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.customer_archive_verification_campaign_line_action"
        )
        return dict(action, domain=[("campaign_id", "=", self.id)])


class CustomerArchiveVerificationCampaignLine(models.Model):
    """One archive of a campaign: who verifies it by when. Made by the plan only."""

    _name = "customer.archive.verification.campaign.line"
    _description = "Archive of a Verification Campaign"
    _order = "due_on, id"
    _rec_name = "archive_id"
    _log_access = False

    campaign_id = fields.Many2one(
        "customer.archive.verification.campaign", required=True, readonly=True, ondelete="cascade", index=True
    )
    archive_id = fields.Many2one(
        "customer.archive", "Archive", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(related="archive_id.partner_id", string="Customer")
    user_id = fields.Many2one("res.users", "Verifies", readonly=True, ondelete="set null", index="btree_not_null")
    due_on = fields.Date("By", required=True, readonly=True)
    verified_on = fields.Date(related="archive_id.verified_on")
    status = fields.Selection(
        [("open", "To Be Verified"), ("late", "Late"), ("done", "Verified")],
        compute="_compute_status",
        search="_search_status",
    )

    _once = models.UniqueIndex("(campaign_id, archive_id)")

    @api.depends("archive_id.verified_on", "campaign_id.started_on", "due_on")
    def _compute_status(self):
        today = fields.Date.context_today(self)
        for line in self:
            started, verified = line.campaign_id.started_on, line.archive_id.verified_on
            if started and verified and verified >= started:
                line.status = "done"
            else:
                line.status = "late" if line.due_on < today else "open"

    @api.model
    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted, today = set(value), fields.Date.context_today(self)

        def to_sql(model, alias, query):
            return SQL(
                """
                (SELECT CASE WHEN c.started_on IS NOT NULL AND a.verified_on >= c.started_on THEN 'done'
                             WHEN %(due)s < %(today)s THEN 'late' ELSE 'open' END
                   FROM customer_archive a, customer_archive_verification_campaign c
                  WHERE a.id = %(archive)s AND c.id = %(campaign)s) = ANY(%(wanted)s)
                """,
                due=SQL.identifier(alias, "due_on"),
                today=today,
                archive=SQL.identifier(alias, "archive_id"),
                campaign=SQL.identifier(alias, "campaign_id"),
                wanted=[status for status in wanted if isinstance(status, str)],
            )

        return Domain.custom(to_sql=to_sql)

    def action_verify(self):
        self.ensure_one()
        return self.archive_id.action_verify()
