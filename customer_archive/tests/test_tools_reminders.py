"""Dates of reminders, without a database."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools import reminders


def weekdays(day):
    return day.weekday() < 5


days = st.dates(date(1930, 1, 1), date(2090, 12, 31))


@tagged("post_install", "-at_install")
class TestToolsReminders(BaseCase):
    def test_offsets(self):
        for text, expected in (
            ("30,7,1", (-30, -7, -1)),
            ("30，7、1", (-30, -7, -1)),
            ("３０", (-30,)),
            ("0", (0,)),
            ("+3 -3", (-3, 3)),
            (" 7 ; 7 ", (-7,)),
        ):
            self.assertEqual(reminders.parse_offsets(text), expected, text)

    def test_wrong_offsets(self):
        many = " ".join(map(str, range(13)))
        for text in ("", None, " , ", "x", "1.5", "--1", "1+", "9999", "²", many):
            with self.assertRaises(ValueError):
                reminders.parse_offsets(text)

    def test_the_last_offset_counts(self):
        """Each date is due with one offset at most."""
        today = date(2026, 6, 1)
        found = reminders.windows((-30, -7, 0), today, 3)
        for ahead, offset in ((31, None), (30, -30), (8, -30), (7, -7), (1, -7), (0, 0), (-3, 0), (-4, None)):
            day = today + timedelta(days=ahead)
            due = [window.offset for window in found if window.first <= day <= window.last]
            self.assertEqual(due, [offset] if offset is not None else [], ahead)

    def test_for_ever(self):
        [window] = reminders.windows((90,), date(2026, 6, 1), None)
        self.assertEqual((window.first, window.last), (None, date(2026, 3, 3)))

    def test_grace_after(self):
        [window] = reminders.windows((3,), date(2026, 6, 10), 7)
        self.assertEqual((window.first, window.last), (date(2026, 5, 31), date(2026, 6, 7)))

    @given(days, st.sampled_from(["none", "previous", "next"]), st.integers(0, 20))
    def test_horizon_is_the_reverse_of_the_shift(self, day, shift, ahead):
        """What falls on a day is due today exactly if its shifted day is reached."""
        today = day + timedelta(days=ahead - 10)
        reached = reminders.shifted(day, shift, weekdays) <= today
        self.assertEqual(day <= reminders.horizon(today, shift, weekdays), reached)

    def test_nobody_ever_works(self):
        day = date(2026, 6, 6)
        for shift in ("none", "previous", "next"):
            self.assertEqual(reminders.horizon(day, shift, lambda day: False), day)
            self.assertEqual(reminders.shifted(day, shift, lambda day: False), day)

    # -- birthdays ----------------------------------------------------------------------------------------------

    @given(days, st.booleans(), st.dates(date(2000, 1, 1), date(2089, 1, 1)))
    def test_one_birthday_a_year(self, born, lunar, today):
        """The next one is within a year (13 months of the moon), and that day knows the key. None comes before it."""
        key = reminders.birthday_key(born, lunar)
        found = reminders.next_birthday(key, today)
        self.assertLess((found - today).days, 386 if lunar else 366)
        self.assertIn(key, reminders.keys_of_day(found))
        between = (today + timedelta(days=number) for number in range((found - today).days))
        self.assertFalse([day for day in between if key in reminders.keys_of_day(day)])

    def test_29_february(self):
        key = reminders.birthday_key(date(1992, 2, 29))
        for today, expected in (
            (date(2026, 1, 1), date(2026, 2, 28)),
            (date(2026, 2, 28), date(2026, 2, 28)),
            (date(2026, 3, 1), date(2027, 2, 28)),
            (date(2028, 2, 28), date(2028, 2, 29)),
        ):
            self.assertEqual(reminders.next_birthday(key, today), expected)
        self.assertNotIn(229, reminders.keys_of_day(date(2028, 2, 28)))

    def test_by_the_moon(self):
        """Known festivals: New Year, Mid-Autumn."""
        for born, key in ((date(1990, 1, 27), 10101), (date(1990, 10, 3), 10815)):
            self.assertEqual(reminders.birthday_key(born, lunar=True), key)
        for today, key, expected in (
            (date(2026, 1, 1), 10101, date(2026, 2, 17)),
            (date(2026, 2, 18), 10101, date(2027, 2, 6)),
            (date(2025, 1, 1), 10815, date(2025, 10, 6)),
        ):
            self.assertEqual(reminders.next_birthday(key, today), expected)

    def test_leap_months(self):
        """Born in the second month that is doubled in 2023: celebrated in the ordinary one."""
        key = reminders.birthday_key(date(2023, 4, 1), lunar=True)
        self.assertEqual(key, 10211)
        self.assertIn(key, reminders.keys_of_day(date(2023, 3, 2)))
        self.assertNotIn(key, reminders.keys_of_day(date(2023, 4, 1)))

    def test_30th_of_a_short_month(self):
        """In 2025 the twelfth month has 29 days (New Year's Eve on 16 February 2026)."""
        self.assertIn(11230, reminders.keys_of_day(date(2026, 2, 16)))
        self.assertEqual(reminders.next_birthday(11230, date(2026, 2, 1)), date(2026, 2, 16))

    def test_beyond_the_calendar(self):
        self.assertEqual(reminders.birthday_key(date(1850, 5, 12), lunar=True), 512)
        self.assertEqual(reminders.keys_of_day(date(2300, 5, 12)), (512,))
        self.assertIsNone(reminders.next_birthday(10815, date(2300, 1, 1)))
        self.assertIsNone(reminders.birthday_key(None))
        self.assertIsNone(reminders.next_birthday(None, date(2026, 1, 1)))

    # -- texts --------------------------------------------------------------------------------------------------

    def test_texts(self):
        self.assertEqual(reminders.fill("{rule} {date} {other}", {"rule": "A", "date": 3}), "A 3 {other}")
        self.assertEqual(reminders.fill(None, {}), "")
        self.assertEqual(reminders.unknown_tokens("{rule}{0.__class__}", {"rule"}), ["0.__class__"])
        self.assertEqual(reminders.unknown_tokens("}{", {"rule"}), ["{", "}"])
        self.assertEqual(reminders.unknown_tokens("", {"rule"}), [])
