"""The grid that photos and voice notes travel on: pieces of one size, counted from nought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

PIECE_BYTES = 64 * 1024
"""Size of every piece but the last."""

Ranges = tuple[tuple[int, int], ...]
"""Runs of pieces: the first, and one after the last."""


@dataclass(frozen=True, slots=True)
class OutgoingBlob:
    """A photo or voice note of this tablet that the centre does not have whole."""

    sha: str
    size: int
    have: Ranges = ()
    """Pieces that the centre has."""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class WantedBlob:
    """A photo or voice note that a screen of this tablet asked for."""

    sha: str
    size: int
    here: int = 0
    """Bytes from the beginning that have come in."""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class BlobTold:
    """What the centre says of a photo or voice note: whole, or the pieces it has."""

    complete: bool
    have: Ranges = ()


@dataclass(frozen=True, slots=True)
class UnsentPhotos:
    """How many photos and voice notes the centre does not have whole, and what is left to send."""

    count: int = 0
    bytes: int = 0
    since: datetime | None = None
    """When the oldest of them was put on."""
    damaged: int = 0
    """How many of them are not what they were, so that they cannot be sent."""
    next_try_at: datetime | None = None
    """When the first is tried again, where all of them are set aside."""


def piece_count(size: int) -> int:
    """How many pieces a file of ``size`` bytes has."""
    return -(-size // PIECE_BYTES)


def merged(ranges: Iterable[Iterable[int]], size: int) -> Ranges:
    """Runs of pieces of a file in order, none touching the next; what makes no sense is left out.

    Args:
        ranges: pairs as a centre told them.
        size: bytes of the file.
    """
    last = piece_count(size)
    made: list[tuple[int, int]] = []
    for first, end in sorted((max(0, first), min(end, last)) for first, end in ranges):
        if first >= end:
            continue
        if made and first <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((first, end))
    return tuple(made)


def next_run(size: int, have: Ranges, most: int) -> tuple[int, int] | None:
    """The first pieces that are missing, at most so many: number of the first and how many.

    ``None`` when none is missing.
    """
    first, end = 0, piece_count(size)
    for start, after in have:
        if first < start:
            end = start
            break
        first = after
    return (first, min(most, end - first)) if first < end else None


def bytes_of(size: int, have: Ranges) -> int:
    """How many bytes of a file these pieces are."""
    return sum(min(end * PIECE_BYTES, size) - first * PIECE_BYTES for first, end in have)
