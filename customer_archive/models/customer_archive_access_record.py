"""The access predicate for models that name a record of any model: followers, traces of mailings (security.md S1)."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _record_links(self):
        """The links of models whose records can be named: those with a chatter."""
        return {
            name: link
            for name, link in self._links().items()
            if not link.record and self.env[name]._auto and "message_ids" in self.env[name]._fields
        }

    @api.model
    def _record_condition(self, model, alias, link):
        """SQL: the record that the two fields name is none that hangs on a hidden customer."""
        model_column, id_column = (self._column(model, alias, model._fields[name]) for name in link.record.split(","))
        terms = [
            SQL(
                "(%s = %s AND EXISTS (SELECT 1 FROM %s named WHERE named.id = %s AND %s IS NOT TRUE))",
                model_column,
                name,
                SQL.identifier(self.env[name]._table),
                id_column,
                SQL("(%s)", self._to_sql(self.env[name], "named", named, "read")),
            )
            for name, named in self._record_links().items()
        ]
        return SQL("(%s) IS NOT TRUE", SQL(" OR ").join(terms))

    @api.model
    def _unreached_by_record(self, records, link):
        """The same in Python: those of the records that name something of a hidden customer."""
        model_field, id_field = link.record.split(",")
        named = defaultdict(set)
        deciding = self._deciding(records)
        for record in deciding:
            if record[model_field] in self._record_links():
                named[record[model_field]].add(record[id_field])
        hidden = {
            (name, id_)
            for name, ids in named.items()
            for id_ in self._unreached(self.env[name].browse(sorted(ids)).exists(), "read").ids
        }
        return records.browse([record.id for record in deciding if (record[model_field], record[id_field]) in hidden])

    # -- names that lists are sorted by ------------------------------------------------------------------------

    @api.model
    def _order_condition(self, model, alias, field, query):
        """SQL: the contact in the field is none that is hidden from the user. None where no record has a hidden one."""
        link = self._links().get(model._name)
        if self._is_exempt() or field.name in ("commercial_partner_id", "parent_id") and model._name == "res.partner":
            return None
        covered = link and link.path == field.name and not link.mine and self._applies(link)
        if covered and not self._is_ledger_reader(model._name, "read"):
            return None
        return self._partner_condition(model._field_to_sql(alias, field.name, query), self._scope(), "read")
