"""The quick-search key (product.md C7): one text per customer that one trigram index answers every query from.

The key is a set of words, each with a space before and after it. A query becomes LIKE patterns that must all match:

========================  ============  =================================================================
typed                     pattern       answered by
========================  ============  =================================================================
three characters or more  ``%zhangw%``  any part of any word
two, one of them CJK      ``% 张伟 %``   the key holds each adjacent pair as a word (a bigram)
one CJK character         ``% 张%``      the bigram, or the last character, that begins with it
one or two Latin, digits  ``% zw%``     the beginning of a word
========================  ============  =================================================================

PostgreSQL's ``gin_trgm_ops`` pads words with two spaces before and one after, so each of these patterns holds at least
one whole trigram ("  张", " 张伟", "张伟 "), for CJK too where the database's character type knows them as letters
(C.UTF-8). The index only finds candidates: what matches is decided by LIKE, thus `matches` is the whole semantics.

Promised to be found (see test_tools_search_key): of the folded name, numbers, codes and e-mail, any part of three or
more characters without white space; any two adjacent CJK characters of the name; two or more initials from the name's
beginning; any three or more letters of its pinyin; any three or more digits of a phone. A part of a name with white
space in it is found as long as its first word is not the one- or two-letter end of a Latin word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

from .normalise import DASHES, fold_width, remove_invisible

#: Tags and the city are left out of a key longer than this (characters); names, numbers and phones never are.
MAX_LENGTH = 1500
#: Pinyin is written out for so many characters of a name.
MAX_PINYIN = 64

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
#: The scripts where one character says a lot: Han, kana, Hangul.
_CJK = f"\u3005{_HAN}\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\uac00-\ud7a3"
_IS_CJK = re.compile(f"[{_CJK}]").match
_HAN_RUN = re.compile(f"[{_HAN}]+")
_HAN_ONLY = re.compile(f"[{_HAN}]+").fullmatch
# Nothing to fold but the case: ASCII and the common Han block, that is nearly every name.
_PLAIN = re.compile("[ -~\u4e00-\u9fff]*").fullmatch
_ACCENTS = re.compile("[\u0300-\u036f]")
# Middle dots in transliterated names are typed in many ways.
_SAME = str.maketrans(dict.fromkeys("•‧・∙⋅●", "·"))
_DASH = re.compile(f"[{DASHES}]")
# Han named beside \w: Python's Unicode tables may be older than the characters (extension H in Python 3.11).
_NOT_ALNUM = re.compile(rf"(?:[^\w{_HAN}]|_)+")
_NOT_DIGIT = re.compile("[^0-9]+")
# Without "x" for extension: it is a letter of company codes.
_PHONE_QUERY = re.compile(r"([+(]*[0-9][0-9\s().+/\-]*)(?:(?:转|分机|ext\.?|#)\s*[0-9]+)?")
_WHOLE_PHONE = re.compile(r"1[3-9][0-9]{9}|0[1-9][0-9]{8,10}")
_DIGIT_WORD = re.compile(r"[0-9().+/\-]+")
_SPLIT_DIGITS = re.compile(r"[0-9][().+/\-]+[0-9]")
_CN_LANDLINE = re.compile(r"(?:10|2[0-9])[0-9]{8}|(?!400|800)[3-9][0-9]{2}[0-9]{7,8}")

# Surnames read otherwise than the dictionary's first reading. Both readings are indexed: people who know the bearer
# type one, people who read the name off a paper type the other.
_SURNAMES = {
    "万俟": "mo qi",
    "尉迟": "yu chi",
    "长孙": "zhang sun",
    "澹台": "tan tai",
    "单于": "chan yu",
    "令狐": "ling hu",
    "宿": "su",
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "区": "ou",
    "查": "zha",
    "盖": "ge",
    "乐": "yue",
    "朴": "piao",
    "任": "ren",
    "华": "hua",
    "宁": "ning",
    "冼": "xian",
    "洗": "xian",
    "员": "yun",
    "贠": "yun",
    "召": "shao",
    "种": "chong",
    "重": "chong",
    "繁": "po",
    "覃": "qin",
    "翟": "zhai",
    "缪": "miao",
    "繆": "miao",
    "藏": "zang",
    "折": "she",
    "秘": "bi",
    "黑": "he",
    "牟": "mou",
    "郇": "xun",
    "隗": "wei",
    "句": "gou",
    "那": "na",
    "哈": "ha",
    "祭": "zhai",
    "撒": "sa",
    "乜": "nie",
    "於": "yu",
    "能": "nai",
    "车": "che",
    "車": "che",
    "柏": "bai",
    "石": "shi",
    "陆": "lu",
    "陸": "lu",
    "沈": "shen",
    "谌": "chen",
    "諶": "chen",
    "贾": "jia",
    "賈": "jia",
    "卜": "bu",
    "晁": "chao",
    "薄": "bo",
    "朝": "chao",
    "长": "chang",
    "尹": "yin",
    "都": "du",
    "万": "wan",
    "幺": "yao",
    "行": "xing",
    "佴": "nai",
    "逄": "pang",
    "阚": "kan",
    "佟": "tong",
    "褚": "chu",
    "俞": "yu",
    "單": "shan",
    "區": "ou",
    "蓋": "ge",
    "樂": "yue",
    "葉": "ye",
    "叶": "ye",
    "葛": "ge",
    "郗": "xi",
    "郄": "qie",
    "臧": "zang",
    "相": "xiang",
    "应": "ying",
    "訾": "zi",
    "纪": "ji",
    "紀": "ji",
    "过": "guo",
    "少": "shao",
    "角": "jue",
}
# Places the dictionary lacks or reads as a common word.
_PLACES = {
    "朝阳": "chao yang",
    "六合": "lu he",
    "单县": "shan xian",
    "莘县": "shen xian",
    "都江堰": "du jiang yan",
    "大厦": "da sha",
    "铅山": "yan shan",
    "乐清": "yue qing",
    "乐亭": "lao ting",
    "洪洞": "hong tong",
    "东阿": "dong e",
    "长治": "chang zhi",
    "长乐": "chang le",
    "浚县": "xun xian",
    "蔚县": "yu xian",
    "歙县": "she xian",
    "大埔": "da bu",
    "黄埔": "huang pu",
    "枞阳": "zong yang",
    "盱眙": "xu yi",
    "涪陵": "fu ling",
    "蚌埠": "beng bu",
    "六安": "lu an",
    "台州": "tai zhou",
    "天台": "tian tai",
    "亳州": "bo zhou",
    "泌阳": "bi yang",
    "长兴": "chang xing",
    "重工": "zhong gong",
    "丽水": "li shui",
    "会计": "kuai ji",
    "银行": "yin hang",
    "长城": "chang cheng",
}
_PHRASE_LENGTHS = (3, 2)
_TONES = str.maketrans("āáǎàēéěèōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿế", "aaaaeeeeooooiiiiuuuuvvvvvnnnme")


def fold(text: str | None) -> str:
    """The form in which keys and queries meet: no case, width, accents or invisible characters; single spaces.

    Traditional characters stay as they are.

    >>> fold("ＡＢＣ（深圳）　Müller—Ñ")
    'abc(深圳) muller-n'
    """
    text = text or ""
    if not _PLAIN(text):
        text = _fold_unusual(text)
    return " ".join(text.lower().split())


def build_key(
    name: str | None,
    numbers: Iterable[str | None] = (),
    phones: Iterable[str | None] = (),
    email: str | None = "",
    codes: Iterable[str | None] = (),
    tags: Iterable[str | None] = (),
    city: str | None = "",
) -> str:
    """The key of one customer; '' when there is nothing to find them by.

    :param numbers: 档号 and former numbers
    :param phones: as typed; all digits are kept but the prefix of the country China
    :param codes: VAT, reference, company registry

    >>> build_key("张伟", ["KH-0001"], ["+86 138 0013 8000"])
    ' 张伟 伟 zhangwei zw wei kh-0001 kh0001 13800138000 '
    """
    # A dict as an ordered set.
    words: dict[str, None] = dict.fromkeys(_name_words(fold(name)))
    for part in (*numbers, *codes):
        words.update(dict.fromkeys(_literal_words(fold(part))))
    email = fold(email)
    words.update(dict.fromkeys(_literal_words(email) if _SPLIT_DIGITS.search(email) else email.split()))
    words.update(dict.fromkeys(phone_digits(phone) for phone in phones))
    words.pop("", None)
    _add_while_short(words, (*tags, city))
    return f" {' '.join(words)} " if words else ""


def like_patterns(query: str | None) -> list[str]:
    """The LIKE patterns (escape character \\\\) that must ALL match a key; [] for an empty query.

    >>> like_patterns("张伟"), like_patterns("zhangw 3456"), like_patterns("zw"), like_patterns("张")
    (['% 张伟 %'], ['%zhangw%', '%3456%'], ['% zw%'], ['% 张%'])
    >>> like_patterns("+86 138-0013-8000"), like_patterns("100%")
    (['%13800138000%'], ['%100\\\\%%'])
    """
    query = fold(query)
    phone = _phone_in(query)
    return list(dict.fromkeys(map(_pattern, [phone] if phone else query.split())))


def matches(key: str, patterns: Iterable[str]) -> bool:
    """Whether a key satisfies all patterns: LIKE in Python, for tests and small sets.

    >>> matches(build_key("张伟国"), like_patterns("伟国")), matches(build_key("张伟国"), like_patterns("张国"))
    (True, False)
    """
    return all(_like_regex(pattern).fullmatch(key) for pattern in patterns)


def phone_digits(phone: str | None) -> str:
    """The digits a phone is searched by: as dialled inside China; without + and 00, with the country code, elsewhere.

    A mainland landline gets its 0 back, so that "0755…" and "755…" are both found. An extension is appended.

    >>> phone_digits("+86 755 1234-5678"), phone_digits("0086-138 0013 8000"), phone_digits("+1 (415) 555-0123")
    ('075512345678', '13800138000', '14155550123')
    """
    text = fold(phone)
    digits = _typed_phone(text)
    # Only when something was in front: "8001 1234 56" of another country must not grow a nought.
    in_china = text.lstrip("( ").startswith(("+86", "0086"))
    return f"0{digits}" if in_china and _CN_LANDLINE.fullmatch(digits) else digits


def pinyin_syllables(text: str) -> list[str]:
    """One entry per character: the pinyin of a Han character without tone (ü = v), any other character itself.

    Phrases decide the reading: dictionary words of two and three characters, place names.

    >>> "".join(pinyin_syllables("重庆")), "".join(pinyin_syllables("重工a"))
    ('chongqing', 'zhonggonga')
    """
    syllables = list(map(_syllable, text))
    phrases, starts = _phrases()
    position = 0
    while position < len(text) - 1:
        step = 1
        if text[position] in starts:
            for length in _PHRASE_LENGTHS:
                reading = phrases.get(text[position : position + length])
                if reading:
                    syllables[position : position + length] = reading
                    step = length
                    break
        position += step
    return syllables


def _fold_unusual(text: str) -> str:
    text = fold_width(remove_invisible(text)).casefold()
    # Accents off letters, but not the voice marks of kana: those are other code points.
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return _DASH.sub("-", unicodedata.normalize("NFKC", text).translate(_SAME)).casefold()


def _literal_words(folded: str) -> list[str]:
    """The words of a text, and the text without its separators, when that is something else."""
    if folded.isalnum() or not folded:
        return [folded]
    return [*folded.split(), _NOT_ALNUM.sub("", folded)]


def _name_words(name: str) -> list[str]:
    words = _literal_words(name)
    if name.isascii():
        return words
    squeezed = words[-1]
    return [*words, *_bigrams(squeezed), *_pinyin_words(squeezed)]


def _bigrams(squeezed: str) -> list[str]:
    """The pairs of neighbours with a CJK character in them, and the last character, which begins no pair."""
    if _HAN_ONLY(squeezed):
        return [*map("".join, pairwise(squeezed)), squeezed[-1]]
    flags = [bool(_IS_CJK(char)) for char in squeezed]
    pairs = [squeezed[i : i + 2] for i in range(len(squeezed) - 1) if flags[i] or flags[i + 1]]
    return [*pairs, squeezed[-1]] if flags and flags[-1] else pairs


def _pinyin_words(squeezed: str) -> list[str]:
    """Pinyin and initials of a name, in every reading of its surname; of short names each syllable, too.

    Of a name that mixes scripts, also the pinyin initials of each Han run.
    """
    syllables = pinyin_syllables(squeezed[:MAX_PINYIN])
    words = []
    for reading in _readings(squeezed, syllables):
        words += ["".join(reading), "".join([syllable[0] for syllable in reading])]
    if _HAN_ONLY(squeezed):
        # "li si" is typed with the space: " si" has to begin a word. Longer names are typed without.
        return words + syllables[1:] if len(squeezed) <= 4 else words
    runs = [match.span() for match in _HAN_RUN.finditer(squeezed[:MAX_PINYIN])]
    if not runs:
        return []
    return words + ["".join([syllable[0] for syllable in syllables[start:end]]) for start, end in runs]


def _readings(squeezed: str, syllables: list[str]) -> list[list[str]]:
    """The readings of a whole name: the dictionary's, the surname's, and both ways to type ü (lv, lyu; lu)."""
    readings = [syllables]
    surname = _SURNAMES.get(squeezed[:2]) or _SURNAMES.get(squeezed[:1])
    if surname:
        head = surname.split()
        if syllables[: len(head)] != head:
            readings.append(head + syllables[len(head) :])
    if "lv" in syllables or "nv" in syllables:
        umlaut = ("lv", "nv")
        readings += [
            [syllable[0] + vowel if syllable in umlaut else syllable for syllable in reading]
            for reading in readings
            for vowel in ("yu", "u")
        ]
    return readings


def _add_while_short(words: dict[str, None], texts: Iterable[str | None]) -> None:
    """Adds the words and bigrams of tags and places, as long as the key stays within MAX_LENGTH."""
    texts = [folded for folded in map(fold, texts) if folded]
    if not texts:
        return
    length = sum(map(len, words)) + len(words) + 1
    for text in texts:
        literal = _literal_words(text)
        found = [word for word in (*literal, *_bigrams(literal[-1])) if word and word not in words]
        length += sum(map(len, found)) + len(found)
        if length > MAX_LENGTH:
            return
        words.update(dict.fromkeys(found))


def _phone_in(query: str) -> str:
    """The digits, when the query as a whole is one phone number and not several words of digits; else ''.

    When in doubt it is not one: groups of three and more digits find a phone as separate words, too. An extension
    is left out, so that phones stored without it are found.
    """
    match = _PHONE_QUERY.fullmatch(query)
    if not match:
        return ""
    digits = _typed_phone(match[1])
    has_prefix = query.startswith("+") or digits != _NOT_DIGIT.sub("", match[1])
    has_extension = match[1] != query
    is_phone = has_prefix and len(digits) > 2 or has_extension and len(digits) > 6
    return digits if is_phone or _WHOLE_PHONE.fullmatch(digits) else ""


def _typed_phone(folded: str) -> str:
    """The digits of a phone number as typed, without the prefixes +, 00, +86, 0086, and 86 before a mobile.

    What is left is always an end of the digits typed; short numbers lose nothing ("0001" is no phone).
    """
    digits = _NOT_DIGIT.sub("", folded)
    abroad = folded.lstrip("( ").startswith("+")
    if digits.startswith("00") and digits[2:3] != "0" and len(digits) > 9:
        digits, abroad = digits[2:], True
    if abroad and len(digits) > 4 or digits.startswith("861") and len(digits) == 13:
        return digits.removeprefix("86")
    return digits


def _pattern(word: str) -> str:
    """The LIKE pattern of one word of a query."""
    if _DIGIT_WORD.fullmatch(word):
        # Dates, numbers and phones typed with separators: the key holds them without, as well.
        digits = _NOT_DIGIT.sub("", word)
        word = digits if len(digits) > 2 else word
    if len(word) > 2:
        return f"%{_escape(word)}%"
    letters = _NOT_ALNUM.sub("", word)
    if any(map(_IS_CJK, letters)):
        return f"% {letters} %" if len(letters) == 2 else f"% {letters}%"
    # A sign in front stays inside a word of the key: "(a", "&".
    return f"% {_escape(word)}%" if word[0].isalnum() else f"%{_escape(word)}%"


def _escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _like_regex(pattern: str) -> re.Pattern[str]:
    tokens = re.findall(r"\\.|.", pattern, re.S)
    wild = {"%": ".*", "_": "."}
    return re.compile("".join(wild.get(token) or re.escape(token[-1]) for token in tokens), re.S)


@cache
def _syllable(char: str) -> str:
    """The first reading of a character, without tone; the character itself when it has none."""
    if not _HAN_ONLY(char):
        return char
    return _plain(pinyin_dict.get(ord(char), "").split(",")[0]) or char


def _plain(syllable: str) -> str:
    """A syllable in a-z: marks off, ü = v."""
    return "".join(c for c in unicodedata.normalize("NFD", syllable.translate(_TONES)) if c.isascii())


@cache
def _phrases() -> tuple[dict[str, list[str]], frozenset[str]]:
    """The phrases read otherwise than character by character, and the characters such phrases begin with.

    Made once per process (about a quarter of a second) from pypinyin's dictionary.
    """
    phrases = {}
    for phrase, readings in phrases_dict.items():
        if len(phrase) in _PHRASE_LENGTHS and _HAN_ONLY(phrase):
            phrases[phrase] = [_plain(reading[0]) for reading in readings]
    phrases.update((place, reading.split()) for place, reading in _PLACES.items())
    phrases = {
        phrase: reading
        for phrase, reading in phrases.items()
        if len(reading) == len(phrase) and list(map(_syllable, phrase)) != reading
    }
    return phrases, frozenset(phrase[0] for phrase in phrases)
