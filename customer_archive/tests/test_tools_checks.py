"""tools/checks.py: the checks of one value. Numbers are made up. No database."""

import doctest

from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from odoo.tests import BaseCase

from odoo.addons.customer_archive.tools import checks
from odoo.addons.customer_archive.tools.checks import CHECKS, check_value, example

# The same examples in each run, and no folder of them left behind.
REPEATABLE = settings(deadline=None, derandomize=True, database=None)


def make_uscc(first_17):
    return first_17 + uscc.calc_check_digit(first_17)


def make_cn_id(first_17):
    return first_17 + ric.calc_check_digit(first_17 + "0")


class TestChecks(BaseCase):
    def assertGood(self, kind, *values, country="CN"):
        for value in values:
            self.assertIsNone(check_value(kind, value, country), value)

    def assertFaults(self, kind, table, country="CN"):
        for value, code, position in table:
            fault = check_value(kind, value, country)
            self.assertIsNotNone(fault, value)
            self.assertEqual((fault.kind, fault.code, fault.position), (kind, code, position), value)
            self.assertIn(code, CHECKS[kind].codes)

    def test_doctests(self):
        self.assertEqual(doctest.testmod(checks).failed, 0)

    def test_examples_pass_their_own_check(self):
        for kind in CHECKS:
            for country in ("CN", "", "HK", "US", "DE", "TW", "XX"):
                shown = example(kind, country)
                if country != "XX" or kind != "phone":  # no such country: no phone of it
                    self.assertIsNone(check_value(kind, shown, country), (kind, country, shown))

    def test_nothing_is_no_fault(self):
        for kind in CHECKS:
            self.assertGood(kind, "", None, False, "  ")

    def test_unknown_kind_is_a_programming_error(self):
        with self.assertRaises(KeyError):
            check_value("shoe_size", "43")

    @settings(REPEATABLE, max_examples=300)
    @given(
        st.sampled_from(sorted(CHECKS)),
        st.text(max_size=25) | st.text(alphabet="0123456789X+-. @acom转ext", max_size=25),
        st.sampled_from(["CN", "", "US", "hk", None, "XX"]),
    )
    def test_any_text_gives_a_declared_fault_or_none(self, kind, value, country):
        fault = check_value(kind, value, country)
        if fault:
            self.assertIn(fault.code, CHECKS[kind].codes)
            if fault.position is not None:
                self.assertIn(fault.position, range(len(CHECKS[kind].normalise(value)) + 1))

    @settings(REPEATABLE, max_examples=50)
    @given(st.sampled_from(["uscc", "cn_id", "bank_card"]), st.data())
    def test_one_mistyped_digit_is_a_fault(self, kind, data):
        good = example(kind)
        position = data.draw(st.integers(0, len(good) - 2))
        digit = data.draw(st.sampled_from(sorted(set("0123456789") - {good[position]})))
        self.assertIsNotNone(check_value(kind, good[:position] + digit + good[position + 1 :]))

    def test_uscc(self):
        good = example("uscc")
        self.assertGood(
            "uscc", good, good.lower(), f"{good[:8]} {good[8:]}", "９１" + good[2:], make_uscc("12100000400000000")
        )
        # First places with letters, which python-stdnum refuses: rural collectives, foreign NGOs.
        self.assertGood("uscc", make_uscc("N2440300MA5W00007"), make_uscc("G1110000MA0095000"))
        self.assertFaults(
            "uscc",
            [
                (good[:-1], "length", None),
                (good + "0", "length", None),
                (good[:10] + "O" + good[11:], "character", 10),
                (good[:17] + "I", "character", 17),
                (good[:4] + "A" + good[5:], "character", 4),
                (good[:-1] + "0", "checksum", 17),
                (make_uscc("91990000MA5W00007"), "region", 2),
            ],
        )
        self.assertIsNone(check_value("uscc", "12345", "DE"))
        self.assertEqual(check_value("uscc", "12345", "").code, "length")
        self.assertEqual(check_value("uscc", "12345", None).code, "length")

    def test_cn_id(self):
        good = example("cn_id")
        # A county no table knows, permits of Hong Kong and Taiwan, the foreigner's card of 2023.
        self.assertGood(
            "cn_id",
            good,
            make_cn_id("11999919900101001"),
            make_cn_id("81000019900101001"),
            make_cn_id("83000019900101001"),
            make_cn_id("93184019900101001"),
        )
        self.assertGood("cn_id", *(make_cn_id("1101011900010100%d" % n).lower() for n in range(10)))
        self.assertFaults(
            "cn_id",
            [
                ("110101900101001", "old_format", None),
                (good[:-1], "length", None),
                ("11010A190001010014", "character", 5),
                ("X" + good[1:], "character", 0),
                ("99" + good[2:], "region", 0),
                (make_cn_id("11010119000230001"), "date", 6),
                (make_cn_id("11010129990101001"), "date", 6),
                (make_cn_id("11010100010101001"), "date", 6),
                (good[:-1] + ("1" if good[-1] == "0" else "0"), "checksum", 17),
            ],
        )

    def test_phone(self):
        self.assertGood(
            "phone",
            "13800138000",
            "１３８ 0013 8000",
            "+86 138-0013-8000",
            "0086 13800138000",
            "0755-12345678",
            "（0755）12345678 转 801",
            "0755-12345678-801",
            "021-12345678",
            "400-800-1234",
            "95588",
            "10086",
            "19912345678",
            "+1 415 555 0132",
            "+852 2345 6789",
        )
        self.assertGood("phone", "2345 6789", country="HK")
        self.assertGood("phone", "13800138000", country="")
        self.assertFaults(
            "phone",
            [
                ("1380013800", "length", None),
                ("138001380001", "length", None),
                ("1380013800O", "character", 10),
                ("13800138000/13900139000", "character", 11),
                ("12345", "length", None),
                ("82345678", "area_code", 0),
                ("+999 12345678", "country", None),
                ("11100138000", "unknown_number", None),
                ("+", "format", None),
            ],
        )

    def test_email(self):
        self.assertGood("email", "a.b+c@example.com", "Ａ＠ｑｑ。com", "张伟@例子.中国", "x@a-b.co.uk")
        self.assertFaults(
            "email",
            [
                ("nobody", "format", None),
                ("a@b@example.com", "format", 3),
                ("a b@example.com", "character", 1),
                ("a@example.com,b", "character", 13),
                (".a@example.com", "format", 0),
                ("@example.com", "format", 0),
                ("a@example", "domain", 2),
                ("a@example..com", "domain", 2),
                ("a@-x.com", "domain", 2),
                ("a@1.2.3.44", "domain", 2),
                ("a" * 65 + "@example.com", "length", None),
            ],
        )

    def test_postcode(self):
        self.assertGood("postcode", "518000", "１０００００", "010010", "999077")
        self.assertFaults(
            "postcode",
            [
                ("51800", "length", None),
                ("51800A", "character", 5),
                ("880000", "region", 0),
            ],
        )
        self.assertGood("postcode", "SW1A 1AA", "75008", "1234-567", country="GB")
        self.assertFaults("postcode", [("??", "format", None), ("12345678901", "format", None)], country="US")

    def test_bank_card(self):
        good = example("bank_card")
        self.assertGood("bank_card", good, f"{good[:4]} {good[4:8]} {good[8:]}")
        self.assertFaults(
            "bank_card",
            [
                ("62220000000", "length", None),
                (good + "0", "length", None),
                (good[:5] + "X" + good[6:], "character", 5),
                (good[:-1] + str((int(good[-1]) + 1) % 10), "checksum", 18),
            ],
        )
