"""档号 templates (product.md C2): literal text with tokens in braces.

Tokens: ``{fonds}`` ``{category}`` ``{unit}`` (free text), ``{year}`` (4 digits), ``{retention}`` (Y, D30 or D10,
the retention codes of DA/T 22) and exactly one running number ``{seq:N}``, N = minimum width 1..9 (``{seq}`` = 4).

>>> template = parse_template("{fonds}-{category}-{year}-{seq:4}")
>>> values = {"fonds": "C01", "category": "KH.QY", "year": 2026}
>>> template.render(values, 1)
'C01-KH.QY-2026-0001'
>>> template.series_key(values)
'C01-KH.QY-2026-{seq}'
>>> template.parse("C01-KH.QY-2026-10000")
{'fonds': 'C01', 'category': 'KH.QY', 'year': '2026', 'seq': 10000}
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

TOKENS = ("fonds", "category", "year", "retention", "unit", "seq")
RETENTION_CODES = ("Y", "D30", "D10")
DEFAULT_WIDTH = 4
MAX_WIDTH = 9
MAX_LENGTH = 64

# What may stand in a number, in the template or in a value. No white space (it does not survive copying), no % (the
# wildcard of every search box), no braces; letters and digits of any script. No "\w" with compatibility forms either:
# see `_bad_character`.
_CHARACTERS = r"\w\-./·〔〕\[\]()#"
_CHARACTER = re.compile(f"[{_CHARACTERS}]")
_FREE = f"[{_CHARACTERS}]+?"
_YEAR = re.compile(r"[0-9]{4}")


class TemplateError(ValueError):
    """A template that cannot be used.

    :ivar position: 0-based index into the template where the fault is
    :ivar code: empty, too_long, unknown_token, unclosed_brace, stray_brace, bad_width, bad_character, no_seq,
        two_seq, duplicate_token or touching
    :ivar detail: the offending text, for the sentence the model layer makes of it
    """

    CODES = (
        "empty",
        "too_long",
        "unknown_token",
        "unclosed_brace",
        "stray_brace",
        "bad_width",
        "bad_character",
        "no_seq",
        "two_seq",
        "duplicate_token",
        "touching",
    )

    def __init__(self, position: int, code: str, detail: str = "") -> None:
        super().__init__(position, code, detail)
        self.position, self.code, self.detail = position, code, detail


class ValueFault(ValueError):
    """A value that a number cannot be made of.

    :ivar token: the token the value is for
    :ivar code: missing, bad_year, bad_retention, bad_character or bad_seq
    """

    CODES = ("missing", "bad_year", "bad_retention", "bad_character", "bad_seq")

    def __init__(self, token: str, code: str) -> None:
        super().__init__(token, code)
        self.token, self.code = token, code


@dataclass(frozen=True)
class Part:
    """A piece of a template: literal text (`token` empty), or a token; `position` is its index in the template."""

    position: int
    text: str
    token: str = ""
    width: int = 0


@dataclass(frozen=True)
class Template:
    """A parsed template. Values are a mapping of token name → str (or int); surplus entries are ignored."""

    text: str
    parts: tuple[Part, ...] = field(repr=False, compare=False)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The names of the tokens in the order of the template, the running number ("seq") among them."""
        return tuple(part.token for part in self.parts if part.token)

    @cached_property
    def width(self) -> int:
        """The minimum width of the running number, in digits."""
        return next(part.width for part in self.parts if part.token == "seq")

    def missing(self, values: Mapping[str, object]) -> list[str]:
        """The tokens (but for the running number) that have no value."""
        return [token for token in self.tokens if token != "seq" and not _text(values.get(token))]

    def faults(self, values: Mapping[str, object]) -> list[ValueFault]:
        """What stands in the way of rendering, as values; empty when all is well."""
        codes = ((token, _value_fault(token, _text(values.get(token)))) for token in self.tokens if token != "seq")
        return [ValueFault(token, code) for token, code in codes if code]

    def series_key(self, values: Mapping[str, object]) -> str:
        """The name of the series the number belongs to: the rendered number with a literal ``{seq}`` in it.

        Numbers that could collide are of one series. The width is not in it, so that widening a template goes on
        counting.

        :raise ValueFault: as `render`
        """
        return self._fill(values, "{seq}")

    def render(self, values: Mapping[str, object], seq: int) -> str:
        """The number. A running number wider than the template's width just grows: 9999, 10000.

        :raise ValueFault: the first of `faults(values)`, or bad_seq when `seq` is not a whole number from 1
        """
        if isinstance(seq, bool) or not isinstance(seq, int) or seq < 1:
            raise ValueFault("seq", "bad_seq")
        return self._fill(values, str(seq).zfill(self.width))

    def parse(self, number: str, categories: Iterable[str] | None = None) -> dict[str, str | int] | None:
        """The values (str) and the running number ("seq", int) of a number, None when it is not of this template.

        ``render(parse(number))`` is `number` again. Where free values may contain the text that separates them
        ("A-B" in ``{fonds}-{category}-…``) the split is ambiguous, and the shortest first value is chosen; give the
        known category codes to decide it. The running number is exact as long as no value after it contains
        the text that follows it.

        :param categories: when given, the category must be one of these codes
        """
        match = self._regex(categories).fullmatch(number or "")
        if not match:
            return None
        values: dict[str, str | int] = dict(match.groupdict())
        values["seq"] = int(values["seq"])
        # The pattern for free values is wider than the rule (see _bad_character).
        return None if self.faults(values) else values

    def _fill(self, values: Mapping[str, object], seq: str) -> str:
        for fault in self.faults(values):
            raise fault
        texts = {**{token: _text(values.get(token)) for token in self.tokens}, "seq": seq}
        return "".join(texts[part.token] if part.token else part.text for part in self.parts)

    def _regex(self, categories: Iterable[str] | None) -> re.Pattern[str]:
        if categories is None:
            return self._open_regex
        codes = sorted(map(re.escape, categories), key=len, reverse=True)
        return self._compile("|".join(codes) or "(?!)")

    @cached_property
    def _open_regex(self) -> re.Pattern[str]:
        return self._compile(_FREE)

    def _compile(self, category: str) -> re.Pattern[str]:
        # Leading zeros only up to the width, and no number nought: else render() would not give the number back.
        width = self.width
        patterns = {
            "category": category,
            "year": _YEAR.pattern,
            "retention": "|".join(RETENTION_CODES),
            "seq": f"(?!0{{{width}}})[0-9]{{{width}}}|[1-9][0-9]{{{width},}}",
        }
        return re.compile(
            "".join(
                f"(?P<{part.token}>{patterns.get(part.token, _FREE)})" if part.token else re.escape(part.text)
                for part in self.parts
            )
        )


def parse_template(text: str | None) -> Template:
    """The template written in `text`.

    :raise TemplateError: with the place and the kind of the first fault

    >>> parse_template("KH-{year}").tokens
    Traceback (most recent call last):
    ...
    odoo.addons.customer_archive.tools.numbering.TemplateError: (9, 'no_seq', '')
    """
    text = text or ""
    if not text:
        raise TemplateError(0, "empty")
    if len(text) > MAX_LENGTH:
        raise TemplateError(MAX_LENGTH, "too_long", str(MAX_LENGTH))
    parts = tuple(_parts(text))
    _check_tokens(text, parts)
    _check_touching(parts)
    return Template(text, parts)


def _parts(text: str) -> Iterable[Part]:
    """The pieces of `text`, in order; faults of spelling are raised here."""
    position = 0
    while position < len(text):
        if text[position] == "{":
            part = _token_part(text, position)
        else:
            end = text.find("{", position)
            part = _literal_part(text[position:end] if end >= 0 else text[position:], position)
        yield part
        position += len(part.text)


def _literal_part(literal: str, position: int) -> Part:
    for offset, char in enumerate(literal):
        if char == "}":
            raise TemplateError(position + offset, "stray_brace", char)
        if _bad_character(char):
            raise TemplateError(position + offset, "bad_character", char)
    return Part(position, literal)


def _token_part(text: str, position: int) -> Part:
    end = text.find("}", position)
    if end < 0 or "{" in text[position + 1 : end]:
        raise TemplateError(position, "unclosed_brace", text[position:])
    name, colon, width = text[position + 1 : end].partition(":")
    if name not in TOKENS:
        raise TemplateError(position, "unknown_token", name)
    if colon and not (name == "seq" and re.fullmatch(f"[1-{MAX_WIDTH}]", width)):
        raise TemplateError(position + len(name) + 2, "bad_width", width)
    return Part(position, text[position : end + 1], name, int(width or DEFAULT_WIDTH) if name == "seq" else 0)


def _check_tokens(text: str, parts: tuple[Part, ...]) -> None:
    seen: set[str] = set()
    for part in parts:
        if part.token in seen:
            raise TemplateError(part.position, "two_seq" if part.token == "seq" else "duplicate_token", part.token)
        if part.token:
            seen.add(part.token)
    if "seq" not in seen:
        raise TemplateError(len(text), "no_seq")


def _check_touching(parts: tuple[Part, ...]) -> None:
    """Between two tokens of variable width there must be a literal that is not all digits.

    A year between them does not help ("KH1" + "2026" + "0001" is also "KH" + "1202" + "60001"), nor do digits, with
    which a category code may end and a running number may begin.
    """
    last = None
    for part in parts:
        if part.token and part.token != "year":
            if last:
                raise TemplateError(part.position, "touching", f"{{{last}}}{{{part.token}}}")
            last = part.token
        elif not part.token and not part.text.isdigit():
            last = None


def _text(value: object) -> str:
    """A value as text; None, False, 0 and '' are no value."""
    return str(value) if value else ""


def _value_fault(token: str, text: str) -> str:
    """The code of what is wrong with the value of a token, '' when nothing is."""
    if not text:
        return "missing"
    if token == "year":
        return "" if _YEAR.fullmatch(text) else "bad_year"
    if token == "retention":
        return "" if text in RETENTION_CODES else "bad_retention"
    return "bad_character" if any(map(_bad_character, text)) else ""


def number_fault(number: str) -> str:
    """What is wrong with a number that was not made here: '' when nothing is, else too_long or bad_character.

    >>> number_fault("KH-1998-12"), number_fault("<b>1</b>"), number_fault("档〔2019〕12号")
    ('', 'bad_character', '')
    """
    if len(number) > MAX_LENGTH:
        return "too_long"
    return "bad_character" if any(map(_bad_character, number)) else ""


def _bad_character(char: str) -> bool:
    """Not allowed, or a compatibility form (full-width letters, ²): two numbers that look alike must be alike."""
    return not _CHARACTER.fullmatch(char) or unicodedata.normalize("NFKC", char) != char
