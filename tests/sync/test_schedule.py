"""When the next try is, for every way a round can end."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from sync.schedule import (
    LONGEST_RETRY_AFTER,
    LONGEST_SECONDS,
    Schedule,
    after_fault,
    after_network_came,
    after_save,
    after_sign_in_expired,
    after_success,
    aside_delay,
    try_now,
)

NOW = 5000.0


def low(least: float, _most: float) -> float:
    return least


def high(_least: float, most: float) -> float:
    return most


def test_a_fresh_start_is_due_at_once() -> None:
    assert Schedule().delay(NOW) == 0.0


def test_when_all_is_well_the_timer_is_a_minute_give_or_take_a_quarter() -> None:
    assert after_success(Schedule(), NOW, low).delay(NOW) == 45.0
    assert after_success(Schedule(), NOW, high).delay(NOW) == 75.0


def test_each_failure_doubles_the_most_one_waits_up_to_five_minutes() -> None:
    waits = []
    schedule = Schedule()
    for _ in range(10):
        schedule = after_fault(schedule, NOW, high)
        waits.append(schedule.delay(NOW))
    assert waits == [4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0, 300.0]


def test_the_wait_is_anything_from_nothing_to_the_most_so_that_a_shift_spreads() -> None:
    rng = random.Random(11)
    failed_six_times = Schedule(failures=6)
    delays = sorted(after_fault(failed_six_times, NOW, rng.uniform).delay(NOW) for _ in range(500))
    tenths = [sum(1 for d in delays if i * 25.6 <= d < (i + 1) * 25.6) for i in range(10)]
    assert min(tenths) > 25
    assert max(tenths) < 85


def test_after_some_failures_in_a_row_the_centre_is_asked_first_until_one_goes_through() -> None:
    schedule = Schedule()
    asked = []
    for _ in range(6):
        asked.append(schedule.probes)
        schedule = after_fault(schedule, NOW, high)
    assert asked == [False] * 4 + [True] * 2
    assert not try_now(schedule, NOW).probes
    assert not after_success(schedule, NOW, high).probes


def test_success_ends_the_back_off() -> None:
    schedule = after_success(after_fault(Schedule(failures=7), NOW, high), NOW, low)
    assert schedule.failures == 0
    assert schedule.delay(NOW) == 45.0


def test_what_the_centre_asked_for_is_kept_give_or_take_a_half() -> None:
    assert after_fault(Schedule(), NOW, low, retry_after=60).delay(NOW) == 30.0
    assert after_fault(Schedule(), NOW, high, retry_after=60).delay(NOW) == 90.0


@pytest.mark.parametrize("absurd", [1e9, 90_000.0])
def test_a_centre_cannot_silence_a_tablet_for_more_than_a_quarter_of_an_hour(
    absurd: float,
) -> None:
    wait = after_fault(Schedule(), NOW, lambda _a, _b: 1.0, retry_after=absurd).delay(NOW)
    assert wait == LONGEST_RETRY_AFTER


def test_try_now_ends_the_back_off_but_not_what_the_centre_asked_for() -> None:
    backed_off = after_fault(Schedule(failures=8), NOW, high)
    assert backed_off.delay(NOW) == LONGEST_SECONDS
    assert try_now(backed_off, NOW).delay(NOW) == 0.0
    told = after_fault(Schedule(failures=8), NOW, high, retry_after=60)
    pressed = try_now(told, NOW)
    assert pressed.delay(NOW) == 90.0
    assert pressed.failures == 0


def test_a_save_is_sent_within_two_seconds_when_all_is_well() -> None:
    idle = after_success(Schedule(), NOW, high)
    assert after_save(idle, NOW).delay(NOW) == 2.0
    nearly_due = Schedule(due=NOW + 1)
    assert after_save(nearly_due, NOW).delay(NOW) == 1.0


def test_typing_does_not_shorten_a_back_off() -> None:
    backed_off = after_fault(Schedule(failures=8), NOW, high)
    assert after_save(backed_off, NOW) == backed_off


def test_the_network_coming_back_ends_the_back_off_but_not_what_the_centre_asked_for() -> None:
    backed_off = after_fault(Schedule(failures=8), NOW, high)
    assert after_network_came(backed_off, NOW).delay(NOW) == 0.0
    told = after_fault(Schedule(), NOW, high, retry_after=60)
    assert after_network_came(told, NOW).delay(NOW) == 90.0


def test_an_expired_sign_in_is_not_tried_in_a_loop_and_pressing_still_tries() -> None:
    expired = after_sign_in_expired(Schedule(), NOW)
    assert expired.needs_sign_in
    assert after_save(expired, NOW).delay(NOW) == LONGEST_SECONDS
    assert after_network_came(expired, NOW).delay(NOW) == LONGEST_SECONDS
    assert try_now(expired, NOW).delay(NOW) == 0.0


def test_one_that_the_centre_cannot_take_waits_longer_each_time_up_to_six_hours() -> None:
    waits = [aside_delay(attempts) for attempts in range(1, 12)]
    assert waits[:3] == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=6)
