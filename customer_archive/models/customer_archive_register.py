"""What the registers have in common: a number, rows that are fixed once something was decided, nothing ever deleted."""

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from .customer_archive import GOVERNED


class CustomerArchiveRegister(models.AbstractModel):
    _name = "customer.archive.register"
    _description = "Register of Customer Archives"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    # Fields that may be changed while the row is a draft, by whoever prepares it.
    _draft_fields = frozenset()
    _sequence_code = None

    name = fields.Char("Register Number", required=True, readonly=True, copy=False, index=True, default="/")
    company_id = fields.Many2one(
        "res.company", "Fonds", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.company
    )

    _name_unique = models.UniqueIndex("(name)", "Another row of the register has this number.")

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._register_new_values(dict(vals)) for vals in vals_list]
        return super().create(vals_list)

    def _register_new_values(self, vals):
        """The values of a new row. What only a step may decide begins as it is meant to begin.

        Every such value is named: neither a default from the context nor one that somebody stored takes its place.
        """
        if not (self.env.su or self._is_governed()):
            for name, field in self._fields.items():
                if self._is_fixed(name) and field.store and not field.compute:
                    empty = [] if field.type in ("one2many", "many2many") else False
                    vals[name] = field.convert_to_write(field.default(self), self) if field.default else empty
        # sudo: the next number, for whoever may add a row
        vals["name"] = self.env["ir.sequence"].sudo().next_by_code(self._sequence_code)
        return vals

    def _is_fixed(self, name):
        """Whether the field is one of the register's own that nobody changes by hand."""
        field = self._fields.get(name)
        if field is None or name in self._draft_fields:
            return False
        inherited = name.startswith(("message_", "activity_", "website_message_")) or name in models.MAGIC_COLUMNS
        return not inherited and name not in ("has_message", "my_activity_date_deadline", "rating_ids")

    def _is_governed(self):
        return self.env.context.get("archive_governed") is GOVERNED

    def _governed(self):
        """The same rows, for this addon's own steps."""
        return self.with_context(archive_governed=GOVERNED)

    def write(self, vals):
        if not self._is_governed():
            self._check_change_by_hand(vals)
        return super().write(vals)

    def _check_change_by_hand(self, vals):
        for name in vals:
            if self._is_fixed(name):
                raise UserError(
                    self.env._(
                        "%(field)s of %(number)s can't be changed by hand: use the buttons.",
                        field=self._fields[name]._description_string(self.env),
                        number=self[:1].name or "",
                    )
                )
        if vals.keys() & self._draft_fields:
            for row in self:
                row._check_may_prepare()

    def _check_may_prepare(self):
        """Raise unless it is a draft, and one of the user's."""
        self.ensure_one()
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "%(number)s can no longer be changed (%(state)s). Cancel it and prepare another one if something "
                    "is wrong.",
                    number=self.name,
                    state=self._state_label(),
                )
            )
        self._check_is_preparer()

    def _check_is_preparer(self):
        """Raise unless the user may change this draft. Each register says who."""

    def _check_step(self, *states):
        """One row at a time, locked, and in one of the states: a second click finds it done."""
        self.ensure_one()
        self.check_access("read")
        try:
            self.sudo().lock_for_update()  # readable, as was just checked; who may do the step is checked by the step
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is working on %s right now. Try again in a moment.", self.name)
            ) from error
        self.invalidate_recordset()
        if self.state not in states:
            raise UserError(
                self.env._(
                    "This step is not possible for %(number)s: it is “%(state)s”.",
                    number=self.name,
                    state=self._state_label(),
                )
            )

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env)).get(self.state, "")

    def _check_register_reason(self, reason):
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("A reason is needed: it is kept in the register."))
        return reason.strip()

    def _ask_reason(self, step, title):
        """The dialog that asks for the reason of a step."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "customer.archive.register.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_register": self._name, "default_row_id": self.id, "default_step": step},
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(
                self.env._("%s can't be deleted: rows of the register are kept. Cancel it instead.", self[0].name)
            )

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("Rows of the register can't be duplicated. Prepare a new one."))
