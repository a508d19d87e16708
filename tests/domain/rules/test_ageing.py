from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.rules.ageing import (
    Waiting,
    add_working_days,
    review_age,
    working_days_between,
)
from fieldapp.domain.rules.settings import default_settings
from resources.force import bank_holidays

HOLIDAYS = bank_holidays()


def age(submitted: datetime, now: datetime) -> tuple[int, Waiting]:
    found = review_age(submitted, now=now, holidays=HOLIDAYS, settings=default_settings())
    return found.working_days, found.waiting


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 20, 18, tzinfo=UTC), (0, Waiting.ON_TIME)),
        (datetime(2026, 11, 22, 12, tzinfo=UTC), (0, Waiting.ON_TIME)),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), (1, Waiting.ON_TIME)),
        (datetime(2026, 11, 25, 9, tzinfo=UTC), (3, Waiting.ON_TIME)),
        (datetime(2026, 11, 26, 9, tzinfo=UTC), (4, Waiting.OVER_TARGET)),
        (datetime(2026, 11, 30, 9, tzinfo=UTC), (6, Waiting.OVER_TARGET)),
        (datetime(2026, 12, 1, 9, tzinfo=UTC), (7, Waiting.ESCALATED)),
    ],
)
def test_r31_three_working_days_are_the_target_and_seven_go_to_the_inspector(
    now: datetime, expected: tuple[int, Waiting]
) -> None:
    friday = datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert age(friday, now) == expected


def test_r31_christmas_does_not_count() -> None:
    eve = datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert age(eve, datetime(2026, 12, 29, 12, tzinfo=UTC)) == (1, Waiting.ON_TIME)
    found = review_age(eve, now=eve, holidays=HOLIDAYS, settings=default_settings())
    assert found.decide_by == date(2026, 12, 31)
    assert found.words == "Today"


def test_r31_the_day_is_that_of_the_wall_clock() -> None:
    late_on_monday = datetime(2026, 7, 6, 23, 30, tzinfo=UTC)
    assert age(late_on_monday, datetime(2026, 7, 7, 12, tzinfo=UTC))[0] == 0


days = st.dates(min_value=date(2024, 1, 1), max_value=date(2030, 6, 1))


@given(days, st.integers(0, 60))
def test_r31_counting_forward_and_back_agree(start: date, count: int) -> None:
    end = add_working_days(start, count, HOLIDAYS)
    assert working_days_between(start, end, HOLIDAYS) == count


@given(days, days)
def test_r31_no_more_working_days_than_days(start: date, end: date) -> None:
    counted = working_days_between(start, end, HOLIDAYS)
    assert 0 <= counted <= max(0, (end - start).days)
