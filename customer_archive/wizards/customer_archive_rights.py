"""The page "who can see what": the effective rights of one person, and everybody who may read one customer (A6)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.customer_archive_category import LEVELS
from ..models.res_partner import GROUP
from ..tools.access import REASONS


class CustomerArchiveRights(models.TransientModel):
    _name = "customer.archive.rights"
    _description = "Who Can See What"

    question = fields.Selection(
        [("archive", "Who can see a customer?"), ("person", "What can a person see?")],
        required=True,
        default="archive",
    )
    number = fields.Char("Archive Number", help="The present number or a former one.")
    partner_id = fields.Many2one(
        "res.partner", "Customer", groups=GROUP, domain="[('archive_id', '!=', False)]", help="Or choose the customer."
    )
    user_id = fields.Many2one("res.users", "Person", domain="[('share', '=', False)]", context={"active_test": False})
    is_answered = fields.Boolean()
    title = fields.Char(readonly=True)
    summary = fields.Text(readonly=True)
    warnings = fields.Text("Mind", readonly=True)
    level_ids = fields.One2many("customer.archive.rights.level", "rights_id", "By Level", readonly=True)
    person_ids = fields.One2many("customer.archive.rights.person", "rights_id", "People", readonly=True)

    @api.depends("question")
    def _compute_display_name(self):
        for rights in self:
            rights.display_name = self.env._("Who Can See What")

    @api.onchange("question", "number", "user_id")
    def _onchange_question(self):
        """The former answer belongs to another question."""
        self.is_answered = False

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id:
            self.number = self.partner_id.archive_number
            self.is_answered = False

    def action_show(self):
        """Answer the question, and show it on the page."""
        self.ensure_one()
        self.check_access("write")
        answer = self._answer()
        # sudo: the lines are the asker's own, made anew from what was worked out just now
        self.sudo().write(
            {
                "is_answered": True,
                "title": answer["title"],
                "summary": "\n".join(answer["summary"]),
                "warnings": "\n".join(answer["warnings"]),
                "level_ids": [Command.clear(), *map(Command.create, answer["levels"])],
                "person_ids": [Command.clear(), *map(Command.create, answer["people"])],
            }
        )
        return True

    def action_print(self):
        self.ensure_one()
        self.check_access("write")
        self._answer()  # says what is missing before the printer does
        return self.env.ref("customer_archive.archive_rights_report").report_action(self)

    @api.model
    def _action_for(self, **values):
        """The page with the answer to a question that is clear already."""
        rights = self.create(values)
        rights.action_show()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Can See What"),
            "res_model": self._name,
            "res_id": rights.id,
            "view_mode": "form",
        }

    def _asked_archive(self):
        """The archive that the number names, as superuser: the answer tells no more of it than the asker may know.

        :raise UserError: where there is none in the asker's companies
        """
        number = (self.number or "").strip()
        if not number:
            raise UserError(self.env._("Type the archive number of the customer, or choose the customer."))
        # sudo: officers and auditors read no archives, but ask who does
        numbers = self.env["customer.archive.number"].sudo()
        companies = self.env.companies.ids
        archive = numbers.search([("name", "=", number), ("archive_id.company_id", "in", companies)]).archive_id[:1]
        while archive.merged_into_id:
            archive = archive.merged_into_id
        if not archive or archive.company_id.id not in companies:
            raise UserError(
                self.env._("There is no archive with the number “%s”. Type the whole number as it is printed.", number)
            )
        return archive


class CustomerArchiveRightsLevel(models.TransientModel):
    """How many archives of one level a person reads and changes."""

    _name = "customer.archive.rights.level"
    _description = "Rights by Level"

    rights_id = fields.Many2one("customer.archive.rights", required=True, readonly=True, ondelete="cascade")
    level = fields.Selection(LEVELS, readonly=True)
    own_read = fields.Integer("Own: Reads", readonly=True)
    own_write = fields.Integer("Own: Changes", readonly=True)
    team_read = fields.Integer("Team's: Reads", readonly=True)
    team_write = fields.Integer("Team's: Changes", readonly=True)
    others_read = fields.Integer("Others': Reads", readonly=True)
    others_write = fields.Integer("Others': Changes", readonly=True)
    total = fields.Integer("Kept in All", readonly=True)


class CustomerArchiveRightsPerson(models.TransientModel):
    """One person who may read a customer, and why; or all employees."""

    _name = "customer.archive.rights.person"
    _description = "Person Who Can See a Customer"
    _order = "sequence, name, id"

    rights_id = fields.Many2one("customer.archive.rights", required=True, readonly=True, ondelete="cascade")
    sequence = fields.Integer(readonly=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True)
    name = fields.Char(readonly=True)
    kind = fields.Selection(
        [
            ("owner", "Account Manager"),
            ("team", "Team"),
            ("public", "Public"),
            ("role", "Role"),
            ("clearance", "Clearance"),
            ("loan", "Loan"),
        ],
        "First Reason",
        readonly=True,
    )
    reasons = fields.Char("Why", readonly=True)
    may_change = fields.Boolean(readonly=True)

    @api.model
    def _sequence_of(self, kind):
        return REASONS.index(kind)


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def action_who_sees(self):
        """Who may read this archive's customer."""
        self.ensure_one()
        self.check_access("read")
        return self.env["customer.archive.rights"]._action_for(question="archive", number=self.number)
