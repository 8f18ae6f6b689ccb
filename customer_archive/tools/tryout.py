"""Names and telephone numbers that people type to try something out (product.md Q6)."""

from __future__ import annotations

import re

# What may stand beside the word and still be nobody's name: “测试客户2”, “test user 01”.
_BESIDE = "客户|公司|数据|账号|用户|customer|company|user|data|account"


def name_pattern(words: list[str]) -> str:
    """One regular expression, for PostgreSQL (``~*``) and for Python alike: a name that is nothing but such words.

    A company that has the word in its name is none: “华测检测”, “Test Rite”.

    >>> [bool(re.search(name_pattern(["测试"]), name)) for name in ("测试客户02", "测试仪器厂")]
    [True, False]
    """
    alternatives = "|".join(_escape(word) for word in words)
    return rf"^[\s\d_.-]*({alternatives})([\s\d_.-]*({alternatives}|{_BESIDE}))*[\s\d_.-]*$"


def _escape(word: str) -> str:
    """As PostgreSQL and Python both read it."""
    return re.sub(r"([\\.^$*+?()\[\]{}|-])", r"\\\1", word.strip())


#: Digits of a telephone number that nobody has: the same one throughout. 8888 8888 behind an area code is somebody's.
REPEATED = r"^(\d)\1{6,}$"


def split(lines: str | None) -> tuple[list[str], list[str]]:
    """(words, telephone numbers) of a text with one entry in a line.

    >>> split("测试\\n 138 0013 8000 ")
    (['测试'], ['13800138000'])
    """
    words, phones = [], []
    for line in (lines or "").splitlines():
        text = line.strip()
        digits = re.sub(r"[\s+-]", "", text)
        if digits.isdigit() and len(digits) >= 5:
            phones.append(digits)
        elif text:
            words.append(text)
    return words, phones
