import logging

from odoo import api, models, tools
from odoo.fields import Domain

from ..exceptions import RestrictedCustomerError

_logger = logging.getLogger(__name__)

# Models whose records everybody else could read, and the contacts who may: notifications name the recipients and the
# subjects of messages about any record.
OWN_ONLY = {"mail.notification": ("res_partner_id", "author_id")}


class IrRule(models.Model):
    """Adds the access predicate in code: rules in the database can't widen it (security.md S1)."""

    _inherit = "ir.rule"

    @api.model
    @tools.ormcache("self.env.uid", "self.env.su", "model_name", "mode", "tuple(self._compute_domain_context_values())")
    def _compute_domain(self, model_name, mode="read"):
        # Kept like Odoo's own, whose parts it holds: the condition asks for user and minute when it is used. A domain
        # that is made anew would be optimized anew in every search.
        domain = super()._compute_domain(model_name, mode)
        condition = self.env["customer.archive.access"]._domain(model_name, mode)
        if condition is not None:
            domain = (Domain(domain) & condition).optimize(self.env[model_name])
        if model_name in OWN_ONLY and mode != "create":
            me = self.env.user.partner_id.id
            domain = Domain(domain) & Domain.OR(Domain(name, "=", me) for name in OWN_ONLY[model_name])
        return domain

    def _make_access_error(self, operation, records):
        """Of a customer that the user may not see nothing is told, in debug mode neither; but where to ask for it."""
        access = self.env["customer.archive.access"]
        restricted = access._unreached(records, "read")[:1]
        if restricted:
            _logger.info(
                "access denied by the archive: %s of %s %s, uid %s",
                operation,
                records._name,
                records.ids[:6],
                self.env.uid,
            )
            by_loan = not access._is_sealed_away(restricted)
            return RestrictedCustomerError(access._restricted_sentence(restricted), restricted, by_loan=by_loan)
        kept = access._unreached(records, operation)[:1]
        if kept:
            return RestrictedCustomerError(access._read_only_sentence(kept), kept, by_loan=False)
        return self._archive_without_names(super()._make_access_error(operation, records), records)

    def _archive_without_names(self, error, records):
        """In debug mode Odoo names the records, as superuser: a summary, a subject, a file's name, an archive's number
        would tell of customers who are hidden. Their ids are left."""
        tells = records._name.startswith("customer.archive") or records._archive_guarded_links()
        if tells and error.args:
            text = error.args[0]
            for record in records[:6].sudo():  # the names, to be taken out
                text = text.replace(f", {record.display_name} ({record._name}: ", f" ({record._name}: ")
            error.args = (text, *error.args[1:])
        return error
