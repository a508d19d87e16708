"""Taking in photos and voice notes piece by piece, in any order, and again as often as one likes.

What one officer sends is kept apart from what another sends under the same name until each has been
verified as a whole. So nobody can spoil, hold up or find out about the file of somebody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from fieldapp.domain.attachments import MAX_FILE_BYTES, is_name
from fieldapp.domain.pieces import PIECE_BYTES, piece_count
from fieldapp.domain.times import day_of
from server import audit
from server.db import hold_last, hold_name, hold_records
from server.errors import TurnedAway
from server.services.attachments.asking import states
from server.services.callers import Caller, authenticate
from server.services.centre import Centre, stamp
from server.services.manifests import referring
from server.services.writing import Writing
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import AskedBlob, BlobAnswer
from sync.protocol.versions import PIECES_AT_ONCE

_OWNED = "SELECT 1 FROM blob_owner WHERE sha = ? AND officer_id = ?"
_BEGUN = "SELECT size FROM upload WHERE sha = ? AND officer_id = ?"
_BEGIN = (
    "INSERT INTO upload (sha, officer_id, size, begun_at, last_at) VALUES (?,?,?,?,?) "
    "ON CONFLICT (sha, officer_id) DO UPDATE SET size = excluded.size, last_at = excluded.last_at"
)
_CLAIMED = (
    "SELECT 1 FROM blob_ref WHERE sha = ? AND officer_id = ? LIMIT 1",
    "SELECT 1 FROM quarantine WHERE raw LIKE '%' || ? || '%' AND officer_id = ? LIMIT 1",
)
# Each counts for some pages besides, so that a million of one byte are not free.
_UNCLAIMED_UPLOADS = (
    "SELECT CAST(coalesce(sum(u.size + 4096), 0) AS BIGINT) FROM upload u WHERE u.officer_id = ? "
    "AND NOT EXISTS (SELECT 1 FROM blob_ref f WHERE f.sha = u.sha AND f.officer_id = u.officer_id)"
)
_UNCLAIMED_FILES = (
    "SELECT CAST(coalesce(sum(b.size + 4096), 0) AS BIGINT) FROM blob_owner o "
    "JOIN blob b ON b.sha = o.sha WHERE o.officer_id = ? "
    "AND NOT EXISTS (SELECT 1 FROM blob_ref f WHERE f.sha = o.sha AND f.officer_id = o.officer_id)"
)
_PUT_PIECE = (
    "INSERT INTO piece (sha, officer_id, idx, data) VALUES (?,?,?,?) "
    "ON CONFLICT (sha, officer_id, idx) DO NOTHING"
)
_COUNT = "SELECT count(*) FROM piece WHERE sha = ? AND officer_id = ?"
_PIECES = "SELECT data FROM piece WHERE sha = ? AND officer_id = ? ORDER BY idx"
_DROP_PIECES = "DELETE FROM piece WHERE sha = ? AND officer_id = ?"
_END_UPLOAD = "DELETE FROM upload WHERE sha = ? AND officer_id = ?"
_PUT_BLOB = (
    "INSERT INTO blob (sha, size, sent_by, first_seen) VALUES (?,?,?,?) "
    "ON CONFLICT (sha) DO NOTHING RETURNING sha"
)
_PUT_OWNER = "INSERT INTO blob_owner (sha, officer_id, at) VALUES (?,?,?)"
_EPOCH = "SELECT epoch FROM head WHERE id = 1"


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that brings pieces.

    Args:
        sha: name of the whole.
        size: its bytes.
        first: number of the first piece.
        data: one to four whole pieces, only the last piece of the file being shorter.
        check: SHA-256 of ``data``, hexadecimal.
    """

    sha: str
    size: int
    first: int
    data: bytes
    check: str


Identify = Callable[[Connection, str], Caller]
"""Says who is calling, inside the transaction and at that instant."""


class _RecordsMoved(Exception):  # noqa: N818 - a signal inside this module
    """A record began to refer to the file while its transaction was under way."""


def take(centre: Centre, token: str, sent: Sent) -> BlobAnswer:
    """Keep pieces; with the last one, verify the whole and tell everybody who sees its records.

    Sending again what is there changes nothing.

    Raises:
        TurnedAway: ``damaged``: the bytes are not those that were sent; ``start_again``: the whole
            is not what its name says, its pieces are gone; ``entries_first``: too much is here
            already that no entry of this officer refers to; or the request is none.
    """

    def identify(connection: Connection, now: str) -> Caller:
        return authenticate(connection, token, now=now)

    return take_as(centre, identify, sent)


def take_as(centre: Centre, identify: Identify, sent: Sent) -> BlobAnswer:
    """``take`` for whoever ``identify`` says is calling."""
    pieces = _cut(sent)
    while True:
        try:
            answer = _taken(centre, identify, sent, pieces)
        except _RecordsMoved:
            continue
        if answer is None:
            raise TurnedAway(ErrorCode.START_AGAIN)
        return answer


def _cut(sent: Sent) -> list[tuple[int, bytes]]:
    """The pieces with their numbers, once they fit the grid."""
    if not is_name(sent.sha):
        raise TurnedAway(ErrorCode.NOT_FOUND)
    if not 1 <= sent.size <= MAX_FILE_BYTES:
        raise TurnedAway(ErrorCode.TOO_LARGE if sent.size > 0 else ErrorCode.BAD_REQUEST)
    if not 0 <= sent.first < piece_count(sent.size):
        raise TurnedAway(ErrorCode.BAD_REQUEST, "The file has no such piece.")
    start = sent.first * PIECE_BYTES
    end = start + len(sent.data)
    whole = end == sent.size or (end < sent.size and len(sent.data) % PIECE_BYTES == 0)
    if not whole or not 0 < len(sent.data) <= PIECES_AT_ONCE * PIECE_BYTES:
        raise TurnedAway(ErrorCode.BAD_REQUEST, "The body is not one to four whole pieces.")
    if hashlib.sha256(sent.data).hexdigest() != sent.check:
        raise TurnedAway(ErrorCode.DAMAGED)
    cuts = range(0, len(sent.data), PIECE_BYTES)
    return [(sent.first + at // PIECE_BYTES, sent.data[at : at + PIECE_BYTES]) for at in cuts]


def _taken(
    centre: Centre, identify: Identify, sent: Sent, pieces: list[tuple[int, bytes]]
) -> BlobAnswer | None:
    """One transaction; ``None`` when the whole was not what its name says and is gone."""
    with centre.db.write() as connection:
        moment = centre.clock.now()
        at = stamp(moment)
        hold_name(connection, f"blob {sent.sha}")
        caller = identify(connection, at)
        me = caller.actor.officer_id
        if connection.exec_driver_sql(_OWNED, (sent.sha, me)).first() is None:
            _begin(centre, connection, sent, me, at)
            rows = [(sent.sha, me, number, data) for number, data in pieces]
            connection.exec_driver_sql(_PUT_PIECE, rows)
            if _count(connection, sent.sha, me) == piece_count(sent.size):
                if not _is_whole(connection, sent, me):
                    _drop(connection, sent.sha, me)
                    return None
                writing = Writing(connection, at=at, today=day_of(moment), policy=centre.policy)
                _complete(writing, sent, caller)
        epoch: str = connection.exec_driver_sql(_EPOCH).scalar_one()
        asked = AskedBlob(sha=sent.sha, size=sent.size)
        return BlobAnswer(epoch=epoch, blobs=states(connection, [asked], me))


def _begin(centre: Centre, connection: Connection, sent: Sent, me: str, at: str) -> None:
    """Note the upload; what came under another size was of something else."""
    begun = connection.exec_driver_sql(_BEGUN, (sent.sha, me)).scalar()
    if begun is None:
        _check_room(centre, connection, sent, me)
    elif begun != sent.size:
        connection.exec_driver_sql(_DROP_PIECES, (sent.sha, me))
    connection.exec_driver_sql(_BEGIN, (sent.sha, me, sent.size, at, at))


def _check_room(centre: Centre, connection: Connection, sent: Sent, me: str) -> None:
    """Entries go first; what none of the officer's own names, held ones too, may fill so much."""
    if any(connection.exec_driver_sql(one, (sent.sha, me)).first() for one in _CLAIMED):
        return
    used = sum(
        connection.exec_driver_sql(statement, (me,)).scalar_one()
        for statement in (_UNCLAIMED_UPLOADS, _UNCLAIMED_FILES)
    )
    if used + sent.size > centre.policy.unclaimed_bytes:
        raise TurnedAway(ErrorCode.ENTRIES_FIRST)


def _count(connection: Connection, sha: str, me: str) -> int:
    count: int = connection.exec_driver_sql(_COUNT, (sha, me)).scalar_one()
    return count


def _is_whole(connection: Connection, sent: Sent, me: str) -> bool:
    digest = hashlib.sha256()
    size = 0
    for (data,) in connection.exec_driver_sql(_PIECES, (sent.sha, me)):
        digest.update(data)
        size += len(data)
    return size == sent.size and digest.hexdigest() == sent.sha


def _drop(connection: Connection, sha: str, me: str) -> None:
    connection.exec_driver_sql(_DROP_PIECES, (sha, me))
    connection.exec_driver_sql(_END_UPLOAD, (sha, me))


def _complete(writing: Writing, sent: Sent, caller: Caller) -> None:
    """The file is here: whoever holds a record that refers to it gets to know.

    Which records those are is asked again under the last lock: one may have come in meanwhile.
    """
    connection, me = writing.connection, caller.actor.officer_id
    records = referring(connection, sent.sha, me)
    hold_records(connection, records)
    hold_last(connection)
    if not set(referring(connection, sent.sha, me)) <= set(records):
        raise _RecordsMoved
    values = (sent.sha, sent.size, me, writing.at)
    is_first = connection.exec_driver_sql(_PUT_BLOB, values).first() is not None
    if not is_first:
        connection.exec_driver_sql(_DROP_PIECES, (sent.sha, me))
    connection.exec_driver_sql(_END_UPLOAD, (sent.sha, me))
    connection.exec_driver_sql(_PUT_OWNER, (sent.sha, me, writing.at))
    writing.load(records)
    for id in records:
        writing.touch(id)
    writing.flush()
    detail = {"attachment": sent.sha, "bytes": sent.size, "records": records}
    line = audit.Entry(writing.at, me, "SYNC_PUSH", sent.sha, caller.device_id, detail)
    audit.append(connection, [line])
