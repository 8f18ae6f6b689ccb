"""What the quality rules find: set statements over a range of archives, so that a million take ten times 100,000."""

import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.checks import check_value
from ..tools.mend import birth_date_of, mend
from ..tools.postal import PROVINCES_OF_ZONE
from ..tools.tryout import REPEATED, name_pattern, split
from .res_partner_checks import NORMALISERS

# What is already proposed, or was decided lately, is not proposed again.
REMEMBERED_MONTHS = 12
# Numbers of Hong Kong, Macao and Taiwan are no foreign ones.
HOME_PHONE = r"^(\+|00)[ -]*(86|852|853|886)"
# A company's credit code in the place of a person's number; identity numbers have 17 digits first.
COMPANY_CODE = "^[1-9ANY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
IDENTITY_NUMBER = "^[0-9]{17}[0-9Xx]$"

# Values that may be written oddly: a net that lets none through; the normalisers of the card say whether it is so.
_INVISIBLE = "\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\\t\\n\\r"
_TEXT = f"^\\s|\\s$|\\s\\s|[\u4e00-\u9fff] [\u4e00-\u9fff]|[{_INVISIBLE}]"
_CODE = f"[a-z\\s·\u2010-\u2015\u2212-]|[{_INVISIBLE}]"
_EMAIL = f"^\\s|\\s$|\u3002|@.*[A-Z]|[{_INVISIBLE}]"
# The phone numbers that are written well; behind a dash the switchboard's extension.
_GOOD_PHONE = r"^\+?[0-9]+([ -][0-9]+)*( ext\. [0-9]+)?$"
_DASHED_EXTENSION = "-[0-9]{7,8}-"
ODD = {
    "vat": _CODE,
    "company_registry": _CODE,
    "email": _EMAIL,
    "zip": f"[{_INVISIBLE}]",
}


class CustomerArchiveQualityRule(models.Model):
    _inherit = "customer.archive.quality.rule"

    @api.model
    def _find(self, cleaning, first, end):
        """Write into ``cleaning`` what these rules find among archives with ids from ``first`` to before ``end``."""
        self.env.flush_all()
        for rule in self:
            finder = getattr(rule, f"_find_{rule.check}")
            if rule.check in self._suggesting():
                rule._insert_rows(cleaning, finder(rule._where(cleaning, first, end)))
            else:
                rule._insert_terms(cleaning, finder(cleaning.company_id), rule._where(cleaning, first, end))

    # -- where it is looked ---------------------------------------------------------------------------------------

    def _where(self, cleaning, first, end):
        """SQL condition on ``a`` and ``p``: an archive in use, with its customer, that the rule is for."""
        kinds = {"company": SQL("p.is_company IS TRUE"), "person": SQL("p.is_company IS NOT TRUE")}
        terms = [
            SQL("a.id >= %s AND a.id < %s AND a.company_id = %s", first, end, cleaning.company_id.id),
            SQL("a.state IN ('draft', 'active') AND a.merged_into_id IS NULL"),
            kinds.get(self.applies_to, SQL("TRUE")),
        ]
        if self.check != "ended":
            terms.append(SQL("p.active"))
        if self.category_ids:
            below = self.env["customer.archive.category"].with_context(active_test=False)
            below = below.search([("id", "child_of", self.category_ids.ids)])
            terms.append(SQL("a.category_id = ANY(%s)", below.ids))
        return SQL(" AND ").join(terms)

    @api.model
    def _value_sql(self, name):
        """SQL: the value of a field of ``p``, in the form in which proposals keep values."""
        field = self.env["res.partner"]._fields.get(name)
        if field is None or not field.column_type:
            return SQL("NULL::jsonb") if field is None else SQL("'{\"value\": []}'::jsonb")
        column = SQL("to_jsonb(%s)", SQL.identifier("p", name))
        nothing = "0" if field.type in ("integer", "float", "monetary") else "false"
        return SQL("jsonb_build_object('value', COALESCE(NULLIF(%s, '\"\"'::jsonb), %s::jsonb))", column, nothing)

    # -- writing the lines ----------------------------------------------------------------------------------------

    def _insert_terms(self, cleaning, terms, where):
        """One statement. ``terms``: [(field name or None, SQL condition on ``a`` and ``p``), …]."""
        if not terms:
            return
        values = SQL(", ").join(
            SQL(
                "(%s::varchar, (%s), %s)",
                name,
                condition,
                self._value_sql(name) if name else SQL("NULL::jsonb"),
            )
            for name, condition in terms
        )
        found = SQL(
            """
            SELECT a.id AS archive_id, hit.name, hit.value AS old_value, NULL::jsonb AS new_value
              FROM customer_archive a
              JOIN res_partner p ON p.id = a.partner_id
             CROSS JOIN LATERAL (VALUES %(values)s) AS hit(name, found, value)
             WHERE hit.found AND %(where)s
            """,
            values=values,
            where=where,
        )
        self._insert(cleaning, found)

    def _insert_rows(self, cleaning, rows):
        """The same of rows that Python looked at: [(archive id, field name, value, suggestion or None), …]."""
        if not rows:
            return
        archives, names, old, new = (list(column) for column in zip(*rows, strict=True))
        found = SQL(
            """
            SELECT * FROM unnest(%s::int[], %s::varchar[], %s::jsonb[], %s::jsonb[])
                AS hit(archive_id, name, old_value, new_value)
            """,
            archives,
            names,
            [json.dumps({"value": value}) for value in old],
            [None if value is None else json.dumps({"value": value}) for value in new],
        )
        self._insert(cleaning, found)

    def _insert(self, cleaning, found):
        # sudo: archivists start the search; who sees what of it is decided by the customers
        now = fields.Datetime.now()
        since = fields.Date.subtract(fields.Date.today(), months=REMEMBERED_MONTHS)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_archive_cleaning_line
                       (cleaning_id, company_id, archive_id, rule_id, kind, field_name, old_value, new_value, remedy,
                        state, create_uid, create_date, write_uid, write_date)
                SELECT %(cleaning)s, %(company)s, f.archive_id, %(rule)s, %(kind)s, f.name, f.old_value, f.new_value,
                       CASE WHEN %(remedy)s = 'correct' AND f.new_value IS NULL THEN 'verify' ELSE %(remedy)s END,
                       'open', %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(found)s) f
                 WHERE NOT EXISTS (
                       SELECT 1 FROM customer_archive_cleaning_line l
                         JOIN customer_archive known ON known.id = l.archive_id
                        WHERE l.archive_id = f.archive_id AND l.rule_id = %(rule)s
                          AND l.field_name IS NOT DISTINCT FROM f.name
                          AND (l.state IN ('open', 'accepted')
                               OR (l.state IN ('refused', 'proposed', 'failed') AND l.decided_at >= %(since)s
                                   AND l.old_value IS NOT DISTINCT FROM f.old_value)
                               OR (l.state = 'done' AND l.remedy = 'verify' AND l.decided_at >= %(since)s
                                   AND (known.verified_on IS NULL OR known.verified_on < l.decided_at::date))))
                 ORDER BY f.archive_id
                """,
                cleaning=cleaning.id,
                company=cleaning.company_id.id,
                rule=self.id,
                kind=self.kind,
                remedy=self.remedy,
                uid=self.env.uid,
                now=now,
                since=since,
                found=found,
            )
        )

    # -- the checks that the database makes: [(field name, condition), …] ---------------------------------------------

    def _find_missing(self, company):
        archives = self.env["customer.archive"]
        partners = self.env["res.partner"]
        if self.field_id:
            field = partners._fields[self.field_id.name]
            return [(field.name, SQL("NOT (%s)", archives._is_filled_sql(field)))]
        asked = {}  # {field: {(category id, is it of companies)}}
        items = self.env["customer.archive.category.item"]
        for category in self.env["customer.archive.category"].with_context(active_test=False).search(Domain.TRUE):
            for is_company in (True, False):
                for item in items._items_for(category.id, is_company):
                    if item.required in ("block", "warn"):
                        asked.setdefault(item.field, {}).setdefault(is_company, []).append(category.id)
        return [
            (
                name,
                SQL(
                    "NOT (%s) AND (%s)",
                    archives._is_filled_sql(partners._fields[name]),
                    SQL(" OR ").join(
                        SQL("(p.is_company IS %s TRUE AND a.category_id = ANY(%s))", SQL("" if kind else "NOT"), ids)
                        for kind, ids in kinds.items()
                    ),
                ),
            )
            for name, kinds in asked.items()
        ]

    def _find_stale(self, company):
        """Not verified for months, and not in this week's work list anyway."""
        today = company._archive_today()
        since = fields.Date.subtract(today, months=self.months)
        condition = SQL(
            "COALESCE(a.verified_on, a.opened_on) < %s AND COALESCE(a.next_verification_on > %s, TRUE)",
            since,
            fields.Date.add(today, days=7),
        )
        return [(None, condition)]

    def _find_person_code(self, company):
        condition = SQL("p.is_company IS NOT TRUE AND upper(p.vat) ~ %s AND p.vat !~ %s", COMPANY_CODE, IDENTITY_NUMBER)
        return [("vat", condition)]

    def _find_foreign_phone(self, company):
        china = self.env.ref("base.cn").id
        return [
            ("phone", SQL("p.country_id = %s AND p.phone ~ '^(\\+|00)' AND p.phone !~ %s", china, HOME_PHONE)),
        ]

    def _find_postcode(self, company):
        states = {
            code: state.id
            for code in {code for codes in PROVINCES_OF_ZONE.values() for code in codes}
            if (state := self.env.ref(f"base.state_cn_{code}", raise_if_not_found=False))
        }
        right = [
            f"{zone}/{states[code]}" for zone, codes in PROVINCES_OF_ZONE.items() for code in codes if code in states
        ]
        condition = SQL(
            "p.zip ~ '^[0-9]{6}$' AND p.state_id = ANY(%s) AND left(p.zip, 2) = ANY(%s)"
            " AND (left(p.zip, 2) || '/' || p.state_id::text) <> ALL(%s)",
            list(states.values()),
            list(PROVINCES_OF_ZONE),
            right,
        )
        return [("zip", condition)]

    def _find_ended(self, company):
        return [
            ("card_relation", SQL("p.card_relation = 'ended'")),
            # Somebody archived the contact, but not what belongs to it.
            (None, SQL("NOT p.active AND p.card_relation IS DISTINCT FROM 'ended'")),
        ]

    def _find_inactive(self, company):
        since = fields.Date.subtract(company._archive_today(), months=self.months)
        terms = [SQL("a.opened_on < %s", since)]
        terms += [SQL("NOT (%s)", activity) for activity in self._activities(since)]
        return [(None, SQL(" AND ").join(terms))]

    @api.model
    def _activities(self, since):
        """SQL conditions on ``a`` and ``p``, each a sign of life since a day. Bridges to other apps add theirs."""
        return [
            SQL("COALESCE(a.last_contact_on >= %s, FALSE)", since),
            SQL("COALESCE(a.verified_on >= %s, FALSE)", since),
            SQL(
                "EXISTS (SELECT 1 FROM customer_archive_contact_log l WHERE l.archive_id = a.id AND l.begin_at >= %s)",
                since,
            ),
            # Also contracts that are running.
            SQL(
                "EXISTS (SELECT 1 FROM customer_archive_document d WHERE d.archive_id = a.id"
                " AND (d.date >= %s OR d.create_date >= %s OR d.valid_until >= now()))",
                since,
                since,
            ),
        ]

    @api.model
    def _activity_of(self, model, date, since, extra=None):
        """For bridges: records of a model with the customer, or one of its contacts, as ``partner_id``."""
        return SQL(
            "EXISTS (SELECT 1 FROM res_partner c JOIN %s d ON d.partner_id = c.id"
            " WHERE c.commercial_partner_id = p.id AND d.%s >= %s AND %s)",
            SQL.identifier(self.env[model]._table),
            SQL.identifier(date),
            since,
            extra or SQL("TRUE"),
        )

    def _find_test_data(self, company):
        words, phones = split(self.words)
        named = SQL("COALESCE(p.name ~* %s, FALSE)", name_pattern(words)) if words else SQL("FALSE")
        digits = SQL("regexp_replace(COALESCE(p.phone, ''), '^(\\+|00)86|[^0-9]', '', 'g')")
        called = SQL("%s <> '' AND (%s = ANY(%s) OR %s ~ %s)", digits, digits, phones, digits, REPEATED)
        return [("name", named), ("phone", SQL("NOT (%s) AND %s", named, called))]

    # -- the checks that suggest a value: [(archive id, field name, value, suggestion), …] ------------------------

    def _find_writing(self, where):
        partners = self.env["res.partner"]
        names = [name for name in NORMALISERS if name in partners._fields]
        if self.field_id:
            names = [name for name in names if name == self.field_id.name]
        if not names:
            return []
        values = SQL(", ").join(
            SQL("(%s, %s, %s)", name, SQL.identifier("p", name), self._is_odd(name)) for name in names
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, odd.name, odd.value
                  FROM customer_archive a
                  JOIN res_partner p ON p.id = a.partner_id
                 CROSS JOIN LATERAL (VALUES %s) AS odd(name, value, found)
                 WHERE odd.found AND %s
                """,
                values,
                where,
            )
        )
        found = [(id_, name, value, NORMALISERS[name](value)) for id_, name, value in rows]
        return [row for row in found if row[2] != row[3] and row[3]]

    @api.model
    def _is_odd(self, name):
        column = SQL.identifier("p", name)
        if name == "phone":
            odd = SQL("%s !~ %s OR %s ~ %s", column, _GOOD_PHONE, column, _DASHED_EXTENSION)
        else:
            odd = SQL("%s ~ %s", column, ODD.get(name, _TEXT))
        return SQL("COALESCE(NOT (%s IS NFKC NORMALIZED) OR %s, FALSE)", column, odd)

    def _find_invalid(self, where):
        """The faults on record, with a suggestion where one comes to mind."""
        partners, items = self.env["res.partner"], self.env["customer.archive.category.item"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, p.id, a.category_id, p.is_company IS TRUE, COALESCE(own.code, kept.code, 'CN'),
                       f.field_name
                  FROM customer_archive_fault f
                  JOIN customer_archive a ON a.id = f.archive_id
                  JOIN res_partner p ON p.id = a.partner_id
                  LEFT JOIN res_country own ON own.id = p.country_id
                  LEFT JOIN res_company k ON k.id = COALESCE(p.company_id, a.company_id)
                  LEFT JOIN res_partner kp ON kp.id = k.partner_id
                  LEFT JOIN res_country kept ON kept.id = kp.country_id
                 WHERE %s AND (%s OR f.field_name = %s)
                """,
                where,
                not self.field_id,
                self.field_id.name or "",
            )
        )
        values = self._values_of(rows)
        found = []
        for archive_id, partner_id, category_id, is_company, country, name in rows:
            kind = next((i.check_kind for i in items._items_for(category_id, is_company) if i.field == name), None)
            value = values.get((name, partner_id))
            if kind and value and name in partners._fields and check_value(kind, value, country):
                found.append((archive_id, name, value, mend(kind, value, country)))
        return found

    @api.model
    def _values_of(self, rows):
        """{(field, partner id): value} of the text fields named in rows of _find_invalid; one query for each field."""
        wanted = {}
        for row in rows:
            wanted.setdefault(row[5], []).append(row[1])
        values = {}
        for name, ids in wanted.items():
            field = self.env["res.partner"]._fields.get(name)
            if field is None or not field.column_type:
                continue
            query = SQL("SELECT p.id, %s FROM res_partner p WHERE p.id = ANY(%s)", SQL.identifier("p", name), ids)
            values.update({(name, id_): value for id_, value in self.env.execute_query(query)})
        return values

    @api.model
    def _identity_fields(self):
        """Fields of the customer that may have an identity card number; addons that add one name it here."""
        return ["vat"]

    def _find_birth_date(self, where):
        found = []
        for name in self._identity_fields():
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT a.id, %(number)s, p.card_birth_date
                      FROM customer_archive a
                      JOIN res_partner p ON p.id = a.partner_id
                     WHERE p.is_company IS NOT TRUE AND p.card_birth_date IS NOT NULL AND %(number)s ~ %(pattern)s
                       AND substr(%(number)s, 7, 8) <> to_char(p.card_birth_date, 'YYYYMMDD')
                       AND %(where)s
                    """,
                    number=SQL.identifier("p", name),
                    pattern=IDENTITY_NUMBER,
                    where=where,
                )
            )
            for archive_id, number, day in rows:
                right = birth_date_of(number)
                if right:
                    found.append((archive_id, "card_birth_date", fields.Date.to_string(day), right))
        return found
