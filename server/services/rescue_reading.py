"""What is in a rescue copy, read without trusting it, and whether it is from whom it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Connection

from server.services.callers import REVOKED
from server.services.custody import LATE, UNPROVEN
from server.services.incoming import Incoming, read_operations
from server.strict_json import BadJson, Spoiled, read_json, read_with_operations
from sync.protocol.rescue import Contents, RescuedFile, open_list, open_part
from sync.protocol.sealing import CannotOpen
from sync.protocol.signing import Purpose, is_signed

MAX_PARTS = 1024
_DEVICE = "SELECT state, public_key, officer_id FROM device WHERE device_id = ?"
_SIGNED_IN = "SELECT 1 FROM token WHERE device_id = ? AND officer_id = ? LIMIT 1"
_OFFICER = "SELECT 1 FROM officer WHERE officer_id = ?"


class Source(Protocol):
    """Where the parts of a copy are."""

    def part(self, name: str) -> bytes | None:
        """A part as it lies there; ``None`` when it is missing."""
        ...


@dataclass(frozen=True, slots=True)
class Copy:
    """A list that has been opened."""

    sha: str
    """SHA-256 of the whole file."""
    contents: Contents
    text: str
    signature: str


@dataclass(slots=True)
class Read:
    """What of a copy can be taken."""

    wires: list[object] = field(default_factory=list)
    operations: list[Incoming] = field(default_factory=list)
    """The same, read one by one."""
    waiting: int = 0
    """Operations in the list that come after one in a part which is missing."""
    missing: list[str] = field(default_factory=list)
    """Names of parts that are not there, or are not what was written."""


def open_copy(keys: Mapping[bytes, bytes], data: bytes) -> Copy:
    """The list of a rescue copy.

    Raises:
        CannotOpen: it is not for this centre, or was changed or cut short.
    """
    contents, text, signature = open_list(keys, data)
    if len(contents.part_names()) > MAX_PARTS:
        raise CannotOpen("too many parts")
    return Copy(hashlib.sha256(data).hexdigest(), contents, text, signature)


def doubt(connection: Connection, copy: Copy) -> str | None:
    """Why nothing of it may be applied before somebody has looked; ``None`` when it may.

    The centre's sealing key is public, so being able to seal proves nothing: the tablet must have
    signed with the key the centre knows, and its officer must have signed in on it.
    """
    said = copy.contents
    row = connection.exec_driver_sql(_DEVICE, (said.device_id,)).first()
    if row is None or not row.public_key:
        return UNPROVEN
    if not is_signed(row.public_key, Purpose.RESCUE, copy.text, copy.signature):
        return UNPROVEN
    who = (said.device_id, said.officer_id)
    here = row.officer_id == said.officer_id or connection.exec_driver_sql(_SIGNED_IN, who).first()
    if not here or connection.exec_driver_sql(_OFFICER, (said.officer_id,)).first() is None:
        return UNPROVEN
    return LATE if row.state == REVOKED else None


def read_copy(keys: Mapping[bytes, bytes], copy: Copy, source: Source) -> Read:
    """Its operations in order.

    One on a record of which an older operation is missing is left out: applied out of order it
    would be held for ever, and it is still in the copy.
    """
    read = Read()
    behind: set[str] = set()
    texts: list[str] = []
    for segment in copy.contents.segments:
        found = _texts(_part(keys, source, segment.name))
        if found is None:
            read.missing.append(segment.name)
            behind.update(segment.records)
        else:
            texts += found
    wires = [_wire(text) for text in texts + copy.contents.ops]
    for wire, item in zip(wires, read_operations(wires), strict=True):
        if item.record_id in behind:
            read.waiting += 1
        else:
            read.wires.append(wire)
            read.operations.append(item)
    return read


def read_file(keys: Mapping[bytes, bytes], file: RescuedFile, source: Source) -> bytes | None:
    """A photo or voice note; ``None`` when a part is missing or it is not what its name says."""
    pieces = [_part(keys, source, name) for name in file.parts]
    whole = b"".join(piece for piece in pieces if piece is not None)
    good = len(whole) == file.size and hashlib.sha256(whole).hexdigest() == file.sha
    return whole if good else None


def _part(keys: Mapping[bytes, bytes], source: Source, name: str) -> bytes | None:
    sealed = source.part(name)
    if sealed is None or hashlib.sha256(sealed).hexdigest() != name:
        return None
    try:
        return open_part(keys, sealed)
    except CannotOpen:
        return None


def _texts(part: bytes | None) -> list[str] | None:
    if part is None:
        return None
    try:
        texts = read_json(part)
    except BadJson:
        return None
    good = isinstance(texts, list) and all(isinstance(text, str) for text in texts)
    return texts if good else None


def _wire(text: str) -> object:
    """One operation as a push would have brought it."""
    try:
        ops = read_with_operations(b'{"ops":[' + text.encode() + b"]}")["ops"]
    except (BadJson, UnicodeEncodeError, KeyError):
        return Spoiled(json.dumps(text), {})
    return ops[0] if len(ops) == 1 else Spoiled(json.dumps(text), {})
