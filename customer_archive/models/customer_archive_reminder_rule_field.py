"""Reminders of any other date that is reached from an archive: an administrator chooses the field (product.md L4)."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .customer_archive_reminder_rule_source import Source
from .res_partner import GROUP

FIELD = "field"
# Written by the reminders themselves.
NOT_OF = frozenset({"customer.archive.reminder", "customer.archive.reminder.preview"})


class CustomerArchiveReminderRule(models.Model):
    _inherit = "customer.archive.reminder.rule"

    field_id = fields.Many2one(
        "ir.model.fields",
        "Date Field",
        ondelete="set null",
        domain=lambda self: self._domain_fields(),
        tracking=True,
        help="A date of the archive, of its customer, or of anything that belongs to the customer.",
    )

    @api.model
    def _selection_source(self):
        return [*super()._selection_source(), (FIELD, self.env._("Another date"))]

    @api.model
    def _models_with_dates(self):
        """{model: Link} of what leads to one archive each."""
        links = self.env["customer.archive.access"]._links()
        return {
            name: link
            for name, link in links.items()
            if link.path
            and name not in NOT_OF
            and self.env[name]._auto
            and not self.env[name]._transient
            and self.env[name]._fields[link.path].type in ("many2one", "integer")  # the id is an integer
            and self.env[name]._fields[link.path].store
        }

    @api.model
    def _domain_fields(self):
        return [
            ("model", "in", sorted(self._models_with_dates())),
            ("ttype", "in", ("date", "datetime")),
            ("store", "=", True),
            ("name", "not in", ("create_date", "write_date")),
        ]

    def _source_of_field(self):
        """The Source of the chosen field; None where there is none that may be reminded of."""
        chosen = self.sudo().field_id  # which field it is, is no secret
        link = self._models_with_dates().get(chosen.model)
        field = self.env[chosen.model]._fields.get(chosen.name) if link else None
        if field is None or field.type not in ("date", "datetime") or not (field.store and field.column_type):
            return None
        if field.inherited or field.groups not in (None, GROUP):  # who is reminded could not read it
            return None
        to_archive = link.to == "archive"
        return Source(
            chosen.display_name,
            chosen.model,
            chosen.name,
            archive=link.path if to_archive else "partner",
            contact="" if to_archive else link.path,
        )

    def _source(self):
        return self._source_of_field() if self.source == FIELD else super()._source()

    @api.depends("source", "field_id")
    def _compute_is_available(self):
        result = super()._compute_is_available()
        for rule in self.filtered(lambda rule: rule.source == FIELD):
            rule.is_available = not rule.field_id or bool(rule._source())
        return result

    @api.onchange("source")
    def _onchange_source(self):
        if self.source != FIELD:
            self.field_id = False

    @api.constrains("source", "field_id", "person")
    def _check_field_id(self):
        for rule in self.filtered(lambda rule: rule.source == FIELD):
            if not rule._source():
                raise ValidationError(
                    self.env._(
                        "%s: choose a date of the archive, of its customer, or of what belongs to the customer.",
                        rule.name,
                    )
                )
            if rule.person == "responsible":
                raise ValidationError(
                    self.env._(
                        "%s: nobody is responsible for such a date. Choose the account manager instead.", rule.name
                    )
                )

    def write(self, vals):
        if "field_id" in vals:
            self.filtered(lambda rule: rule.field_id.id != vals["field_id"])._check_has_reminded_nobody()
        return super().write(vals)
