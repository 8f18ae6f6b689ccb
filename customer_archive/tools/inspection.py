"""Random samples that anybody can draw again (product.md Q5).

Not Python's own generator, whose numbers may change with its version: only SHA-256 and sorting, so that a sample can be
checked years later, with any program.
"""

import hashlib
import zlib
from collections import defaultdict


def ticket(seed, id_):
    """The lot of one record: the SHA-256 of "seed:id", in hexadecimal. The lowest lots are drawn.

    >>> ticket("2026-06", 7)[:12]
    '13ac5ca37aac'
    """
    return hashlib.sha256(f"{seed}:{id_}".encode()).hexdigest()


def shares(counts, size):
    """How many are drawn from each group: {group: number}, ``size`` in all, or everything where there is less.

    As long as it suffices each group gives one; the rest is shared out in proportion to what is left in each
    (Hamilton's method: the whole parts, then the largest remainders; of equal ones the larger group, then the first by
    name).

    :param counts: {group: how many there are}

    >>> shares({"a": 90, "b": 9, "c": 1}, 10)
    {'a': 7, 'b': 2, 'c': 1}
    >>> shares({"a": 2, "b": 1}, 10), shares({"a": 5, "b": 9, "c": 7}, 2)
    ({'a': 2, 'b': 1}, {'a': 0, 'b': 1, 'c': 1})
    """
    size = min(size, sum(counts.values()))
    by_size = sorted(counts, key=lambda group: (-counts[group], group))
    given = dict.fromkeys(sorted(counts), 0)
    for group in by_size[:size]:
        given[group] = min(1, counts[group])
    rest = size - sum(given.values())
    left = {group: counts[group] - given[group] for group in by_size}
    total = sum(left.values())
    if rest and total:
        for group in by_size:
            given[group] += left[group] * rest // total
        open_ = size - sum(given.values())
        by_remainder = sorted(by_size, key=lambda group: -(left[group] * rest % total))
        for group in by_remainder[:open_]:
            given[group] += 1
    return given


def draw(population, seed, size):
    """The ids of the sample, in the order of the groups and, within each, of the lots.

    The same population, seed and size give the same sample, in whatever order the population comes.

    :param population: [(id, group)]; one group for all where the sample is not spread
    :param size: how many are wanted

    >>> draw([(1, ""), (2, ""), (3, ""), (4, "")], "s", 2) == draw([(4, ""), (3, ""), (2, ""), (1, "")], "s", 2)
    True
    """
    groups = defaultdict(list)
    for id_, group in population:
        groups[group].append(id_)
    given = shares({group: len(ids) for group, ids in groups.items()}, size)
    sample = []
    for group, number in given.items():
        sample += sorted(groups[group], key=lambda id_: (ticket(seed, id_), id_))[:number]
    return sample


def as_text(population):
    """The population in one spelling: a line "id;group" for each, by ids.

    >>> as_text([(12, "b"), (3, "a")])
    '3;a\\n12;b'
    """
    return "\n".join(f"{id_};{group}" for id_, group in sorted(population))


def fingerprint(population):
    """SHA-256 of the population's text: whether it is the same as then."""
    return hashlib.sha256(as_text(population).encode()).hexdigest()


def pack(population):
    """The population as bytes, to be kept with the sample."""
    return zlib.compress(as_text(population).encode())


def unpack(data):
    """What ``pack`` has packed.

    >>> unpack(pack([(12, "b"), (3, "a")]))
    [(3, 'a'), (12, 'b')]
    """
    lines = zlib.decompress(data).decode().splitlines()
    return [(int(id_), group) for id_, _separator, group in (line.partition(";") for line in lines)]
