"""Who may read and write an archived customer: the one predicate (product.md A1-A3, "Rights at a glance").

Pure Python, so that it can be read and tested by itself; models/customer_archive_access.py says the same in SQL, and a
test compares the two.
"""

from typing import NamedTuple

# From open to closed; the rank of a level is its place, beginning with 1.
LEVEL_CODES = ("public", "internal", "secret", "core")
PUBLIC, INTERNAL, SECRET, CORE = range(1, 5)


def rank_of(level):
    """The rank of a level.

    >>> rank_of("internal")
    2
    """
    return LEVEL_CODES.index(level) + 1


class Guard(NamedTuple):
    """What decides about one customer (and all that hangs on it)."""

    archive_id: int
    rank: int
    owner_id: int | None
    team_id: int | None


class Scope(NamedTuple):
    """How far one user reaches."""

    uid: int
    read_rank: int  # reads every customer up to this rank
    write_rank: int = 0  # writes every customer up to this rank
    edits_own: bool = True  # writes the customers that are theirs
    team_ids: tuple = ()  # reads and writes the customers of these teams

    def reads(self, guard, loans=frozenset()):
        """Whether the user may read the customer. ``loans``: ids of the archives open to the user on loan just now.

        >>> Scope(7, PUBLIC).reads(Guard(1, CORE, 7, None))
        True
        >>> Scope(7, INTERNAL).reads(Guard(1, SECRET, 8, 3)), Scope(7, INTERNAL).reads(Guard(1, SECRET, 8, 3), {1})
        (False, True)
        """
        return (
            guard.rank <= self.read_rank
            or guard.owner_id == self.uid
            or guard.team_id in self.team_ids
            or guard.archive_id in loans
        )

    def writes(self, guard):
        """Whether the user may change the customer: never on loan, and a public one only who is responsible for it.

        >>> Scope(7, PUBLIC).writes(Guard(1, PUBLIC, 8, None))
        False
        """
        return (
            guard.rank <= self.write_rank
            or (self.edits_own and guard.owner_id == self.uid)
            or guard.team_id in self.team_ids
        )
