"""tools/numbering.py: 档号 templates. No database."""

import doctest
import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.customer_archive.tools import numbering
from odoo.addons.customer_archive.tools.numbering import TemplateError, ValueFault, parse_template

# The same examples in each run, and no folder of them left behind.
REPEATABLE = settings(deadline=None, derandomize=True, database=None)

USUAL = "{fonds}-{category}-{year}-{seq:4}"

free_values = st.text(alphabet="ABKHQY019._张档", min_size=1, max_size=6)
values = st.fixed_dictionaries(
    {
        "fonds": free_values,
        "category": free_values,
        "unit": free_values,
        "year": st.integers(1000, 9999).map(str),
        "retention": st.sampled_from(numbering.RETENTION_CODES),
    }
)
separators = st.sampled_from(["-", "/", "·", "〔", "]", "()", "#-", "1-", "-0", "-1"])


@st.composite
def templates(draw):
    """Templates with a literal between all tokens, or a year glued to the running number."""
    tokens = draw(st.permutations(["fonds", "category", "year", "retention", "unit", "seq"]))
    kept = [t for t in tokens if t == "seq" or draw(st.booleans())]
    width = draw(st.sampled_from(["", ":1", ":4", ":9"]))
    text = ""
    for before, token in pairwise([None, *kept]):
        glued = before in (None, "year") and token == "seq" or before == "seq" and token == "year"
        text += "" if before is None or glued and draw(st.booleans()) else draw(separators)
        text += "{%s%s}" % (token, width if token == "seq" else "")
    return text


class TestNumbering(BaseCase):
    def assertFault(self, text, code, position):
        with self.assertRaises(TemplateError) as caught:
            parse_template(text)
        self.assertEqual((caught.exception.code, caught.exception.position), (code, position), text)
        self.assertIn(code, TemplateError.CODES)

    def test_doctests(self):
        self.assertEqual(doctest.testmod(numbering).failed, 0)

    def test_faults_of_a_template(self):
        for text, code, position in [
            ("", "empty", 0),
            (None, "empty", 0),
            ("K" * 60 + "{seq}", "too_long", 64),
            ("KH-{month}-{seq}", "unknown_token", 3),
            ("KH-{}-{seq}", "unknown_token", 3),
            ("KH-{seq", "unclosed_brace", 3),
            ("KH-{year{seq}", "unclosed_brace", 3),
            ("KH}-{seq}", "stray_brace", 2),
            ("{seq:0}", "bad_width", 5),
            ("{seq:10}", "bad_width", 5),
            ("{seq:}", "bad_width", 5),
            ("{seq:four}", "bad_width", 5),
            ("{year:4}-{seq}", "bad_width", 6),
            ("KH {seq}", "bad_character", 2),
            ("KH%{seq}", "bad_character", 2),
            ("KH\t{seq}", "bad_character", 2),
            ("ＫH{seq}", "bad_character", 0),
            ("KH-{year}", "no_seq", 9),
            ("{seq}-{seq:5}", "two_seq", 6),
            ("{year}-{year}-{seq}", "duplicate_token", 7),
            ("{category}{seq:4}", "touching", 10),
            ("{seq}{unit}", "touching", 5),
            ("{category}{year}{seq}", "touching", 16),
            ("{category}01{seq}", "touching", 12),
            ("{fonds}{category}-{seq}", "touching", 7),
        ]:
            self.assertFault(text, code, position)

    def test_good_templates(self):
        for text in [
            "{seq}",
            "{year}{seq:4}",
            "{seq}{year}",
            "客户〔{year}〕{seq:4}号",
            "{category}{year}-{seq}",
            "{fonds}/{category}.{unit}_{retention}·{year}#[{seq:9}]",
        ]:
            self.assertEqual(parse_template(text).text, text)

    def test_default_width(self):
        self.assertEqual(parse_template("KH{seq}").render({}, 7), "KH0007")
        self.assertEqual(parse_template("KH{seq:1}").render({}, 7), "KH7")

    def test_number_grows_beyond_its_width(self):
        template = parse_template("KH{seq:4}")
        self.assertEqual([template.render({}, seq) for seq in (9999, 10000)], ["KH9999", "KH10000"])
        self.assertEqual(template.parse("KH10000"), {"seq": 10000})

    def test_missing_and_faulty_values_are_values(self):
        template = parse_template("{fonds}-{retention}-{year}-{unit}-{seq}")
        given_values = {"fonds": "C 01", "retention": "D20", "year": 26, "unit": False}
        self.assertEqual(template.missing(given_values), ["unit"])
        self.assertEqual(
            [(fault.token, fault.code) for fault in template.faults(given_values)],
            [("fonds", "bad_character"), ("retention", "bad_retention"), ("year", "bad_year"), ("unit", "missing")],
        )
        with self.assertRaises(ValueFault):
            template.render(given_values, 1)

    def test_running_number_is_a_whole_number_from_one(self):
        for seq in (0, -1, True, 1.0, "1"):
            with self.assertRaises(ValueFault):
                parse_template("{seq}").render({}, seq)

    def test_series_key_does_not_depend_on_the_width(self):
        keys = {parse_template("KH-{year}-{seq:%s}" % n).series_key({"year": 2026}) for n in (1, 4, 9)}
        self.assertEqual(keys, {"KH-2026-{seq}"})

    def test_parse_refuses_what_render_never_makes(self):
        template = parse_template(USUAL)
        for number in [
            "C01-KH-2026-00001",
            "C01-KH-2026-0000",
            "C01-KH-2026-001",
            "C01-KH-26-0001",
            "C01-KH-2026-",
            "C01--2026-0001",
            "C01-KH-2026-0001 ",
            "c 1-KH-2026-0001",
            "C01-KH-２０２６-0001",
            "",
            None,
        ]:
            self.assertIsNone(template.parse(number), number)

    def test_known_categories_decide_where_the_split_is_ambiguous(self):
        template = parse_template(USUAL)
        number = "C01-KH-QY-2026-0001"
        self.assertEqual(template.parse(number)["category"], "KH-QY")
        self.assertEqual(template.parse(number, ["QY", "KH"])["category"], "QY")
        self.assertEqual(template.parse("C-KH-2026-0001", ["K", "KH"])["category"], "KH")
        self.assertIsNone(template.parse(number, ["GR"]))
        self.assertIsNone(template.parse(number, []))

    @settings(REPEATABLE, max_examples=150)
    @given(templates(), values, st.integers(1, 10**7))
    def test_parse_gives_back_what_render_was_given(self, text, given_values, seq):
        template = parse_template(text)
        number = template.render(given_values, seq)
        parsed = template.parse(number)
        self.assertEqual(parsed.pop("seq"), seq)
        self.assertEqual(parsed, {token: given_values[token] for token in template.tokens if token != "seq"})
        self.assertEqual(template.parse(number, [given_values["category"]])["seq"], seq)

    @settings(REPEATABLE, max_examples=300)
    @given(templates(), st.data())
    def test_render_gives_back_what_parse_was_given(self, text, data):
        template = parse_template(text)
        # Anything near a number of this template: free text may hold the separators, digits may be too many.
        pattern = "".join(
            {"year": "[0-9]{3,5}", "seq": "[0-9]{1,12}", "": re.escape(part.text)}.get(part.token, "[-A1D0Y/·]{1,5}")
            for part in template.parts
        )
        number = data.draw(st.from_regex(pattern, fullmatch=True))
        parsed = template.parse(number)
        if parsed is not None:
            self.assertEqual(template.render(parsed, parsed["seq"]), number)

    @settings(REPEATABLE, max_examples=200)
    @given(st.text(alphabet="{}:seqyear49-K %张", max_size=30))
    def test_any_text_is_a_template_or_a_template_error(self, text):
        try:
            parse_template(text)
        except TemplateError as error:
            self.assertIn(error.code, TemplateError.CODES)
            self.assertTrue(0 <= error.position <= len(text))
