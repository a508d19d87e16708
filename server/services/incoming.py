"""Operations as they arrive: each is read by itself, so one that cannot be read costs no other."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fieldapp.domain.content import canonical_json
from fieldapp.domain.errors import ContentError
from fieldapp.domain.operations import COMMANDS, Operation, parse_operation
from server.strict_json import Spoiled

MAX_OP_LENGTH = 256 * 1024
"""A larger operation is held: it could not be handed out again in one answer with others."""

_encode = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, sort_keys=True, allow_nan=False
).encode
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ECHO = re.compile(r"[A-Za-z0-9_.:-]*")
_SHALLOW = 32
_MAX_INT = 2**63 - 1
_MAX_ECHO = 64


@dataclass(frozen=True, slots=True)
class Incoming:
    """One operation of a push.

    ``op`` is ``None`` when it could not be read; ``code`` then says why. ``op_id`` is what is
    answered; ``has_id`` is false when it is no id an answer could be kept under.
    """

    op_id: str
    has_id: bool
    kind: str
    record_id: str
    dseq: int
    raw: str
    payload_hash: str
    op: Operation | None = None
    code: str | None = None

    @property
    def is_command(self) -> bool:
        """True for what can be turned down; everything else is kept whatever happens."""
        return self.kind in COMMANDS and self.op is not None


def read_operations(wires: Sequence[object]) -> list[Incoming]:
    """Read the operations of a push one by one."""
    return [_read(wire) for wire in wires]


def _read(wire: object) -> Incoming:
    if isinstance(wire, Spoiled):
        return _unread(wire.text, wire.fields, "malformed")
    raw = _encode(wire)
    broken = False
    try:
        data = raw.encode()
    except UnicodeEncodeError:
        broken = True
        raw = json.dumps(wire)
        data = raw.encode()
    fields: dict[str, Any] = wire if isinstance(wire, dict) else {}
    op, code = _parse(wire, raw, suspect=broken)
    if op is None:
        return _unread(raw, fields, code or "malformed")
    return Incoming(
        op_id=op.op_id,
        has_id=True,
        kind=op.kind,
        record_id=op.record_id,
        dseq=_number(op.dseq),
        raw=raw,
        payload_hash=hashlib.sha256(data).hexdigest(),
        op=op,
    )


def _unread(raw: str, fields: dict[str, Any], code: str) -> Incoming:
    op_id = _text(fields, "op_id")
    return Incoming(
        op_id=op_id,
        has_id=_ID.fullmatch(op_id) is not None,
        kind=_text(fields, "kind"),
        record_id=_text(fields, "record_id"),
        dseq=_number(fields.get("dseq")),
        raw=raw,
        payload_hash=hashlib.sha256(raw.encode()).hexdigest(),
        code=code,
    )


def _parse(wire: object, raw: str, *, suspect: bool) -> tuple[Operation | None, str | None]:
    try:
        if len(raw) > MAX_OP_LENGTH:
            return None, "invalid"
        if suspect or _looks_unusual(raw):
            canonical_json(wire)
        return parse_operation(wire), None
    except ContentError as error:
        return None, error.code


def _looks_unusual(raw: str) -> bool:
    """True when the slow check is needed: it may be too deep."""
    return raw.count("[") + raw.count("{") > _SHALLOW


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if isinstance(value, str) and len(value) <= _MAX_ECHO and _ECHO.fullmatch(value):
        return value
    return ""


def _number(value: object) -> int:
    return value if type(value) is int and 0 <= value <= _MAX_INT else 0
