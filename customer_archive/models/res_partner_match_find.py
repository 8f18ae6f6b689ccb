"""Who is like a customer that is being entered: for the form, for imports, for other programs (product.md Q3, S6)."""

from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.match_key import keys
from ..tools.match_score import HINT, THRESHOLD, score
from .customer_archive_match_scan import MOST_SHARED
from .res_partner_match import MATCH_FIELDS

# Customers shown to whoever enters one.
SHOWN = 5
# Entries that one call of the API compares.
MOST_ENTRIES = 500
API_FIELDS = frozenset({*MATCH_FIELDS, "country_id"} - {"phone_sanitized"})


class Like(NamedTuple):
    """An existing customer who may be the one that is entered."""

    partner: object  # as the user; a hidden one must be asked as superuser, and for number and owner only
    result: object  # match_score.Result
    hidden: bool


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def archive_find_duplicates(self, entries):
        """Find the existing customers that some entries may be; for other programs and for imports of their own.

        :param entries: a list of values: name, is_company, phone, email, vat, company_registry, street, street2, city,
            card_legal_name, country_id
        :return: for each entry a list, the likeliest first, of {"id", "name", "archive_number", "score" (percent),
            "reasons" (sentences)}; of a customer that the caller may not see only {"hidden": True, "archive_number",
            "owner"}
        :raise UserError: more than 500 entries, or values that are none of these
        """
        self.browse().check_access("create")
        self._check_field_access(self._fields["archive_number"], "read")  # for the archive's users
        if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
            raise UserError(self.env._("Give a list of at most %s entries to compare.", MOST_ENTRIES))
        customers = {}
        for place, values in enumerate(entries):
            unknown = set(values) - API_FIELDS
            if unknown:
                raise UserError(
                    self.env._("“%(names)s” can't be compared.", names=", ".join(sorted(map(str, unknown))))
                )
            customers[place] = self._archive_match_entry(values)
        found = self._archive_match_find(customers, at_least=HINT)
        return [[self._archive_match_describe(like) for like in found.get(place, ())] for place in customers]

    @api.model
    def _archive_match_entry(self, values):
        """The tools.match_key.Customer of values that somebody typed elsewhere; phone numbers are of their country."""
        values = {name: value for name, value in values.items() if value}
        country = self.env["res.country"].browse(values.get("country_id")) or self.env.company.country_id
        if values.get("phone"):
            values["phone_sanitized"] = self._phone_format(
                number=str(values["phone"]), country=country, force_format="E164", raise_exception=False
            )
        return self._archive_match_make(
            [
                value if isinstance(value, bool) else value and str(value)
                for value in (values.get(name) for name in MATCH_FIELDS)
            ]
        )

    def _archive_match_describe(self, like):
        partner = like.partner.sudo()  # of hidden ones number and account manager only
        if like.hidden:
            return {
                "hidden": True,
                "archive_number": partner.archive_number or False,
                "owner": partner.archive_id.owner_id.name or False,
            }
        return {
            "id": partner.id,
            "name": like.partner.display_name,
            "archive_number": partner.archive_number or False,
            "score": like.result.percent,
            "reasons": self._archive_match_reasons(like.result),
        }

    @api.model
    def _archive_match_reasons(self, result):
        label = self.env["customer.archive.match.weight"]._label
        return [label(reason.code, reason.likeness) for reason in result.reasons if reason.points > 0]

    @api.model
    def _archive_match_find(self, customers, *, at_least, skip=None, tell=True):
        """{label: [Like, …]}, the likeliest first, for {label: tools.match_key.Customer}.

        A handful of statements for any number. Hidden customers are told of when they are the same for all we know,
        and only so many a day.

        :param at_least: points
        :param skip: {label: id of the partner that the entry is}
        :param tell: whether hidden customers may be told of at all
        """
        wanted = defaultdict(set)
        for label, customer in customers.items():
            if customer:
                for key in keys(customer):
                    wanted[key].add(label)
        candidates = defaultdict(set)
        for key, partner_id in self._archive_match_lookup(list(wanted)):
            for label in wanted[key]:
                if not skip or skip.get(label) != partner_id:
                    candidates[label].add(partner_id)
        ids = sorted(set().union(*candidates.values()))
        if not ids:
            return {}
        results = self._archive_match_results(customers, candidates, ids, at_least)
        return self._archive_match_visible(results, tell)

    @api.model
    def _archive_match_lookup(self, wanted):
        """[(key, partner id)] of who has the keys; of each key not more than say something."""
        if not wanted:
            return []
        # Two branches: each has an index of its own.
        return self.env.execute_query(
            SQL(
                """
                SELECT w.key, k.partner_id FROM unnest(%(keys)s::bigint[]) AS w(key), LATERAL (
                    SELECT partner_id FROM customer_archive_match_key k WHERE k.key = w.key AND k.scanned LIMIT %(most)s
                ) k
                 UNION ALL
                SELECT w.key, k.partner_id FROM unnest(%(keys)s::bigint[]) AS w(key), LATERAL (
                    SELECT partner_id FROM customer_archive_match_key k
                     WHERE k.key = w.key AND NOT k.scanned LIMIT %(most)s
                ) k
                """,
                keys=wanted,
                most=MOST_SHARED,
            )
        )

    @api.model
    def _archive_match_results(self, customers, candidates, ids, at_least):
        """[(label, partner id, Result)] of the candidates that are like the entry."""
        weights = self.env["customer.archive.match.weight"]._current()
        existing = {
            row[0]: self._archive_match_make(row[1:-1])
            for row in self._archive_match_rows(ids, (*MATCH_FIELDS, "partner_share"))
            if row[-1]
        }
        found = []
        for label, partner_ids in candidates.items():
            for partner_id in partner_ids & existing.keys():
                result = score(customers[label], existing[partner_id], weights)
                if result.points >= at_least:
                    found.append((label, partner_id, result))
        return found

    @api.model
    def _archive_match_visible(self, results, tell):
        partners = self.with_context(active_test=False).browse({partner_id for _label, partner_id, _result in results})
        visible = partners._filtered_access("read")
        told = self.env["customer.archive.match.told"].sudo()  # counts; nothing of it is shown
        hidden = partners - visible
        if hidden and (not tell or self.env.cr.readonly or told._is_spent()):
            hidden = hidden.browse()
        found = defaultdict(list)
        for label, partner_id, result in sorted(results, key=lambda row: -row[2].points):
            partner = self.browse(partner_id)
            if partner in visible and len(found[label]) < SHOWN:
                found[label].append(Like(partner, result, False))
            elif partner in hidden and result.points >= THRESHOLD and len(found[label]) < SHOWN:
                found[label].append(Like(partner, result, True))
        shown = self.browse([like.partner.id for likes in found.values() for like in likes if like.hidden])
        if shown:
            told._tell(shown)
        return found
