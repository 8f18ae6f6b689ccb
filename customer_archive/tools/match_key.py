"""What customers are compared by: the parts of a customer in comparable form, and the keys that find who is alike.

A key is no value: it is a digest of 64 bits, so that the table of keys holds no second copy of names and numbers. Two
customers that share a key are *looked at*; match_score.py says whether they are the same.

>>> one = customer(name="深圳市華強電子股份有限公司", is_company=True, phone="0755-12345678")
>>> two = customer(name="华强电子（深圳）有限公司", is_company=True, e164="+8675512345678")
>>> sorted(keys(one).keys() & keys(two).keys()) == sorted(keys(one))
True
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from hashlib import blake2b
from typing import NamedTuple

import stdnum
from opencc import OpenCC
from stdnum import numdb

from .duplicate_keys import code_key, phone_key
from .normalise import normalise_email
from .search_key import fold, pinyin_syllables

#: What a key is made of: identity or tax code, phone line, e-mail, name and sound of the name at a place, address, and
#: a company's name anywhere.
KINDS = ("code", "phone", "email", "name", "sound", "address", "brand")
#: Too many companies share their name with one elsewhere: this is looked up for one customer, never compared in bulk.
LOOKUP_ONLY = frozenset({"brand"})

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
has_han = re.compile(f"[{_HAN}]").search
_SIGNS = re.compile(rf"(?:[^\w{_HAN}]|_)+")
_BRACKETS = re.compile(r"[(\[{〔【《<]([^()\[\]{}〔〕【】《》<>]*)[)\]}〕】》>]")
# How a company is incorporated tells nothing about who it is.
_FORMS = re.compile(
    "(?:股份有限公司|有限责任公司|有限公司|股份公司|集团公司|控股公司|总公司|公司|合伙企业|有限合伙|普通合伙|集团|股份)+$"
)
_BRANCH = re.compile("(.*?公司)(.+?)(?:分公司|分店|分厂|分部|分行|支行|办事处|营业部|经营部)$")
_PART = re.compile("(.{2,}?)(?:分公司|办事处)$")
_TITLE = re.compile("(?<=.)(?:先生|女士|小姐|老师|经理|主任|总)$")
_LATIN_FORMS = frozenset(
    "inc incorporated ltd limited llc llp lp gmbh mbh co company corp corporation plc pte pty sdn bhd sa sas"
    " sarl srl spa ag bv nv oy ab as kg kk the and of group holding holdings international intl"
    " jituan".split()
)
_PINYIN_FORMS = re.compile("(?<=.{3})(?:jituan)?(?:gufen)?(?:youxian)?(?:zeren)?(?:gongsi)$")
_LATIN_TITLES = frozenset("mr mrs ms miss dr prof sir".split())
_SAME_WORD = {"street": "st", "road": "rd", "avenue": "ave", "building": "bldg", "floor": "fl", "lu": "rd"}
_WORD = re.compile(r"[a-z0-9]+")
_LANDLINE = re.compile(r"(?:10|2[0-9])([0-9]{8})|(?!400|800)[3-9][0-9]{2}([0-9]{7,8})")
# Province, city and district in front of a street: people leave them out. No street is meant by 开发区路.
_DISTRICTS = re.compile(
    "^(?:[^省市区县旗路街道巷号0-9]{1,7}(?:省|市|区|县|旗|自治区)(?![路街道东西南北中大]))+(?=.{3})"
)
_HOUSE = re.compile(r"(.*?[0-9]+)(?:号|弄|-|$)(.*)")
_PEOPLES = (
    "朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|蒙古族|哈萨克|柯尔克孜"
    "|维吾尔|黎族"
)
_AREA = re.compile(f"(?<=..)(?:{_PEOPLES})*(?:自治州|自治县|自治区|特别行政区|地区|省|市|盟|州)$")


class Name(NamedTuple):
    """A name taken apart. ``places`` and ``branch`` of companies only."""

    core: str
    places: frozenset[str] = frozenset()
    branch: str = ""


class Customer(NamedTuple):
    """A customer in comparable form."""

    is_company: bool
    names: tuple[Name, ...]
    codes: frozenset[str]
    lines: frozenset[str]
    email: str
    place: str
    road: str  # street and house number
    room: str  # what follows them


def customer(
    *,
    name: str | None,
    is_company: bool = False,
    aliases: Iterable[str | None] = (),
    codes: Iterable[str | None] = (),
    phone: str | None = None,
    e164: str | None = None,
    email: str | None = None,
    street: str | None = None,
    street2: str | None = None,
    city: str | None = None,
) -> Customer:
    """Take the values of a customer apart.

    :param aliases: other names: the legal one, a former one
    :param codes: credit code, tax or identity number; anything too short is none
    :param e164: the phone number as E.164 where it is known to be one; goes before ``phone`` as typed
    """
    split = company_name if is_company else person_name
    names = tuple(dict.fromkeys(found for found in (split(text) for text in (name, *aliases) if text) if found.core))
    place = place_of(city)
    if not place and is_company and names:
        place = min(names[0].places, default="")
    road, room = address(street, street2)
    number = line(e164 or phone)
    return Customer(
        bool(is_company),
        names,
        frozenset(code for code in map(code_key, codes) if code),
        frozenset([number] if number else ()),
        normalise_email(email).lower() if email and "@" in email else "",
        place,
        road,
        room,
    )


def keys(it: Customer) -> dict[int, str]:
    """The keys of a customer: {key: its kind}. A key is a signed number of 64 bits."""
    found: dict[int, str] = {}

    def add(kind, value):
        found[_digest(kind, value)] = kind

    for code in it.codes:
        add("code", code)
    for number in it.lines:
        add("phone", short_line(number))
    if it.email:
        add("email", it.email)
    for name in it.names:
        if it.is_company:
            add("brand", name.core)
            add("sound", f"{sound(name.core)}|{it.place}")
        if it.is_company or it.place:  # the commonest names of persons are borne by thousands
            add("name", f"{name.core}|{it.place}")
    if it.road:
        add("address", f"{it.place}|{it.road}")
    return found


def code_keys(it: Customer) -> list[int]:
    """The keys of the customer's codes alone."""
    return [_digest("code", code) for code in sorted(it.codes)]


def _digest(kind: str, value: str) -> int:
    return int.from_bytes(blake2b(f"{kind}:{value}".encode(), digest_size=8).digest(), signed=True)


# --- Names ----------------------------------------------------------------------------------------------------


def simplify(text: str) -> str:
    """Traditional characters → simplified, one by one (OpenCC's table).

    >>> simplify("華強電子")
    '华强电子'
    """
    if text.isascii() or _traditional().isdisjoint(text):
        return text
    return text.translate(_simplified())


def company_name(name: str | None) -> Name:
    """A company's name without legal form, place and signs; places and branch apart.

    >>> company_name("深圳市华强电子股份有限公司").core, company_name("華強電子（深圳）有限責任公司").core
    ('华强电子', '华强电子')
    >>> company_name("华强电子有限公司上海分公司")
    Name(core='华强电子', places=frozenset(), branch='上海')
    >>> company_name("Bright Water Trading Co., Ltd.").core
    'brightwatertrading'
    """
    text = simplify(fold(name))
    if not has_han(text):
        return _latin_company(text)
    places = set()

    def unbracket(match):
        inner = _SIGNS.sub("", match[1])
        if inner in _places() or inner == "中国":
            places.add(_places().get(inner, inner))
            return ""
        return "" if _FORMS.fullmatch(inner) else inner

    text = _SIGNS.sub("", _BRACKETS.sub(unbracket, text))
    branch = ""
    if match := _BRANCH.match(text):
        text, branch = match[1], place_of(match[2])
    elif match := _PART.match(text):
        text, branch = match[1], "?"
    core = _FORMS.sub("", text)
    core = core if len(core) > 1 else text
    for _ in range(3):
        length = next((size for size in range(min(11, len(core) - 2), 1, -1) if core[:size] in _places()), 0)
        if not length:
            break
        places.add(_places()[core[:length]])
        core = core[length:]
    return Name(core, frozenset(places), branch)


def _latin_company(text: str) -> Name:
    places = set()

    def unbracket(match):
        place = _pinyin_places().get("".join(_WORD.findall(match[1])))
        if place:
            places.add(place)
        return " " if place else f" {match[1]} "

    words = _WORD.findall(_BRACKETS.sub(unbracket, text).replace(".", "").replace("'", ""))
    branch = "?" if "branch" in words else ""
    kept = [word for word in words if word not in _LATIN_FORMS and word != "branch"] or words
    # Pinyin is written with a space after each syllable or after each word: "nan jing", "nanjing".
    for size in (1, 2, 3):
        if len(kept) > size and (place := _pinyin_places().get("".join(kept[:size]))):
            places.add(place)
            kept = kept[size:]
            break
    return Name(_PINYIN_FORMS.sub("", "".join(kept)), frozenset(places), branch)


def person_name(name: str | None) -> Name:
    """A person's name without titles, brackets and signs; the words of a Latin name in the order of the alphabet.

    >>> person_name("張偉 先生").core, person_name("Smith, Mr. John").core
    ('张伟', 'john smith')
    """
    text = simplify(_BRACKETS.sub("", fold(name)))
    if has_han(text):
        text = _SIGNS.sub("", text)
        return Name(_TITLE.sub("", text) if len(text) > 2 else text)
    words = [word for word in _WORD.findall(text.replace(".", " ")) if word not in _LATIN_TITLES]
    return Name(" ".join(sorted(words)))


@lru_cache(maxsize=8192)
def pinyin(core: str) -> str:
    """How a name sounds: pinyin without tones; a Latin name as it is, without spaces.

    >>> pinyin("华强"), pinyin("hua qiang")
    ('huaqiang', 'huaqiang')
    """
    return "".join(pinyin_syllables(core)) if has_han(core) else core.replace(" ", "")


def sound(core: str) -> str:
    """The letters of the pinyin in the order of the alphabet: homophones, swapped characters and pinyin are one.

    >>> sound("华强") == sound("强华") == sound("华墙") == sound("hua qiang")
    True
    """
    syllables = pinyin_syllables(core) if has_han(core) else core.replace(" ", "")
    return "".join(sorted("".join(syllables)))


# --- Phones and addresses ----------------------------------------------------------------------------------------


def line(phone: str | None) -> str:
    """The digits that say which line it is: without the country code of China, trunk zero and extension.

    >>> line("+86 755 1234-5678"), line("+14155550123"), line("(0755) 12345678 转 801")
    ('75512345678', '14155550123', '75512345678')
    """
    if phone and phone[0] == "+" and phone[1:].isdigit() and phone.isascii():
        return phone[3:] if phone.startswith("+86") else phone[1:]
    number = phone_key(phone) if phone else ""
    return number if len(number) > 5 else ""


def short_line(number: str) -> str:
    """What is dialled locally, so that a number without its area code is found: last eight digits, or fewer.

    >>> short_line("75512345678"), short_line("13800138000"), short_line("7521234567")
    ('12345678', '00138000', '1234567')
    """
    match = _LANDLINE.fullmatch(number)
    return (match[1] or match[2]) if match else number[-8:]


@lru_cache(maxsize=8192)
def place_of(city: str | None) -> str:
    """A place by its short name; another word as it is written.

    >>> place_of("深圳市"), place_of("Shenzhen"), place_of("延邊朝鮮族自治州"), place_of("London")
    ('深圳', '深圳', '延边', 'london')
    """
    text = _SIGNS.sub("", simplify(fold(city)))
    return _places().get(text) or _pinyin_places().get(text) or _AREA.sub("", text) or text


def address(street: str | None, street2: str | None = None) -> tuple[str, str]:
    """(street with house number, the rest); empty without a number, which says nothing.

    >>> address("广东省深圳市　福田区 深南大道 6008号", "Ａ座 3层"), address("12 Smith Street", None)
    (('深南大道6008', 'a座3层'), ('12smithst', ''))
    """
    text = simplify(fold(f"{street or ''} {street2 or ''}"))
    if not any(char.isdigit() for char in text):
        return "", ""
    if not has_han(text):
        first = " ".join(_SAME_WORD.get(word, word) for word in _WORD.findall(simplify(fold(street))))
        return first.replace(" ", ""), "".join(_WORD.findall(simplify(fold(street2))))
    text = re.sub(r"\s+", "", text)
    match = _HOUSE.match(text)
    if not match:
        return "", ""
    road = _SIGNS.sub("", match[1])
    return _DISTRICTS.sub("", road), _SIGNS.sub("", match[2])


# --- Tables ---------------------------------------------------------------------------------------------------


@cache
def _simplified() -> dict[int, str]:
    """{code of a traditional character: the simplified one}; made once per process, in some milliseconds."""
    chars = [*map(chr, range(0x3400, 0xA000)), *map(chr, range(0xF900, 0xFB00))]
    plain = OpenCC("t2s").convert("\n".join(chars)).split("\n")
    return {ord(char): to for char, to in zip(chars, plain, strict=True) if char != to}


@cache
def _traditional() -> frozenset[str]:
    return frozenset(map(chr, _simplified()))


@cache
def _divisions() -> list:
    """python-stdnum's table of divisions (GB/T 2260). By its path: Odoo's import hook hides packages' resources."""
    with (pathlib.Path(stdnum.__file__).parent / "cn" / "loc.dat").open(encoding="utf-8") as file:
        return numdb.read(file).prefixes


@cache
def _places() -> dict[str, str]:
    """{a place as it is written: its short name}: provinces and cities with and without 省, 市; 县 and 区 with it.

    Former names included.
    """
    found = {"香港": "香港", "澳门": "澳门", "台湾": "台湾", "台湾省": "台湾", "台北": "台北", "台北市": "台北"}
    found["北京"] = "北京"
    counties = {}
    for _length, _low, _high, province, divisions in _divisions():
        names = [province["province"]]
        for _size, code, _end, division, _below in divisions:
            written = re.findall(r"[\u4e00-\u9fff]{2,}", division["county"])
            if code.endswith("00"):
                names += written
            else:
                counties.update({name: name for name in written if len(name) > 2})
        for name in names:
            short = _AREA.sub("", name)
            if len(short) > 1 and name not in ("市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划"):
                found[name] = found[short] = short
    return {**counties, **found}


@cache
def _pinyin_places() -> dict[str, str]:
    """{pinyin of a province or city: its short name}."""
    found = {"hongkong": "香港", "macau": "澳门", "macao": "澳门", "taipei": "台北", "taiwan": "台湾"}
    for written, short in _places().items():
        if written == short:
            found.setdefault("".join(pinyin_syllables(short)), short)
    return found


@cache
def province_of() -> dict[str, str]:
    """{short name of a city: short name of its province}, for names that say either."""
    found = {}
    for _length, _low, _high, province, divisions in _divisions():
        above = _AREA.sub("", province["province"])
        for _size, _code, _end, division, _below in divisions:
            for written in re.findall(r"[\u4e00-\u9fff]{2,}", division["county"]):
                found.setdefault(_places().get(written, written), above)
    return found
