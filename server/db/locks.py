"""What a transaction must hold before it changes it, in the one order that cannot lock up.

On SQLite a writer has the whole file and nothing is locked, but the order is checked all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, RootTransaction

_MARK = "fieldapp.held"
_RECORDS = (
    "SELECT id FROM record WHERE id IN (SELECT value FROM json_each(?)) AND owner_officer_id <> ? "
    "ORDER BY id FOR NO KEY UPDATE"
)
_SIGNED_IN = (
    "SELECT 1 FROM token t JOIN device d ON d.device_id = t.device_id "
    "JOIN officer o ON o.officer_id = t.officer_id WHERE t.token_hash = ? "
    "FOR NO KEY UPDATE OF d FOR SHARE OF o"
)
_DEVICE = "SELECT 1 FROM device WHERE device_id = ? FOR NO KEY UPDATE"
_NAMED = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"
_LAST = "SELECT seq FROM head WHERE id = 1 FOR NO KEY UPDATE"
_TAKE = "UPDATE head SET seq = seq + ? WHERE id = 1 RETURNING seq"

THE_CENTRE = "centre"
"""Owner of the records that the centre itself writes: those are held by the last lock alone."""


@dataclass(slots=True)
class _Held:
    transaction: RootTransaction | None
    records: set[str] = field(default_factory=set)
    last: bool = False


def hold_signed_in(connection: Connection, token_hash: str) -> None:
    """One push at a time from one tablet, and its officer's account stays as it is meanwhile."""
    _before_last(connection)
    _lock(connection, _SIGNED_IN, token_hash)


def hold_device(connection: Connection, device_id: str) -> None:
    """Nobody else changes this tablet's row, or pushes from it, until this transaction ends."""
    _before_last(connection)
    _lock(connection, _DEVICE, device_id)


def hold_name(connection: Connection, name: str) -> None:
    """One transaction at a time about something that has no row yet."""
    _before_last(connection)
    _lock(connection, _NAMED, name)


def hold_records(connection: Connection, ids: Iterable[str]) -> None:
    """Nobody else changes these records until this transaction ends; read them after this.

    Always a statement of its own: one that locks and reads joined rows may give old ones. Records
    that do not exist yet need no lock; should two make the same, the second one's insert fails.
    """
    _before_last(connection)
    wanted = set(ids)
    _held(connection).records |= wanted
    if wanted:
        _lock(connection, _RECORDS, json.dumps(sorted(wanted)), THE_CENTRE)


def holds(connection: Connection, record_id: str) -> bool:
    """True when this transaction has asked for the record."""
    return record_id in _held(connection).records


def hold_last(connection: Connection) -> None:
    """The last lock: from here on everything is numbered in the order in which it is committed.

    Nothing else may be locked after it, and what was read before it may be old, unless it is held.
    """
    held = _held(connection)
    if not held.last:
        held.last = True
        _lock(connection, _LAST)


def take_numbers(connection: Connection, count: int) -> int:
    """Take the next ``count`` numbers of the centre's sequence, and the last lock with them.

    Returns:
        The first of them.
    """
    _held(connection).last = True
    last: int = connection.exec_driver_sql(_TAKE, (count,)).scalar_one()
    return last - count + 1


def has_last(connection: Connection) -> bool:
    """True when this transaction has the last lock."""
    return _held(connection).last


def _held(connection: Connection) -> _Held:
    transaction = connection.get_transaction()
    held = connection.info.get(_MARK)
    if not isinstance(held, _Held) or held.transaction is not transaction:
        held = connection.info[_MARK] = _Held(transaction)
    return held


def _before_last(connection: Connection) -> None:
    if _held(connection).last:
        raise RuntimeError("Nothing may be locked after the last lock: see server.db.")


def _lock(connection: Connection, statement: str, *values: object) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(statement, values)
