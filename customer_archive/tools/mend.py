"""What a wrong value was probably meant to be (product.md Q6): a suggestion for people, never written by itself.

Each repair undoes a known slip, and counts only if the result passes the check that the value failed. Where the check
has a check digit that is nearly a proof; where it has none (phones, e-mails) only slips without a choice are undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.cn import ric

from .checks import CHECKS, check_value

# Letters that GB 32100 leaves out because they are read as others.
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"})
_DIGIT_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"})
_TRUNK_MOBILE = re.compile(r"^(?:\+?86[ -]?)?0(1[3-9][0-9]{9})$")
_BARE_COUNTRY = re.compile(r"^86(1[3-9][0-9]{9})$")
_TYPED_DOMAIN = re.compile(r"[,，;；。、]+|\.{2,}")


def mend(kind: str, value: str | None, country: str | None = "CN") -> str | None:
    """The value as it was probably meant, or None where nothing certain enough comes to mind.

    :param kind: a key of `checks.CHECKS`

    >>> mend("uscc", "9144O300MA5W00007E"), mend("phone", "013800138000"), mend("email", "li@example,com")
    ('91440300MA5W00007E', '138 0013 8000', 'li@example.com')
    >>> mend("email", "nobody") is None
    True
    """
    text = CHECKS[kind].normalise(value)
    for candidate in _REPAIRS[kind](text) if text and kind in _REPAIRS else ():
        if candidate != text and check_value(kind, candidate, country) is None:
            return candidate
    return None


def birth_date_of(number: str | None) -> str | None:
    """The ISO birth date in a valid identity card number.

    >>> birth_date_of("110101190001010014"), birth_date_of("110101190001010015")
    ('1900-01-01', None)
    """
    text = CHECKS["cn_id"].normalise(number)
    if not text or check_value("cn_id", text) is not None:
        return None
    return f"{text[6:10]}-{text[10:12]}-{text[12:14]}"


def _uscc(code: str) -> Iterator[str]:
    yield code.translate(_LOOKALIKES)
    yield code[:8].translate(_DIGIT_LOOKALIKES) + code[8:].translate(_LOOKALIKES)


def _cn_id(number: str) -> Iterator[str]:
    if len(number) == 15 and number.isdigit():  # first generation: the century and the check digit are missing
        longer = number[:6] + "19" + number[6:]
        yield longer + ric.calc_check_digit(longer + "0")
    yield number.translate(_DIGIT_LOOKALIKES)


def _phone(number: str) -> Iterator[str]:
    digits = re.sub(r"[ .\-]", "", number)
    for pattern in (_TRUNK_MOBILE, _BARE_COUNTRY):
        found = pattern.match(digits)
        if found:
            mobile = found.group(1)
            yield f"{mobile[:3]} {mobile[3:7]} {mobile[7:]}"
    spelt = digits.upper().translate(_DIGIT_LOOKALIKES)
    if spelt != digits.upper():
        yield spelt


def _email(address: str) -> Iterator[str]:
    local, at, domain = address.replace(" ", "").rpartition("@")
    if at:
        yield f"{local.strip('.,')}@{_TYPED_DOMAIN.sub('.', domain).strip('.')}"


def _postcode(code: str) -> Iterator[str]:
    yield code.translate(_DIGIT_LOOKALIKES)


_REPAIRS = {"uscc": _uscc, "cn_id": _cn_id, "phone": _phone, "email": _email, "postcode": _postcode}
