"""Handing out a photo or voice note to who may see a record that refers to it, and noting that."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from fieldapp.domain.attachments import is_name
from fieldapp.domain.pieces import PIECE_BYTES
from server import audit
from server.errors import TurnedAway
from server.services.callers import DRAINING, authenticate, scopes_of
from server.services.centre import Centre
from server.services.directives import pending
from server.services.manifests import seen_through
from sync.protocol.codes import ErrorCode

_BLOB = "SELECT size, sent_by FROM blob WHERE sha = ?"
_PIECES = (
    "SELECT data FROM piece WHERE sha = ? AND officer_id = ? AND idx BETWEEN ? AND ? ORDER BY idx"
)
_RANGE = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a file: from ``start`` on, of ``size`` altogether."""

    data: bytes
    start: int
    size: int
    is_whole: bool
    """All of it was asked for."""


def read(centre: Centre, token: str, sha: str, *, wanted: str | None) -> Part:
    """A file, or the range of it that the header asks for.

    Who may not see it gets the answer that anybody gets about a file that is not there. That it was
    read is on the trail before it leaves.

    Args:
        centre: the centre.
        token: who asks.
        sha: name of the file.
        wanted: the header ``Range``; one that is not a single range of bytes asks for all.

    Raises:
        TurnedAway: ``not_found``, ``bad_range``, or the tablet no longer receives.
    """
    at = centre.now()
    with centre.db.read() as connection:
        caller = authenticate(connection, token, now=at)
        if caller.device_state == DRAINING:
            orders = pending(connection, caller.device_id)
            raise TurnedAway(ErrorCode.DEVICE_DRAINING, directives=orders)
        record_id = seen_through(connection, sha, scopes_of(caller)) if is_name(sha) else None
        if record_id is None:
            raise TurnedAway(ErrorCode.NOT_FOUND)
        size, sent_by = connection.exec_driver_sql(_BLOB, (sha,)).one()
        start, end, is_whole = _range(wanted, size)
        data = _bytes(connection, sha, sent_by, start, end)
    detail = {"attachment": sha, "from": start, "to": end}
    who, device_id = caller.actor.officer_id, caller.device_id
    line = audit.Entry(at, who, "CONSULTATION", record_id, device_id, detail)
    with centre.db.write() as connection:
        audit.append(connection, [line])
    return Part(data, start, size, is_whole)


def _bytes(connection: Connection, sha: str, sent_by: str, start: int, end: int) -> bytes:
    first, last = start // PIECE_BYTES, (end - 1) // PIECE_BYTES
    rows = connection.exec_driver_sql(_PIECES, (sha, sent_by, first, last))
    data = b"".join(row[0] for row in rows)
    return data[start - first * PIECE_BYTES : end - first * PIECE_BYTES]


def _range(wanted: str | None, size: int) -> tuple[int, int, bool]:
    """First byte, one after the last, and whether that is all of it."""
    found = _RANGE.fullmatch(wanted.strip()) if wanted else None
    first, last = found.groups() if found else ("", "")
    is_backwards = first and last and int(last) < int(first)
    if is_backwards or not (first or last):
        return 0, size, True
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= end:
        raise TurnedAway(ErrorCode.BAD_RANGE)
    return start, end, False
