"""Other values for each of many customers, in sets (product.md Q6): what ``write`` does, but not one by one."""

from odoo import fields, models
from odoo.tools import SQL

from .res_partner_checks import NORMALISERS

# Fields of the card on which something hangs that only ``write`` does.
_NOT_IN_SETS = frozenset({"card_relation", "card_relation_since", "card_relation_reason", "card_group_id"})


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _archive_write_each(self, values):
        """Write ``values``, {partner id: {field: value}}, as the environment's user, through the checks of the cards.

        Simple columns of customers on whom nobody else hangs go by one statement for each field; the others through
        ``write``, one by one. Keys, scores and faults are brought up to date in bulk.

        :raise UserError: for the first value that is refused; the caller rolls all of them back
        """
        partners = self.browse(values)
        partners.check_access("write")
        for name in {name for vals in values.values() for name in vals}:
            self._check_field_access(self._fields[name], "write")
        alone = partners._archive_to_write_alone(values)
        for partner in alone:
            partner.write(values[partner.id])
        together = partners - alone
        if together:
            together._archive_write_columns({id_: dict(values[id_]) for id_ in together.ids})

    def _archive_to_write_alone(self, values):
        """Those of these customers whose change reaches contacts, bank accounts or other customers."""
        # sudo: whether there are any
        partners = self.sudo()
        plain = self._archive_columns_in_sets()
        down = {*self._address_fields(), *self._commercial_fields()}
        blockers = self.env["customer.archive.category"]._duplicate_code_blockers()

        def is_alone(partner):
            names = values[partner.id].keys()
            return (
                not names <= plain
                or (names & down and partner.child_ids)
                or ("name" in names and partner.bank_ids)
                or (names & {"vat", "company_registry"} and partner.archive_category_id.id in blockers)
            )

        return partners.filtered(is_alone).with_env(self.env)

    def _archive_columns_in_sets(self):
        """Names of the simple columns that one statement may write."""
        return {
            name
            for name, field in self._fields.items()
            if (name in NORMALISERS or name.startswith("card_"))
            and name not in _NOT_IN_SETS
            and field.type in ("char", "text", "date", "selection")
            and field.store
            and not (field.compute or field.company_dependent or getattr(field, "translate", False))
        }

    def _archive_write_columns(self, values):
        """One statement for each field, then what hangs on the fields, once for all."""
        columns = {}
        for id_, vals in values.items():
            self._archive_normalise(vals)
            for name, value in vals.items():
                columns.setdefault(name, {})[id_] = value or None
        self.env.flush_all()
        now = fields.Datetime.now()
        for name, of_partner in columns.items():
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE res_partner p SET %(column)s = v.value, write_uid = %(uid)s, write_date = %(now)s
                      FROM unnest(%(ids)s::int[], %(values)s::%(type)s[]) AS v(id, value)
                     WHERE p.id = v.id
                    """,
                    column=SQL.identifier(name),
                    uid=self.env.uid,
                    now=now,
                    ids=list(of_partner),
                    values=list(of_partner.values()),
                    type=SQL(self._fields[name].column_type[0]),
                )
            )
        self.invalidate_recordset([*columns, "write_uid", "write_date"])
        # sudo: what is stored beside the values, by whomever they are written
        changed = self.sudo()
        changed.modified(list(columns))
        self.env.remove_to_compute(self._fields["archive_search_key"], changed)
        changed.env.flush_all()
        changed._archive_rebuild_search_keys(changed.ids)
        changed._archive_match_refresh()
        self._archive_after_change(columns)
