"""Two tablets under one number, or one that was put back to an earlier state.

A tablet counts its operations and never uses a number twice. When a number comes again with another
operation, two pasts use one id: nothing is taken under it any more, and nothing is lost, because
each tablet keeps what it has and goes on under a new id after signing in.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from server import audit
from server.errors import TurnedAway
from server.services.callers import Caller
from server.services.centre import Centre
from server.services.incoming import Incoming
from sync.protocol.codes import ErrorCode

_LAST = "SELECT max(dseq) FROM ledger WHERE device_id = ? AND officer_id = ?"
_THESE = (
    "SELECT dseq, op_id FROM ledger WHERE device_id = ? AND officer_id = ? AND dseq BETWEEN ? AND ?"
)
_MARK = "UPDATE device SET clone_at = ? WHERE device_id = ? AND clone_at IS NULL"


class CloneSeen(TurnedAway):
    """A number of this tablet came again with another operation."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(ErrorCode.DEVICE_CLONE)
        self.caller = caller


def check(connection: Connection, caller: Caller, fresh: Sequence[Incoming]) -> None:
    """See that operations not seen before have numbers not seen before.

    Raises:
        CloneSeen: one has not; nothing of the batch may be taken.
    """
    counted = {item.dseq: item.op_id for item in fresh if item.has_id and item.dseq}
    if not counted:
        return
    who = (caller.device_id, caller.actor.officer_id)
    last = connection.exec_driver_sql(_LAST, who).scalar()
    if last is None or min(counted) > last:
        return
    rows = connection.exec_driver_sql(_THESE, (*who, min(counted), max(counted)))
    if any(counted.get(dseq, op_id) != op_id for dseq, op_id in rows):
        raise CloneSeen(caller)


def mark(centre: Centre, seen: CloneSeen) -> None:
    """Nothing more is taken from this id, and the trail says so."""
    caller = seen.caller
    with centre.db.write() as connection:
        at = centre.now()
        if connection.exec_driver_sql(_MARK, (at, caller.device_id)).rowcount:
            actor, device_id = caller.actor.officer_id, caller.device_id
            detail = {"what": "device_clone"}
            line = audit.Entry(at, actor, "ALTERATION", device_id, device_id, detail)
            audit.append(connection, [line])
