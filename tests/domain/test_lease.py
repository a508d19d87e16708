"""How long others' records stay: by the later of clock and stopwatch, whoever turns the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.lease import Lease, lease_from, renewed

THEN = datetime(2026, 3, 19, 14, 30, tzinfo=UTC)
FORTNIGHT = timedelta(days=14)
HOURS = st.integers(min_value=-20_000, max_value=20_000).map(lambda hours: timedelta(hours=hours))


def lease(wall: datetime = THEN) -> Lease:
    return renewed(THEN + FORTNIGHT, contact=THEN, wall=wall)


def test_it_ends_on_the_day() -> None:
    assert not lease().later(wall=THEN + timedelta(days=13, hours=23), measured=0).has_ended
    assert lease().later(wall=THEN + FORTNIGHT, measured=0).has_ended


def test_a_clock_set_back_gains_nothing() -> None:
    day = timedelta(days=1)
    held = lease()
    for number in range(1, 15):
        held = held.later(wall=THEN - number * day, measured=day.total_seconds())
    assert held.has_ended


def test_what_was_seen_once_is_not_unseen() -> None:
    held = lease().later(wall=THEN + FORTNIGHT, measured=0)
    assert held.later(wall=THEN, measured=0).has_ended


def test_a_clock_that_was_wrong_all_along_does_not_matter() -> None:
    wrong = THEN + timedelta(days=3650)
    held = lease(wall=wrong)
    assert not held.later(wall=wrong + timedelta(days=13), measured=0).has_ended
    assert held.later(wall=wrong + FORTNIGHT, measured=0).has_ended


def test_it_is_kept_as_text() -> None:
    held = lease().later(wall=THEN + timedelta(days=2), measured=1.5)
    assert lease_from(held.to_text()) == held


@given(st.lists(st.tuples(HOURS, st.integers(min_value=0, max_value=90_000)), max_size=30))
def test_however_the_clock_is_turned_it_never_ends_later_than_by_the_stopwatch(
    steps: list[tuple[timedelta, int]],
) -> None:
    held, measured = lease(), 0
    for turned, seconds in steps:
        before = held.seen
        measured += seconds
        held = held.later(wall=THEN + turned, measured=seconds)
        assert held.seen >= before
    assert held.seen >= THEN + timedelta(seconds=measured)
    if measured >= FORTNIGHT.total_seconds():
        assert held.has_ended
