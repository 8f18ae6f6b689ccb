"""How often the data of a category's customers are confirmed, and what follows when that changes (product.md Q1)."""

from odoo import api, fields, models, tools

from ..tools.access import LEVEL_CODES
from .customer_archive_category import CYCLES

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
# Levels whose archives may be verified more often than the others of the category.
LEVEL_CYCLES = {"secret": "verification_secret_months", "core": "verification_core_months"}
INTERVALS = {code: f"{number} {unit}" for code, span in SPANS.items() for unit, number in span.items()}


def _months(code):
    """For comparing cycles: the shorter is the smaller; never is the longest.

    >>> min("12", "0", "3", key=_months)
    '3'
    """
    return float(code) or float("inf")


class CustomerArchiveCategory(models.Model):
    _inherit = "customer.archive.category"

    verification_secret_months = fields.Selection(
        CYCLES,
        "Cycle of Commercial Secrets",
        help="How often the data of customers with the level “Commercial Secret” or above are confirmed, where that is "
        "more often than the category says. Empty: as in the parent category, or as often as the others.",
    )
    verification_core_months = fields.Selection(
        CYCLES,
        "Cycle of Core Commercial Secrets",
        help="The same for the level “Core Commercial Secret”. Empty: as in the parent category, or as often as "
        "the level below.",
    )

    @api.model
    @tools.ormcache()
    def _verification_cycles(self):
        """{category id: code of ``verification_months``}, as each category or the nearest above it says."""
        return self._inherited("verification_months", USUAL)

    @api.model
    @tools.ormcache()
    def _verification_cycles_of_levels(self):
        """{(category id, level): code}: a stricter level is never verified less often than those below it."""
        cycles, result = dict(self._verification_cycles()), {}
        for level in LEVEL_CODES:
            own = self._inherited(LEVEL_CYCLES[level], None) if level in LEVEL_CYCLES else {}
            cycles = {id_: min(code, own.get(id_) or code, key=_months) for id_, code in cycles.items()}
            result.update({(id_, level): code for id_, code in cycles.items()})
        return result

    def _add_cycle(self, day, times=1, level=None):
        """The day so many cycles later, or earlier with a negative number; None where nothing is verified by itself.

        :param level: of the archive; None: as for archives without a stricter one
        """
        code = self._verification_cycles_of_levels()[self.id, level] if level else self._verification_cycles()[self.id]
        span = SPANS.get(code)
        return fields.Date.add(day, **{unit: number * times for unit, number in span.items()}) if span else None

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        self.env.registry.clear_cache()
        return categories

    def write(self, vals):
        result = super().write(vals)
        if {"verification_months", "parent_id", *LEVEL_CYCLES.values()} & vals.keys():
            self.env.registry.clear_cache()
            self._plan_archives_again()
        return result

    def _plan_archives_again(self):
        """The archives of these categories and of those below: few at once, many in the background."""
        below = self.with_context(active_test=False).search([("id", "child_of", self.ids)])
        # sudo: the dates of every company's archives follow the category, whoever changes it
        self.env["customer.archive"].sudo()._plan_categories(below)
