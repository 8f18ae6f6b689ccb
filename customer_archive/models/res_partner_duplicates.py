"""Import of customers: rows that are in the file twice, or customers who are there already (product.md C9)."""

from odoo import api, models
from odoo.tools import SQL

from ..tools import duplicate_keys

# Columns by which two customers are told to be the same, for each kind of key.
KEY_FIELDS = {
    "code": ("vat", "company_registry"),
    "phone": ("phone", "name"),
    "email": ("email", "name"),
    "name": ("name",),
}
USCC_LENGTH = 18


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Contact persons of a company are no customers of their own.
    _archive_name_key = models.Index(f"(({duplicate_keys.name_key_sql('name')})) WHERE parent_id IS NULL OR is_company")

    def _archive_import_check_duplicates(self, rows):
        """Of another row or of a customer who is there already (tools/duplicate_keys.py says what is the same)."""
        keys = {row: row.partner._archive_duplicate_keys() for row in rows}
        known = self._archive_known_duplicates(keys.values())
        seen = duplicate_keys.Register()
        found = {}
        for row in rows:
            matches = []
            if row.changed & {name for names in KEY_FIELDS.values() for name in names}:
                mine = row.target.id
                existing = known.find(keys[row], skip=lambda partner_id: partner_id == mine)  # noqa: B023
                earlier = seen.find(keys[row], skip=lambda other: mine and other.target.id == mine)  # noqa: B023
                matches = [match for match in (existing, earlier) if match and row.changed & {*KEY_FIELDS[match[0]]}]
            if matches:
                found[row] = matches[0]
            else:
                seen.add(row, keys[row])  # a duplicate has no duplicates: what it is compared with stays in the file
        self._archive_import_refuse_duplicates(found)

    def _archive_duplicate_keys(self):
        """What tells the customer from others, for tools/duplicate_keys.py."""
        registry = self.company_registry or ""
        return duplicate_keys.keys(
            name=self.name,
            is_company=self.is_company,
            # A credit code is often entered there; other registry numbers are unique within their country only.
            codes=[self.vat, registry if len(registry) == USCC_LENGTH else None],
            phone=self.phone,
            email=self.email,
        )

    @api.model
    def _archive_known_duplicates(self, entries):
        """A duplicate_keys.Register of the existing customers that could be one of ``entries``, labelled by id."""
        codes = {code for entry in entries for code in entry.codes}
        names = {key if kind == "name" else key[0] for entry in entries for kind, key in entry.by_kind.items()}
        self.flush_model(["name", "vat", "company_registry", "parent_id", "is_company"])
        found = self.env.execute_query(
            SQL(
                """
                SELECT id FROM res_partner WHERE vat = ANY(%(codes)s)
                UNION
                SELECT id FROM res_partner WHERE company_registry = ANY(%(codes)s)
                UNION
                SELECT id FROM res_partner WHERE %(name_key)s = ANY(%(names)s) AND (parent_id IS NULL OR is_company)
                """,
                codes=[*codes, *(f"CN{code}" for code in codes)],
                names=list(names),
                name_key=SQL(duplicate_keys.name_key_sql("name")),
            )
        )
        register = duplicate_keys.Register()
        # sudo: the existence of a customer is told to whoever enters it again, nothing else (see _archive_known_as)
        partners = self.sudo().browse(sorted(partner_id for [partner_id] in found))
        for partner in partners:
            if partner.partner_share and (partner.is_company or not partner.parent_id):
                register.add(partner.id, partner._archive_duplicate_keys())
        return register

    def _archive_import_refuse_duplicates(self, found):
        """Put the sentences into the rows: {row: (kind, the earlier row or the id of the existing customer)}."""
        ids = {other for _kind, other in found.values() if isinstance(other, int)}
        readable = set(self.browse(ids)._filtered_access("read").ids)
        for row, (kind, other) in found.items():
            same = self._archive_same(kind, row.partner)
            if isinstance(other, int):
                sentence = self.browse(other)._archive_known_as(same, other in readable)
            else:
                sentence = self.env._(
                    "duplicate of row %(row)s (%(name)s): same %(same)s. Remove one of the two rows.",
                    row=other.number,
                    name=other.partner.name or "",
                    same=same,
                )
            columns = [name for name in KEY_FIELDS[kind] if name in row.changed]
            row.refuse(columns[0], sentence, kind="duplicate")

    def _archive_same(self, kind, partner):
        _ = self.env._
        return {
            "code": _("Unified Social Credit Code") if partner.is_company else _("identity or tax number"),
            "phone": _("name and phone number"),
            "email": _("name and e-mail address"),
            "name": _("name"),
        }[kind]

    def _archive_known_as(self, same, readable):
        """The sentence that says of whom a row is a duplicate.

        Of a customer whom the user may not read: that it exists, the archive number and the account manager.
        """
        _ = self.env._
        partner = self.sudo()  # number and account manager may be told to everyone who enters the customer again
        about = {
            "number": partner.archive_number or "",
            "owner": partner.archive_id.owner_id.name or _("nobody"),
            "same": same,
        }
        if readable:
            about["name"] = partner.name or ""
        if readable and partner.archive_id:
            return _(
                "duplicate of %(number)s %(name)s, account manager %(owner)s: same %(same)s. "
                "Remove the row, or give that customer's External ID in it to update the customer.",
                **about,
            )
        if readable:
            return _(
                "duplicate of the contact %(name)s, who has no archive: same %(same)s. "
                "Remove the row, or give that contact's External ID in it to open the archive for the contact.",
                **about,
            )
        if partner.archive_id:
            return _(
                "duplicate of a customer that you may not see, archive number %(number)s, "
                "account manager %(owner)s: same %(same)s. Remove the row and ask the account manager.",
                **about,
            )
        return _(
            "duplicate of a contact that you may not see: same %(same)s. Remove the row and ask an archivist.", **about
        )
