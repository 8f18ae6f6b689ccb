"""Duplicates planted among the made-up customers: each a second entry of a customer with one fault of a named kind.

Also near misses: customers who look alike and are not the same (a branch, a son, a firm in the same house), which a
search for duplicates should leave alone.
"""

import random
from typing import NamedTuple

import phonenumbers
from generator import generator
from opencc import OpenCC

HOMOPHONES = (
    "华花 鑫欣 伟玮 强墙 明名 达大 信新 诚成 丽莉 芳方 静净 军均 杰洁 涛滔 建健 国果 文闻 海还 小晓 玉育 宏红 兴星"
).split()
COMMON = "天地人和日月山水金木火土东西南北中上下左右大小多少里外前后高低长短新旧开关"
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
FORMS = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司")
LATIN_FORMS = ("Inc.", "Ltd", "GmbH", "Pte. Ltd.", "Pty Ltd")


class Planted(NamedTuple):
    """A second entry: of which customer (index), the kind of fault, the language of the name."""

    row: object
    original: int
    kind: str
    language: str


def plant(customers, start, share=0.05, seed=1):
    """(second entries, near misses) for a list of top-level customers; their indexes begin at ``start``."""
    draw = random.Random(seed + 86_028_121)
    chosen = [it for it in customers if it.phone or it.email]
    draw.shuffle(chosen)
    wanted = int(len(customers) * share)
    planted, index = [], start
    for it in chosen:
        if len(planted) == wanted:
            break
        kind, row = _faulty(it, draw)
        if row is not None:
            planted.append(
                Planted(row._replace(index=index, ref=None, manager=None, tags=()), it.index, kind, language(it))
            )
            index += 1
    misses = []
    for it in chosen[-wanted // 3 :]:
        row = _near_miss(it, draw)
        if row is not None:
            misses.append(row._replace(index=index, ref=None, manager=None, tags=()))
            index += 1
    return planted, misses


def language(it):
    return "zh" if it.country == "CN" else "en"


def _faulty(it, draw):
    """A kind that fits the customer, and the entry with that fault; (kind, None) where it changes nothing."""
    kinds = dict(
        BOTH,
        **(ZH_COMPANY if it.is_company else ZH_PERSON)
        if language(it) == "zh"
        else (EN_COMPANY if it.is_company else EN_PERSON),
    )
    kind = draw.choice(sorted(kinds))
    row = kinds[kind](it, draw)
    if row is None or row == it:
        return kind, None
    return kind, row if kind in KEEPS else _forgetful(row, draw)


def _forgetful(row, draw):
    """The second entry lacks this and that, but something to reach the customer by."""
    values = {"uscc": row.uscc if draw.random() < 0.3 else None, "website": None}
    if draw.random() < 0.3 and row.email:
        values.update(phone=None, phone_e164=None)
    elif draw.random() < 0.4:
        values["email"] = None
    if draw.random() < 0.35:
        values.update(street=None, street2=None, zip=None)
    elif draw.random() < 0.3:
        values["street2"] = None
    return row._replace(**values)


def _named(change):
    def fault(it, draw):
        name = change(it.name, draw)
        return it._replace(name=name) if name and name != it.name else None

    return fault


def _form(name):
    return next((form for form in FORMS if name.endswith(form)), "")


def _other_form(name, draw):
    form = _form(name)
    return form and name.removesuffix(form) + draw.choice([other for other in (*FORMS, "公司", "") if other != form])


def _without_place(it, draw):
    provinces = (name.removesuffix("省").removesuffix("市") for name in generator.PROVINCE_NAMES.values())
    for short in (it.city.removesuffix("市"), *generator.PROVINCE_SHORT.values(), *provinces):
        if it.name.startswith(short) and len(it.name) > len(short) + 6:
            return it._replace(name=it.name.removeprefix(short))
    return None


def _moved_place(it, draw):
    """深圳华强电子有限公司 → 华强电子（深圳）有限公司."""
    short, form = it.city.removesuffix("市"), _form(it.name)
    if form and it.name.startswith(short):
        return it._replace(name=f"{it.name.removeprefix(short).removesuffix(form)}（{short}）{form}")
    return None


def _body(name):
    """Where the name's own characters are: not in the legal form, nor in the last word of the trade."""
    return max(len(name) - len(_form(name)), 2)


def _replaced(name, draw):
    at = draw.randrange(_body(name))
    return name[:at] + draw.choice(COMMON.replace(name[at], "")) + name[at + 1 :]


def _lost(name, draw):
    if len(name) < 3:
        return None
    at = draw.randrange(_body(name))
    return name[:at] + name[at + 1 :]


def _swapped(name, draw):
    at = draw.randrange(max(_body(name) - 1, 1))
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :] if len(name) > at + 1 else None


def _homophone(name, draw):
    pairs = [pair for pair in HOMOPHONES if pair[0] in name]
    pair = draw.choice(pairs) if pairs else None
    return pair and name.replace(pair[0], pair[1], 1)


def _short(it, draw):
    """What people call the company: its place and form left out, its trade cut."""
    row = _without_place(it, draw) or it
    name = row.name.removesuffix(_form(row.name))
    return row._replace(name=name[: max(4, len(name) - 2)]) if len(name) > 5 else None


def _pinyin(name, draw):
    from pypinyin import lazy_pinyin

    words = lazy_pinyin(name)
    return " ".join(word.capitalize() for word in words)


def _spaced(name, draw):
    return " ".join(name) if len(name) < 4 else f"{name[:4]} {name[4:]}".translate(WIDE)


def _latin_typo(name, draw):
    at = draw.randrange(1, len(name) - 2)
    letter = draw.choice("abcdefghijklmnopqrstuvwxyz")
    return draw.choice(
        (name[:at] + name[at + 1 :], name[:at] + letter + name[at + 1 :], name[:at] + letter + name[at:])
    )


def _latin_form(name, draw):
    form = next(form for form in LATIN_FORMS if name.endswith(form))
    return name.removesuffix(form).strip() + draw.choice(["", " Limited", ", LLC", " Co., Ltd.", " Corporation"])


def _latin_swapped(name, draw):
    words = name.split()
    return f"{words[1]}, {words[0]}" if len(words) == 2 else f"{words[1]} {words[0]} {' '.join(words[2:])}"


def _phone(change):
    def fault(it, draw):
        if not it.phone:
            return None
        phone = change(it, draw)
        if not phone or phone == it.phone:
            return None
        return it._replace(phone=phone, phone_e164=_e164(phone, it.country))

    return fault


def _e164(phone, country):
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _reformatted(it, draw):
    digits = it.phone_e164
    national = digits[3:] if digits.startswith("+86") else digits
    if national.startswith("+"):
        spaced = " ".join(national[start : start + 3] for start in range(0, len(national), 3))
        return draw.choice((national, f"00{national[1:]}", spaced))
    zero = "" if len(national) == 11 and national[0] == "1" else "0"
    plain = zero + national
    return draw.choice(
        (
            plain.translate(WIDE),
            f"0086 {national}",
            f"+86-{national[:3]}-{national[3:]}",
            f"({plain[:4]}){plain[4:]}",
            f"{plain} 转 8",
        )
    )


def _without_area(it, draw):
    national = (it.phone_e164 or "").removeprefix("+86")
    if national.startswith("+") or national.startswith("1") and len(national) == 11:
        return None
    return national[2:] if national[:2] in ("10",) or national[0] == "2" else national[3:]


def _phone_typo(it, draw):
    at = draw.randrange(3, len(it.phone))
    return it.phone[:at] + draw.choice("0123456789") + it.phone[at + 1 :] if it.phone[at].isdigit() else None


def _no_contact(it, draw):
    if not it.street or not it.zip:
        return None
    return it._replace(phone=None, phone_e164=None, email=None, uscc=None)


def _mail_typo(it, draw):
    if not it.email:
        return None
    at = it.email.index("@")
    return it._replace(
        email=it.email[:at] + it.email[at:].replace("example", draw.choice(("exmaple", "exampel", "exampl"))), uscc=None
    )


def _code_typo(it, draw):
    if not it.uscc:
        return None
    at = draw.randrange(8, 17)
    return it._replace(uscc=it.uscc[:at] + draw.choice("0123456789ABCDEF".replace(it.uscc[at], "")) + it.uscc[at + 1 :])


BOTH = {
    "phone reformatted": _phone(_reformatted),
    "phone typo": _phone(_phone_typo),
    "e-mail typo": _mail_typo,
    "no phone, no e-mail": _no_contact,
    "only less known": lambda it, draw: it._replace(website=None, ref=None, zip=None, uscc=None),
}
ZH = {
    "full width, spaces": _named(_spaced),
    "traditional": _named(lambda name, draw: OpenCC("s2t").convert(name)),
    "pinyin": _named(_pinyin),
    "homophone": _named(_homophone),
    "typo": _named(_replaced),
    "character missing": _named(_lost),
    "characters swapped": _named(_swapped),
}
ZH_COMPANY = {
    **ZH,
    "legal form": _named(_other_form),
    "place left out": _without_place,
    "place moved": _moved_place,
    "short name": _short,
    "area code missing": _phone(_without_area),
    "code typo": _code_typo,
}
ZH_PERSON = {**ZH, "title": _named(lambda name, draw: name + draw.choice(("先生", "女士", "经理")))}
EN = {
    "full width, spaces": _named(lambda name, draw: name.translate(WIDE)),
    "typo": _named(_latin_typo),
    "case": _named(lambda name, draw: name.upper()),
    "words swapped": _named(_latin_swapped),
}
EN_COMPANY = {**EN, "legal form": _named(_latin_form)}
EN_PERSON = {**EN, "title": _named(lambda name, draw: f"Dr. {name}")}
# Kinds that say themselves what the second entry lacks.
KEEPS = {"no phone, no e-mail", "code typo", "phone typo", "e-mail typo"}


def _near_miss(it, draw):
    """Somebody else who looks alike."""
    if language(it) != "zh":
        return None
    if it.is_company:
        kind = draw.choice(("branch", "house", "namesake"))
        if kind == "branch" and _form(it.name):
            city = draw.choice([other for other in generator._MAINLAND if other.name != it.city])
            return it._replace(
                name=f"{it.name}{city.short}分公司", city=city.name, street=None, street2=None, uscc=None
            )
        make = generator._Maker(draw.randrange(10**9))
        other = generator._chinese_company(make, 0, cities=[c for c in generator._CITIES if c.name == it.city][:1])
        if kind == "house":
            return other._replace(street=it.street, street2=it.street2, phone=it.phone, phone_e164=it.phone_e164)
        return (
            other._replace(name=it.name, city=draw.choice(generator._MAINLAND).name) if other.uscc and it.uscc else None
        )
    make = generator._Maker(draw.randrange(10**9))
    other = generator._chinese_person(make, 0)
    given = other.name[1:] if len(other.name) < 4 else "军"
    if given[-1] == it.name[-1]:
        return None
    # A son under the father's roof, with a telephone of his own.
    return other._replace(name=it.name[0] + given, street=it.street, street2=it.street2, city=it.city, zip=it.zip)
