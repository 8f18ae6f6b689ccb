"""Suggestions for wrong values, postal codes, test data: without a database."""

import re
from unittest import TestCase

from ..tools.mend import birth_date_of, mend
from ..tools.postal import PROVINCES_OF_ZONE, fits
from ..tools.tryout import REPEATED, name_pattern, split


class TestMend(TestCase):
    def test_what_was_meant(self):
        for kind, wrong, right in (
            ("uscc", "9I440300MA5W00007E", "91440300MA5W00007E"),
            ("uscc", "9144O3OOMA5WOOOO7E", "91440300MA5W00007E"),
            ("cn_id", "110101000101001", "110101190001010014"),
            ("cn_id", "11010119000101OO14", "110101190001010014"),
            ("phone", "013800138000", "138 0013 8000"),
            ("phone", "+86 013800138000", "138 0013 8000"),
            ("email", "li.lei@example,com", "li.lei@example.com"),
            ("email", "li lei@example..com", "lilei@example.com"),
            ("postcode", "5I8000", "518000"),
        ):
            with self.subTest(wrong=wrong):
                self.assertEqual(mend(kind, wrong), right)

    def test_nothing_comes_to_mind(self):
        for kind, wrong in (
            ("uscc", "91440300MA5W00008E"),  # a mistyped digit could be any
            ("uscc", "123"),
            ("cn_id", "11010119000101001"),
            ("phone", "12"),
            ("email", "nobody"),
            ("email", ""),
            ("bank_card", "6222000000000000005"),
        ):
            with self.subTest(wrong=wrong):
                self.assertIsNone(mend(kind, wrong))

    def test_birth_date(self):
        self.assertEqual(birth_date_of("110101190001010014"), "1900-01-01")
        self.assertIsNone(birth_date_of("110101190001010015"))
        self.assertIsNone(birth_date_of(None))


class TestPostal(TestCase):
    def test_fits(self):
        self.assertTrue(fits("518000", "GD"))
        self.assertFalse(fits("518000", "BJ"))
        self.assertTrue(fits("750306", "NM"))
        self.assertTrue(fits("999077", "BJ"))  # not known: nobody is bothered
        self.assertEqual(len({code for codes in PROVINCES_OF_ZONE.values() for code in codes}), 31)


class TestTryout(TestCase):
    def test_names(self):
        pattern = name_pattern(["测试", "test", "asdf", "无"])
        for name, nobody in (
            ("测试", True),
            ("测试客户02", True),
            ("TEST user 01", True),
            ("asdfasdf", True),
            ("测试test", True),
            ("华测检测技术有限公司", False),
            ("深圳测试仪器有限公司", False),
            ("无锡无线电厂", False),
            ("Test Rite", False),
            ("张伟", False),
        ):
            with self.subTest(name=name):
                self.assertEqual(bool(re.search(pattern, name, re.IGNORECASE)), nobody)

    def test_signs_of_expressions_are_plain(self):
        self.assertTrue(re.search(name_pattern(["a.b"]), "a.b"))
        self.assertFalse(re.search(name_pattern(["a.b"]), "axb"))

    def test_split(self):
        self.assertEqual(split("测试\n 138 0013 8000 \n\nasdf\n123"), (["测试", "asdf", "123"], ["13800138000"]))
        self.assertEqual(split(None), ([], []))

    def test_repeated(self):
        self.assertTrue(re.search(REPEATED, "11111111111"))
        self.assertFalse(re.search(REPEATED, "075588888888"))
