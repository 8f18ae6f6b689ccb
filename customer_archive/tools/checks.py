"""Checks of one value each (product.md C3). A fault is a value, so that one bad cell does not stop a batch.

A check looks at the canonical form (`normalise`): full-width digits and spaces are no fault. Empty values are none
either; whether a field is required is another question. The model layer turns kinds and codes into sentences.

>>> check_value("uscc", "９１４４０３００ＭＡ５Ｗ００００７Ｘ").code
'checksum'
>>> check_value("phone", "138 0013 8000") is None
True
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, ValidationResult
from stdnum import luhn
from stdnum.cn import ric, uscc

from .normalise import normalise_code, normalise_email, normalise_phone

# GB/T 2260, first two digits: the provinces. Counties come and go every year, so the tables of counties in libraries
# go stale (stdnum.cn.ric refuses numbers for it); provinces have only ever been added. 83 is Taiwan on residence
# permits (2018), 71 on everything else.
PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
# Organisations registered with the state's own offices have 100000 as their region (GB 32100-2015).
_USCC_REGIONS = PROVINCES | {"10"}
# GB 32100-2015: digits and capitals without I, O, S, V, Z.
_USCC_CHARACTERS = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
_DIGITS = frozenset("0123456789")

# The postal zones in use, first two digits (YD/T; 99 is 999077 Hong Kong and 999078 Macao).
_POSTAL_ZONES = frozenset(
    "01 02 03 04 05 06 07 10 11 12 13 15 16 20 21 22 23 24 25 26 27 30 31 32 33 34 35 36 40 41 42 43 44 45 46 47 "
    "51 52 53 54 55 56 57 61 62 63 64 65 66 67 71 72 73 74 75 81 83 84 85 99".split()
)
_POSTCODE = re.compile(r"[A-Z0-9]{3,10}")

# New mobile ranges are given out faster than libraries are updated, so all of 13..19 counts.
_CN_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_CN_MOBILE_START = re.compile("1[3-9]")
# Service numbers that customers do have: banks, insurers and operators 95xxx(x), 96xxx(x), 100xx.
_CN_SERVICE = re.compile(r"9[56][0-9]{3,4}|100[0-9]{2}")
_CN_LOCAL = re.compile(r"[2-8][0-9]{6,7}")
_PHONE = re.compile(r"\+?[0-9 .\-]+(?: ext\. [0-9]+)?")
_PHONE_CHARACTER = re.compile(r"[0-9 .\-]")

# RFC 5321 §4.1.2 dot-string, with letters of any script (RFC 6531); quoted local parts are not in use.
_LOCAL_CHARACTER = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]")
_DOMAIN_LABEL = re.compile(r"(?!-)[^\W_](?:[^\W_]|-){0,62}(?<!-)")

_MAYBE_CN = ("", "CN")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value.

    :ivar kind: the key of `CHECKS`
    :ivar code: one of the check's `codes`
    :ivar example: a valid, made-up value of the kind, to show
    :ivar position: 0-based index in the *normalised* value where the fault is, where one can be named; its length
        when something is missing at the end
    """

    kind: str
    code: str
    example: str
    position: int | None = None


@dataclass(frozen=True)
class Check:
    """A kind of check: its `normalise`, a valid `example`, the fault `codes` it may give and how to `find` one.

    `find(normalised value, country)` gives (code, position) or None.
    """

    kind: str
    example: str
    codes: tuple[str, ...]
    normalise: Callable[[str | None], str]
    find: Callable[[str, str], tuple[str, int | None] | None]


def check_value(kind: str, value: str | None, country: str | None = "CN") -> Fault | None:
    """The fault of a value, None when it is good, empty, or the kind does not apply to the country.

    :param kind: a key of `CHECKS`: uscc, cn_id, phone, email, postcode or bank_card
    :param country: ISO 3166 alpha-2 code of the customer's country; empty counts as not known. uscc applies to CN
        and '' only; it is the default region for phone (CN when empty) and chooses the rule for postcode
    :raise KeyError: for an unknown kind (a programming error)
    """
    check = CHECKS[kind]
    text, country = check.normalise(value), (country or "").upper()
    found = check.find(text, country) if text else None
    return Fault(kind, found[0], example(kind, country), found[1]) if found else None


def example(kind: str, country: str | None = "CN") -> str:
    """A valid, made-up value of the kind for the country."""
    country = (country or "").upper()
    if country not in _MAYBE_CN and kind == "postcode":
        return "75008"
    if country not in _MAYBE_CN and kind == "phone":
        number = phonenumbers.example_number(country)
        if number:
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return CHECKS[kind].example


def _find_uscc(code: str, country: str) -> tuple[str, int | None] | None:
    """GB 32100-2015. The check digit is stdnum's; its `validate` is not used, for it wants digits in the first two
    places, where the standard has letters too (A army, G foreign NGOs, N rural collectives, Y others)."""
    if country not in _MAYBE_CN:
        return None
    if len(code) != 18:
        return "length", None
    for position, char in enumerate(code):
        if char not in (_DIGITS if 2 <= position < 8 else _USCC_CHARACTERS):
            return "character", position
    if code[17] != uscc.calc_check_digit(code[:17]):
        return "checksum", 17
    return ("region", 2) if code[2:4] not in _USCC_REGIONS else None


def _find_cn_id(number: str, country: str) -> tuple[str, int | None] | None:
    """GB 11643-1999, with the same layout for residence permits of Hong Kong, Macao and Taiwan (81, 82, 83) and the
    foreigners' permanent residence card of 2023 (9, province, nationality). Checked whatever the customer's country:
    a citizen may live abroad. The check digit is stdnum's; its `validate` is not used, for its table of counties."""
    if len(number) == 15 and _DIGITS.issuperset(number):
        return "old_format", None  # first generation, not valid since 2013
    if len(number) != 18:
        return "length", None
    for position, char in enumerate(number):
        if char not in _DIGITS and not (position == 17 and char == "X"):
            return "character", position
    foreign = number[0] == "9"
    if (number[1:3] if foreign else number[:2]) not in PROVINCES:
        return "region", 0
    if not _is_birth_date(number[6:14]):
        return "date", 6
    return ("checksum", 17) if number[17] != ric.calc_check_digit(number) else None


def _is_birth_date(digits: str) -> bool:
    try:
        date = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    # A day's grace: the server's clock may be UTC, a birth in China is up to eight hours ahead.
    return datetime.date(1850, 1, 1) <= date <= datetime.date.today() + datetime.timedelta(days=1)


def _find_phone(number: str, country: str) -> tuple[str, int | None] | None:
    """The kept metadata of `phonenumbers`, with mainland numbers it does not know of let through."""
    if not _PHONE.fullmatch(number):
        return _phone_character(number)
    region = country or "CN"
    digits = re.sub("[^0-9]", "", number.partition(" ext. ")[0])
    if region == "CN" and not number.startswith("+"):
        if _CN_MOBILE.fullmatch(digits) or _CN_SERVICE.fullmatch(digits):
            return None
        if _CN_LOCAL.fullmatch(digits):
            return "area_code", 0
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException as error:
        return _PARSE_CODES.get(error.error_type, "format"), None
    return _phone_range(parsed)


_PARSE_CODES = {
    NumberParseException.INVALID_COUNTRY_CODE: "country",
    NumberParseException.TOO_SHORT_NSN: "length",
    NumberParseException.TOO_SHORT_AFTER_IDD: "length",
    NumberParseException.TOO_LONG: "length",
}


def _phone_character(number: str) -> tuple[str, int | None]:
    """The first character a phone number cannot have; a fault of form when there is none."""
    for position, char in enumerate(number.partition(" ext. ")[0]):
        if not _PHONE_CHARACTER.fullmatch(char) and not (char == "+" and position == 0):
            return "character", position
    return "format", None


def _phone_range(parsed: phonenumbers.PhoneNumber) -> tuple[str, int | None] | None:
    if parsed.country_code == 86 and _CN_MOBILE_START.match(str(parsed.national_number)):
        return None if _CN_MOBILE.fullmatch(str(parsed.national_number)) else ("length", None)
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY and parsed.national_number > 999_999:
        return "area_code", 0
    if reason not in (ValidationResult.IS_POSSIBLE, ValidationResult.INVALID_COUNTRY_CODE):
        return "length", None
    return None if phonenumbers.is_valid_number(parsed) else ("unknown_number", None)


def _find_email(address: str, country: str) -> tuple[str, int | None] | None:
    """One @, a local part of at most 64 characters, a domain with a dot, at most 254 in all (RFC 5321 §4.5.3.1)."""
    local, at, domain = address.partition("@")
    if not at or "@" in domain:
        return "format", address.rfind("@") if at else None
    for position, char in enumerate(address):
        if char != "@" and not _LOCAL_CHARACTER.fullmatch(char):
            return "character", position
    if len(local) > 64 or len(address) > 254:
        return "length", None
    if not all(local.split(".")):
        return "format", 0
    return None if _is_domain(domain) else ("domain", len(local) + 1)


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    top = labels[-1]
    return (
        len(labels) > 1 and len(top) > 1 and not top.isdigit() and all(_DOMAIN_LABEL.fullmatch(name) for name in labels)
    )


def _find_postcode(code: str, country: str) -> tuple[str, int | None] | None:
    """CN: six digits in a zone that exists. Elsewhere only the outline all of the world's systems share."""
    if country not in _MAYBE_CN:
        return None if _POSTCODE.fullmatch(code) else ("format", None)
    for position, char in enumerate(code):
        if char not in _DIGITS:
            return "character", position
    if len(code) != 6:
        return "length", None
    return ("region", 0) if code[:2] not in _POSTAL_ZONES else None


def _find_bank_card(number: str, country: str) -> tuple[str, int | None] | None:
    """ISO/IEC 7812: 12 to 19 digits and the Luhn digit. For cards, not for companies' account numbers."""
    for position, char in enumerate(number):
        if char not in _DIGITS:
            return "character", position
    if not 12 <= len(number) <= 19:
        return "length", None
    return None if luhn.is_valid(number) else ("checksum", len(number) - 1)


#: The checks by kind. An add-on may add its own.
CHECKS: dict[str, Check] = {
    check.kind: check
    for check in (
        Check("uscc", "91440300MA5W00007E", ("length", "character", "region", "checksum"), normalise_code, _find_uscc),
        Check(
            "cn_id",
            "110101190001010014",
            ("old_format", "length", "character", "region", "date", "checksum"),
            normalise_code,
            _find_cn_id,
        ),
        Check(
            "phone",
            "138 0013 8000",
            ("character", "format", "length", "area_code", "country", "unknown_number"),
            normalise_phone,
            _find_phone,
        ),
        Check("email", "name@example.com", ("format", "character", "length", "domain"), normalise_email, _find_email),
        Check("postcode", "518000", ("character", "length", "region", "format"), normalise_code, _find_postcode),
        Check("bank_card", "6222000000000000004", ("character", "length", "checksum"), normalise_code, _find_bank_card),
    )
}
