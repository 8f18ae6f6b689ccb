"""Critical fields: legal name, tax ID and whatever a category adds are changed by two people (product.md A7).

In the form the critical values of a change become a proposal and the rest is saved; through every other door the change
is refused and says how to propose it. The system itself passes. Portal users write their own data as superuser: what is
critical of it becomes a proposal of the customer.
"""

from typing import NamedTuple

from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError

from .customer_archive import GOVERNED


class HolderFollows(NamedTuple):
    """In the context while a customer gets another name: Odoo writes it into the bank accounts held in the old one."""

    name: str


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _archive_approval_is_asked(self):
        """Whether changes by this environment need approval: neither accepted ones nor those of the system do."""
        env = self.env
        accepted = env.context.get("archive_accepted") is GOVERNED
        return not accepted and env.uid != SUPERUSER_ID and not (env.su and env.user._is_internal())

    def _archive_approval_customer(self):
        """The customer whose archive decides for this contact, if it is on file; under sudo."""
        contact = self.sudo()  # decides; nothing is shown
        if contact.archive_id:
            archive = contact.archive_id
        else:
            guard = contact._archive_get_guard()
            archive = contact.env["customer.archive"].browse(guard.archive_id if guard else ())
        return archive.partner_id if archive.state == "active" else contact.browse()

    def _archive_needs_approval(self, name):
        """Whether changes of a field of this customer or contact need approval, as its category says."""
        if not self:
            return False
        customer = self._archive_approval_customer()
        if name == "bank_ids":
            return customer.archive_category_id.id in customer.archive_category_id._bank_approvals()
        # A contact passes its company's tax ID on to it.
        if customer != self.sudo() and name not in self._synced_commercial_fields():  # compares only
            return False
        items = self.env["customer.archive.category.item"]._items_for(
            customer.archive_category_id.id, customer.is_company
        )
        return any(item.needs_approval and item.field == name for item in items)

    def _archive_critical_part(self, vals):
        """(customer, names): those of the values that this user may not write without approval.

        The customer is the contact itself, or the company that a contact would pass its tax ID on to.
        """
        names = vals.keys() & self._archive_critical_names()
        if not names or not self._archive_approval_is_asked():
            return self, set()
        names = {name for name in names if self._archive_needs_approval(name)}
        if not names:
            return self, set()
        synced = names <= set(self._synced_commercial_fields())
        customer = self._archive_approval_customer().with_env(self.env) if synced else self
        return customer, {name for name in names if customer._archive_is_changed(name, vals[name])}

    def _archive_critical_names(self):
        return self.env["customer.archive.category.item"]._approval_fields() | {"bank_ids"}

    def _archive_is_changed(self, name, value):
        """Whether a value that is there would be replaced. Filling in an empty one is free."""
        customer = self.sudo()  # compares only
        if name == "bank_ids":
            return bool(value) and bool(customer.with_context(active_test=False).bank_ids)
        values, field = self.env["customer.archive.values"], self._fields[name]
        current = values._dump(customer, name)
        if not current:
            return False
        vals = {name: value}
        customer._archive_normalise(vals)
        try:
            if field.type == "many2many":
                new = values.sudo()._parse_many2many(customer, field, vals[name])  # compares only
            else:
                new = values._plain(field, field.convert_to_write(vals[name], customer))
        except (UserError, ValueError, TypeError):
            return True  # whatever it is: refused where it is written or proposed
        return new != current

    def write(self, vals):
        if "name" in vals and vals["name"]:
            self = self.with_context(archive_holder_follows=HolderFollows(vals["name"]))
        if not vals.keys() & self._archive_critical_names() or not self._archive_approval_is_asked():
            return super().write(vals)
        if len(self) > 1 and self.env.su:  # each has its own critical values
            for partner in self:
                partner.write(vals)
            return True
        if not self.env.su:
            self.check_access("write")  # first: who may not write at all learns nothing of the customer
        for partner in self:
            customer, names = partner._archive_critical_part(vals)
            names -= {"bank_ids"}  # refused line by line: see res_partner_bank.py
            if names and self.env.su:
                customer._archive_propose({name: vals[name] for name in names}, origin="customer")
                vals = {name: value for name, value in vals.items() if name not in names}
            elif names:
                customer.check_access("write")
                customer._archive_refuse_critical(sorted(names))
        return super().write(vals)

    def _archive_refuse_critical(self, names):
        values = self.env["customer.archive.values"]
        raise UserError(
            self.env._(
                "%(field)s of %(customer)s is changed by a proposal that an archivist or the team leader accepts. "
                "Change it in the customer's form, which makes the proposal, or call “archive_propose”. "
                "In an import, leave the column out.",
                field=", ".join(values._label(self, name) for name in names),
                customer=self.display_name,
            )
        )
