from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.domain.bodies import Counts, EngagementBody
from fieldapp.domain.rules.settings import default_settings
from fieldapp.domain.rules.timing import (
    count_hints,
    count_problems,
    timing_hints,
    timing_problems,
)
from fieldapp.domain.times import from_local

SETTINGS = default_settings()
NOW = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entry(start: datetime | None, end: datetime | None, **changes: object) -> EngagementBody:
    return EngagementBody(started_at=start, ended_at=end).model_copy(update=changes)


def problems(body: EngagementBody) -> set[tuple[str, str]]:
    found = timing_problems(body, now=NOW, settings=SETTINGS)
    return {(problem.field, problem.code) for problem in found}


def hints(body: EngagementBody) -> set[str]:
    found = timing_hints(body, now=NOW, settings=SETTINGS)
    assert not any(problem.blocking for problem in found)
    return {problem.code for problem in found}


def test_r29_ordinary_times_pass() -> None:
    body = entry(NOW - 2 * HOUR, NOW - HOUR)
    assert problems(body) == set()
    assert hints(body) == set()


def test_r29_both_times_are_needed() -> None:
    assert problems(EngagementBody()) == {("started_at", "required"), ("ended_at", "required")}


@pytest.mark.parametrize(("minutes", "stopped"), [(10, False), (11, True), (60 * 24, True)])
def test_r29_a_start_more_than_ten_minutes_ahead_is_stopped(minutes: int, *, stopped: bool) -> None:
    start = NOW + timedelta(minutes=minutes)
    assert (("started_at", "future") in problems(entry(start, start + HOUR))) is stopped


def test_r29_a_cancelled_one_may_lie_ahead() -> None:
    body = entry(NOW + 24 * HOUR, NOW + 25 * HOUR, outcome="CANCELLED")
    assert problems(body) == set()
    assert hints(body) == set()


@pytest.mark.parametrize(
    ("length", "code"),
    [
        (timedelta(0), "end_before_start"),
        (-HOUR, "end_before_start"),
        (16 * HOUR, None),
        (16 * HOUR + timedelta(minutes=1), "too_long"),
    ],
)
def test_r29_the_end_comes_after_the_start_and_not_too_long_after(
    length: timedelta, code: str | None
) -> None:
    start = NOW - 20 * HOUR
    expected = {("ended_at", code)} if code else set()
    assert problems(entry(start, start + length)) == expected


def test_r29_the_repeated_hour_is_counted_as_it_passed() -> None:
    night = datetime(2026, 10, 25).date()  # noqa: DTZ001 - a calendar day
    start = from_local(night, datetime(2026, 10, 25, 1, 30).time(), second=False)  # noqa: DTZ001
    end = from_local(night, datetime(2026, 10, 25, 1, 30).time(), second=True)  # noqa: DTZ001
    assert problems(entry(start, end)) == set()
    assert problems(entry(end, start)) == {("ended_at", "end_before_start")}


def test_r29_an_entry_made_more_than_two_days_later_is_marked_and_not_stopped() -> None:
    start = NOW - 49 * HOUR
    late = entry(start, start + HOUR, created_at=NOW)
    assert hints(late) == {"retrospective"}
    assert problems(late) == set()
    in_time = entry(start, start + HOUR, created_at=start + 48 * HOUR)
    assert hints(in_time) == set()
    unsaved = entry(start, start + HOUR)
    assert hints(unsaved) == {"retrospective"}


def test_r29_an_end_still_to_come_is_pointed_at() -> None:
    assert hints(entry(NOW - HOUR, NOW + HOUR)) == {"not_over"}
    assert hints(entry(NOW - HOUR, NOW)) == set()


@pytest.mark.parametrize(
    ("number", "stopped"), [(0, False), (5000, False), (5001, True), (-1, True)]
)
def test_r29_counts_lie_between_nought_and_five_thousand(number: int, *, stopped: bool) -> None:
    body = EngagementBody(counts=Counts.model_construct(adults=number))
    found = count_problems(body, settings=SETTINGS)
    assert bool(found) is stopped
    if found:
        assert found[0].field == "counts.adults"
        assert found[0].words == "Adults must be between 0 and 5,000."


def test_r29_more_than_five_hundred_are_to_be_confirmed_and_then_are() -> None:
    body = EngagementBody(counts=Counts(adults=501, children_young_people=500))
    (found,) = count_hints(body, settings=SETTINGS)
    assert (found.field, found.code, found.blocking) == ("counts.adults", "confirm_count", False)
    assert found.words == "Adults: 501 is a large number. Confirm it."
    confirmed = body.model_copy(update={"confirmed": ["counts.adults"]})
    assert count_hints(confirmed, settings=SETTINGS) == ()
