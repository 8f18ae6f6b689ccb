"""What the category asks of a customer's data: normalised on entry, checked, counted (product.md C3, C4)."""

import re
from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import normalise
from ..tools.checks import check_value
from .customer_archive import GOVERNED
from .customer_archive_score import BLANK, HTML_BLANK
from .res_partner import GROUP

# One thing that is wrong with a customer's data. ``fault`` is a checks.Fault, or None when the field is empty.
Problem = namedtuple("Problem", "item fault severity")

# Problems that an error lists before it says how many more there are.
PROBLEMS_SHOWN = 10

NORMALISERS = {
    "name": normalise.normalise_text,
    "card_legal_name": normalise.normalise_text,
    "card_preferred_name": normalise.normalise_text,
    "card_occupation": normalise.normalise_text,
    "function": normalise.normalise_text,
    "street": normalise.normalise_text,
    "street2": normalise.normalise_text,
    "city": normalise.normalise_text,
    "vat": normalise.normalise_code,
    "company_registry": normalise.normalise_code,
    "zip": normalise.fold_width,  # foreign codes keep their spaces
    "phone": normalise.normalise_phone,
    "email": normalise.normalise_email,
}


class ResPartner(models.Model):
    _inherit = "res.partner"

    archive_todo = fields.Json(
        compute="_compute_archive_todo",
        groups=GROUP,
        exportable=False,
        help="Scores of the sections with what is missing or wrong in each, for the card's side panel.",
    )

    @api.model
    def _archive_normalise(self, vals):
        """Full-width and half-width characters, spaces: one form, in place, for the values of an archived customer.

        Not where a former value is put back as it was.
        """
        if self.env.context.get("archive_as_is") is GOVERNED:
            return
        for name in NORMALISERS.keys() & vals.keys():
            if isinstance(vals[name], str):
                vals[name] = NORMALISERS[name](vals[name])

    def _archive_country_code(self):
        """The country whose rules hold for the customer's phone numbers and codes."""
        if self.country_id:
            return self.country_id.code
        # sudo: the keeper of the archive, which another company's readers may not read. It decides, not the company
        # that the reader works for at the moment: a score is the same for everybody.
        keeper = self.company_id or self.sudo().archive_id.company_id or self.env.company
        return keeper.country_id.code or "CN"

    def _archive_problems(self, category, *, missing=True, names=None):
        """What the category finds wrong with these customers: {partner id: [Problem, …]}, only those with problems.

        :param missing: also report empty fields
        :param names: look at these fields only
        """
        result = {}
        ItemModel = self.env["customer.archive.category.item"]
        for partner in self:
            items = ItemModel._items_for(category.id, partner.is_company)
            found = [
                problem
                for item in items
                if (names is None or item.field in names) and (problem := partner._archive_problem(item, missing))
            ]
            if found:
                result[partner.id] = found
        return result

    def _archive_problem(self, item, missing):
        value = self[item.field]
        if not self._archive_has_value(item.field):
            return Problem(item, None, item.required) if missing else None
        if item.check_kind:
            fault = check_value(item.check_kind, value, self._archive_country_code())
            if fault:
                return Problem(item, fault, item.check_severity)
        return None

    def _archive_has_value(self, name):
        """Whether a field is filled, as SQL counts it (see customer_archive_score.py)."""
        field = self._fields[name]
        if field.type == "many2many":
            return bool(self.with_context(active_test=False)[name])
        value = self[name]
        if field.type == "html":
            value = re.sub(HTML_BLANK, "", value or "")
        return bool(value.strip(BLANK) if isinstance(value, str) else value)

    def _archive_check_all(self, introduction):
        """Refuse customers that break a blocking rule of their category."""
        problems = {}
        for category, partners in self.sudo().grouped("archive_category_id").items():  # readers of the archive only
            problems.update(partners._archive_problems(category))
        self._archive_refuse(problems, introduction)

    def _archive_after_change(self, names):
        """Check and count again what a change of the fields ``names`` concerns.

        A blocking rule refuses the change (the caller's transaction is rolled back): a wrong value always, an
        empty field once the archive is active.
        """
        archived = self.sudo().filtered("archive_id")  # the rules hold for whoever writes
        names = set(names)
        for category, partners in archived.grouped("archive_category_id").items():
            asked = {item.field for item in self.env["customer.archive.category.item"]._item_map().get(category.id, ())}
            if "is_company" in names:
                partners.archive_id._check_category_kind()
                touched = asked
            elif "country_id" in names:
                touched = asked  # whose rules hold depends on it
            else:
                touched = asked & names
            if touched:
                partners._archive_check_change(category, touched)

    def _update_address(self, vals):
        """A parent's address comes down to archived customers as well, and Odoo writes it past ``write``."""
        archived = self.sudo().filtered("archive_id")  # as in write
        if archived:
            vals = dict(vals)
            self._archive_normalise(vals)
        result = super()._update_address(vals)
        archived._archive_after_change(vals.keys() & set(self._address_fields()))
        return result

    def _archive_after_refiling(self):
        """The category of these customers' archives changed: all of what the new one asks is checked and counted."""
        for category, archives in self.archive_id.grouped("category_id").items():
            archives.partner_id._archive_check_change(category)

    def _archive_check_change(self, category, names=None):
        problems = self._archive_problems(category, names=names)
        refused = {}
        for partner in self:
            drafted = partner.archive_id.state == "draft"
            refused[partner.id] = [
                problem
                for problem in problems.get(partner.id, ())
                if problem.severity == "block" and (problem.fault or not drafted)
            ]
        self._archive_refuse({key: found for key, found in refused.items() if found})
        self._archive_activate_drafts(category)
        archive_of = {partner.id: partner.archive_id for partner in self}
        self.archive_id._store_faults(
            {archive_of[partner_id].id: found for partner_id, found in problems.items()}, names
        )
        self.archive_id._recount()

    def _archive_activate_drafts(self, category):
        """A draft whose last blocking problem is mended becomes active by itself."""
        drafts = self.filtered(lambda partner: partner.archive_id.state == "draft")
        blocked = {
            partner_id
            for partner_id, found in drafts._archive_problems(category).items()
            if any(problem.severity == "block" for problem in found)
        }
        ready = drafts.filtered(lambda partner: partner.id not in blocked).archive_id
        if ready:
            ready._governed().write({"state": "active"})

    def _archive_refuse(self, problems, introduction=None):
        blocking = {
            partner_id: refused
            for partner_id, found in problems.items()
            if (refused := [problem for problem in found if problem.severity == "block"])
        }
        if blocking:
            text = "\n".join(filter(None, (introduction, self._archive_problem_text(blocking))))
            raise ValidationError(text)

    @api.onchange("name", "phone", "email", "zip", "vat", "country_id", "archive_category_id")
    def _onchange_archive_checks(self):
        """Tell at once what a check that only warns finds, and what saving is going to refuse."""
        # Plain Odoo's users have this form, too, and may not even read the category.
        category = self.env.user.has_group(GROUP) and self.archive_category_id
        if not category:
            return None
        problems = self._archive_problems(category, missing=False)
        found = [
            problem
            for problem in problems.get(self.id, ())
            if problem.severity != "score" and self[problem.item.field] != self._origin[problem.item.field]
        ]
        if not found:
            return None
        return {
            "warning": {
                "title": self.env._("Please check"),
                "message": "\n".join(self._archive_problem_sentence(problem) for problem in found),
                "type": "notification",
            }
        }

    # -- words ------------------------------------------------------------------------------------------

    def _archive_problem_text(self, problems):
        """Lines for an error: customer, field, what is wrong, how to mend it."""
        lines, left = [], 0
        for partner in self.browse(problems).sudo():  # names of customers the caller is writing to
            for problem in problems[partner.id]:
                if len(lines) < PROBLEMS_SHOWN:
                    lines.append(
                        self.env._(
                            "%(customer)s – %(problem)s",
                            customer=partner.name or "",
                            problem=partner._archive_problem_sentence(problem),
                        )
                    )
                else:
                    left += 1
        if left:
            lines.append(self.env._("… and %s more", left))
        return "\n".join(lines)

    def _archive_problem_sentence(self, problem, with_value=True):
        label = self._archive_item_label(problem.item)
        if not problem.fault:
            return self.env._("%(field)s: it is empty, but the archive category asks for it.", field=label)
        value = f" “{self[problem.item.field]}”" if with_value else ""
        return self.env._(
            "%(field)s%(value)s: %(reason)s. Good: %(example)s",
            field=label,
            value=value,
            reason=self._archive_fault_reason(problem.fault),
            example=problem.fault.example,
        )

    @api.model
    def _archive_item_label(self, item):
        """The field's name as the form shows it: Odoo's “Tax ID” is the credit code where it is checked as one."""
        if item.check_kind == "uscc":
            return self.env._("Unified Social Credit Code")
        return self._fields[item.field]._description_string(self.env)

    @api.model
    def _archive_fault_reason(self, fault):
        """The sentence for a fault of tools/checks.py."""
        _ = self.env._
        reasons = {
            ("uscc", "length"): _("a unified social credit code has 18 characters"),
            ("uscc", "character"): _("digits and capital letters without I, O, S, V, Z only"),
            ("uscc", "checksum"): _("the check digit does not fit, so at least one character is mistyped"),
            ("uscc", "region"): _("the six digits of the region do not exist"),
            ("cn_id", "length"): _("an identity card number has 18 characters"),
            ("cn_id", "old_format"): _("this is an old number of 15 digits; today's have 18"),
            ("cn_id", "character"): _("17 digits and a last digit or X"),
            ("cn_id", "date"): _("the birth date in it does not exist"),
            ("cn_id", "region"): _("the region in it does not exist"),
            ("cn_id", "checksum"): _("the check digit does not fit, so at least one digit is mistyped"),
            ("phone", "format"): _("this is no phone number"),
            ("phone", "character"): _("digits, +, spaces and hyphens only"),
            ("phone", "area_code"): _("this area code does not exist"),
            ("phone", "country"): _("this country code does not exist"),
            ("phone", "length"): _("too short or too long for a phone number"),
            ("phone", "unknown_number"): _("no phone number begins like this or has so many digits"),
            ("email", "format"): _("this is no e-mail address"),
            ("email", "character"): _("a character in it can't stand in an e-mail address"),
            ("email", "length"): _("too long for an e-mail address"),
            ("email", "domain"): _("the part after the @ is no domain name"),
            ("postcode", "length"): _("a postal code has six digits"),
            ("postcode", "character"): _("a postal code has digits only"),
            ("postcode", "region"): _("no region has a postal code that begins like this"),
            ("postcode", "format"): _("this is no postal code"),
            ("bank_card", "length"): _("a bank card number has 12 to 19 digits"),
            ("bank_card", "character"): _("a bank card number has digits only"),
            ("bank_card", "checksum"): _("the check digit does not fit, so at least one digit is mistyped"),
        }
        return reasons.get((fault.kind, fault.code), _("the value is not valid"))

    # -- the side panel ---------------------------------------------------------------------------------

    @api.depends(lambda self: self._archive_todo_depends())
    @api.depends_context("lang")
    def _compute_archive_todo(self):
        sections = self.env["customer.archive.section"]._names()
        for partner in self:
            category = partner.archive_category_id
            items = self.env["customer.archive.category.item"]._items_for(category.id, partner.is_company)
            partner.archive_todo = partner._archive_todo(items, sections) if category else False

    @api.model
    def _archive_todo_depends(self):
        lines = ["child_ids", "category_id", "user_id", "industry_id", "state_id", "website", "comment", "ref"]
        card = [name for name, field in self._fields.items() if name.startswith("card_") and field.store]
        return ["archive_category_id", "is_company", "country_id", *NORMALISERS, *lines, *card]

    def _archive_todo(self, items, sections):
        """{"score": 0-100, "sections": [{"code", "name", "score", "items": [{"field", "label", "severity", …}]}]}"""
        members = {}
        for item in items:
            members.setdefault(item.section, []).append(item)
        result, filled, total = [], 0, 0
        for code in sections:  # in the order of the form
            if code not in members:
                continue
            open_items = [problem for item in members[code] if (problem := self._archive_problem(item, missing=True))]
            weight = sum(item.weight for item in members[code])
            done = weight - sum(problem.item.weight for problem in open_items)
            filled, total = filled + done, total + weight
            result.append(
                {
                    "code": code,
                    "name": sections[code],
                    "score": 100 * done // weight,
                    "items": [
                        {
                            "field": problem.item.field,
                            "label": self._archive_item_label(problem.item),
                            "severity": problem.severity,
                            "missing": not problem.fault,
                            "text": self._archive_problem_sentence(problem, with_value=False),
                        }
                        for problem in open_items
                    ],
                }
            )
        return {
            "score": 100 * filled // total if total else 100,
            "sections": result,
            "fresh": self.sudo().archive_id.section_freshness or {},  # figures; whoever reads the customer reads them
        }
