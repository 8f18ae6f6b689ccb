"""The client asks for onchanges while somebody types; Odoo lets only those have them who may write the record."""

from odoo import models


class OnchangeTicket:
    """In the context of one onchange: lets its first question for the right to write pass as one to read.

    Nobody outside can make one (a context that comes in has plain values), and it is good for one question only: what
    an onchange itself writes needs the right as ever.
    """

    def __init__(self, records):
        self.records = records

    def use(self, records, operation):
        if self.records is None or operation != "write" or records != self.records:
            return False
        self.records = None
        return True


class CustomerArchiveProposing(models.AbstractModel):
    """For the models of the card: whoever proposes changes of a customer types them into its form."""

    _name = "customer.archive.proposing"
    _description = "Typing Proposed Changes"

    def onchange(self, values, field_names, fields_spec):
        if self and not self.env.su and self._archive_proposes():
            self = self.with_context(archive_onchange=OnchangeTicket(self))
        return super().onchange(values, field_names, fields_spec)

    def _archive_proposes(self):
        """Whether the environment's user proposes changes of this record's customer instead of writing them."""
        customer = self if self._name == "res.partner" else self.sudo().partner_id  # decides
        return customer.sudo().archive_my_access == "propose"  # decides

    def _check_access(self, operation):
        ticket = self.env.context.get("archive_onchange")
        if isinstance(ticket, OnchangeTicket) and ticket.use(self, operation):
            operation = "read"
        return super()._check_access(operation)


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "customer.archive.proposing"]


class ResPartnerBank(models.Model):
    _name = "res.partner.bank"
    _inherit = ["res.partner.bank", "customer.archive.proposing"]


class CustomerArchivePreference(models.Model):
    _name = "customer.archive.preference"
    _inherit = ["customer.archive.preference", "customer.archive.proposing"]


class CustomerArchiveKeyContact(models.Model):
    _name = "customer.archive.key.contact"
    _inherit = ["customer.archive.key.contact", "customer.archive.proposing"]
