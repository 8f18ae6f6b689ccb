"""When to remind of a date: days before and after, working days, birthdays by the sun and by the moon (product.md L4).

Offsets are days relative to the date: -30 is thirty days before, 0 the day itself, 3 three days after.
"""

import re
from calendar import isleap
from datetime import date, timedelta
from typing import NamedTuple

from borax.calendars.lunardate import LCalendars, LunarDate

# Days further away than these are a slip of the pen.
MOST_DAYS = 3660
MOST_OFFSETS = 12
# A lunar birthday's key begins here; below are those by the sun.
LUNAR = 10_000

SEPARATORS = re.compile(r"[,;，；、\s]+")
OFFSET = re.compile(r"([+-]?)(\d{1,4})", re.ASCII)
PLAIN = str.maketrans("０１２３４５６７８９＋－", "0123456789+-")
TOKEN = re.compile(r"\{([^{}]*)\}")


def parse_offsets(text):
    """The offsets in a text of days: a plain number means before, one with a plus after the date.

    :raise ValueError: its argument is the part that can't be read; an empty one where there are none or too many

    >>> parse_offsets("30, 7，1")
    (-30, -7, -1)
    >>> parse_offsets("7、0 +3")
    (-7, 0, 3)
    >>> parse_offsets("a week")
    Traceback (most recent call last):
    ValueError: a
    """
    found = set()
    for part in SEPARATORS.split((text or "").translate(PLAIN).strip()):
        if not part:
            continue
        match = OFFSET.fullmatch(part)
        if not match or int(match[2]) > MOST_DAYS:
            raise ValueError(part)
        found.add(int(match[2]) if match[1] == "+" else -int(match[2]))
    if not 0 < len(found) <= MOST_OFFSETS:
        raise ValueError("")
    return tuple(sorted(found))


class Window(NamedTuple):
    """Dates between ``first`` and ``last`` are due with this offset."""

    offset: int
    first: date | None  # None: however long ago
    last: date


class Due(NamedTuple):
    """A record whose date is due; nobody was reminded of it yet."""

    res_id: int
    archive_id: int
    due_on: date
    offset: int
    responsible_id: int | None
    owner_id: int | None
    team_id: int | None


def windows(offsets, horizon, grace):
    """Which dates are due today, and with which offset: the last one that has been reached counts.

    A date that is entered late is so reminded of once, not once for each offset that has gone by.

    :param offsets: as parse_offsets gives them
    :param horizon: the day up to which dates plus offset are reached; see `horizon`
    :param grace: for so many days after the last offset (or the date) it is still worth saying, say because the
        server was down; None: for ever, for what remains true until somebody does something

    >>> from datetime import date
    >>> for window in windows((-30, -7), date(2026, 6, 1), 3):
    ...     print(window.offset, window.first, window.last)
    -30 2026-06-09 2026-07-01
    -7 2026-05-29 2026-06-08
    """
    result = []
    for offset, following in zip(offsets, (*offsets[1:], None), strict=True):
        if following is not None:
            first = horizon - timedelta(days=following - 1)
        else:
            first = None if grace is None else horizon - timedelta(days=max(offset, 0) + grace)
        result.append(Window(offset, first, horizon - timedelta(days=offset)))
    return result


def horizon(today, shift, is_working):
    """The last day whose reminders are due today.

    :param shift: none; previous or next: reminders of days off come on the working day before or after
    :param is_working: a function of a date; asked for a year at most, whoever never works is reminded every day

    >>> from datetime import date
    >>> weekdays = lambda day: day.weekday() < 5
    >>> friday, sunday = date(2026, 6, 5), date(2026, 6, 7)
    >>> str(horizon(friday, "previous", weekdays)), str(horizon(sunday, "next", weekdays))
    ('2026-06-07', '2026-06-05')
    """
    if shift == "previous":
        return _search(today + timedelta(days=1), 1, is_working, today + timedelta(days=1)) - timedelta(days=1)
    if shift == "next":
        return _search(today, -1, is_working, today)
    return today


def shifted(day, shift, is_working):
    """The day on which one is reminded of what falls on ``day``.

    >>> from datetime import date
    >>> str(shifted(date(2026, 6, 6), "next", lambda day: day.weekday() < 5))
    '2026-06-08'
    """
    if shift in ("previous", "next"):
        return _search(day, -1 if shift == "previous" else 1, is_working, day)
    return day


def _search(day, step, is_working, otherwise):
    """The first working day from ``day`` on, in steps; ``otherwise`` where there is none in a year."""
    for _number in range(366):
        if is_working(day):
            return day
        day += timedelta(days=step)
    return otherwise


# -- birthdays --------------------------------------------------------------------------------------------------


def birthday_key(born, lunar=False):
    """A number that stands for the birthday in every year: month and day, by the sun or by the moon.

    By the moon it is that of the ordinary month for those who were born in a leap month. Dates that the lunar calendar
    doesn't know (before 1900) count by the sun. None without a date.

    >>> from datetime import date
    >>> birthday_key(date(1986, 5, 12)), birthday_key(date(1986, 5, 12), lunar=True)
    (512, 10404)
    """
    if not born:
        return None
    solar = born.month * 100 + born.day
    if not lunar:
        return solar
    try:
        moon = LunarDate.from_solar(born)
    except ValueError:  # before or after the years that the library knows
        return solar
    return LUNAR + moon.month * 100 + moon.day


def keys_of_day(day):
    """The keys of those who have their birthday on that day.

    Whoever was born on 29 February has it on the 28th in common years; on the 30th of a lunar month that has 29 days,
    on its last day. A leap month of the moon has no birthdays: they were in the ordinary month before it.

    >>> from datetime import date
    >>> keys_of_day(date(2027, 2, 28))[:2], keys_of_day(date(2028, 2, 28))[0]
    ((228, 229), 228)
    """
    keys = [day.month * 100 + day.day]
    if (day.month, day.day) == (2, 28) and not isleap(day.year):
        keys.append(229)
    try:
        moon = LunarDate.from_solar(day)
    except ValueError:
        return tuple(keys)
    if not moon.leap:
        key = LUNAR + moon.month * 100 + moon.day
        keys.append(key)
        if moon.day == 29 and LCalendars.ndays(moon.year, moon.month) == 29:
            keys.append(key + 1)
    return tuple(keys)


def next_birthday(key, today):
    """The next day with that key from today on; None without a key or beyond the calendar.

    >>> from datetime import date
    >>> str(next_birthday(229, date(2026, 6, 1))), str(next_birthday(10815, date(2026, 6, 1)))
    ('2027-02-28', '2026-09-25')
    """
    if not key:
        return None
    if key < LUNAR:
        return min(day for day in (_by_sun(key, today.year), _by_sun(key, today.year + 1)) if day >= today)
    days = (_by_moon(key - LUNAR, year) for year in range(today.year - 1, today.year + 2))
    return min((day for day in days if day and day >= today), default=None)


def _by_sun(key, year):
    month, day = divmod(key, 100)
    if (month, day) == (2, 29) and not isleap(year):
        day = 28
    return date(year, month, day)


def _by_moon(key, year):
    month, day = divmod(key, 100)
    try:
        return LunarDate(year, month, min(day, LCalendars.ndays(year, month))).to_solar_date()
    except ValueError:
        return None


# -- texts ------------------------------------------------------------------------------------------------------


def unknown_tokens(template, known):
    """What stands in braces in a template and is none of the known words, braces that don't match included.

    >>> unknown_tokens("{rule}: {partner.name} {", {"rule"})
    ['partner.name', '{']
    """
    found = [word for word in TOKEN.findall(template or "") if word not in known]
    rest = TOKEN.sub("", template or "")
    return found + [brace for brace in "{}" if brace in rest]


def fill(template, values):
    """The template with the values for its words; nothing is evaluated.

    >>> fill("{rule}: {date} {x}", {"rule": "Birthday", "date": "{rule}"})
    'Birthday: {rule} {x}'
    """
    return TOKEN.sub(lambda match: str(values.get(match[1], match[0])), template or "")
