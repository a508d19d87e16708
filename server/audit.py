"""The trail of who did what: append-only, each row bound to the one before, never any content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from fieldapp.domain.content import canonical_json
from server.db import ROW_BY_ROW, THE_CENTRE, hold_last

CENTRE = THE_CENTRE
"""Actor of what the centre does by itself or an operator does on its command line."""

_START = "0" * 64
_LAST = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
_ADD = (
    "INSERT INTO audit (seq, at, actor, device_id, action, subject, detail, prev_hash, hash) "
    "VALUES (?,?,?,?,?,?,?,?,?)"
)
_ALL = (
    "SELECT seq, at, actor, device_id, action, subject, detail, prev_hash, hash FROM audit "
    "ORDER BY seq"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail; ``detail`` holds codes, counts and hashes only."""

    at: str
    actor: str
    action: str
    subject: str
    device_id: str | None = None
    detail: Mapping[str, Any] | None = None


def append(connection: Connection, entries: list[Entry]) -> None:
    """Add lines to the trail inside the transaction of what they tell of, under the last lock."""
    if not entries:
        return
    hold_last(connection)
    last = connection.exec_driver_sql(_LAST).first()
    seq, previous = (last[0], last[1]) if last else (0, _START)
    rows: list[tuple[object, ...]] = []
    for entry in entries:
        seq += 1
        detail = canonical_json(dict(entry.detail or {}))
        values = (seq, entry.at, entry.actor, entry.device_id, entry.action, entry.subject, detail)
        digest = _digest(values, previous)
        rows.append((*values, previous, digest))
        previous = digest
    connection.exec_driver_sql(_ADD, rows)


def _digest(values: tuple[object, ...], previous: str) -> str:
    text = json.dumps([*values, previous], separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def first_break(connection: Connection) -> int | None:
    """Number of the first line that does not follow from the one before; ``None`` when all do."""
    expected, previous = 1, _START
    with closing(connection.exec_driver_sql(_ALL, execution_options=ROW_BY_ROW)) as rows:
        for row in rows:
            values = tuple(row[:7])
            if row[0] != expected or row[7] != previous or row[8] != _digest(values, previous):
                return expected
            expected, previous = expected + 1, row[8]
    return None


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last line: what a second place keeps to notice a cut tail."""
    last = connection.exec_driver_sql(_LAST).first()
    return (last[0], last[1]) if last else (0, _START)
