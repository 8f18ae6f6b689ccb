"""How likely two customers are the same, and why: points for and against, added up (product.md Q3).

A hundred points are certain. The points of each reason can be changed (models/customer_archive_match_weight.py); the
reasons that were found are kept with the result, so that whoever decides sees what it rests on.

>>> from .match_key import customer
>>> one = customer(name="深圳市华强电子有限公司", is_company=True, phone="0755-12345678")
>>> two = customer(name="华强电子（深圳）有限公司", is_company=True, phone="12345678")
>>> result = score(one, two)
>>> result.percent, [reason.code for reason in result.reasons]
(90, ['name_same', 'phone_same', 'place_same'])
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from .match_key import Customer, Name, has_han, pinyin, province_of, short_line, sound

#: {code of a reason: points}. Those with ``similar`` are the points of a similarity of 1; they shrink with it.
WEIGHTS: dict[str, int] = {
    "code_same": 150,
    "code_similar": 30,
    "code_differs": -120,
    "name_same": 45,
    "name_sound": 38,
    "name_similar": 42,
    "name_part": 28,
    "name_differs": -50,
    "person_same": 33,
    "person_sound": 22,
    "person_similar": 24,
    "person_part": 15,
    "person_differs": -55,
    "region_differs": -40,
    "branch_differs": -70,
    "phone_same": 42,
    "mobile_same": 50,
    "phone_similar": 34,
    "phone_differs": -6,
    "email_same": 45,
    "email_similar": 32,
    "email_domain": 20,
    "email_differs": -6,
    "address_same": 37,
    "address_similar": 15,
    "room_differs": -12,
    "place_same": 3,
    "place_differs": -12,
    "kind_differs": -10,
}
#: From so many points on a pair is a candidate of the full scan, and a hidden customer is told of.
THRESHOLD = 70
#: From so many points on the form hints at it.
HINT = 40

# Mail hosts of everybody: sharing one says nothing. The hosts of the company's own mail do.
_PUBLIC_HOSTS = frozenset(
    "qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn aliyun.com gmail.com"
    " outlook.com hotmail.com live.com yahoo.com icloud.com msn.com".split()
)
_PUBLIC_NAMES = frozenset("qq foxmail 163 126 yeah sina sohu 139 189 aliyun gmail outlook hotmail yahoo".split())
_USCC = 18


class Reason(NamedTuple):
    """Why, with how many points; how similar (0 to 1) where it was not equal."""

    code: str
    points: int
    likeness: float | None = None


class Result(NamedTuple):
    points: int
    reasons: tuple[Reason, ...]

    @property
    def percent(self) -> int:
        """The points within 0 to 100."""
        return min(100, max(0, self.points))


def score(one: Customer, two: Customer, weights: Mapping[str, int] | None = None) -> Result:
    """Compare two customers.

    :param weights: points by code, of all codes; WEIGHTS where nothing is given
    :return: the points, and the reasons with the weightiest first (those against come last)
    """
    weights = weights or WEIGHTS
    found: list[tuple[str, float | None]] = []
    for compare in (_codes, _names, _phones, _emails, _addresses):
        found += compare(one, two)
    if one.is_company != two.is_company:
        found.append(("kind_differs", None))
    reasons = [Reason(code, _points(weights[code], likeness), likeness) for code, likeness in found]
    reasons.sort(key=lambda reason: -reason.points)
    return Result(sum(reason.points for reason in reasons), tuple(reasons))


def _points(weight: int, likeness: float | None) -> int:
    return weight if likeness is None else round(weight * likeness)


def _codes(one, two):
    if not one.codes or not two.codes:
        return []
    if one.codes & two.codes:
        return [("code_same", None)]
    # A credit code has a check digit, but codes are typed before they are checked.
    near = any(
        len(a) == len(b) == _USCC and OSA.distance(a, b, score_cutoff=2) <= 2 for a in one.codes for b in two.codes
    )
    return [("code_similar" if near else "code_differs", None)]


def _names(one, two):
    pairs = [_name_pair(a, b, one.is_company and two.is_company) for a in one.names for b in two.names]
    if not pairs:
        return []
    best = max(pairs, key=lambda found: sum(_points(WEIGHTS[code], likeness) for code, likeness in found))
    return best


def _name_pair(a: Name, b: Name, companies: bool):
    if not companies:
        return _persons(a.core, b.core)
    found = [_companies(a.core, b.core)]
    if _apart(a.places, b.places):
        found.append(("region_differs", None))
    if a.branch != b.branch:
        found.append(("branch_differs", None))
    return found


def _apart(places, others):
    """Two names that say where the company is, and say different places: branches, or namesakes in two cities."""
    if not places or not others or places & others:
        return False
    above = province_of()
    wide = {above.get(place, place) for place in places} & {above.get(place, place) for place in others}
    # A city and its province agree; two cities of one province don't.
    return not (wide & (places | others))


def _companies(a: str, b: str):
    """The cores of two names: brand and trade."""
    if a == b:
        return "name_same", None
    if sound(a) == sound(b):
        return ("name_sound", None) if pinyin(a) == pinyin(b) else ("name_similar", 0.9)
    likeness = OSA.normalized_similarity(a, b)
    if bool(has_han(a)) != bool(has_han(b)):
        likeness = OSA.normalized_similarity(pinyin(a), pinyin(b))
        return ("name_sound", round(likeness, 2)) if likeness >= 0.85 else ("name_differs", None)
    short, long = sorted((a, b), key=len)
    if len(short) >= (2 if has_han(short) else 5) and short in long:
        return "name_part", None
    if likeness >= 0.6:
        return "name_similar", round(likeness, 2)
    return "name_differs", None


def _persons(a: str, b: str):
    """Names of two or three characters are compared by edit distance: similarity of letters says nothing there."""
    if a == b:
        return [("person_same", None)]
    if has_han(a) and has_han(b):
        if sound(a) == sound(b):
            return [("person_sound", None)] if pinyin(a) == pinyin(b) else [("person_similar", 0.9)]
        distance = OSA.distance(a, b, score_cutoff=1)
        length = max(len(a), len(b))
        if distance <= 1 and length > 2:
            return [("person_similar", 0.9)]
        if distance <= 1:
            return [("person_similar", 0.4)]
        return [("person_differs", None)]
    if has_han(a) or has_han(b):
        return [("person_sound", None)] if sound(a) == sound(b) else [("person_differs", None)]
    return _latin_persons(a, b)


def _latin_persons(a: str, b: str):
    if sound(a) == sound(b):
        return [("person_similar", 0.95)]
    likeness = JaroWinkler.similarity(a, b)
    edits = OSA.distance(a, b, score_cutoff=2)
    if edits <= 2 and min(len(a), len(b)) > 5:
        return [("person_similar", round(max(likeness, 0.9), 2))]
    first, second = sorted((a.split(), b.split()), key=len)
    initials = all(any(other.startswith(word) or word.startswith(other) for other in second) for word in first)
    if initials and set(first) & set(second):
        return [("person_part", None)]
    return [("person_differs", None)]


def _phones(one, two):
    if not one.lines or not two.lines:
        return []
    pairs = [(a, b) for a in one.lines for b in two.lines]
    if any(_same_line(a, b) for a, b in pairs):
        mobile = any(len(number) == 11 and number[0] == "1" for number in one.lines & two.lines)
        return [("mobile_same" if mobile else "phone_same", None)]
    if any(OSA.distance(a, b, score_cutoff=1) <= 1 for a, b in pairs if min(len(a), len(b)) >= 8):
        return [("phone_similar", None)]
    return [("phone_differs", None)]


def _same_line(a, b):
    """Also where the area code is missing on one side."""
    return a == b or (len(a) != len(b) and min(len(a), len(b)) >= 7 and short_line(a) == short_line(b) in (a, b))


def _emails(one, two):
    if not one.email or not two.email:
        return []
    if one.email == two.email:
        return [("email_same", None)]
    (local, _at, host), (local2, _at, host2) = one.email.partition("@"), two.email.partition("@")
    # Numbers are no names: one digit further is somebody else.
    if _digits(one.email) == _digits(two.email):
        if OSA.distance(one.email, two.email, score_cutoff=1) <= 1:
            return [("email_similar", None)]
        if local == local2 and OSA.distance(host, host2, score_cutoff=2) <= 2:
            return [("email_similar", None)]
    public = host in _PUBLIC_HOSTS or host.split(".")[0] in _PUBLIC_NAMES
    if host == host2 and not public:
        return [("email_domain", None)]
    return [("email_differs", None)]


def _addresses(one, two):
    found = []
    if one.place and two.place:
        above = province_of()
        agree = one.place == two.place or one.place == above.get(two.place) or two.place == above.get(one.place)
        found.append(("place_same" if agree else "place_differs", None))
        if not agree:
            return found
    if one.road and two.road:
        if one.road == two.road:
            found.append(("address_same", None))
            if one.room and two.room and one.room != two.room:
                found.append(("room_differs", None))
        elif _nearly_same_road(one.road, two.road):
            found.append(("address_similar", None))
    return found


def _nearly_same_road(a, b):
    """One sign differs, but none of the house number: that is the house next door."""
    return _digits(a) == _digits(b) and min(len(a), len(b)) > 4 and OSA.distance(a, b, score_cutoff=1) <= 1


def _digits(text):
    return [sign for sign in text if sign.isdigit()]
