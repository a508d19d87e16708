"""When each neighbourhood met, meets next and awaits decisions, as known at a given instant."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from fieldapp.domain.errors import ContentError
from fieldapp.domain.rules.meetings import Meeting
from fieldapp.domain.times import day_of, parse_utc
from fieldapp.reports.meetings import Area

_AREAS = (
    "SELECT code, name, lpt_code, valid_from, valid_to, successors FROM neighbourhood {where} "
    "ORDER BY code"
)
# Those asked about, and all that were ever replaced or took another's place: they are few.
_RELATED = (
    "WHERE code IN (SELECT value FROM json_each(?)) OR successors <> '[]' OR code IN "
    "(SELECT s.value FROM neighbourhood n, json_each(n.successors) s)"
)
_THERE = "neighbourhood_id IN (SELECT value FROM json_each(?))"
_NOW = "known_to IS NULL"
_THEN = "known_from < ? AND (known_to IS NULL OR known_to >= ?)"
_HELD = (
    "SELECT neighbourhood_id, held_on, attendance, strict, ref FROM engagement WHERE {there} "
    "AND counted_meeting AND {known} AND held_on <= ? ORDER BY record_n"
)
_PENDING = (
    "SELECT pending_in, count(*) FROM engagement WHERE pending_in IN "
    "(SELECT value FROM json_each(?)) AND {known} GROUP BY pending_in"
)
_PLANNED = (
    "SELECT neighbourhood_id, starts_at, venue FROM planned_activity WHERE {there} "
    "AND {known} AND s34_intended AND status IN ('PLANNED', 'ADVERTISED') ORDER BY record_n"
)


@dataclass(frozen=True, slots=True)
class PlannedMeeting:
    """A meeting that may still be held."""

    neighbourhood_id: str
    starts_at: datetime
    venue: str | None

    @property
    def day(self) -> date:
        """Its date in this country."""
        return day_of(self.starts_at)


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What is known about the meetings of some neighbourhoods."""

    held: tuple[Meeting, ...]
    planned: tuple[PlannedMeeting, ...]
    """Earliest first."""
    pending: dict[str, int]


def areas(connection: Connection, codes: Iterable[str] | None = None) -> list[Area]:
    """Neighbourhoods, past and present: all, or enough to know who took the place of ``codes``."""
    if codes is None:
        rows = connection.exec_driver_sql(_AREAS.format(where=""))
    else:
        asked = (json.dumps(sorted(codes)),)
        rows = connection.exec_driver_sql(_AREAS.format(where=_RELATED), asked)
    return [
        Area(
            code=row.code,
            name=row.name,
            lpt_code=row.lpt_code,
            valid_from=date.fromisoformat(row.valid_from),
            valid_to=date.fromisoformat(row.valid_to) if row.valid_to else None,
            successors=tuple(json.loads(row.successors)),
        )
        for row in rows
    ]


def meeting_facts(
    connection: Connection,
    codes: Iterable[str],
    *,
    known_before: str | None,
    today: date,
    after: datetime,
) -> MeetingFacts:
    """The facts behind the meetings answer.

    Args:
        connection: an open transaction or snapshot.
        codes: the neighbourhoods asked about.
        known_before: only what the centre had received before this instant (as stored); ``None``
            for all it knows now.
        today: meetings held after this day do not count yet.
        after: a planned meeting that starts before this instant is not the next one.
    """
    wanted = json.dumps(sorted(codes))
    then = (wanted,) if known_before is None else (wanted, known_before, known_before)

    def asked(question: str) -> str:
        return question.format(there=_THERE, known=_NOW if known_before is None else _THEN)

    held = connection.exec_driver_sql(asked(_HELD), (*then, today.isoformat()))
    planned = connection.exec_driver_sql(asked(_PLANNED), then)
    pending = connection.exec_driver_sql(asked(_PENDING), then)
    return MeetingFacts(
        held=tuple(
            Meeting(code, date.fromisoformat(held_on), attendance, bool(strict), ref)
            for code, held_on, attendance, strict, ref in held
        ),
        planned=_following(planned, after),
        pending={row[0]: row[1] for row in pending},
    )


def _following(
    rows: Iterable[tuple[str, object, str | None]], after: datetime
) -> tuple[PlannedMeeting, ...]:
    found: list[PlannedMeeting] = []
    for code, starts_at, venue in rows:
        try:
            moment = parse_utc(str(starts_at))
        except (ContentError, OverflowError):
            continue
        if moment >= after:
            found.append(PlannedMeeting(code, moment, venue))
    return tuple(sorted(found, key=lambda plan: plan.starts_at))
