"""Which records refer to which photos and voice notes, and whose reference counts.

A reference counts once the officer who made it has sent the whole file: who only knows a name
cannot make the centre say whether it has the file, nor hand it out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from fieldapp.domain.attachments import is_name
from fieldapp.domain.records import Record, from_wire
from server.services.revisions import all_revisions

TABLE = "blob_ref"

_PUT = (
    "INSERT INTO blob_ref (record_n, sha, officer_id, shown) VALUES (?,?,?,?) "
    "ON CONFLICT (record_n, sha) DO UPDATE SET officer_id = excluded.officer_id, "
    "shown = excluded.shown"
)
_TAKE_OFF = "UPDATE blob_ref SET shown = ? WHERE record_n = ? AND sha = ?"
_ARRIVED = (
    "SELECT f.sha FROM blob_ref f "
    "JOIN blob_owner o ON o.sha = f.sha AND o.officer_id = f.officer_id "
    "WHERE f.record_n = ? AND f.shown ORDER BY f.sha"
)
_NUMBER = "SELECT n FROM record WHERE id = ?"
_REFERRING = (
    "SELECT r.id FROM blob_ref f JOIN record r ON r.n = f.record_n "
    "WHERE f.sha = ? AND f.officer_id = ? AND f.shown ORDER BY r.id"
)
_SEEN_THROUGH = (
    "SELECT r.id FROM blob_ref f JOIN record r ON r.n = f.record_n "
    "JOIN blob_owner o ON o.sha = f.sha AND o.officer_id = f.officer_id "
    "JOIN feed d ON d.record_n = f.record_n AND d.op = 'up' "
    "WHERE f.sha = ? AND f.shown AND d.scope IN (SELECT value FROM json_each(?)) "
    "ORDER BY r.id LIMIT 1"
)
_NUMBERS = "SELECT id, n FROM record"


def files_of(record: Record) -> frozenset[str]:
    """Everything the record refers to now, approved or in an amendment."""
    if not record.attachments and not record.amendment:
        return frozenset()
    return frozenset(filter(is_name, {*record.attachments, *record.shown_attachments}))


class References:
    """What the records of one transaction put on and take off."""

    def __init__(self) -> None:
        self._changed: dict[tuple[str, str], tuple[str | None, bool]] = {}

    def note(
        self, record_id: str, before: frozenset[str], after: frozenset[str], *, by: str
    ) -> None:
        """A record refers to other files now, because of this officer."""
        for sha in after - before:
            self._changed[record_id, sha] = (by, True)
        for sha in before - after:
            put_on_by, _ = self._changed.get((record_id, sha), (None, False))
            self._changed[record_id, sha] = (put_on_by, False)

    def flush(self, connection: Connection, numbers: Mapping[str, int]) -> None:
        """Write what was noted.

        Args:
            connection: the open transaction, which holds the last lock.
            numbers: number of each record by its id.
        """
        put: list[tuple[object, ...]] = []
        off: list[tuple[object, ...]] = []
        for (id, sha), (officer_id, shown) in self._changed.items():
            if officer_id is not None:
                put.append((numbers[id], sha, officer_id, shown))
            else:
                off.append((False, numbers[id], sha))
        if put:
            connection.exec_driver_sql(_PUT, put)
        if off:
            connection.exec_driver_sql(_TAKE_OFF, off)
        self._changed.clear()


def arrived(connection: Connection, record_n: int) -> list[str]:
    """Of what the record refers to now, what is here whole."""
    return [row[0] for row in connection.exec_driver_sql(_ARRIVED, (record_n,))]


def all_arrived(connection: Connection, shown: Record) -> bool:
    """True when everything this state of a stored record refers to is here whole."""
    if not shown.attachments:
        return True
    record_n = connection.exec_driver_sql(_NUMBER, (shown.id,)).scalar()
    return record_n is not None and shown.attachments.keys() <= set(arrived(connection, record_n))


def referring(connection: Connection, sha: str, officer_id: str) -> list[str]:
    """Ids of the records that refer to a file now because this officer put it on."""
    return [row[0] for row in connection.exec_driver_sql(_REFERRING, (sha, officer_id))]


def seen_through(connection: Connection, sha: str, scopes: Iterable[str]) -> str | None:
    """Id of a record in these scopes through which the file may be read, if there is one."""
    values = (sha, json.dumps(sorted(scopes)))
    found: str | None = connection.exec_driver_sql(_SEEN_THROUGH, values).scalar()
    return found


def replay(connection: Connection) -> None:
    """Fill the empty table again from the revisions, in the order of receipt."""
    numbers = {row[0]: row[1] for row in connection.exec_driver_sql(_NUMBERS)}
    references = References()
    before: dict[str, frozenset[str]] = {}
    for kept in all_revisions(connection):
        had = before.get(kept.record_id, frozenset())
        if had or '"attachments":' in kept.wire:
            has = files_of(from_wire(json.loads(kept.wire)))
            references.note(kept.record_id, had, has, by=kept.officer_id)
            before[kept.record_id] = has
    references.flush(connection, numbers)
