"""tools/normalise.py: values as typed → canonical. No database."""

import doctest

from hypothesis import example, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.customer_archive.tools import normalise
from odoo.addons.customer_archive.tools.normalise import (
    fold_width,
    normalise_code,
    normalise_email,
    normalise_phone,
    normalise_text,
)

# The same examples in each run, and no folder of them left behind.
REPEATABLE = settings(deadline=None, derandomize=True, database=None)

ALL = (fold_width, normalise_text, normalise_code, normalise_phone, normalise_email)
texts = st.text(max_size=30) | st.text(
    alphabet=" \u3000\t\u200b\ufeff\ufe0f（）：，()，:-－—·@＠.。张伟ぱか゛\u3099Ａaéßŉΐİ1１0086+转extx#\u0338\u0301",
    max_size=30,
)


class TestNormalise(BaseCase):
    def test_doctests(self):
        self.assertEqual(doctest.testmod(normalise).failed, 0)

    def test_nothing_is_the_empty_text(self):
        for function in ALL:
            for value in (None, False, ""):
                self.assertEqual(function(value), "", function.__name__)

    @settings(REPEATABLE, max_examples=400)
    @given(texts)
    @example("（ （A）公")
    @example("0755-12345678-801-1")
    @example("转 801 ext 5")
    @example("¨ か゛")
    def test_idempotent(self, text):
        for function in ALL:
            once = function(text)
            self.assertEqual(function(once), once, function.__name__)

    def test_text(self):
        for typed, canonical in [
            ("张 伟", "张伟"),
            ("张\u200b伟\ufeff", "张伟"),
            ("  John   Smith\n", "John Smith"),
            ("深圳　华为 Ltd", "深圳华为 Ltd"),
            ("华为技术（深圳）有限公司", "华为技术（深圳）有限公司"),
            ("华为技术 （深圳） 有限公司", "华为技术（深圳）有限公司"),
            ("华为技术(深圳)有限公司", "华为技术(深圳)有限公司"),
            ("公司（ＡＢＣ）", "公司（ABC）"),
            ("ＡＢＣ（ＸＹＺ）Ｉｎｃ", "ABC(XYZ)Inc"),
            ("ＡＢＣ　有限公司", "ABC 有限公司"),
            ("地址：南山区，１２号", "地址：南山区，12号"),
            ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
            ("葛\U000e0100城", "葛城"),
            ("김 철수", "김 철수"),
        ]:
            self.assertEqual(normalise_text(typed), canonical)

    def test_code(self):
        for typed, canonical in [
            ("９１４４ ０３００-ma5·ｅｘ", "91440300MA5EX"),
            ("6222–0000—0000", "622200000000"),
            ("11010519491231002x\u200b", "11010519491231002X"),
        ]:
            self.assertEqual(normalise_code(typed), canonical)

    def test_phone(self):
        for typed, canonical in [
            ("１３８　００１３　８０００", "138 0013 8000"),
            ("+86-138--0013-8000", "+86-138-0013-8000"),
            ("(+86) 138 0013 8000", "+86 138 0013 8000"),
            ("００８６ 755 12345678", "+86 755 12345678"),
            ("0755—12345678转801", "0755-12345678 ext. 801"),
            ("0755-12345678 分机：801", "0755-12345678 ext. 801"),
            ("+1 (415) 555-0123 x12", "+1 415 555-0123 ext. 12"),
            ("021-1234-5678", "021-1234-5678"),
        ]:
            self.assertEqual(normalise_phone(typed), canonical)

    def test_email(self):
        for typed, canonical in [
            (" A.B@EXAMPLE.Com ", "A.B@example.com"),
            ("ａ＠ｑｑ。ｃｏｍ", "a@qq.com"),
            ("Nobody", "Nobody"),
        ]:
            self.assertEqual(normalise_email(typed), canonical)
