"""How much of a photo or voice note is here, said only to who sent it.

Whether the centre has a file is itself something to know, so nobody learns it by a name: what
others have sent is not spoken of, even to who may read it (they read it, and need not send it).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from fieldapp.domain.pieces import merged
from server.services import heartbeats
from server.services.callers import authenticate, check_device
from server.services.centre import Centre
from sync.protocol.messages import AskedBlob, BlobAnswer, BlobState, BlobStatus

_EPOCH = "SELECT epoch FROM head WHERE id = 1"
_OWNED = (
    "SELECT sha FROM blob_owner WHERE officer_id = ? AND sha IN (SELECT value FROM json_each(?))"
)
_BEGUN = (
    "SELECT sha, size FROM upload WHERE officer_id = ? AND sha IN (SELECT value FROM json_each(?))"
)
_PIECES = (
    "SELECT p.sha, p.idx FROM piece p JOIN upload u ON u.sha = p.sha "
    "AND u.officer_id = p.officer_id WHERE p.officer_id = ? "
    "AND p.sha IN (SELECT value FROM json_each(?)) ORDER BY p.sha, p.idx"
)
_QUIET = timedelta(minutes=10)


def status(centre: Centre, token: str, request: BlobStatus) -> BlobAnswer:
    """What has arrived of these files from this officer, from whichever of their tablets.

    Raises:
        TurnedAway: the sign-in does not count, or belongs to another tablet.
    """
    now = centre.clock.now()
    at = centre.now()
    with centre.db.read() as connection:
        caller = authenticate(connection, token, now=at)
        check_device(caller, request.device_id)
        epoch: str = connection.exec_driver_sql(_EPOCH).scalar_one()
        blobs = states(connection, request.shas, caller.actor.officer_id)
        last_seen, told = heartbeats.known(connection, request.device_id)
    known = told == heartbeats.told_by(request.hb, request.app)
    if not known or now - datetime.fromisoformat(last_seen) >= _QUIET:
        with centre.db.write() as connection:
            heartbeats.note(connection, request.device_id, request.hb, request.app, at=at)
    return BlobAnswer(epoch=epoch, blobs=blobs)


def states(
    connection: Connection, asked: Sequence[AskedBlob], officer_id: str
) -> dict[str, BlobState]:
    """How much of each the officer has sent; pieces of another size count for nothing."""
    values = (officer_id, json.dumps([one.sha for one in asked]))
    owned = {row[0] for row in connection.exec_driver_sql(_OWNED, values)}
    begun = {row[0]: row[1] for row in connection.exec_driver_sql(_BEGUN, values)}
    pieces: dict[str, list[tuple[int, int]]] = {}
    for sha, number in connection.exec_driver_sql(_PIECES, values):
        pieces.setdefault(sha, []).append((number, number + 1))
    found: dict[str, BlobState] = {}
    for one in asked:
        have = pieces.get(one.sha, []) if begun.get(one.sha) == one.size else []
        complete = one.sha in owned
        found[one.sha] = BlobState(complete=complete, have=list(merged(have, one.size)))
    return found
