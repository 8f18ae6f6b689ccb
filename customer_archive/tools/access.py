"""Who may read and write an archived customer: the one predicate (product.md A1-A3, "Rights at a glance").

Pure Python, so that it can be read and tested by itself; models/customer_archive_access.py says the same in SQL, and a
test compares the two.
"""

from typing import NamedTuple

# From open to closed; the rank of a level is its place, beginning with 1.
LEVEL_CODES = ("public", "internal", "secret", "core")
PUBLIC, INTERNAL, SECRET, CORE = range(1, 5)
# The rank of what is sealed, whatever its level: above all that anybody reads (product.md R3).
SEALED = CORE + 1


def rank_of(level):
    """The rank of a level.

    >>> rank_of("internal")
    2
    """
    return LEVEL_CODES.index(level) + 1


# Roles that reach further than what is one's own, and those of them that a clearance lifts.
ROLES = ("team_leader", "service_manager", "management", "archivist")
CLEARABLE = frozenset({"management", "archivist"})

# Why somebody may read a customer (see Scope.explain).
REASONS = ("owner", "team", "public", "role", "clearance", "loan")


class Guard(NamedTuple):
    """What decides about one customer (and all that hangs on it)."""

    archive_id: int
    rank: int
    owner_id: int | None
    team_id: int | None
    sealed: bool = False  # of archives, whose rank stays that of their level; customers have the rank SEALED instead

    @property
    def is_sealed(self):
        return self.sealed or self.rank >= SEALED


class Scope(NamedTuple):
    """How far one user reaches."""

    uid: int
    read_rank: int  # reads every customer up to this rank
    write_rank: int = 0  # writes every customer up to this rank
    edits_own: bool = True  # writes the customers that are theirs
    team_ids: tuple = ()  # reads and writes the customers of these teams
    keeps: bool = False  # sees that sealed archives are there

    def reads(self, guard, loans=frozenset()):
        """Whether the user may read the customer. ``loans``: ids of the archives open to the user on loan just now.

        >>> Scope(7, PUBLIC).reads(Guard(1, CORE, 7, None))
        True
        >>> Scope(7, INTERNAL).reads(Guard(1, SECRET, 8, 3)), Scope(7, INTERNAL).reads(Guard(1, SECRET, 8, 3), {1})
        (False, True)
        >>> Scope(7, CORE).reads(Guard(1, SEALED, 7, None), {1})
        False
        """
        return not guard.is_sealed and (
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
        return not guard.is_sealed and (
            guard.rank <= self.write_rank
            or (self.edits_own and guard.owner_id == self.uid)
            or guard.team_id in self.team_ids
        )

    def sees(self, guard, loans=frozenset()):
        """Whether the user may see that an archive is there and what is said of it, not what is in it.

        >>> Scope(7, INTERNAL, keeps=True).sees(Guard(1, INTERNAL, 8, None, sealed=True))
        True
        >>> Scope(7, INTERNAL, keeps=True).sees(Guard(1, SECRET, 8, None, sealed=True))
        False
        """
        if guard.is_sealed:
            return self.keeps and guard.rank <= self.read_rank
        return self.reads(guard, loans)

    def explain(self, guard, loans=frozenset()):
        """Why the user may read the customer: some of REASONS, in that order; none where they may not.

        "role" stands for all that a role (or billing) opens up to “Internal”, "clearance" for what lies above it.

        >>> Scope(7, INTERNAL).explain(Guard(1, INTERNAL, 7, 3)), Scope(7, PUBLIC).explain(Guard(1, INTERNAL, 8, 3))
        (('owner', 'role'), ())
        >>> Scope(7, CORE, team_ids=(3,)).explain(Guard(1, SECRET, 8, 3), {1})
        ('team', 'clearance', 'loan')
        """
        if guard.is_sealed:
            return ()
        by_rank = ("public", "role", "clearance", "clearance")[guard.rank - 1]
        holds = {
            "owner": guard.owner_id == self.uid,
            "team": guard.team_id in self.team_ids,
            by_rank: guard.rank <= self.read_rank,
            "loan": guard.archive_id in loans,
        }
        return tuple(reason for reason in REASONS if holds.get(reason))


def scope_for(uid, roles, *, team_ids=(), clearance=0, bills=False):
    """How far a user with these roles reaches.

    :param roles: some of ROLES
    :param team_ids: the teams that the user leads or belongs to; they count for team leaders
    :param clearance: the rank that the user is cleared for today, 0 for none; it counts for CLEARABLE roles
    :param bills: whether the user, without a role in the archive, bills customers up to “Internal”

    >>> scope_for(7, {"management"}, clearance=SECRET)
    Scope(uid=7, read_rank=3, write_rank=0, edits_own=False, team_ids=(), keeps=False)
    >>> scope_for(7, {"team_leader"}, team_ids=(3,), clearance=CORE)
    Scope(uid=7, read_rank=1, write_rank=0, edits_own=True, team_ids=(3,), keeps=False)
    """
    reaches_all = bool({"service_manager", "management", "archivist"} & set(roles))
    rank = INTERNAL if reaches_all or bills else PUBLIC
    if CLEARABLE & set(roles):
        rank = max(rank, clearance)
    archivist, leader = "archivist" in roles, "team_leader" in roles
    return Scope(
        uid=uid,
        read_rank=rank,
        write_rank=rank if archivist else 0,
        # Whoever a customer is entrusted to edits it, with a role or (in plain sales) without; but management and
        # service change nothing by accident.
        edits_own=archivist or leader or not {"service_manager", "management"} & set(roles),
        team_ids=tuple(team_ids) if leader else (),
        keeps=archivist,
    )
