"""Opening archives: numbers, links to the customers, first scores. Everything in sets (product.md C2, C3)."""

import hashlib
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools.access import rank_of
from ..tools.normalise import fold_width, remove_invisible
from ..tools.numbering import MAX_LENGTH, number_fault, parse_template
from ..tools.search_key import build_key
from .customer_archive import GOVERNED

# Numbers that an error names.
NUMBERS_SHOWN = 10
# What a column of integers holds; the running number of a longer number of before counts in no series.
MAX_SEQUENCE = 2**31 - 1
# Archives that one round of statements opens.
BATCH = 5000


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super  # _open writes the rows
        """Open archives. ``partner_id`` and ``category_id`` are needed; ``number`` may bring a number of before."""
        vals_list = [dict(vals) for vals in vals_list]  # the caller's stay as they are
        if not self._is_governed():
            for vals in vals_list:
                for name in ("state", "closed_on", "merged_into_id", "opened_on"):
                    vals.pop(name, None)
        archive_of = {}
        groups = defaultdict(list)
        for vals in vals_list:
            if not vals.get("partner_id"):
                raise UserError(self.env._("An archive is opened for a customer: choose the customer first."))
            groups[vals.get("category_id")].append(vals)
        for category_id, group in groups.items():
            partners = self.env["res.partner"].browse([vals["partner_id"] for vals in group])
            category = self.env["customer.archive.category"].browse(category_id)
            numbers = {vals["partner_id"]: vals.get("number") for vals in group}
            archives = self._open(partners, category, numbers=numbers)
            archive_of.update(zip(partners.ids, archives.ids, strict=True))
            for archive, vals in zip(archives, group, strict=True):
                rest = {
                    name: vals[name] for name in vals.keys() - {"partner_id", "category_id", "number", "company_id"}
                }
                if level := rest.pop("level", None):
                    archive._set_first_level(level)
                if rest:
                    archive.write(rest)
        return self.browse([archive_of[vals["partner_id"]] for vals in vals_list])

    @api.model
    def _open(self, partners, category, *, numbers=None, strict=False):
        """Open an archive of ``category`` for each of ``partners``; returns them in the same order.

        :param numbers: {partner id: number of before}, for customers whose archive has a number already
        :param strict: refuse customers whose data break a blocking rule of the category. Otherwise those
            archives stay drafts, the others become active.
        :raise UserError: for partners that can't have an archive or have one
        """
        self.check_access("create")
        if not category:
            raise UserError(self.env._("Choose the category of the archive first."))
        if not category.active:
            raise UserError(
                self.env._("The category %s is no longer in use. Choose another category.", category.display_name)
            )
        self._check_can_open(partners, category)
        partners.check_access("write")
        numbers = {key: typed for key, number in (numbers or {}).items() if (typed := self._number_as_typed(number))}
        self._check_never_issued(numbers.values())
        ids = []
        for start in range(0, len(partners), BATCH):
            ids += self._open_batch(partners[start : start + BATCH], category, numbers, strict)
        return self.browse(ids)

    @api.model
    def _number_as_typed(self, number):
        return fold_width(remove_invisible(number)).strip() if isinstance(number, str) else ""

    def _check_never_issued(self, numbers):
        """Refuse numbers that can't be numbers, those that the register has, and those that are given twice."""
        numbers = list(numbers)
        if not numbers:
            return
        for number in filter(number_fault, numbers):
            raise UserError(
                self.env._(
                    "“%(number)s” can't be an archive number: up to 64 letters, digits and - . _ / · # ( ) [ ] 〔 〕, "
                    "no spaces. Good: KH-1998-012",
                    number=number[:MAX_LENGTH],
                )
            )
        register = self.env["customer.archive.number"].sudo()  # every company's numbers count; only they are told
        issued = set(register.search([("name", "in", numbers)]).mapped("name"))
        twice = sorted({number for number in numbers if number in issued or numbers.count(number) > 1})
        if twice:
            raise UserError(
                self.env._(
                    "The number %(number)s was issued before. Numbers are never used twice.",
                    number=", ".join(twice[:NUMBERS_SHOWN]),
                )
            )

    def _check_can_open(self, partners, category):
        _ = self.env._
        for reason, culprits in partners._archive_reasons_against(category).items():
            raise UserError(
                {
                    "internal": _(
                        "%(names)s can't have a customer archive: these are users or companies of this system.",
                        names=culprits,
                    ),
                    "contact": _(
                        "%(names)s can't have an archive of their own: they are contacts of a customer. "
                        "Open the archive for the customer they belong to.",
                        names=culprits,
                    ),
                    "open": _("%(names)s: the archive is open already. Each customer has one archive.", names=culprits),
                    "kind": _(
                        "%(names)s can't be filed under %(category)s: the category is for the other kind of customer. "
                        "Choose another category.",
                        names=culprits,
                        category=category.display_name,
                    ),
                }[reason]
            )

    def _own_new_customers(self, partners, category):
        """Customers of nobody become those of whoever opens their archive and would lose sight of them otherwise."""
        access = self.env["customer.archive.access"]
        if access._is_exempt() or access._scope().read_rank >= rank_of(category.default_level):
            return
        # sudo: whoever enters a new customer is its account manager
        partners.sudo().filtered(lambda partner: not partner.user_id).user_id = self.env.uid

    def _open_batch(self, partners, category, numbers, strict):
        self._own_new_customers(partners, category)
        partners.flush_recordset()
        problems = partners.sudo()._archive_problems(category)  # the caller may write to them: checked above
        blocking = {
            partner_id: refused
            for partner_id, found in problems.items()
            if (refused := [problem for problem in found if problem.severity == "block"])
        }
        if strict and blocking:
            raise ValidationError(self.env["res.partner"]._archive_problem_text(blocking))
        company_of = self._companies_of(partners)
        rows = self._issue(partners, category, company_of, numbers)
        archive_ids = self._insert_archives(rows, category, list(blocking))
        self._register_numbers(rows, archive_ids)
        self._link_partners(rows, archive_ids, category)
        archives = self.browse([archive_ids[partner.id] for partner in partners])
        archives._store_faults({archive_ids[partner_id]: found for partner_id, found in problems.items()})
        archives._recount_sql(category)
        self.env["res.partner"].invalidate_model()
        self.env["customer.archive"].invalidate_model()
        self.env["customer.archive.number"].invalidate_model()
        return archives.ids

    def _companies_of(self, partners):
        """The fonds of each new archive: the customer's own company, else the current one: {partner id: company}."""
        return {partner.id: partner.company_id or self.env.company for partner in partners.sudo()}  # names only

    def _issue(self, partners, category, company_of, numbers):
        """Numbers for new archives: [(partner id, company id, number, series or None, running number)]."""
        template = parse_template(category.number_template)
        year = fields.Date.context_today(self).year
        groups = defaultdict(list)
        rows, given = [], defaultdict(int)
        for partner in partners:
            company = company_of[partner.id]
            team = self._team_of(partner) if "unit" in template.tokens else None
            values = category._number_values(company=company, team=team, year=year)
            if partner.id in numbers:
                number, series, sequence = self._number_of_before(template, values, numbers[partner.id])
                rows.append((partner.id, company.id, number, series, sequence))
                given[series] = max(given[series], sequence)
                continue
            self._check_template_values(template, values, category, company)
            groups[template.series_key(values)].append((partner.id, company.id, values))
        last = self._lock_series(sorted(groups))
        for series, members in groups.items():
            for sequence, (partner_id, company_id, values) in enumerate(members, max(last[series], given[series]) + 1):
                rows.append((partner_id, company_id, template.render(values, sequence), series, sequence))
        return rows

    def _team_of(self, partner):
        return partner.sudo().user_id.sale_team_id  # the team's code only

    def _number_of_before(self, template, values, number):
        """A number that a customer had before this system: kept; it counts in its series if it fits the template."""
        parsed = template.parse(number)
        sequence = int(parsed["seq"]) if parsed else 0
        if not 0 < sequence <= MAX_SEQUENCE:
            return number, None, 0
        return number, template.series_key({**values, **parsed}), sequence

    def _check_template_values(self, template, values, category, company):
        _ = self.env._
        where = {
            "fonds": _("in the settings of Customer Archive (“Fonds Code”)"),
            "unit": _("on the sales team of the customer's salesperson (“Archive Code”)"),
        }
        for fault in template.faults(values):
            names = {
                "category": category.display_name,
                "company": company.display_name,
                "token": fault.token,
                "where": where.get(fault.token, ""),
            }
            if fault.code == "missing":
                raise UserError(
                    _(
                        "No number can be issued for the category %(category)s in %(company)s: its template asks for "
                        "{%(token)s}, and that is empty. Fill it in %(where)s or change the template.",
                        **names,
                    )
                )
            raise UserError(
                _(
                    "No number can be issued for the category %(category)s in %(company)s: the value of {%(token)s} "
                    "has a character that numbers can't have. Mend it %(where)s. Good: C01",
                    **names,
                )
            )

    def _lock_series(self, keys):
        """Lock the series and tell their last running numbers: {series: last number, 0 for a new one}.

        Two things make the numbers gapless: the lock is held until this transaction ends, and nothing but the
        register says which number was the last, so a rollback takes its numbers back. The register is read on a
        connection of its own, because this transaction's snapshot may be older than the lock: it would not see
        what the previous holder committed meanwhile (an UPDATE of a counter row would fail there instead). This
        transaction's own numbers are added from its own view.
        """
        for key in keys:
            lock = int.from_bytes(hashlib.sha256(f"customer.archive/{key}".encode()).digest()[:8], signed=True)
            self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s)", lock))
        if not keys:
            return {}
        query = SQL(
            "SELECT series, MAX(sequence) FROM customer_archive_number WHERE series = ANY(%s) GROUP BY series",
            list(keys),
        )
        last = dict.fromkeys(keys, 0)

        def read(cr):
            cr.execute(query)
            for series, sequence in cr.fetchall():
                last[series] = max(last[series], sequence)

        read(self.env.cr)
        # While modules are being installed this transaction may hold the register's table itself, and nobody else
        # is served.
        if self.env.registry.ready:
            with self.env.registry.cursor() as fresh:
                read(fresh)
        return last

    def _insert_archives(self, rows, category, draft):
        """One INSERT for the batch; returns {partner id: archive id}."""
        self.env["res.users"].flush_model(["sale_team_id"])
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        result = self.env.execute_query(
            SQL(
                """
                INSERT INTO customer_archive (
                    partner_id, company_id, number, category_id, level, state, opened_on,
                    owner_id, team_id, completeness, next_verification_on, verification_due,
                    create_uid, write_uid, create_date, write_date)
                SELECT n.partner_id, n.company_id, n.number, %(category)s, %(level)s,
                       CASE WHEN n.partner_id = ANY(%(draft)s) THEN 'draft' ELSE 'active' END, %(today)s,
                       p.user_id, u.sale_team_id, 0, %(verify)s, %(verify_due)s, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM unnest(%(partners)s, %(companies)s, %(numbers)s) AS n(partner_id, company_id, number)
                  JOIN res_partner p ON p.id = n.partner_id
                  LEFT JOIN res_users u ON u.id = p.user_id
                RETURNING partner_id, id
                """,
                category=category.id,
                level=category.default_level,
                draft=draft,
                today=fields.Date.context_today(self),
                **self._first_verification(category),
                uid=self.env.uid,
                now=self.env.cr.now(),
                partners=list(columns[0]),
                companies=list(columns[1]),
                numbers=list(columns[2]),
            )
        )
        return dict(result)

    def _register_numbers(self, rows, archive_ids):
        partner_ids, _companies, names, series, sequences = zip(*rows, strict=True)
        self.env.execute_query(
            SQL(
                """
                INSERT INTO customer_archive_number (
                    archive_id, name, series, sequence, kind, create_uid, write_uid, create_date, write_date)
                SELECT n.*, 'current', %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM unnest(%(archives)s, %(names)s, %(series)s::varchar[], %(sequences)s) AS n
                RETURNING id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                archives=[archive_ids[partner_id] for partner_id in partner_ids],
                names=list(names),
                series=list(series),
                sequences=list(sequences),
            )
        )

    def _link_partners(self, rows, archive_ids, category):
        """The copies on the customers that lists are sorted, grouped and searched by."""
        self.env.execute_query(
            SQL(
                """
                UPDATE res_partner p
                   SET archive_id = n.archive_id, archive_number = n.number, archive_category_id = %(category)s,
                       archive_search_key = rtrim(COALESCE(p.archive_search_key, '')) || n.words
                  FROM unnest(%(partners)s, %(archives)s, %(numbers)s, %(words)s)
                       AS n(partner_id, archive_id, number, words)
                 WHERE p.id = n.partner_id
                RETURNING p.id
                """,
                category=category.id,
                partners=[row[0] for row in rows],
                archives=[archive_ids[row[0]] for row in rows],
                numbers=[row[2] for row in rows],
                words=[build_key("", numbers=[row[2]]) for row in rows],
            )
        )

    # -- renumbering ------------------------------------------------------------------------------------

    def _renumber(self, reason, number=None):
        """Give the archive another number, the next of its category's series or ``number``; the old one stays.

        :raise UserError: without a reason (except for drafts), for a number issued before
        """
        self.ensure_one()
        self.check_access("write")
        self._check_still_changeable()
        if self.state != "draft":
            self._check_reason(reason)
        template = parse_template(self.category_id.number_template)
        values = self.category_id._number_values(company=self.company_id, team=self.team_id, year=self.opened_on.year)
        number = self._number_as_typed(number)
        if number:
            name, series, sequence = self._number_of_before(template, values, number)
        else:
            self._check_template_values(template, values, self.category_id, self.company_id)
            series = template.series_key(values)
            sequence = self._lock_series([series])[series] + 1
            name = template.render(values, sequence)
        old = self.number
        register = self.env["customer.archive.number"].sudo().with_context(archive_governed=GOVERNED)
        # sudo: the register is written by this method only, whose right was checked above
        self._check_never_issued([name])
        register.search([("archive_id", "=", self.id), ("kind", "=", "current")]).write({"kind": "alias"})
        register.create(
            {"archive_id": self.id, "name": name, "series": series, "sequence": sequence, "reason": reason or False}
        )
        self._governed().write({"number": name})
        self._log_reason(self.env._("Number changed from %(old)s to %(new)s", old=old, new=name), reason or "–")
        return name
