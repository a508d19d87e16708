"""What the centre's store says, read past the use cases."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect

from fieldapp.domain.records import Record, from_wire
from server.services.centre import Centre
from server.services.custody import HeldItem, held_items


@dataclass(frozen=True)
class Stored:
    """A record and its place in the sequence."""

    record: Record
    seq: int


def rows(centre: Centre, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows by plain SQL."""
    with centre.db.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement, values)]


def stored(centre: Centre, record_id: str) -> Any:
    """The record as stored, or ``None``."""
    found = rows(
        centre,
        "SELECT w.wire, r.seq FROM record r JOIN whole_revision w ON w.n = r.revision_n "
        "WHERE r.id = ?",
        record_id,
    )
    return Stored(from_wire(json.loads(found[0][0])), found[0][1]) if found else None


def revisions(centre: Centre, record_id: str) -> list[Record]:
    """Every state the record has had."""
    found = rows(
        centre, "SELECT wire FROM whole_revision WHERE record_id = ? ORDER BY n", record_id
    )
    return [from_wire(json.loads(row[0])) for row in found]


def held(centre: Centre) -> list[HeldItem]:
    """What is in custody."""
    with centre.db.read() as connection:
        return held_items(connection)


def counts(centre: Centre) -> dict[str, int]:
    """Rows of every table."""
    with centre.db.read() as connection:
        tables = inspect(connection).get_table_names()
    return {name: rows(centre, f"SELECT count(*) FROM {name}")[0][0] for name in tables}
