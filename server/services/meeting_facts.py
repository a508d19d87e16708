"""When each neighbourhood last met and meets next, as the centre knew it at a given instant."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from fieldapp.domain.rules.meetings import Meeting
from fieldapp.domain.times import day_of, parse_utc

_THERE = "neighbourhood_id IN (SELECT value FROM json_each(?))"
_NOW = "known_to IS NULL"
_THEN = "known_from < ? AND (known_to IS NULL OR known_to >= ?)"
_HELD = (
    "SELECT neighbourhood_id, held_on, attendance, strict, ref FROM engagement WHERE {there} "
    "AND counted_meeting = 1 AND {known} AND held_on <= ? ORDER BY record_n"
)
_PENDING = (
    "SELECT neighbourhood_id, count(*) FROM engagement WHERE {there} "
    "AND pending_meeting = 1 AND {known} GROUP BY neighbourhood_id"
)
_PLANNED = (
    "SELECT neighbourhood_id, starts_at, venue FROM planned_activity WHERE {there} "
    "AND {known} AND s34_intended = 1 AND status IN ('PLANNED', 'ADVERTISED') ORDER BY record_n"
)


@dataclass(slots=True)
class MeetingFacts:
    """What is known about the meetings of one neighbourhood."""

    held: list[Meeting] = field(default_factory=list)
    pending: int = 0
    next_planned: date | None = None
    next_venue: str | None = None


def meeting_facts(
    connection: Connection,
    codes: Iterable[str],
    *,
    known_before: str | None,
    today: date,
    after: datetime,
) -> dict[str, MeetingFacts]:
    """The facts behind the meetings answer.

    Args:
        connection: an open transaction or snapshot.
        codes: the neighbourhoods asked about.
        known_before: only what the centre had received before this instant (as stored); ``None``
            for all it knows now.
        today: meetings held after this day do not count yet.
        after: a planned meeting that starts before this instant is not the next one.
    """
    facts = {code: MeetingFacts() for code in codes}
    wanted = json.dumps(list(facts))
    then = (wanted,) if known_before is None else (wanted, known_before, known_before)

    def asked(question: str) -> str:
        return question.format(there=_THERE, known=_NOW if known_before is None else _THEN)

    for code, held_on, attendance, strict, ref in connection.exec_driver_sql(
        asked(_HELD), (*then, today.isoformat())
    ):
        facts[code].held.append(
            Meeting(code, date.fromisoformat(held_on), attendance, bool(strict), ref)
        )
    for code, count in connection.exec_driver_sql(asked(_PENDING), then):
        facts[code].pending = count
    earliest: dict[str, tuple[datetime, str | None]] = {}
    for code, starts_at, venue in connection.exec_driver_sql(asked(_PLANNED), then):
        moment = _moment(starts_at)
        if moment and moment >= after and (code not in earliest or moment < earliest[code][0]):
            earliest[code] = (moment, venue)
    for code, (moment, venue) in earliest.items():
        facts[code].next_planned = day_of(moment)
        facts[code].next_venue = venue
    return facts


def _moment(text: object) -> datetime | None:
    try:
        return parse_utc(str(text))
    except (ValueError, OverflowError):
        return None
