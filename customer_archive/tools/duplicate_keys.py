"""When two entries are the same customer (product.md C9, Q3): exact keys over normalised values.

Only certain matches count here: the same code; the same phone or e-mail under the same name; for companies the same
name. Similar names, pinyin and the like are the business of the full scan, which may be wrong now and then; an import
may not.

>>> known = keys(name="华鑫（杭州）科技有限公司", is_company=True)
>>> match(known, keys(name="华鑫(杭州) 科技有限公司", is_company=True))
'name'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple

from .normalise import normalise_code, normalise_email, normalise_phone

#: Characters that never tell two names apart, as the inside of a bracket expression that Python and PostgreSQL read
#: alike. Looked at after NFKC, which has made the full-width forms half-width.
NAME_NOISE = (
    "\\s\u200b-\u200f\ufeff()\\[\\]{}<>.,;:!?'\"`|/&+_#*\u00b7\u2010-\u201f\u2022\u2026"
    "\u3001\u3002\u3008-\u3011\u2212\\-"
)
_NOISE = re.compile(f"[{NAME_NOISE}]+")
_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}

#: Kinds of keys, the most certain first.
KINDS = ("code", "phone", "email", "name")


class Keys(NamedTuple):
    """The keys of one entry: kind → key, and its codes (an entry without codes may be any entry of its name)."""

    by_kind: dict[str, Hashable]
    codes: frozenset[str]


def name_key(name: str | None) -> str:
    """A name without spaces, brackets, signs, width and case.

    >>> name_key("ＡＢＣ（中国）有限公司") == name_key("abc (中国) 有限公司")
    True

    The same as :func:`name_key_sql` in the database, so only the letters A-Z lose their case: what PostgreSQL makes
    of others depends on the locale of the database.
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", name or "")).translate(_ASCII_LOWER)


def name_key_sql(column: str) -> str:
    """The same key of a column, as the text of an SQL expression. Immutable, so that it can be indexed."""
    noise = NAME_NOISE.replace("'", "''")
    return (
        f"translate(regexp_replace(normalize({column}, NFKC), '[{noise}]+', '', 'g'), "
        "'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
    )


def phone_key(phone: str | None) -> str:
    """The digits that say which line it is: no country code of China, no trunk zero, no extension.

    >>> phone_key("+86 138-0013-8000") == phone_key("13800138000")
    True
    >>> phone_key("（0571）8888 6666") == phone_key("+86 571 88886666 转 801")
    True
    """
    number = normalise_phone(phone).partition(" ext. ")[0]
    digits = re.sub("[^0-9]", "", number)
    if number.startswith("+86"):
        digits = digits[2:]
    return digits.lstrip("0")


def keys(
    *,
    name: str | None = None,
    is_company: bool = False,
    codes: Iterable[str | None] = (),
    phone: str | None = None,
    email: str | None = None,
) -> Keys:
    """The keys of an entry. ``codes``: credit code, tax or identity number; "/" and the like are none.

    >>> sorted(keys(name="张伟", phone="13800138000").by_kind)
    ['phone']
    """
    found: dict[str, Hashable] = {}
    clean = frozenset(code for code in map(code_key, codes) if code)
    plain, line, address = name_key(name), phone_key(phone), normalise_email(email).lower()
    if plain and line:
        found["phone"] = (plain, line)
    if plain and address:
        found["email"] = (plain, address)
    if plain and is_company:
        found["name"] = plain
    return Keys(found, clean)


def code_key(code: str | None) -> str:
    """A code that is long enough to identify; core marks "not subject to tax" with a slash."""
    clean = normalise_code(code)
    clean = clean[2:] if len(clean) == 20 and clean.startswith("CN") else clean
    return clean if len(clean) >= 6 else ""


def match(one: Keys, other: Keys) -> str | None:
    """The most certain kind of key that two entries share, or None.

    Entries that both have codes and share none are two customers, whatever else they share: shops of one name, a
    father and a son with one telephone.

    >>> match(keys(name="A", is_company=True, codes=["91110000600037341L"]), keys(name="A", is_company=True))
    'name'
    >>> match(keys(name="A", codes=["91110000600037341L"]), keys(name="A", codes=["91330106MA27XH0K3L"])) is None
    True
    """
    if one.codes & other.codes:
        return "code"
    if one.codes and other.codes:
        return None
    shared = one.by_kind.items() & other.by_kind.items()
    return min((kind for kind, _key in shared), key=KINDS.index, default=None)


class Register:
    """Entries that were seen, found again by any of their keys.

    >>> seen = Register()
    >>> seen.add("row 1", keys(name="华鑫科技有限公司", is_company=True))
    >>> seen.find(keys(name="华鑫 科技有限公司", is_company=True))
    ('name', 'row 1')
    >>> seen.find(keys(name="华鑫科技", is_company=True)) is None
    True
    """

    def __init__(self) -> None:
        self._index: dict[tuple[str, Hashable], list[tuple[object, Keys]]] = {}

    @staticmethod
    def _handles(entry: Keys) -> list[tuple[str, Hashable]]:
        return [("code", code) for code in sorted(entry.codes)] + list(entry.by_kind.items())

    def add(self, label: object, entry: Keys) -> None:
        for handle in self._handles(entry):
            self._index.setdefault(handle, []).append((label, entry))

    def find(self, entry: Keys, skip: Callable[[object], bool] = lambda label: False) -> tuple[str, object] | None:
        """(kind, label) of the first entry that is the same customer by the most certain kind of key.

        :param skip: says of a label that it is not looked for
        """
        best = None
        for handle in self._handles(entry):
            for label, other in self._index.get(handle, ()):
                if skip(label):
                    continue
                kind = match(entry, other)
                if kind and (best is None or KINDS.index(kind) < KINDS.index(best[0])):
                    best = (kind, label)
        return best
