"""Handing a rescue copy in over the network, with the carrier's own sign-in."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection

from server.errors import TurnedAway
from server.services import rescue_shelf
from server.services.bundles import take
from server.services.callers import authenticate
from server.services.centre import Centre
from server.services.rescue_reading import open_copy
from server.services.rescue_shelf import HELD, TAKEN, WAITING, Carrier, Shelf
from server.services.rescue_words import Told, words_of
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import HandedIn, PartTaken
from sync.protocol.sealing import CannotOpen

_EPOCH = "SELECT epoch FROM head WHERE id = 1"


def hand_in_list(centre: Centre, token: str, data: bytes, *, is_complete: bool) -> HandedIn:
    """Take a copy, or say which of its parts have to come first.

    Args:
        centre: the centre.
        token: the carrier's.
        data: the list as it lies in the file.
        is_complete: there are no more parts than have come; take what can be taken.

    Raises:
        TurnedAway: the sign-in does not count, or the carrier has begun too many.
    """
    with centre.db.read() as connection:
        _carrier(centre, connection, token)  # anybody can seal; only a carrier is worth the work
    try:
        copy = open_copy(centre.keys.seals, data)
    except CannotOpen:
        with centre.db.read() as connection:
            return _answer(connection, Told(state="refused"))
    with centre.db.write() as connection:
        by = _carrier(centre, connection, token)
        known = rescue_shelf.find(connection, copy.sha)
        if known is not None and known.is_whole:
            return _answer(connection, known.as_again)
        need = rescue_shelf.missing(connection, copy.contents.part_names())
        comes_more = bool(need) and not is_complete
        if known is not None and known.state == HELD and not comes_more:
            return _answer(connection, known.numbers, code=known.code)
        is_new = known is None or known.state == TAKEN
        if is_new and not rescue_shelf.has_room(connection, by):
            raise TurnedAway(ErrorCode.BUSY, retry_after=60.0)
        if comes_more:
            told = Told(missing=len(need))
            if is_new:
                at = centre.now()
                rescue_shelf.put(connection, copy, by, at=at, state=WAITING, told=told)
            told.state = "needs_parts"
            return _answer(connection, told, need=need)
    told = take(centre, data, Shelf(centre.db), by)
    with centre.db.read() as connection:
        known = rescue_shelf.find(connection, copy.sha)
        return _answer(connection, told, code=known.code if known else None)


def hand_in_part(centre: Centre, token: str, name: str, data: bytes) -> PartTaken:
    """Keep a part of a copy that this carrier has begun to hand in; again is harmless.

    Raises:
        TurnedAway: nothing this carrier handed in waits for it, or it is not what its name says.
    """
    with centre.db.write() as connection:
        by = _carrier(centre, connection, token)
        if not rescue_shelf.is_wanted(connection, name, by):
            raise TurnedAway(ErrorCode.NOT_FOUND)
        if hashlib.sha256(data).hexdigest() != name:
            raise TurnedAway(ErrorCode.DAMAGED)
        rescue_shelf.put_part(connection, name, data, at=centre.now())
        epoch: str = connection.exec_driver_sql(_EPOCH).scalar_one()
    return PartTaken(epoch=epoch, name=name)


def _carrier(centre: Centre, connection: Connection, token: str) -> Carrier:
    caller = authenticate(connection, token, now=centre.now())
    return Carrier(caller.actor.officer_id, caller.device_id)


def _answer(
    connection: Connection, told: Told, *, code: str | None = None, need: list[str] | None = None
) -> HandedIn:
    return HandedIn(
        epoch=connection.exec_driver_sql(_EPOCH).scalar_one(),
        state=told.state,
        need=need or [],
        entries=told.entries,
        drafts=told.drafts,
        photos=told.photos,
        again=told.again,
        missing=told.missing,
        words=words_of(told, code),
    )
