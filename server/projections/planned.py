"""Plan lines as known at each moment: the next meeting of a neighbourhood comes from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from server.projections import history
from server.projections.touched import Touched

_COLUMNS = (
    "record_n",
    "known_from",
    "engagement_type",
    "lpt_code",
    "neighbourhood_id",
    "starts_at",
    "status",
    "s34_intended",
    "venue",
)


def apply(connection: Connection, records: Sequence[Touched], *, at: str) -> None:
    """Bring the plan up to date."""
    history.close(connection, "planned_activity", records, at=at)
    rows: list[tuple[Any, ...]] = []
    for n, record, _new in records:
        if record.deleted:
            continue
        body = record.body
        venue = body.get("venue")
        rows.append(
            (
                n,
                at,
                body.get("engagement_type"),
                record.lpt_code,
                record.neighbourhood_id,
                body.get("starts_at"),
                body.get("status"),
                body.get("s34_intended") is True,
                venue.get("name") if isinstance(venue, dict) else None,
            )
        )
    history.add(connection, "planned_activity", _COLUMNS, rows)
