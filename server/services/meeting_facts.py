"""When each neighbourhood last met and meets next, as the centre knew it at a given instant."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from fieldapp.domain.rules.meetings import Meeting
from fieldapp.domain.times import day_of, parse_utc

_KNOWN = "known_from < ? AND (known_to IS NULL OR known_to >= ?)"
_HELD = (
    "SELECT neighbourhood_id, held_on, attendance, strict, ref FROM engagement "  # noqa: S608
    f"WHERE neighbourhood_id IN (SELECT value FROM json_each(?)) AND {_KNOWN} "
    "AND review_status = 'APPROVED' AND meeting AND held_on <= ? ORDER BY record_n"
)
_PENDING = (
    "SELECT neighbourhood_id, count(*) FROM engagement "  # noqa: S608 - our own names
    f"WHERE neighbourhood_id IN (SELECT value FROM json_each(?)) AND {_KNOWN} "
    "AND pending_meeting GROUP BY neighbourhood_id"
)
_PLANNED = (
    "SELECT neighbourhood_id, starts_at, venue FROM planned_activity "  # noqa: S608
    f"WHERE neighbourhood_id IN (SELECT value FROM json_each(?)) AND {_KNOWN} "
    "AND s34_intended AND status IN ('PLANNED', 'ADVERTISED') ORDER BY record_n"
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
    known_before: str,
    today: date,
    after: datetime,
) -> dict[str, MeetingFacts]:
    """The facts behind the meetings answer.

    Args:
        connection: an open transaction or snapshot.
        codes: the neighbourhoods asked about.
        known_before: only what the centre had received before this instant (as stored).
        today: meetings held after this day do not count yet.
        after: a planned meeting that starts before this instant is not the next one.
    """
    facts = {code: MeetingFacts() for code in codes}
    wanted = json.dumps(list(facts))
    then = (wanted, known_before, known_before)
    for code, held_on, attendance, strict, ref in connection.exec_driver_sql(
        _HELD, (*then, today.isoformat())
    ):
        facts[code].held.append(
            Meeting(code, date.fromisoformat(held_on), attendance, bool(strict), ref)
        )
    for code, count in connection.exec_driver_sql(_PENDING, then):
        facts[code].pending = count
    earliest: dict[str, tuple[datetime, str | None]] = {}
    for code, starts_at, venue in connection.exec_driver_sql(_PLANNED, then):
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
