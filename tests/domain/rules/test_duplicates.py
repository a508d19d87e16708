from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.domain.bodies import EngagementBody, Venue
from fieldapp.domain.rules.duplicates import (
    Event,
    distance_metres,
    duplicate_hints,
    event_of,
    is_same_event,
    normal_name,
)
from fieldapp.domain.rules.settings import default_settings

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MINE = Event(
    record_id="mine",
    owner_officer_id="reeve",
    engagement_type="RETAIL_EVENT",
    neighbourhood_id="E05007069",
    started_at=START,
    ended_at=START + timedelta(hours=3),
    venue_name="Quince Street Supermarket foyer",
    position=(52.6288, -1.6954),
)
THEIRS = replace(MINE, record_id="theirs", owner_officer_id="nandra")


def same(other: Event) -> bool:
    settings = default_settings()
    forwards = is_same_event(MINE, other, settings=settings)
    assert forwards == is_same_event(other, MINE, settings=settings)
    return forwards


def test_r9_two_officers_at_one_event_are_pointed_at() -> None:
    hints = duplicate_hints(MINE, [MINE, THEIRS], settings=default_settings())
    assert [found.record_id for found in hints] == ["theirs"]
    assert hints[0].owner_officer_id == "nandra"
    assert hints[0].words.endswith("place and time.")


@pytest.mark.parametrize(
    "changes",
    [
        {"owner_officer_id": "reeve"},
        {"neighbourhood_id": "E05007070"},
        {"engagement_type": "STALL"},
        {"venue_name": "Market Cross Library", "position": (52.6310, -1.6954)},
        {"venue_name": "", "position": None},
        {"started_at": START + timedelta(hours=3, minutes=31)},
        {"ended_at": START - timedelta(minutes=31), "started_at": START - timedelta(hours=2)},
    ],
)
def test_r9_any_difference_that_matters_ends_the_hint(changes: dict[str, object]) -> None:
    other = replace(THEIRS, **changes)  # type: ignore[arg-type]
    if other.ended_at < other.started_at:
        other = replace(other, ended_at=other.started_at + timedelta(hours=1))
    assert not same(other)


@pytest.mark.parametrize(
    "changes",
    [
        {"venue_name": "Foyer", "position": (52.6300, -1.6954)},
        {"venue_name": "the QUINCE Street  supermarket, foyer", "position": None},
        {"started_at": START + timedelta(hours=3, minutes=30)},
        {"ended_at": START - timedelta(minutes=30), "started_at": START - timedelta(hours=2)},
    ],
)
def test_r9_near_is_near_enough(changes: dict[str, object]) -> None:
    other = replace(THEIRS, **changes)  # type: ignore[arg-type]
    if other.ended_at < other.started_at:
        other = replace(other, ended_at=other.started_at + timedelta(hours=1))
    assert same(other)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("St Example's Hall", "st examples hall"),
        ("St. Example\u2019s  hall", "st examples hall"),
        ("The Caf\u00e9 at Lock-Meadow", "cafe lock meadow"),
        ("", ""),
    ],
)
def test_r9_names_are_compared_without_their_dress(name: str, plain: str) -> None:
    assert normal_name(name) == plain


def test_r9_a_hundred_and_fifty_metres_are_near_and_more_are_not() -> None:
    away = replace(THEIRS, venue_name="", position=(52.6300, -1.6954))
    assert MINE.position is not None
    assert away.position is not None
    exactly = distance_metres(MINE.position, away.position)
    settings = replace(default_settings(), duplicate_metres=exactly)  # type: ignore[arg-type]
    assert is_same_event(MINE, away, settings=settings)
    settings = replace(default_settings(), duplicate_metres=exactly - 0.01)  # type: ignore[arg-type]
    assert not is_same_event(MINE, away, settings=settings)


def test_r9_distance_is_in_metres() -> None:
    assert distance_metres((52.0, -1.7), (52.0, -1.7)) == 0
    assert distance_metres((52.6288, -1.6954), (52.6298, -1.6954)) == pytest.approx(111, abs=1)


def test_r9_an_entry_is_compared_once_it_says_enough() -> None:
    body = EngagementBody(
        engagement_type="RETAIL_EVENT",
        neighbourhood_id="E05007069",
        started_at=START,
        venue=Venue(name="Foyer", lat="52.6288", lon="-1.6954"),
    )
    event = event_of("id", "reeve", body)
    assert event is not None
    assert event.ended_at == START
    assert event.position == (52.6288, -1.6954)
    assert event.venue_name == "Foyer"
    for needed in ("engagement_type", "neighbourhood_id", "started_at"):
        assert event_of("id", "reeve", body.model_copy(update={needed: None})) is None
    bare = event_of("id", "reeve", body.model_copy(update={"venue": None}))
    assert bare is not None
    assert (bare.venue_name, bare.position) == ("", None)
