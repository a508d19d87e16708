"""R9: hints that two officers recorded the same event; merging is for a supervisor to decide."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldapp.domain.bodies import EngagementBody
from fieldapp.domain.rules.settings import RuleSettings

_EARTH_METRES = 6_371_000
_EMPTY_WORDS = frozenset({"the", "a", "an", "at", "of", "in", "and"})


@dataclass(frozen=True, slots=True)
class Event:
    """What is needed of an entry to compare it with others."""

    record_id: str
    owner_officer_id: str
    engagement_type: str
    neighbourhood_id: str
    started_at: datetime
    ended_at: datetime
    venue_name: str = ""
    position: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class DuplicateHint:
    """Another entry that may tell of the same event."""

    record_id: str
    owner_officer_id: str
    words: str


def event_of(record_id: str, owner_officer_id: str, body: EngagementBody) -> Event | None:
    """The entry as an event, or ``None`` while it says too little to be compared."""
    if not (body.engagement_type and body.neighbourhood_id and body.started_at):
        return None
    venue = body.venue
    position = None
    if venue and venue.lat and venue.lon:
        position = (float(venue.lat), float(venue.lon))
    return Event(
        record_id=record_id,
        owner_officer_id=owner_officer_id,
        engagement_type=body.engagement_type,
        neighbourhood_id=body.neighbourhood_id,
        started_at=body.started_at,
        ended_at=body.ended_at or body.started_at,
        venue_name=(venue.name or "") if venue else "",
        position=position,
    )


def duplicate_hints(
    event: Event, others: Iterable[Event], *, settings: RuleSettings
) -> tuple[DuplicateHint, ...]:
    """R9: entries of other officers that look like the same event."""
    return tuple(
        DuplicateHint(
            record_id=other.record_id,
            owner_officer_id=other.owner_officer_id,
            words="Another officer recorded the same kind of event, at the same place and time.",
        )
        for other in others
        if is_same_event(event, other, settings=settings)
    )


def is_same_event(one: Event, other: Event, *, settings: RuleSettings) -> bool:
    """R9: same neighbourhood and type, one venue by name or position, times that overlap."""
    return (
        one.record_id != other.record_id
        and one.owner_officer_id != other.owner_officer_id
        and one.neighbourhood_id == other.neighbourhood_id
        and one.engagement_type == other.engagement_type
        and _overlap(one, other, slack=timedelta(minutes=settings.duplicate_minutes))
        and _same_venue(one, other, metres=settings.duplicate_metres)
    )


def _overlap(one: Event, other: Event, *, slack: timedelta) -> bool:
    return one.started_at <= other.ended_at + slack and other.started_at <= one.ended_at + slack


def _same_venue(one: Event, other: Event, *, metres: int) -> bool:
    name = normal_name(one.venue_name)
    if name and name == normal_name(other.venue_name):
        return True
    if one.position is None or other.position is None:
        return False
    return distance_metres(one.position, other.position) <= metres


def normal_name(name: str) -> str:
    """A venue's name without case, accents, punctuation, spare spaces and empty words."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(
        char if char.isalnum() else " "
        for char in plain.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
        if not unicodedata.combining(char)
    )
    return " ".join(word for word in letters.split() if word not in _EMPTY_WORDS)


def distance_metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two positions (latitude, longitude) in metres."""
    lat_1, lon_1, lat_2, lon_2 = map(math.radians, (*one, *other))
    half = (
        math.sin((lat_2 - lat_1) / 2) ** 2
        + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    )
    return 2 * _EARTH_METRES * math.asin(math.sqrt(min(1.0, half)))
