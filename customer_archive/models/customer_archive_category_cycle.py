"""How often the data of a category's customers are confirmed, and what follows when that changes (product.md Q1)."""

from odoo import api, fields, models, tools

# Every year, where no category says anything else.
USUAL = "12"
NEVER = "0"
# As fields.Date.add and as PostgreSQL take them.
SPANS = {
    "0.25": {"days": 7},
    "1": {"months": 1},
    "3": {"months": 3},
    "6": {"months": 6},
    "12": {"months": 12},
}
INTERVALS = {code: f"{number} {unit}" for code, span in SPANS.items() for unit, number in span.items()}


class CustomerArchiveCategory(models.Model):
    _inherit = "customer.archive.category"

    @api.model
    @tools.ormcache()
    def _verification_cycles(self):
        """{category id: code of ``verification_months``}, as each category or the nearest above it says."""
        return self._inherited("verification_months", USUAL)

    def _add_cycle(self, day, times=1):
        """The day so many cycles later, or earlier with a negative number; None where nothing is verified by itself."""
        span = SPANS.get(self._verification_cycles()[self.id])
        return fields.Date.add(day, **{unit: number * times for unit, number in span.items()}) if span else None

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        self.env.registry.clear_cache()
        return categories

    def write(self, vals):
        result = super().write(vals)
        if {"verification_months", "parent_id"} & vals.keys():
            self.env.registry.clear_cache()
            self._plan_archives_again()
        return result

    def _plan_archives_again(self):
        """The archives of these categories and of those below: few at once, many in the background."""
        below = self.with_context(active_test=False).search([("id", "child_of", self.ids)])
        # sudo: the dates of every company's archives follow the category, whoever changes it
        self.env["customer.archive"].sudo()._plan_categories(below)
