"""The contact log (交流记录): what was said with a customer, when, by whom (product.md L1-L3)."""

from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .customer_archive_contact_type import DIRECTIONS
from .customer_archive_item import CustomerArchiveItem

OUTCOMES = [
    ("agreed", "Agreed"),
    ("settled", "Settled"),
    ("open", "To Be Followed Up"),
    ("declined", "Declined"),
    ("not_reached", "Not Reached"),
]
SENTIMENTS = [("good", "Pleased"), ("neutral", "Neutral"), ("bad", "Displeased")]
ORIGINS = [("hand", "By Hand"), ("activity", "Activity")]

# A month, in hours; and the first moment that is no slip of the pen.
MOST_HOURS = 744
EARLIEST = datetime(1900, 1, 1)

# What goes on changing in a line that is locked: whether its next step was done.
NEVER_LOCKED = {"activity_id", "next_done_on"}
# What nobody writes by hand: it tells where a line comes from and what became of its next step.
BY_ITSELF = {"origin", "next_done_on", "locked_at"}


class CustomerArchiveContactLog(models.Model):
    """One telephone call, e-mail, meeting, visit or chat. It locks after some days; nobody deletes it."""

    _name = "customer.archive.contact.log"
    _description = "Contact Log"
    _inherit = [CustomerArchiveItem._name]
    _item_prefix = "J"
    _order = "begin_at desc, id desc"
    _rec_name = "subject"
    _check_company_auto = True

    type_id = fields.Many2one(
        "customer.archive.contact.type",
        "Type",
        required=True,
        ondelete="restrict",
        default=lambda self: self._default_type(),
    )
    type_icon = fields.Char(related="type_id.icon", string="Icon of the Type", exportable=False)
    direction = fields.Selection(
        DIRECTIONS, compute="_compute_direction", store=True, readonly=False, precompute=True, required=True
    )
    begin_at = fields.Datetime("Time", required=True, default=lambda self: self._default_begin_at(), copy=False)
    duration = fields.Float(help="In hours.")
    contact_ids = fields.Many2many(
        "res.partner", string="Spoken with", help="The customer, or those of the customer's people who took part."
    )
    user_id = fields.Many2one(
        "res.users",
        "Our Person",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        ondelete="restrict",
    )
    user_ids = fields.Many2many("res.users", string="Also Present", domain="[('share', '=', False)]")
    subject = fields.Char(required=True, help="In a few words: what it was about.")
    summary = fields.Text(help="What was said.")
    outcome = fields.Selection(OUTCOMES)
    sentiment = fields.Selection(SENTIMENTS, "Mood", help="How the customer felt about it.")
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments", copy=False)
    origin = fields.Selection(ORIGINS, "Written", required=True, default="hand", readonly=True, copy=False)
    corrects_id = fields.Many2one(
        "customer.archive.contact.log",
        "Corrects",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="The earlier line that this one puts right.",
    )
    correction_ids = fields.One2many("customer.archive.contact.log", "corrects_id", "Corrections", readonly=True)
    locked_at = fields.Datetime(
        "Locks",
        readonly=True,
        copy=False,
        help="From then on the line stays as it is; corrections are new lines. As the category said when it was "
        "written: a later change of the setting opens no line again.",
    )
    is_locked = fields.Boolean("Locked", compute="_compute_is_locked", search="_search_is_locked")

    _archive_sequence = models.UniqueIndex("(archive_id, item_sequence)")
    _archive_begin = models.Index("(archive_id, begin_at DESC, id DESC)")
    _begin_index = models.Index("(begin_at DESC, id DESC)")
    _user_index = models.Index("(user_id, id DESC)")

    # -- defaults ---------------------------------------------------------------------------------------------

    @api.model
    def _default_type(self):
        """The type that the user took last; most people write the same kind of line all day."""
        # sudo: the user's own last line, of which only the type is taken
        last = self.sudo().search([("user_id", "=", self.env.uid), ("origin", "=", "hand")], order="id desc", limit=1)
        return last.type_id.filtered("active") or self.env["customer.archive.contact.type"].search([], limit=1)

    @api.model
    def _default_begin_at(self):
        return fields.Datetime.now().replace(second=0)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if values.get("archive_id") and "contact_ids" in fields and not values.get("contact_ids"):
            customer = self.env["customer.archive"].browse(values["archive_id"]).partner_id
            values["contact_ids"] = [(6, 0, customer.ids)]
        return values

    @api.onchange("archive_id")
    def _onchange_archive_id(self):
        customer = self.archive_id.partner_id
        if any(person.commercial_partner_id != customer.commercial_partner_id for person in self.contact_ids._origin):
            self.contact_ids = False
        if not self.contact_ids:
            self.contact_ids = customer

    @api.depends("type_id")
    def _compute_direction(self):
        for log in self:
            log.direction = log.type_id.direction or log.direction or "out"

    @api.depends("subject", "item_number")
    def _compute_display_name(self):
        for log in self:
            log.display_name = " ".join(part for part in (log.item_number, log.subject) if part)

    # -- the lock ---------------------------------------------------------------------------------------------

    @api.depends("locked_at")
    def _compute_is_locked(self):
        now = self.env.cr.now()
        for log in self:
            log.is_locked = bool(log.locked_at and log.locked_at <= now)

    @api.model
    def _search_is_locked(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain.TRUE if False in value else Domain("locked_at", "<=", self.env.cr.now())

    @api.model
    def _set_by_archive(self, vals_list):
        """Set what follows from the archive: when the line locks, and whom it was spoken with if nobody is named.

        The lock is counted from the writing, not from the contact: that could be moved.
        """
        days = self.env["customer.archive.category"]._log_lock_days()
        # sudo: decides; who may write the line is asked when it is written, and then reads the customer
        archives = self.env["customer.archive"].sudo()
        archives = archives.browse({vals["archive_id"] for vals in vals_list if vals.get("archive_id")}).exists()
        now = self.env.cr.now().replace(microsecond=0)
        for vals in vals_list:
            archive = archives.browse(vals.get("archive_id")) & archives
            vals["locked_at"] = archive and now + timedelta(days=days[archive.category_id.id])
            if archive.partner_id and "contact_ids" not in vals and "default_contact_ids" not in self.env.context:
                vals["contact_ids"] = [(6, 0, archive.partner_id.ids)]

    def _check_not_locked(self):
        locked = self.filtered("is_locked")[:1]
        if locked:
            raise UserError(
                self.env._(
                    "%(line)s was locked on %(date)s and stays as it is. "
                    "Use “Write Correction”: the new line points to this one, and both are shown together.",
                    line=locked.display_name,
                    date=fields.Datetime.context_timestamp(locked, locked.locked_at).date(),
                )
            )

    # -- what holds -------------------------------------------------------------------------------------------

    @api.constrains("begin_at")
    def _check_begin_at(self):
        latest = self.env.cr.now() + timedelta(days=1)
        for log in self:
            if log.begin_at < EARLIEST:
                raise ValidationError(
                    self.env._("“%s” would have been before 1900. Check the year of the contact.", log.subject)
                )
            if log.begin_at > latest:
                raise ValidationError(
                    self.env._(
                        "“%s”: a contact log tells what has been. Plan what is to come as a next step or a meeting.",
                        log.subject,
                    )
                )

    @api.constrains("duration")
    def _check_duration(self):
        for log in self:
            if log.duration < 0:
                raise ValidationError(self.env._("“%s”: the duration can't be negative.", log.subject))
            if not log.duration <= MOST_HOURS:  # what is no number is neither more nor less
                raise ValidationError(
                    self.env._(
                        "“%(line)s”: the duration is in hours, %(most)s at most. Write what takes longer as several "
                        "lines.",
                        line=log.subject,
                        most=MOST_HOURS,
                    )
                )

    @api.constrains("corrects_id", "archive_id")
    def _check_corrects_id(self):
        for log in self.filtered("corrects_id"):
            same = not log.corrects_id or log.corrects_id.archive_id._surviving() == log.archive_id._surviving()
            if not same or log.corrects_id == log:
                raise ValidationError(
                    self.env._(
                        "%(line)s can't correct %(corrected)s: a correction points to another line of the same "
                        "archive.",
                        line=log.display_name,
                        corrected=log.corrects_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_not_by_itself({name for vals in vals_list for name in vals})
        vals_list = [self._without_forged_origin(vals) for vals in vals_list]
        self._set_by_archive(vals_list)
        logs = super().create(vals_list)
        logs.sudo().archive_id._check_still_changeable()  # the state of the archive decides, nothing is shown
        logs._after_create(vals_list)
        return logs

    def _after_create(self, vals_list):
        """What follows from new lines."""
        self._adopt_attachments()
        self.archive_id._update_last_contact()

    def write(self, vals):
        if not self.env.su:
            self._check_not_by_itself(vals.keys())
        if vals.keys() - NEVER_LOCKED:
            self._check_not_locked()
            self.sudo().archive_id._check_still_changeable()  # as above
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._adopt_attachments()
        if {"begin_at", "outcome"} & vals.keys():
            self.archive_id._update_last_contact()
        return result

    def _check_not_by_itself(self, names):
        forged = sorted(BY_ITSELF.intersection(names))
        if forged:
            raise UserError(
                self.env._(
                    "“%s” of a contact log is written by itself: mark the activity of the next step as done, "
                    "or write a line by hand.",
                    self._fields[forged[0]]._description_string(self.env),
                )
            )

    def _without_forged_origin(self, vals):
        """Values that no default of a client's context can complete with what is written by itself."""
        if not vals.get("archive_id") and self.env.context.get("default_archive_id"):
            vals = {**vals, "archive_id": self.env.context["default_archive_id"]}
        return dict(vals) if self.env.su else {**vals, "origin": "hand", "next_done_on": False}

    def _adopt_attachments(self):
        """Files that were uploaded for a line belong to it from now on: who reads the line reads them."""
        for log in self:
            loose = log.attachment_ids.filtered(lambda file: not file.res_id)
            if loose:
                loose.write({"res_model": log._name, "res_id": log.id, "public": False})
            elsewhere = log.attachment_ids.filtered(lambda file, log=log: not file._belongs_to_contact_log(log))
            if elsewhere:  # it could be changed or deleted there, whatever the lock of the line says
                raise UserError(
                    self.env._(
                        "The file “%(file)s” belongs to another record. Upload it here to keep it with “%(line)s”.",
                        file=elsewhere[0].name,
                        line=log.subject,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(
                self.env._(
                    "%s can't be deleted: the contact log is a permanent record. "
                    "Use “Write Correction” to put right what is wrong in it.",
                    self[0].display_name,
                )
            )

    # -- buttons ----------------------------------------------------------------------------------------------

    def action_correct(self):
        """A new line that points to this one, filled in with what this one says."""
        self.ensure_one()
        values = {
            "archive_id": self.archive_id._surviving().id,  # of a merged archive: the one that goes on
            "corrects_id": self.id,
            "type_id": self.type_id.id,
            "direction": self.direction,
            "begin_at": self.begin_at,
            "duration": self.duration,
            "contact_ids": [(6, 0, self.contact_ids.ids)],
            "subject": self.subject,
            "summary": self.summary,
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write Correction"),
            "res_model": self._name,
            "views": [(self.env.ref("customer_archive.customer_archive_contact_log_view_form").id, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    @api.model
    def action_write_log(self):
        """From the list: the dialog in which the customer is chosen as well."""
        return self.env["customer.archive"]._log_dialog(self.env.context.get("default_archive_id"))

    def action_view_customer(self):
        self.ensure_one()
        return self.archive_id.action_view_partner()

    def action_view_origin(self):
        """What the line was written from by itself: bridges and the e-mails' part know how to open it."""
        self.ensure_one()
        raise UserError(self.env._("What this line was written from is no longer there."))
