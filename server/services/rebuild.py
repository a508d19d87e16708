"""Making the projections again from the revisions, and saying whether they come out the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection

from fieldapp.domain.bodies import OfficerBody, entry_body
from fieldapp.domain.codes import RecordType
from fieldapp.domain.records import Record, from_wire
from server import projections
from server.services import manifests
from server.services.centre import Centre
from server.services.own_hand import begin, end
from server.services.revisions import all_revisions

_NUMBERS = "SELECT id, n FROM record"
_ORDER = {
    "engagement": "record_n, known_from",
    "issue": "record_id, issue_id",
    "follow_up": "record_id",
    "planned_activity": "record_n, known_from",
    manifests.TABLE: "record_n, sha",
}
_TABLES = tuple(_ORDER)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many rows each projection has, and whether it came out as it was."""

    rows: dict[str, int]
    changed: tuple[str, ...]


def rebuild(centre: Centre) -> Rebuilt:
    """Empty the projections and make them from every revision in the order of receipt.

    In one transaction: reports never see them half made, and a fault leaves them as they were.
    """
    with centre.db.write() as connection:
        writing = begin(centre, connection)
        before = {table: _fingerprint(connection, table) for table in _TABLES}
        for table in _TABLES:
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
        _replay(connection)
        manifests.replay(connection)
        after = {table: _fingerprint(connection, table) for table in _TABLES}
        changed = tuple(table for table in _TABLES if before[table] != after[table])
        end(writing, "rebuilt", "projections", changed=list(changed))
    return Rebuilt({table: count for table, (count, _) in after.items()}, changed)


def _replay(connection: Connection) -> None:
    numbers = {row[0]: row[1] for row in connection.exec_driver_sql(_NUMBERS)}
    officers: dict[str, OfficerBody] = {}
    sources = projections.Sources(typed=entry_body, officers=lambda _named: officers)
    seen: set[str] = set()
    for at, records in _received(connection):
        for record in records:
            if record.record_type == RecordType.OFFICER:
                officers[record.id] = OfficerBody.model_validate(record.body)
        touched = [
            projections.Touched(numbers[record.id], record, record.id not in seen)
            for record in records
        ]
        projections.apply(connection, touched, at=at, sources=sources)
        seen.update(record.id for record in records)


def _received(connection: Connection) -> Iterator[tuple[str, Iterable[Record]]]:
    """What was received together, each record in the state it had at the end of that moment."""
    for at, group in groupby(all_revisions(connection), key=lambda kept: kept.received_at):
        latest = {kept.record_id: kept.wire for kept in group}
        yield at, [from_wire(json.loads(wire)) for wire in latest.values()]


def _fingerprint(connection: Connection, table: str) -> tuple[int, str]:
    rows = connection.exec_driver_sql(
        f"SELECT * FROM {table} ORDER BY {_ORDER[table]}"  # noqa: S608 - our own names
    )
    digest = hashlib.sha256()
    count = 0
    for row in rows:
        count += 1
        digest.update(json.dumps(list(row)).encode())
    return count, digest.hexdigest()
