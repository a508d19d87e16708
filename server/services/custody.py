"""What was sent and could not be applied is kept word for word, once, and shown to people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from server.services.incoming import Incoming

_KEEP = (
    "INSERT INTO quarantine (op_id, officer_id, device_id, kind, record_id, code, payload_hash, "
    "received_at, raw) VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (officer_id, payload_hash) DO NOTHING"
)
_ENTER = (
    "INSERT INTO ledger (op_id, officer_id, device_id, dseq, payload_hash, result) "
    "VALUES (?,?,?,?,?,?)"
)
_LIST = (
    "SELECT n, received_at, officer_id, device_id, kind, record_id, code, op_id, raw "
    "FROM quarantine WHERE (? IS NULL OR n = ?) ORDER BY n"
)


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
    items: Iterable[tuple[Incoming, str]],
    *,
    officer_id: str,
    device_id: str,
    at: str,
) -> None:
    """Take operations into custody, each with the code of why."""
    rows = [
        (
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
        for item, code in items
    ]
    if rows:
        connection.exec_driver_sql(_KEEP, rows)


def enter(
    connection: Connection,
    results: Sequence[tuple[Incoming, str]],
    *,
    officer_id: str,
    device_id: str,
) -> None:
    """Write results into the ledger, so that the same operation always gets the same answer."""
    rows = [
        (item.op_id, officer_id, device_id, item.dseq, item.payload_hash, text)
        for item, text in results
        if item.has_id
    ]
    if rows:
        connection.exec_driver_sql(_ENTER, rows)


def held_items(connection: Connection, number: int | None = None) -> list[HeldItem]:
    """What is held, oldest first; with ``number`` that one only."""
    return [HeldItem(*row) for row in connection.exec_driver_sql(_LIST, (number, number))]
