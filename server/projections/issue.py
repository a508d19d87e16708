"""Concerns raised in approved entries ("what people told us")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from fieldapp.domain.codes import ReviewStatus
from fieldapp.domain.records import Record
from server.projections.facts import held_on, whole
from server.projections.touched import Touched

_COUNTED = frozenset({ReviewStatus.APPROVED, ReviewStatus.VOID})
_PUT = (
    "INSERT INTO issue (record_id, issue_id, category, mentions, lpt_code, neighbourhood_id, "
    "held_on, police_led) VALUES (?,?,?,?,?,?,?,?)"
)


def apply(connection: Connection, records: Sequence[Touched]) -> None:
    """Bring the concerns of decided entries up to date; undecided ones have none to count."""
    decided = [record for _n, record, _new in records if record.review_status in _COUNTED]
    if not decided:
        return
    connection.exec_driver_sql(
        "DELETE FROM issue WHERE record_id = ?", [(record.id,) for record in decided]
    )
    rows = [
        row
        for record in decided
        if record.review_status == ReviewStatus.APPROVED and not record.deleted
        for row in _rows(record)
    ]
    if rows:
        connection.exec_driver_sql(_PUT, rows)


def _rows(record: Record) -> list[tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for issue in record.body.get("issues") or ():
        found[issue["id"]] = (
            record.id,
            issue["id"],
            issue["category"],
            whole(issue.get("mentions", 1)),
            record.lpt_code,
            record.neighbourhood_id,
            held_on(record.body),
            issue.get("police_led"),
        )
    return list(found.values())
