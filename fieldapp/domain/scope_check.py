"""What a scope holds, boiled down to one number that centre and tablet can compare."""

from __future__ import annotations

import hashlib

_BYTES = 5


def state_number(record_id: str, revision: int, content_hash: str) -> int:
    """40 bits that stand for a record in one state.

    A scope's sum is the plain sum over what it holds: of so many bits that a chance match is one
    in a million million, of so few that eight million records stay within 64 bits. Adding and
    taking away is all that keeping it takes, in any database.
    """
    state = f"{record_id}\n{revision}\n{content_hash}"
    return int.from_bytes(hashlib.sha256(state.encode()).digest()[:_BYTES])
