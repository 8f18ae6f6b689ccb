"""Destroying a customer's data, the parts that need no database: fates, values to look for, digests (R6, R7)."""

import html
import json
import re
from typing import NamedTuple

# What becomes of a row, the strongest first: two ways may lead to the same row.
KEEP = "keep"  # the law keeps it as it is
CARD = "card"  # the subject's own row: emptied; it stays only where something kept names it
STUB = "stub"  # the archive's own permanent row: stays without personal data
ERASE = "erase"  # goes
EMPTY = "empty"  # would go, but something that is kept names it: emptied
MENTION = "mention"  # belongs to somebody else: no longer names the subject, its values are blotted out
FATES = (KEEP, CARD, STUB, ERASE, EMPTY, MENTION)

# What stands where a value of the subject stood.
BLOT = "■■■"

CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
DIGIT = re.compile(r"\d")
LETTER = re.compile(r"[^\W\d_]")
# What ends a word in running text and in markup, Chinese punctuation included.
BREAKS = "<>\"'`,;:!?()[]{}|=&#*\\/\t\r\n\x01　，。；：！？（）【】《》〈〉「」『』“”‘’、…"

TO_BLANKS = str.maketrans(BREAKS, " " * len(BREAKS))


class Edge(NamedTuple):
    """A column of ``table`` by which its rows name rows of another table."""

    table: str
    model: str  # of the rows; "" for a table that no model has
    column: str
    target: str  # the other table; "" for pairs, which name any
    kind: str  # key (foreign key), reference ("model,id"), pair (model and id apart)
    action: str = ""  # key: what the database does (c cascade, n set null, r restrict, a no action)
    nullable: bool = True
    beside: str = ""  # pair: the column with the model


def is_strong(value):
    """Whether a value is nobody else's by chance: it may be looked for in whatever text there is.

    E-mail addresses, numbers of seven digits and more, four Chinese characters and more, ten other letters and more.

    >>> [is_strong(text) for text in ("138 0013 8000", "王芳", "深圳市华强电子", "a@b.cn", "Li Lei", "Shenzhen")]
    [True, False, True, True, False, False]
    """
    value = value.strip()
    if "@" in value:
        return len(value) >= 6
    if len(DIGIT.findall(value)) >= 7 or len(CJK.findall(value)) >= 4:
        return True
    return len(value) >= 10 and bool(LETTER.search(value))


def spellings_of(value):
    """The forms in which a value may stand in the database: as typed, in small letters, in JSON, in HTML, a number
    without its gaps.

    >>> sorted(spellings_of("A&B 010-6700 1234"))
    ['01067001234', 'A&B 010-6700 1234', 'A&amp;B 010-6700 1234', 'a&b 010-6700 1234']
    >>> sorted(spellings_of("王芳"))
    ['\\\\u738b\\\\u82b3', '王芳']
    """
    value = value.strip()
    found = {value, value.lower(), html.escape(value, quote=False), json.dumps(value)[1:-1]}
    digits = "".join(DIGIT.findall(value))
    if len(digits) >= 7 and "@" not in value:
        found.add(digits)
        if value.lstrip().startswith("+86"):  # the number as it is dialled in the country
            found.add(digits[2:])
    return {text for text in found if text}


def like_pattern(value):
    """The value as a pattern of SQL's LIKE, found anywhere.

    >>> like_pattern("50%_a")
    '%50\\\\%\\\\_a%'
    """
    return "%" + value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def words_of(value):
    """The words of a value, as running text is taken apart.

    >>> words_of("Zhang Wei（北京）")
    ['Zhang', 'Wei', '北京']
    """
    return value.translate(TO_BLANKS).split()


def by_words(values):
    """{word: values} by which texts are looked through for very many values: the longest word of each, and itself.

    >>> by_words(["Zhang Wei"])
    {'Zhang': ['Zhang Wei'], 'Zhang Wei': ['Zhang Wei']}
    """
    found = {}
    for value in values:
        for word in {max(words_of(value), key=len, default=value), value}:
            found.setdefault(word, []).append(value)
    return dict(sorted(found.items()))


def values_in(text, words):
    """The values of ``by_words`` that stand in a text.

    >>> values_in("mail to Zhang Wei, please", by_words(["Zhang Wei", "Li Lei"]))
    ['Zhang Wei']
    """
    there = {value for word in {text, *words_of(text)} for value in words.get(word, ()) if value in text}
    return sorted(there)


def blot(text, values):
    """The text without the values, the longest first.

    >>> blot("call 13800138000 (138001)", ["138001", "13800138000"])
    'call ■■■ (■■■)'
    """
    for value in sorted(values, key=len, reverse=True):
        if value in text:
            text = text.replace(value, BLOT)
    return text


def in_order(tables, names):
    """``tables`` in an order in which rows can be deleted: whoever names another comes before it.

    :param names: pairs (table, table that it names); circles are cut where they are met
    >>> in_order(["a", "b", "c"], [("b", "a"), ("c", "b"), ("a", "a")])
    ['c', 'b', 'a']
    """
    named_by = {table: set() for table in tables}
    for table, target in names:
        if table != target and table in named_by and target in named_by:
            named_by[target].add(table)
    done, order, open_ = set(), [], set()

    def visit(table):
        if table in done or table in open_:
            return
        open_.add(table)
        for other in sorted(named_by[table]):
            visit(other)
        open_.discard(table)
        done.add(table)
        order.append(table)

    for table in sorted(tables):
        visit(table)
    return order
