"""The legal basis of a destruction, short enough for a column of a list."""

import re

# Between the part of the archive and what is said of it, in English and in Chinese.
AFTER_PART = re.compile(r": |：")


def brief(sentence):
    """Say once what is the same for several parts of an archive.

    >>> brief("Card: 3 years (Law A); Logs: 3 years (Law A); Contact: 1 year (Law B)")
    'Card, Logs: 3 years (Law A); Contact: 1 year (Law B)'
    >>> brief("卡片：3年（法A）; 交流：3年（法A）")
    '卡片, 交流：3年（法A）'
    >>> brief("Decided by the court")
    'Decided by the court'
    >>> brief("")
    ''
    """
    parts, marks = {}, {}
    for piece in filter(None, (sentence or "").split("; ")):
        found = AFTER_PART.search(piece)
        part, said = (piece[: found.start()], piece[found.end() :]) if found else ("", piece)
        marks.setdefault(said, found.group() if found else "")
        parts.setdefault(said, []).append(part)
    return "; ".join(f"{', '.join(names)}{marks[said]}{said}" for said, names in parts.items())
