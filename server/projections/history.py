"""Rows that say from when until when something was known, by receipt at the centre."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from server.projections.touched import Touched


def close(connection: Connection, table: str, records: Sequence[Touched], *, at: str) -> None:
    """End what was known about these records; what began at this very moment never was."""
    numbers = [touched.n for touched in records if not touched.new]
    if not numbers:
        return
    connection.exec_driver_sql(
        f"DELETE FROM {table} WHERE record_n = ? AND known_from = ?",  # noqa: S608 - our own names
        [(n, at) for n in numbers],
    )
    connection.exec_driver_sql(
        f"UPDATE {table} SET known_to = ? WHERE record_n = ? AND known_to IS NULL",  # noqa: S608
        [(at, n) for n in numbers],
    )


def add(
    connection: Connection, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]
) -> None:
    """Open new rows."""
    if rows:
        marks = ",".join("?" * len(columns))
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})",  # noqa: S608
            rows,
        )
