"""How long something is kept: spans, what starts a clock, when it runs out, what a line of the schedule may say.

Pure Python, so that it can be read and tested by itself; models/customer_archive_retention_clock.py says the same in
SQL, and a test compares the two. Sources: product.md R1-R3.
"""

from datetime import date
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

# Parts of an archive that are kept for different times.
FIELD_GROUPS = {
    "card": "Card",
    "contact": "Contact Data",
    "identity": "Identity and Certificates",
    "logs": "Contact Log",
    "documents": "Contracts and Documents",
    "transactions": "Orders and Invoices",
    "feedback": "Feedback",
}
# Those that hold data of persons in every archive: kept for ever only where a law says so.
PERSONAL_GROUPS = frozenset({"contact", "identity"})

COMBINES = ("earliest", "latest", "all")
UNITS = ("days", "months", "years")
# The longest span: what is to be kept longer is kept for ever.
LONGEST = {"days": 36500, "months": 1200, "years": 100}
# The fewest and the most days that so many months can have, for comparisons of days with months.
FEWEST_DAYS, MOST_DAYS = 28, 31


class Span(NamedTuple):
    """A length of time as people write it: 10 years, 30 days."""

    number: int
    unit: str

    def after(self, day):
        """The day so long after another.

        >>> Span(1, "months").after(date(2026, 1, 31)), Span(30, "days").after(date(2026, 1, 31))
        (datetime.date(2026, 2, 28), datetime.date(2026, 3, 2))
        """
        return day + relativedelta(**{self.unit: self.number})

    @property
    def interval(self):
        """As PostgreSQL takes it.

        >>> Span(10, "years").interval
        '10 years'
        """
        return f"{self.number} {self.unit}"

    def months(self):
        return self.number * 12 if self.unit == "years" else self.number

    def bounds(self):
        """The fewest and the most days it can last."""
        if self.unit == "days":
            return self.number, self.number
        # Never too much: so many whole years have 365 days each at least, and one more in each fourth at most.
        years, months = divmod(self.months(), 12)
        return (
            years * 365 + years // 4 - (years // 100) + months * FEWEST_DAYS - (years > 0),
            years * 365 + years // 4 + 1 + months * MOST_DAYS,
        )

    def at_least(self, other):
        """Whether it lasts as long as another whatever day it begins on; days and months in doubt do not.

        >>> Span(10, "years").at_least(Span(120, "months")), Span(30, "days").at_least(Span(1, "months"))
        (True, False)
        """
        if "days" not in (self.unit, other.unit):
            return self.months() >= other.months()
        return self.bounds()[0] >= other.bounds()[1] or (self.unit == other.unit and self.number >= other.number)


class Rule(NamedTuple):
    """One line of the schedule, as far as the clock is concerned."""

    codes: tuple = ()  # of the facts that start it
    combine: str = "latest"
    minimum: Span | None = None
    maximum: Span | None = None
    keeps: bool = False  # for ever
    seals: bool = False


class Clock(NamedTuple):
    started_on: date | None = None
    minimum_on: date | None = None  # the earliest day of destruction
    maximum_on: date | None = None  # the day by which it must be gone
    seal_on: date | None = None  # from then on out of reach for business


def start_of(rule, facts):
    """The day on which the clock starts, or None while it does not run.

    :param facts: {code: day} of those that are there

    >>> start_of(Rule(("a", "b"), "all"), {"a": date(2026, 1, 1)}) is None
    True
    >>> start_of(Rule(("a", "b"), "latest"), {"a": date(2026, 1, 1), "c": date(2027, 1, 1)})
    datetime.date(2026, 1, 1)
    """
    days = [facts[code] for code in rule.codes if facts.get(code)]
    if not days or (rule.combine == "all" and len(days) < len(rule.codes)):
        return None
    return min(days) if rule.combine == "earliest" else max(days)


def clock_of(rule, facts):
    """The Clock of one line.

    What has a maximum only may be destroyed from the start; what is kept for ever has no days at all. Sealed is from
    the first of the two days on.

    >>> clock_of(Rule(("a",), minimum=Span(3, "years")), {"a": date(2026, 1, 1)}).minimum_on
    datetime.date(2029, 1, 1)
    """
    start = start_of(rule, facts)
    if rule.keeps or start is None:
        return Clock(start)
    minimum = rule.minimum.after(start) if rule.minimum else start
    maximum = rule.maximum.after(start) if rule.maximum else None
    ends = [day for day in (rule.minimum and minimum, maximum) if day]
    return Clock(start, minimum, maximum, min(ends) if rule.seals and ends else None)


def whole_archive(clocks):
    """The days of an archive from the clocks of its parts: (earliest day of destruction, latest, sealed from).

    :param clocks: [(Rule, Clock), …]; nothing is destroyed without a clock, nor before each of them has run out
    """
    minimums = [clock.minimum_on for rule, clock in clocks]
    known = clocks and not any(rule.keeps for rule, _clock in clocks) and all(minimums)
    maximums = [clock.maximum_on for _rule, clock in clocks if clock.maximum_on]
    seals = [clock.seal_on for _rule, clock in clocks if clock.seal_on]
    return max(minimums) if known else None, min(maximums, default=None), min(seals, default=None)


def faults_of(*, minimum, maximum, keeps, codes, seals, mandate_minimum, cites, personal):
    """What is wrong with a line of the schedule: codes, in the order in which they are said.

    :param minimum, maximum, mandate_minimum: Spans or None
    :param cites: whether a law or a citation is named
    :param personal: whether the line is about persons: of their kind of category, or of a group with personal data

    >>> faults_of(minimum=Span(5, "years"), maximum=None, keeps=False, codes=("closed",), seals=False,
    ...           mandate_minimum=Span(10, "years"), cites=True, personal=False)
    ['shorter']
    """
    found = []
    if keeps and (minimum or maximum):
        found.append("keeps_with_end")
    if not keeps and not minimum and not maximum:
        found.append("nothing")
    if not keeps and not codes:
        found.append("no_trigger")
    if not keeps and mandate_minimum and (not minimum or not minimum.at_least(mandate_minimum)):
        found.append("shorter")
    if minimum and maximum and not maximum.at_least(minimum) and not seals:
        found.append("maximum_first")
    if personal and (keeps or not maximum) and not cites:
        found.append("no_end")
    return found
