"""tools/search_key.py: what a quick search finds, by LIKE emulated in Python. No database."""

import doctest
import re
from itertools import pairwise

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.customer_archive.tools import search_key
from odoo.addons.customer_archive.tools.search_key import (
    MAX_LENGTH,
    build_key,
    fold,
    like_patterns,
    matches,
    phone_digits,
    pinyin_syllables,
)

# The same examples in each run, and no folder of them left behind.
REPEATABLE = settings(deadline=None, derandomize=True, database=None)

COMPANY = "四川中核环境科技（成都）有限公司"

names = st.text(max_size=20) | st.text(
    alphabet="张伟单国吕欧阳重庆有限公司（）()·& -－ABCabcéß12%_\\　々かガ김",
    min_size=1,
    max_size=20,
)
han = st.text(alphabet="张伟单曾国吕欧阳重庆长沙有限公司乐", min_size=2, max_size=12)


def found(key, query):
    return matches(key, like_patterns(query))


@st.composite
def text_and_part(draw, texts):
    """A text and a part of it, of three or more characters once folded."""
    # pylint: disable=unreachable
    text = draw(texts)
    folded = fold(text)
    assume(len(folded) >= 3)
    start = draw(st.integers(0, len(folded) - 3))
    return text, folded[start : draw(st.integers(start + 3, len(folded)))]


class TestSearchKey(BaseCase):
    def assertFound(self, key, *queries):
        for query in queries:
            self.assertTrue(found(key, query), f"{query!r} {like_patterns(query)} not in {key!r}")

    def assertNotFound(self, key, *queries):
        for query in queries:
            self.assertFalse(found(key, query), f"{query!r} {like_patterns(query)} in {key!r}")

    def test_doctests(self):
        self.assertEqual(doctest.testmod(search_key).failed, 0)

    def test_person(self):
        key = build_key("张伟国", ["C01-KH.QY-2026-0001"], ["138 0013 8000"], "zhang.wei@example.com", city="深圳市")
        self.assertFound(
            key,
            "张",
            "伟",
            "国",
            "张伟",
            "伟国",
            "张伟国",
            "zwg",
            "zw",
            "z",
            "zhangw",
            "zhang wei guo",
            "zhang w",
            "ＺＷ",
            "weig",
            "0001",
            "2026-0001",
            "c01-kh.qy",
            "KH.QY",
            "8000",
            "138",
            "+86 13800138000",
            "138-0013-8000",
            "0086 138 0013 8000",
            "张伟 8000",
            "Zhang.Wei@",
            "@example",
            "深圳",
            "张 深圳",
            "20260001",
        )
        self.assertNotFound(key, "张国", "国伟", "wg", "李", "8002", "zhangg", "张伟 8002")

    def test_company(self):
        key = build_key(COMPANY)
        self.assertFound(
            key,
            COMPANY,
            "四川中核环境科技(成都)有限公司",
            "四川中核环境科技成都有限公司",
            "中核",
            "scz",
            "sczhhjkjcdyxgs",
            "zhhj",
            "huanjing",
            "(成都",
            "都)",
            "限公司",
            "四川 成都",
            "sichuan",
        )
        self.assertNotFound(key, "川核", "重核")

    def test_mixed_scripts(self):
        key = build_key("中国A股ETF基金 第2期")
        self.assertFound(key, "A股", "国a", "f基", "2期", "etf", "zgag", "etf基金", "jj", "第2", "股ETF")
        self.assertNotFound(key, "B股")

    def test_two_readings_of_a_surname(self):
        for name, readings in {
            "单雪": ["shanxue", "sx", "danxue", "dx"],
            "曾敏": ["zengmin", "zm", "cengmin", "cm"],
            "仇英": ["qiuying", "qy", "chouying"],
            "解文": ["xiewen", "xw", "jiewen", "jw"],
            "区明": ["ouming", "om", "quming"],
            "查良": ["zhaliang", "zl", "chaliang"],
            "盖丽": ["geli", "gl", "gaili"],
            "乐天": ["yuetian", "yt", "letian", "lt"],
            "尉迟恭": ["yuchigong", "ycg"],
            "万俟雪": ["moqixue", "mqx"],
            "吕布": ["lvbu", "lubu", "lyubu", "lb", "lv bu", "lü bu"],
        }.items():
            self.assertFound(build_key(name), *readings)

    def test_readings_of_places(self):
        for place, reading in {
            "重庆": "chongqing",
            "厦门": "xiamen",
            "长沙": "changsha",
            "长春": "changchun",
            "六安": "luan",
            "蚌埠": "bengbu",
            "台州": "taizhou",
            "朝阳": "chaoyang",
            "乐山": "leshan",
            "乐清": "yueqing",
            "东莞": "dongguan",
            "番禺": "panyu",
            "成都": "chengdu",
            "丽水": "lishui",
            "西藏": "xizang",
            "大厦": "dasha",
            "银行": "yinhang",
            "都江堰": "dujiangyan",
            "六合": "luhe",
            "长城": "changcheng",
            "音乐": "yinyue",
            "会计": "kuaiji",
        }.items():
            self.assertEqual("".join(pinyin_syllables(place)), reading, place)

    def test_pinyin_of_a_short_name_typed_with_spaces(self):
        self.assertFound(build_key("李四"), "li si", "l s", "si", "lisi")
        self.assertFound(build_key("吴艺伟"), "wu yi wei")

    def test_latin_names(self):
        key = build_key("O’Neil & Müller Trading Co., Ltd.")
        self.assertFound(key, "mueller"[:2], "Müller", "MULLER", "& müller", "tr", "co", "co.,", "ltd", "trading co")
        self.assertFound(build_key("J.P. Morgan 上海"), "jpm", "j.p.", "jp morgan", "上海", "jpmorgan")

    def test_phones(self):
        for typed in ("0755-12345678-801", "+86 755 1234 5678", "（0755）1234－5678 转 801"):
            key = build_key("", phones=[typed])
            self.assertFound(
                key,
                "0755-12345678",
                "755 1234",
                "12345678",
                "+86 755 12345678",
                "(0755) 1234-5678",
                "5678",
                "0755 12345678转801",
                "0755-1234",
            )
        self.assertFound(build_key("", phones=["+1 (415) 555-0123"]), "+1 415 555 0123", "001 415 555 0123", "0123")
        self.assertEqual(phone_digits("400-800-1234"), "4008001234")
        self.assertEqual(phone_digits("+86 400 800 1234"), "4008001234")
        self.assertEqual(phone_digits("+86 10 1234 5678"), "01012345678")
        self.assertEqual(phone_digits(None), "")

    def test_a_running_number_is_no_phone(self):
        key = build_key("", numbers=["KH-0001", "2026-0012"])
        self.assertFound(key, "0001", "kh 0001", "2026-0012", "2026 0012", "KH0001", "-0001")
        self.assertFound(build_key("甲", ["KH-0001"], ["13800138000"]), "0001 13800138000", "13800138000 0001")

    def test_patterns(self):
        for query, patterns in {
            "": [],
            "  　": [],
            None: [],
            "张": ["% 张%"],
            "张 伟": ["% 张%", "% 伟%"],
            "zw": ["% zw%"],
            "12": ["% 12%"],
            "a股": ["% a股 %"],
            "伟)": ["% 伟%"],
            "&": ["%&%"],
            "10%": [r"%10\%%"],
            "a_b\\": [r"%a\_b\\%"],
            "zhang ZHANG": ["%zhang%"],
            "2026-0001": ["%20260001%"],
            "０７５５－１２３４５６７８": ["%075512345678%"],
        }.items():
            self.assertEqual(like_patterns(query), patterns, query)

    def test_like_emulation(self):
        self.assertTrue(matches(r" 10%_\ ", like_patterns(r"10%_\ ".strip())))
        self.assertFalse(matches(" 10x ", like_patterns("10%")))
        self.assertTrue(matches(" abc ", ["%a_c%"]))
        self.assertTrue(matches("anything", []))

    def test_empty(self):
        self.assertEqual(build_key(None, [None, False, ""], [None], None, ["  "], [""], False), "")
        self.assertEqual(build_key("，"), " , ")

    def test_rare_and_traditional_characters(self):
        self.assertFound(build_key("𠮷野家"), "𠮷野", "野家", "𠮷")
        self.assertFound(build_key("張偉國際"), "張偉", "zhangwei", "zwgj")
        self.assertFound(build_key("すし太郎"), "すし", "太郎", "し太", "すし太")
        self.assertFound(build_key("김철수"), "철수", "김철수", "수")

    def test_tags_give_way_in_a_long_key(self):
        tags = ["标签%d号" % n for n in range(500)]
        key = build_key(COMPANY * 3, ["KH-0001"], ["13800138000"], "a@b.cn", ["REF1"], tags, "成都")
        self.assertLessEqual(len(key), MAX_LENGTH)
        self.assertFound(key, COMPANY * 3, "KH-0001", "13800138000", "REF1", "标签0号", "标签")
        long = build_key("长" * 2000, ["KH-0001"], ["13800138000"])
        self.assertFound(long, "长" * 2000, "KH-0001", "8000")

    @settings(REPEATABLE, max_examples=300)
    @given(st.text() | names)
    @example("ΑΣ ͅ")
    def test_fold_is_idempotent(self, text):
        self.assertEqual(fold(fold(text)), fold(text))

    @settings(REPEATABLE, max_examples=300)
    @given(names)
    @example("\x00 \u200b")
    def test_form_of_a_key(self, name):
        key = build_key(name, [name])
        if key:
            self.assertTrue(key.startswith(" ") and key.endswith(" ") and "  " not in key)
            words = key.split()
            self.assertEqual(len(words), len(set(words)))
        self.assertEqual(not key, not fold(name))

    @settings(REPEATABLE, max_examples=600)
    @given(text_and_part(names))
    def test_any_part_of_a_name_is_found(self, name_and_part):
        name, part = name_and_part
        key = build_key(name)
        for word in part.split():
            if len(word) > 2:
                self.assertFound(key, word)
        first = re.sub(r"[\W_]", "", part.split()[0])
        if part.startswith(" ") or len(part.split()[0]) > 2 and len(first) > 2:
            # Every word after the first is the beginning of a word of the name.
            self.assertFound(key, part)

    @settings(REPEATABLE, max_examples=300)
    @given(
        text_and_part(st.from_regex(r"[A-Z0-9.\-/_%]{3,20}", fullmatch=True)),
        st.sampled_from(["numbers", "codes"]),
    )
    @example(("0000123456-7", "000123456"), "numbers")
    @example(("A+861234567", "+86"), "codes")
    def test_any_part_of_a_number_is_found(self, number_and_part, argument):
        number, part = number_and_part
        self.assertFound(build_key("张伟", **{argument: [number]}), part)

    @settings(REPEATABLE, max_examples=200)
    @given(text_and_part(st.from_regex(r"[a-z0-9.+\-_]{1,12}@[a-z0-9.\-]{1,12}", fullmatch=True)))
    def test_any_part_of_an_email_is_found(self, email_and_part):
        email, part = email_and_part
        self.assertFound(build_key("张伟", email=email), part)

    @settings(REPEATABLE, max_examples=300)
    @given(names)
    def test_any_two_adjacent_cjk_characters_are_found(self, name):
        key, folded = build_key(name), fold(name)
        for pair in map("".join, pairwise(folded)):
            if all(map(search_key._IS_CJK, pair)):
                self.assertFound(key, pair)
                self.assertIn(f"% {pair} %", like_patterns(pair))
        for char in filter(search_key._IS_CJK, folded):
            self.assertFound(key, char)

    @settings(REPEATABLE, max_examples=300)
    @given(han, st.data())
    def test_pinyin_and_initials_are_found(self, name, data):
        key, syllables = build_key(name), pinyin_syllables(name)
        initials, full = "".join(s[0] for s in syllables), "".join(syllables)
        self.assertFound(key, initials[: data.draw(st.integers(2, len(name)))])
        start = data.draw(st.integers(0, len(full) - 3))
        self.assertFound(key, full[start : data.draw(st.integers(start + 3, len(full)))])

    @settings(REPEATABLE, max_examples=300)
    @given(
        st.from_regex(r"(\+86 ?|0086 ?|)(1[3-9][0-9]{9}|0?[2-9][0-9]{2}[ -][0-9]{4}-?[0-9]{4})", fullmatch=True),
        st.integers(3, 11),
    )
    def test_the_last_digits_of_a_phone_are_found(self, phone, count):
        key = build_key("张伟", phones=[phone])
        self.assertFound(key, phone, phone_digits(phone), re.sub("[^0-9]", "", phone)[-min(count, 8) :])
