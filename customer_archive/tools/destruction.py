"""The register of what was destroyed, as text: one JSON object for each entry, each bound to the one before by a hash.

Needs nothing but Python, so that a copy of the exported register can be checked anywhere::

    python3 destruction.py destroyed.jsonl
"""

import hashlib
import json
import sys

# What the first entry names as the hash of the one before.
BEGINNING = "0" * 64


def canonical(value):
    """The one way to write a value as JSON: sorted keys, no spaces, characters as they are.

    >>> canonical({"b": 1, "a": "档号"})
    '{"a":"档号","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value):
    """The SHA-256 over the canonical JSON of a value, as 64 hexadecimal digits.

    >>> digest({"a": 1}) == digest({"a": 1.0})
    False
    """
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def sealed(entry):
    """The line of the exported register for an entry (a dictionary with ``seq`` and ``prev``), without a line break.

    >>> line = sealed({"seq": 1, "prev": BEGINNING, "number": "A-1"})
    >>> json.loads(line)["hash"] == digest({"seq": 1, "prev": BEGINNING, "number": "A-1"})
    True
    """
    return canonical({**entry, "hash": digest(entry)})


def entry_of(line):
    """The entry of a line of the exported register, and its hash.

    :raise ValueError: when the line is no entry, or was changed
    """
    entry = json.loads(line)
    if not isinstance(entry, dict) or not isinstance(entry.get("seq"), int):
        raise ValueError("this is no entry of a register")
    stated = entry.pop("hash", None)
    if stated != digest(entry):
        raise ValueError(f"entry {entry['seq']} was changed: its hash is another one")
    return entry, stated


def check(lines):
    """Read an exported register to its end: how many entries it has, and the hash of the last one.

    :raise ValueError: names the first entry that was changed, left out, put in or moved

    >>> first = sealed({"seq": 1, "prev": BEGINNING})
    >>> second = sealed({"seq": 2, "prev": digest({"seq": 1, "prev": BEGINNING})})
    >>> check([first, second])[0]
    2
    >>> check([second])
    Traceback (most recent call last):
    ValueError: entry 1 is missing: entry 2 stands in its place
    """
    count, last = 0, BEGINNING
    for line in lines:
        if not line.strip():
            continue
        entry, own = entry_of(line)
        if entry["seq"] != count + 1:
            raise ValueError(f"entry {count + 1} is missing: entry {entry['seq']} stands in its place")
        if entry.get("prev") != last:
            raise ValueError(f"entry {entry['seq']} does not follow from the one before")
        count, last = count + 1, own
    return count, last


def main(paths):
    """Check the files; 0 when all are sound."""
    sound = True
    for path in paths:
        try:
            with open(path, encoding="utf-8") as lines:
                count, last = check(lines)
            sys.stdout.write(f"{path}: {count} entries, all sound, last hash {last}\n")
        except (OSError, ValueError) as error:
            sound = False
            sys.stdout.write(f"{path}: {error}\n")
    return 0 if sound and paths else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
