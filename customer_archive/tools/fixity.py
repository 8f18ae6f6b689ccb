"""Checksums of files (product.md D4). Pure Python: no ORM."""

import hashlib
import io

CHUNK = 1 << 20

OK, CHANGED, MISSING = "ok", "changed", "missing"


def sha256_of(stream):
    """The SHA-256 of a binary stream as 64 hexadecimal digits, read piece by piece.

    >>> sha256_of(io.BytesIO(b"abc"))[:16]
    'ba7816bf8f01cfea'
    """
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def sha256_of_bytes(content):
    """The same of a value in memory.

    >>> sha256_of_bytes(b"") == hashlib.sha256().hexdigest()
    True
    """
    return sha256_of(io.BytesIO(content or b""))


def judge(kept, found):
    """What a check says: ``kept`` is the checksum of before, ``found`` that of now, None where there is no file.

    >>> judge("a", "a"), judge("a", "b"), judge("a", None)
    ('ok', 'changed', 'missing')
    """
    if found is None:
        return MISSING
    return OK if found == kept else CHANGED
