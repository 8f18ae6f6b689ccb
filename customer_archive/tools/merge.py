"""Merging customers, the parts that need no database: which values win, and what an undo may put back."""

from typing import NamedTuple

from .access import LEVEL_CODES


class MergeLink(NamedTuple):
    """A column by which rows of a table hang on a customer or an archive."""

    model: str  # of the rows; of the field's own model for relation tables
    field: str
    table: str
    column: str
    kind: str  # many2one, relation (a table of pairs without ids), reference ("model,id"), pair (model and id apart)
    beside: str = ""  # pair: the column with the model; relation: the other column


def strictest(levels):
    """The highest of some confidentiality levels; unknown and empty ones count for nothing.

    >>> strictest(["internal", "core", False])
    'core'
    """
    known = [level for level in levels if level in LEVEL_CODES]
    return max(known, key=LEVEL_CODES.index, default=False)


def first_filled(values, preferred):
    """Index of the value that is proposed: the preferred one, or the first that there is where it is empty.

    >>> first_filled([False, "", "x"], 0)
    2
    >>> first_filled(["a", "b"], 1)
    1
    """
    if values[preferred]:
        return preferred
    return next((index for index, value in enumerate(values) if value), preferred)


def changes(before, after, ignored=()):
    """Columns that differ between two states of one row: {column: (before, after)}.

    >>> changes({"a": 1, "b": 2}, {"a": 1, "b": 3})
    {'b': (2, 3)}
    """
    names = sorted((before.keys() | after.keys()) - set(ignored))
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}


def split_changes(changed, now):
    """What an undo puts back at once, and what somebody has changed since: ({column: before}, {column: before}).

    >>> split_changes({"a": (1, 2), "b": (1, 2), "c": (1, 2)}, {"a": 2, "b": 9, "c": 1})
    ({'a': 1}, {'b': 1})
    """
    free, later = {}, {}
    for name, (before, after) in changed.items():
        if now.get(name) == after:
            free[name] = before
        elif now.get(name) != before:
            later[name] = before
    return free, later


def chunked(values, names):
    """Rows as columns, for ``unnest``: one list for each of the names.

    >>> chunked([(1, "a"), (2, "b")], 2)
    [[1, 2], ['a', 'b']]
    """
    columns = [list(column) for column in zip(*values, strict=True)]
    return columns or [[] for _name in range(names)]
