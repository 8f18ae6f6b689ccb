"""Values as typed → canonical (product.md C3). All functions are idempotent; None, False and '' give ''."""

from __future__ import annotations

import re
import unicodedata

#: Han and kana, the scripts written without spaces. Not Hangul (Korean puts spaces between words), and not the
#: combining and spacing voice marks U+3099..U+309C (a space before them is what keeps NFKC from joining them).
CJK = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
#: Hyphens and dashes that people and word processors put where "-" is meant.
DASHES = "\\-\u2010-\u2015\u2212"

# The full-width form is the proper one inside Chinese text: a registered company name is written with it.
_PUNCTUATION = {"（": "(", "）": ")", "：": ":", "，": ",", "；": ";", "！": "!", "？": "?"}
_PUNCTUATION_SPLIT = re.compile("([（）：，；！？])")
_IS_CJK = re.compile(f"[{CJK}]")
# No space between two CJK characters, nor beside full-width punctuation, which carries its own white space.
_NEEDLESS_SPACE = re.compile(f"(?<=[{CJK}]) (?=[{CJK}])|(?<=[（）：，；！？]) | (?=[（）：，；！？])")
# Variation selectors are invisible, and would make two equal-looking names differ.
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_CODE_SEPARATORS = re.compile(f"[\\s·{DASHES}]+")
_EXTENSION = re.compile(r"\s*(?:转分机|分机号?|转|extension|ext\.?|x|#)\s*:?\s*([0-9]{1,7})$", re.I)
# 0755-12345678-801: area code, number, and what the switchboard dials.
_DASHED_EXTENSION = re.compile(r"^((?:\+86[ -]?)?0?[1-9][0-9]{1,2}-[0-9]{7,8})-([0-9]{1,6})$")


def fold_width(text: str | None) -> str:
    """NFKC: full-width letters, digits and signs and the ideographic space become half-width.

    >>> fold_width("ＡＢＣ　１２３（ｘ）")
    'ABC 123(x)'
    """
    return unicodedata.normalize("NFKC", text or "")


def remove_invisible(text: str | None) -> str:
    """Without control, format (zero-width, bidi, BOM) and surrogate characters; tabs and line ends become spaces.

    >>> remove_invisible("张\\u200b伟\\tA")
    '张伟 A'
    """
    text = text or ""
    if text.isprintable():
        return _VARIATION_SELECTORS.sub("", text)
    spaced = (" " if char.isspace() else char for char in text)
    shown = (char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    return _VARIATION_SELECTORS.sub("", "".join(shown))


def normalise_text(text: str | None) -> str:
    """A name or an address in canonical form: NFKC, nothing invisible, single spaces, none between CJK characters.

    The Chinese signs （）：，；！？ stay full-width where they stand next to a CJK character (white space apart) or
    close or open a bracket that does. Between Latin and CJK a space is kept: writing it or not is the owner's choice.

    >>> normalise_text(" 张　伟 ")
    '张伟'
    >>> normalise_text("华为技术（深圳）有限公司")
    '华为技术（深圳）有限公司'
    >>> normalise_text("ＡＢＣ　有限公司"), normalise_text("Ｓｍｉｔｈ （Ｈｏｌｄｉｎｇ）")
    ('ABC 有限公司', 'Smith (Holding)')
    >>> normalise_text("公司（ＡＢＣ）")
    '公司（ABC）'
    """
    folded = (
        part if part in _PUNCTUATION else fold_width(part) for part in _PUNCTUATION_SPLIT.split(remove_invisible(text))
    )
    text = " ".join("".join(folded).split())
    return _NEEDLESS_SPACE.sub("", _narrow_punctuation(text)).strip()


def normalise_code(text: str | None) -> str:
    """A code (USCC, ID number, bank card): NFKC, without white space, hyphens and middle dots, upper case.

    >>> normalise_code(" ９１44-0300 ma5·ｅｑ ")
    '91440300MA5EQ'
    """
    text = _CODE_SEPARATORS.sub("", fold_width(remove_invisible(text)))
    # The second NFKC: removing a separator, and upper(), may leave letters and marks that compose.
    return fold_width(fold_width(text).upper())


def normalise_phone(text: str | None) -> str:
    """A phone number that reads well: digits in groups as typed, leading +, one separator, "ext. N".

    It changes the writing only; whether the number exists is `checks.check_value("phone", …)`.

    >>> normalise_phone("（０７５５） 1234－5678 转 801")
    '0755 1234-5678 ext. 801'
    >>> normalise_phone("0086 138  0013 8000"), normalise_phone("0755-12345678-801")
    ('+86 138 0013 8000', '0755-12345678 ext. 801')
    """
    text = re.sub(f"[{DASHES}]", "-", fold_width(remove_invisible(text)))
    text = re.sub(r"[()\s]+", " ", text)
    text = re.sub(r" *-[ -]*", "-", text).strip(" -")
    text = re.sub(r"^(?:\+|00(?=[1-9]))[ -]*", "+", text)
    text = _DASHED_EXTENSION.sub(r"\1 ext. \2", text)
    return _EXTENSION.sub(r" ext. \1", text).strip()


def normalise_email(text: str | None) -> str:
    """An e-mail address: NFKC, trimmed, domain in lower case (the local part is its owner's, RFC 5321 §2.4).

    The ideographic full stop, an input-method slip, counts as a dot in the domain (as in IDNA, RFC 3490 §3.1).

    >>> normalise_email(" Zhang.San＠Example。COM ")
    'Zhang.San@example.com'
    """
    text = fold_width(remove_invisible(text)).strip()
    local, at, domain = text.rpartition("@")
    if not at:
        return text
    return f"{local}@{fold_width(domain.lower()).replace('。', '.')}"


def _narrow_punctuation(text: str) -> str:
    """Full-width signs that do not stand in Chinese text → ASCII."""
    wide = [i for i, char in enumerate(text) if char in _PUNCTUATION]
    if not wide:
        return text
    kept = {i for i in wide if _beside_cjk(text, i)}
    # A pair of brackets never ends up half wide and half narrow.
    for pair in _bracket_pairs(text, wide):
        if kept.intersection(pair):
            kept.update(pair)
    narrow = set(wide) - kept
    return "".join(_PUNCTUATION[char] if i in narrow else char for i, char in enumerate(text))


def _beside_cjk(text: str, index: int) -> bool:
    before, after = text[:index].rstrip()[-1:], text[index + 1 :].lstrip()[:1]
    return bool(_IS_CJK.search(before + after))


def _bracket_pairs(text: str, indexes: list[int]) -> list[tuple[int, int]]:
    """Positions (opening, closing) of the full-width brackets that match."""
    pairs, stack = [], []
    for i in indexes:
        if text[i] == "（":
            stack.append(i)
        elif text[i] == "）" and stack:
            pairs.append((stack.pop(), i))
    return pairs
