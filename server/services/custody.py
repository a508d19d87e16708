"""What was sent and could not be applied is kept word for word, once, and shown to people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from server.db import hold_last
from server.services.incoming import Incoming

_LAST_KEPT = "SELECT coalesce(max(n), 0) FROM quarantine"
_KEPT = (
    "SELECT payload_hash FROM quarantine WHERE officer_id = ? AND payload_hash IN "
    "(SELECT value FROM json_each(?))"
)
_KEEP = (
    "INSERT INTO quarantine (n, op_id, officer_id, device_id, kind, record_id, code, payload_hash, "
    "received_at, raw) VALUES (?,?,?,?,?,?,?,?,?,?)"
)
_DROP = (
    "DELETE FROM quarantine WHERE officer_id = ? "
    "AND payload_hash IN (SELECT value FROM json_each(?)) "
    "AND code IN (SELECT value FROM json_each(?))"
)
_LAST_ENTERED = "SELECT coalesce(max(n), 0) FROM ledger"
_ENTER = (
    "INSERT INTO ledger (n, op_id, officer_id, device_id, dseq, payload_hash, result) "
    "VALUES (?,?,?,?,?,?,?)"
)
LATE, UNPROVEN, WIPED = "late_rescue", "unproven_rescue", "wiped"
"""Why what did not come from its tablet is held: that is out of use, nobody knows who wrote it, or
it was wiped. None of it is in the ledger, so the same may still come by another way."""

_COLUMNS = "n, received_at, officer_id, device_id, kind, record_id, code, op_id, raw"
_LIST = f"SELECT {_COLUMNS} FROM quarantine ORDER BY n"  # noqa: S608 - our own names
_ONE = f"SELECT {_COLUMNS} FROM quarantine WHERE n = ?"  # noqa: S608


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One operation held at the centre."""

    n: int
    received_at: str
    officer_id: str
    device_id: str
    kind: str
    record_id: str
    code: str
    op_id: str
    raw: str


def keep(
    connection: Connection,
    items: Sequence[tuple[Incoming, str]],
    *,
    officer_id: str,
    device_id: str,
    at: str,
) -> None:
    """Take operations into custody, each with the code of why; once, whoever sends it again."""
    if not items:
        return
    hold_last(connection)
    hashes = json.dumps([item.payload_hash for item, _ in items])
    seen = {row[0] for row in connection.exec_driver_sql(_KEPT, (officer_id, hashes))}
    kept: list[tuple[Incoming, str]] = []
    for item, code in items:
        if item.payload_hash not in seen:
            seen.add(item.payload_hash)
            kept.append((item, code))
    last: int = connection.exec_driver_sql(_LAST_KEPT).scalar_one()
    rows = [
        (
            n,
            item.op_id,
            officer_id,
            device_id,
            item.kind,
            item.record_id,
            code,
            item.payload_hash,
            at,
            item.raw,
        )
        for n, (item, code) in enumerate(kept, last + 1)
    ]
    if rows:
        connection.exec_driver_sql(_KEEP, rows)


def came_after_all(connection: Connection, items: Sequence[Incoming], *, officer_id: str) -> None:
    """What came another way than from its tablet and was held for that has been taken now.

    To be called before ``keep``: what cannot be applied is held again, for its own reason.
    """
    if items:
        hold_last(connection)
        hashes = json.dumps([item.payload_hash for item in items])
        codes = json.dumps([LATE, UNPROVEN, WIPED])
        connection.exec_driver_sql(_DROP, (officer_id, hashes, codes))


def enter(
    connection: Connection,
    results: Sequence[tuple[Incoming, str]],
    *,
    officer_id: str,
    device_id: str,
) -> None:
    """Write results into the ledger, so that the same operation always gets the same answer."""
    kept = [(item, text) for item, text in results if item.has_id]
    if kept:
        hold_last(connection)
        last: int = connection.exec_driver_sql(_LAST_ENTERED).scalar_one()
        rows = [
            (n, item.op_id, officer_id, device_id, item.dseq, item.payload_hash, text)
            for n, (item, text) in enumerate(kept, last + 1)
        ]
        connection.exec_driver_sql(_ENTER, rows)


def held_items(connection: Connection, number: int | None = None) -> list[HeldItem]:
    """What is held, oldest first; with ``number`` that one only."""
    if number is None:
        rows = connection.exec_driver_sql(_LIST)
    else:
        rows = connection.exec_driver_sql(_ONE, (number,))
    return [HeldItem(*row) for row in rows]
