"""Promises and queries as they stand (R12)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from server.projections.touched import Touched

_FIELDS = ("raised_at", "due_at", "first_response_at", "closed_at")
_PUT = (
    "INSERT INTO follow_up (record_id, kind, lpt_code, neighbourhood_id, owner_officer_id, "
    "raised_at, due_at, first_response_at, closed_at) VALUES (?,?,?,?,?,?,?,?,?)"
)


def apply(connection: Connection, records: Sequence[Touched]) -> None:
    """Bring the list of promises up to date."""
    connection.exec_driver_sql(
        "DELETE FROM follow_up WHERE record_id = ?", [(record.id,) for _n, record, _new in records]
    )
    rows = [
        (
            record.id,
            record.body.get("kind"),
            record.lpt_code,
            record.neighbourhood_id,
            record.body.get("owner_officer_id"),
            *(record.body.get(name) for name in _FIELDS),
        )
        for _n, record, _new in records
        if not record.deleted
    ]
    if rows:
        connection.exec_driver_sql(_PUT, rows)
