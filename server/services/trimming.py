"""Forgetting, after more than a year, what left a scope: who was away so long reads it anew."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection

from server.db import hold_last
from server.services.centre import Centre

HORIZON_DAYS = 400
"""So long a tablet may be away and still be told, record by record, what has left its scopes."""

_AT_ONCE = 2000
_NOTE = (
    "INSERT INTO day_end (day, seq) SELECT ?, seq FROM head WHERE id = 1 "
    "ON CONFLICT (day) DO NOTHING"
)
_REACHED = "SELECT day, seq FROM day_end WHERE day <= ? ORDER BY day DESC LIMIT 1"
_FORGET = (
    "DELETE FROM feed WHERE (record_n, scope) IN (SELECT record_n, scope FROM feed "
    "WHERE op <> 'up' AND seq <= ? ORDER BY seq LIMIT ?) RETURNING scope, seq"
)
_RAISE = (
    "INSERT INTO floor (scope, seq) VALUES (?,?) "
    "ON CONFLICT (scope) DO UPDATE SET seq = excluded.seq WHERE floor.seq < excluded.seq"
)
_NO_LONGER_ASKED = "DELETE FROM day_end WHERE day < ?"


def note_the_day(connection: Connection, today: date) -> None:
    """Remember where the sequence stands today: the feed itself knows no time."""
    connection.exec_driver_sql(_NOTE, (today.isoformat(),))


def trim(centre: Centre, today: date) -> int:
    """Forget what left its scope before the horizon, and raise the floors of those scopes.

    Returns:
        How many places in the feed were forgotten.
    """
    limit = (today - timedelta(days=HORIZON_DAYS)).isoformat()
    with centre.db.read() as connection:
        reached = connection.exec_driver_sql(_REACHED, (limit,)).first()
    if reached is None:
        return 0
    total = 0
    while gone := _some(centre, reached.seq):
        total += gone
    with centre.db.write() as connection:
        connection.exec_driver_sql(_NO_LONGER_ASKED, (reached.day,))
    return total


def _some(centre: Centre, seq: int) -> int:
    with centre.db.write() as connection:
        hold_last(connection)
        gone = connection.exec_driver_sql(_FORGET, (seq, _AT_ONCE)).fetchall()
        floors: dict[str, int] = {}
        for scope, place in gone:
            floors[scope] = max(place, floors.get(scope, 0))
        if floors:
            connection.exec_driver_sql(_RAISE, list(floors.items()))
    return len(gone)
