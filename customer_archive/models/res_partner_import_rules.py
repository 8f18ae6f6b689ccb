"""Import of customers: what is wrong with a row, by the rules of its category and of archive numbers."""

from collections import Counter, defaultdict

from odoo import models
from odoo.exceptions import UserError

from ..tools.normalise import fold_width
from ..tools.numbering import parse_template


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _archive_import_judge(self, rows):
        """Put into each row what is wrong with it. Rows that concern no archive stay as in plain Odoo."""
        rows = [row for row in rows if row.target is not None and self._archive_import_concerned(row)]
        for row in rows:
            self._archive_import_imagine(row)
        self._archive_import_check_kind(rows)
        self._archive_import_check_items(rows)
        self._archive_import_check_retyped([row for row in rows if row.target.archive_id])
        self._archive_import_check_numbers([row for row in rows if not row.target.archive_id])
        self._archive_import_check_duplicates(rows)

    def _archive_import_concerned(self, row):
        """Whether the row opens an archive or changes a customer who has one; refuses a number that stands alone."""
        default = self.env.context.get("default_archive_category_id")
        if not row.target and default and "archive_category_id" not in row.vals:
            row.vals["archive_category_id"] = default
        if row.vals.get("archive_category_id") or row.target.archive_id:
            return True
        if row.vals.get("archive_number") and "archive_category_id" not in row.unconverted:
            row.refuse(
                "archive_number",
                self.env._(
                    "The archive number %s can't be given without an archive category: choose the category too.",
                    row.vals["archive_number"],
                ),
            )
        return False

    def _archive_import_imagine(self, row):
        vals = {name: value for name, value in row.vals.items() if not name.startswith("archive_")}
        self._archive_normalise(vals)
        row.partner = self.new(vals, origin=row.target or None)
        row.changed = {name for name in vals if not row.target or row.partner[name] != row.target[name]}

    def _archive_import_category(self, row):
        category_id = row.vals.get("archive_category_id") or row.target.archive_category_id.id
        return self.env["customer.archive.category"].browse(category_id)

    def _archive_import_check_kind(self, rows):
        """Customers whom the category does not take, contacts of a customer, users and companies of this system."""
        _ = self.env._
        for row in rows:
            category, partner = self._archive_import_category(row), row.partner
            archived = bool(row.target.archive_id)
            if category.applies_to not in ("both", "company" if partner.is_company else "person"):
                row.refuse(
                    "is_company",
                    _("the category %s is for companies, but the row is an individual.", category.display_name)
                    if category.applies_to == "company"
                    else _("the category %s is for individuals, but the row is a company.", category.display_name),
                )
            if not archived and (row.has_parent or partner.parent_id) and not partner.is_company:
                row.refuse(
                    "parent_id", _("contacts of a customer have no archive of their own: leave the category empty.")
                )
            if not archived and (partner.type or "contact") != "contact":
                row.refuse("type", _("an address has no archive of its own: leave the category empty."))
            if row.target and not archived and "internal" in row.target._archive_reasons_against(category):
                row.refuse("id", _("users and companies of this system can't have a customer archive."))
            if archived and row.vals.get("archive_category_id") is False:
                row.refuse(
                    "archive_category_id",
                    _("the archive can't be taken away by emptying the category. Set it inactive instead."),
                )

    def _archive_import_check_items(self, rows):
        """What the categories ask for: as when the customer is saved (_archive_check_change, _open)."""
        ItemModel = self.env["customer.archive.category.item"]
        for category, members in self._archive_import_by_category(rows).items():
            items = ItemModel._item_map().get(category.id, ())
            blocking = {item.field for item in items if "block" in (item.required, item.check_severity)}
            for row in members:
                names = blocking
                refiled = row.target.archive_category_id != category
                if row.target.archive_id and not refiled and not row.changed & {"is_company", "country_id"}:
                    names = blocking & row.changed
                # sudo: the target's other values; the right to write it was checked
                problems = row.partner.sudo()._archive_problems(category, names=names).get(row.partner.id, ())
                self._archive_import_refuse_problems(row, problems)

    def _archive_import_by_category(self, rows):
        groups = defaultdict(list)
        for row in rows:
            groups[self._archive_import_category(row)].append(row)
        return groups

    def _archive_import_refuse_problems(self, row, problems):
        drafted = row.target.archive_id.state == "draft"
        for problem in problems:
            if problem.severity == "block" and (problem.fault or not drafted):
                row.refuse(problem.item.field, row.partner._archive_problem_sentence(problem))

    # -- numbers -----------------------------------------------------------------------------------------

    def _archive_import_check_retyped(self, rows):
        """The number of an archive is not changed by an import."""
        for row in rows:
            number = row.vals.get("archive_number")
            if number and number != row.target.archive_number:
                row.refuse(
                    "archive_number",
                    self.env._(
                        "An archive number can't be typed over. Use “Change Number” on the archive: it asks for the "
                        "reason and keeps the old number."
                    ),
                )

    def _archive_import_check_numbers(self, rows):
        """Numbers of before: each once, and out of the way of those that this import issues."""
        _ = self.env._
        numbers = {row: fold_width(number).strip() for row in rows if (number := row.vals.get("archive_number"))}
        register = self.env["customer.archive.number"].sudo()  # numbers of every company count, and only they are read
        issued = {name for [name] in register._read_group([("name", "in", list(numbers.values()))], ["name"])}
        seen = {}
        for row, number in numbers.items():
            if number in issued:
                row.refuse(
                    "archive_number",
                    _("The number %(number)s was issued before. Numbers are never used twice.", number=number),
                )
            elif number in seen:
                row.refuse(
                    "archive_number",
                    _("the archive number %(number)s stands in row %(row)s already.", number=number, row=seen[number]),
                )
            seen.setdefault(number, row.number)
        self._archive_import_check_series(rows, numbers)

    def _archive_import_check_series(self, rows, numbers):
        wanted, given = Counter(), []
        for row in rows:
            category = self._archive_import_category(row)
            template = parse_template(category.number_template)
            company = row.partner.company_id or self.env.company
            values = self._archive_import_number_values(row, category, template, company)
            if row in numbers:
                parsed = template.parse(numbers[row])
                if parsed:
                    given.append((row, template.series_key({**values, **parsed}), int(parsed["seq"])))
                continue
            try:
                self.env["customer.archive"]._check_template_values(template, values, category, company)
            except UserError as error:
                row.refuse("archive_category_id", str(error))
                continue
            wanted[template.series_key(values)] += 1
        last = self._archive_import_last({series for _row, series, _sequence in given if wanted[series]})
        for row, series, sequence in given:
            if last.get(series, 0) < sequence <= last.get(series, 0) + wanted[series]:
                row.refuse(
                    "archive_number",
                    self.env._(
                        "the archive number %(number)s would be issued to another row that has none. "
                        "Import the rows that have a number first.",
                        number=numbers[row],
                    ),
                )

    def _archive_import_number_values(self, row, category, template, company):
        team = row.partner.sudo().user_id.sale_team_id if "unit" in template.tokens else None  # the team's code only
        return category._number_values(company=company, team=team)

    def _archive_import_last(self, series):
        register = self.env["customer.archive.number"].sudo()  # running numbers are no secret, and no name is read
        return dict(register._read_group([("series", "in", list(series))], ["series"], ["sequence:max"]))
