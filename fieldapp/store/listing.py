"""Rows for lists: screen columns only, so that no list reads the content of what it shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from fieldapp.store.columns import DELETED, NAMES
from fieldapp.store.tables import ENTRY, LIVE, OTHER
from fieldapp.store.transaction import Tx, marks


class Listed(NamedTuple):
    """One record in a list; the fields are those of ``Columns`` with id, pending and revision."""

    id: str
    record_type: str
    kind: str | None
    status: str
    amendment: str | None
    owner: str
    lead: str | None
    lpt: str
    neighbourhood: str | None
    at: int | None
    until: int | None
    submitted: int | None
    title: str
    place: str
    attendance: int | None
    present: str
    ref: str | None
    linked: str | None
    person_id: str | None
    conflicts: int
    shown_hash: str
    pending: int
    revision: int


COLUMNS = "id," + ",".join(NAMES) + ",pending,revision"


class Where:
    """A condition built from parts; every value is bound, never written into the text.

    ``source`` is the table with the index that the condition was made for.
    """

    def __init__(self, index: str = "") -> None:
        self._parts: list[str] = []
        self.values: list[Any] = []
        self.source = f"record INDEXED BY {index}" if index else "record"

    def add(self, part: str, *values: object) -> Where:
        """Add a condition with its values."""
        self._parts.append(part)
        self.values.extend(values)
        return self

    def among(self, column: str, values: Iterable[object]) -> Where:
        """Add: the column is one of these."""
        chosen = list(values)
        return self.add(f"{column} IN ({marks(len(chosen))})", *chosen)

    def __str__(self) -> str:
        return " AND ".join(self._parts) or "1"


def entries() -> Where:
    """Holds for records that go through review and are not deleted; for lists by time."""
    return Where("record_entry_at").add(ENTRY).add("status<>?", DELETED)


def live_entries() -> Where:
    """Holds for entries that somebody still has to do something about."""
    return Where("record_live").add(ENTRY).add(LIVE).add("status<>?", DELETED)


def torn() -> Where:
    """Holds for records, of any type, of which there are two versions somewhere."""
    return Where("record_torn").add("conflicts > 0").add("status<>?", DELETED)


def linked_entries(record_ids: Iterable[str]) -> Where:
    """Holds for entries that were begun from one of these plan lines."""
    return Where().add(ENTRY).add("status<>?", DELETED).among("linked", record_ids)


def others(record_type: str) -> Where:
    """Holds for records of one type that does not go through review, and are not deleted."""
    where = Where("record_other").add(OTHER).add("record_type=?", record_type)
    return where.add("status<>?", DELETED)


def listed(
    tx: Tx, where: Where, *, order: str = "at DESC, n DESC", limit: int = -1
) -> list[Listed]:
    """Rows that meet a condition.

    Args:
        tx: the reading or transaction.
        where: the condition.
        order: columns to sort by, written by the caller and never by a person.
        limit: at most so many; -1 for all.
    """
    return [
        Listed(*row)
        for row in tx.rows(
            f"SELECT {COLUMNS} FROM {where.source} WHERE {where} ORDER BY {order} LIMIT ?",
            (*where.values, limit),
        )
    ]


def by_id(tx: Tx, record_id: str) -> Listed | None:
    """The row of one record."""
    rows = listed(tx, Where().add("id=?", record_id), limit=1)
    return rows[0] if rows else None


def by_ids(tx: Tx, record_ids: Iterable[str]) -> dict[str, Listed]:
    """Rows of several records by id."""
    wanted = sorted(set(record_ids))
    if not wanted:
        return {}
    return {row.id: row for row in listed(tx, Where().among("id", wanted))}


class Tie(NamedTuple):
    """What a record hangs on: the entry it is linked to, the person it is about."""

    id: str
    record_type: str
    linked: str | None
    person_id: str | None


def pending_ties(tx: Tx) -> list[Tie]:
    """Ties of every record with operations on top; from an index alone."""
    return [
        Tie(*row)
        for row in tx.rows(
            "SELECT id, record_type, linked, person_id FROM record WHERE pending > 0"
        )
    ]


def contents(tx: Tx, where: Where, *, order: str = "at DESC, n DESC", limit: int = -1) -> list[str]:
    """What is shown of records that meet a condition, as JSON text."""
    rows = tx.rows(
        f"SELECT shown FROM {where.source} WHERE {where} ORDER BY {order} LIMIT ?",
        (*where.values, limit),
    )
    return [str(row[0]) for row in rows]
