"""Tables as they are: their rows in a fixed order, boiled down to a hash, or copied elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from server import blob_tables, rescue_tables
from server.db import ROW_BY_ROW
from server.tables import Table

_AT_ONCE = 500

TABLES: tuple[sa.Table, ...] = tuple(Table.metadata.sorted_tables)
"""Every table of the centre, each after those it refers to."""

for _more in (blob_tables.Blob, rescue_tables.RescueList):
    assert _more.__tablename__ in Table.metadata.tables  # noqa: S101 - it is imported for that


@dataclass(frozen=True, slots=True)
class Print:
    """What a table holds: how many rows, and a hash of all of them in order."""

    rows: int
    sha256: str


Prints = Mapping[str, Print]


def prints_of(connection: Connection) -> dict[str, Print]:
    """All tables of one snapshot; the same whatever database they are in."""
    return {table.name: print_of(connection, table) for table in TABLES}


def print_of(
    connection: Connection, table: sa.Table, where: sa.ColumnElement[bool] | None = None
) -> Print:
    """One table, or those of its rows that meet a condition."""
    digest = hashlib.sha256()
    count = 0
    for row in _rows(connection, table, where):
        count += 1
        digest.update(json.dumps([_plain(value) for value in row]).encode())
    return Print(count, digest.hexdigest())


def copy_tables(
    source: Connection, target: Connection, on_table: Callable[[str], None] = lambda _name: None
) -> None:
    """Copy every row of one snapshot into the empty tables of another store.

    Args:
        source: a snapshot.
        target: an open transaction in a store of the same version without rows.
        on_table: told the name of each table before it is copied.
    """
    for table in TABLES:
        on_table(table.name)
        for part in _rows(source, table).partitions(_AT_ONCE):
            target.execute(table.insert(), [row._asdict() for row in part])


def _rows(
    connection: Connection, table: sa.Table, where: sa.ColumnElement[bool] | None = None
) -> sa.CursorResult[tuple[object, ...]]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    if where is not None:
        query = query.where(where)
    return connection.execute(query, execution_options=ROW_BY_ROW)


def _plain(value: object) -> object:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value
