"""Taking in rescue copies: once, however often and by whomever they are handed in.

Each operation is applied as from its author and their tablet, into the same ledger as a push, with
the author's rights at receipt. What cannot be proved to come from a tablet in use is kept, and
somebody at the centre looks at it first; nothing is refused but what cannot be opened.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from sqlalchemy import Connection

from fieldapp.domain.errors import UserError
from fieldapp.domain.pieces import PIECE_BYTES
from server import audit
from server.db import hold_device
from server.errors import TurnedAway
from server.services import custody, rescue_shelf, rescued_drafts
from server.services.attachments.uploading import Sent, take_as
from server.services.callers import Caller, caller_of
from server.services.centre import Centre
from server.services.incoming import Incoming
from server.services.push import push_as
from server.services.rescue_reading import (
    Copy,
    Read,
    Source,
    doubt,
    open_copy,
    read_copy,
    read_file,
)
from server.services.rescue_shelf import HELD, TAKEN, WAITING, Carrier, Shelf
from server.services.rescue_words import Told
from sync.protocol.messages import Push
from sync.protocol.rescue import RescuedFile
from sync.protocol.versions import PIECES_AT_ONCE, PROTOCOL

_AT_ONCE = 200
_SLICE = PIECES_AT_ONCE * PIECE_BYTES
_LEDGER = "SELECT op_id FROM ledger WHERE op_id IN (SELECT value FROM json_each(?))"
_OWNED = (
    "SELECT sha FROM blob_owner WHERE officer_id = ? AND sha IN (SELECT value FROM json_each(?))"
)
_OFFICER = "SELECT 1 FROM officer WHERE officer_id = ?"


def take(
    centre: Centre, data: bytes, source: Source, by: Carrier, *, vouched: bool = False
) -> Told:
    """Take what can be taken of a copy.

    Args:
        centre: the centre.
        data: the list, as the file holds it.
        source: its parts.
        by: who hands it in.
        vouched: somebody at the centre has looked at it and says that it is genuine.

    Raises:
        CannotOpen: nothing was taken.
    """
    copy = open_copy(centre.keys.seals, data)
    with centre.db.read() as connection:
        code = None if vouched else doubt(connection, copy)
    read = read_copy(centre.keys.seals, copy, source)
    if code is not None:
        return _hold(centre, copy, read, source, by, code=code, data=data)
    told = Told(waiting=read.waiting)
    _apply(centre, copy, read, told)
    with centre.db.write() as connection:
        told.drafts = rescued_drafts.lay_out(centre, connection, copy.contents)
    lacking = set(read.missing)
    for file in _unowned(centre, copy, told):
        if not _take_file(centre, copy, file, source):
            lacking.update(file.parts)
            told.waiting += 1
        else:
            told.photos += 1
    told.missing = len(lacking)
    with centre.db.write() as connection:
        at = centre.now()
        rescue_shelf.put(connection, copy, by, at=at, state=TAKEN, told=told)
        rescue_shelf.clear(centre, connection)
        _note(connection, copy, by, told, at=at)
    return told


def _author(copy: Copy) -> Callable[[Connection, str], Caller]:
    said = copy.contents

    def identify(connection: Connection, _now: str) -> Caller:
        hold_device(connection, said.device_id)
        return caller_of(connection, said.officer_id, said.device_id)

    return identify


def _apply(centre: Centre, copy: Copy, read: Read, told: Told) -> None:
    said = copy.contents
    touched: set[str] = set()
    for first in range(0, len(read.wires), _AT_ONCE):
        batch = slice(first, first + _AT_ONCE)
        request = Push(
            proto=PROTOCOL, app=said.app, device_id=said.device_id, ops=read.wires[batch]
        )
        pushed = push_as(centre, _author(copy), request, carried=True)
        for item, text in zip(read.operations[batch], pushed.results, strict=True):
            result = json.loads(text)
            if result.get("replay"):
                told.again += 1
                continue
            told.operations += 1
            told.quarantined += result["status"] == "quarantined"
            touched.add(item.record_id)
    told.entries = len(touched)


def _unowned(centre: Centre, copy: Copy, told: Told) -> list[RescuedFile]:
    """Photos and voice notes that have not come whole from their author yet."""
    files = copy.contents.files
    values = (copy.contents.officer_id, json.dumps([file.sha for file in files]))
    with centre.db.read() as connection:
        owned = {row[0] for row in connection.exec_driver_sql(_OWNED, values)}
    told.photos_again = len(owned)
    return [file for file in files if file.sha not in owned]


def _take_file(centre: Centre, copy: Copy, file: RescuedFile, source: Source) -> bool:
    whole = read_file(centre.keys.seals, file, source)
    if whole is None:
        return False
    for start in range(0, file.size, _SLICE):
        data = whole[start : start + _SLICE]
        check = hashlib.sha256(data).hexdigest()
        sent = Sent(file.sha, file.size, start // PIECE_BYTES, data, check)
        try:
            take_as(centre, _author(copy), sent)
        except TurnedAway:
            return False
    return True


# ------------------------------------------------------------ what somebody has to look at first


def _hold(
    centre: Centre,
    copy: Copy,
    read: Read,
    source: Source,
    by: Carrier,
    *,
    code: str,
    data: bytes,
) -> Told:
    """Keep all of it as it came, and show people what is in it.

    Nothing of it goes into the ledger: under the name of its author only what is the author's may
    stand there, and a tablet that comes back must still be able to send its own.
    """
    said = copy.contents
    with centre.db.write() as connection:
        # First that it waits for its parts: what nothing waits for is let go of at any time.
        before = rescue_shelf.find(connection, copy.sha)
        if before is None or before.state == TAKEN:
            told = Told(missing=len(said.part_names()))
            rescue_shelf.put(connection, copy, by, at=centre.now(), state=WAITING, told=told)
    for name in said.part_names():
        part = source.part(name)
        if part is not None and hashlib.sha256(part).hexdigest() == name:
            with centre.db.write() as connection:
                rescue_shelf.put_part(connection, name, part, at=centre.now())
    with centre.db.write() as connection:
        at = centre.now()
        known = _known(connection, read.operations)
        fresh = [item for item in read.operations if item.op_id not in known]
        told = Told(
            operations=len(fresh),
            again=len(known),
            entries=len({item.record_id for item in fresh}),
            drafts=len(said.drafts),
            photos=len(said.files),
            waiting=read.waiting,
            missing=len(read.missing),
        )
        rescue_shelf.put(connection, copy, by, at=at, state=HELD, told=told, code=code, data=data)
        who = {"officer_id": said.officer_id, "device_id": said.device_id}
        custody.keep(connection, [(item, code) for item in fresh], at=at, **who)
        _note(connection, copy, by, told, at=at)
    return told


def _known(connection: Connection, items: list[Incoming]) -> set[str]:
    ids = json.dumps([item.op_id for item in items if item.has_id])
    return {row[0] for row in connection.exec_driver_sql(_LEDGER, (ids,))}


def release(centre: Centre, sha: str) -> Told:
    """Apply a copy that was held: somebody at the centre has looked at it.

    Args:
        centre: the centre.
        sha: the beginning of the list's number is enough, as long as only one has it.

    Raises:
        UserError: none, or more than one, held copy has that number.
        CannotOpen: its key is not the centre's any more.
    """
    with centre.db.read() as connection:
        found = [
            one
            for one in rescue_shelf.all_lists(connection)
            if one.state == HELD and one.sha.startswith(sha)
        ]
        if len(found) != 1:
            raise UserError(f"There is no single held copy {sha}.", code="not_found")
        held = rescue_shelf.find(connection, found[0].sha)
    assert held is not None and held.data is not None  # noqa: S101,PT018 - it was there just now
    data, shelf = bytes(held.data), Shelf(centre.db)
    copy = open_copy(centre.keys.seals, data)
    with centre.db.read() as connection:
        if connection.exec_driver_sql(_OFFICER, (copy.contents.officer_id,)).first() is None:
            raise UserError("There is no account for its officer here.", code="not_found")
    return take(centre, data, shelf, Carrier(audit.CENTRE), vouched=True)


def _note(connection: Connection, copy: Copy, by: Carrier, told: Told, *, at: str) -> None:
    detail = {
        "what": f"rescue_copy_{told.state}",
        "list": copy.sha,
        "officer_id": copy.contents.officer_id,
        "operations": told.operations,
        "again": told.again,
        "quarantined": told.quarantined,
        "drafts": told.drafts,
        "photos": told.photos,
        "missing": told.missing,
    }
    line = audit.Entry(
        at, by.officer_id, "SYNC_PUSH", copy.contents.device_id, by.device_id, detail
    )
    audit.append(connection, [line])
