from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.errors import ContentError
from fieldapp.domain.times import (
    Captured,
    LocalTimeError,
    after_hours,
    day_of,
    elapsed,
    end_of_day,
    from_local,
    is_skewed,
    local_choices,
    london,
    parse_utc,
    show,
    show_clock,
    show_day,
    show_duration,
    show_span,
    skew,
    start_of_day,
    utc_text,
)

BACK = date(2026, 10, 25)
FORWARD = date(2027, 3, 28)
HALF_PAST_ONE = time(1, 30)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


# ------------------------------------------------------------------- the two nights


def test_half_past_one_comes_twice_when_the_clocks_go_back() -> None:
    first, second = local_choices(BACK, HALF_PAST_ONE)
    assert (first.utc, second.utc) == (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30))
    assert first.words == "Sun 25 Oct, 01:30 BST"
    assert second.words == "Sun 25 Oct, 01:30 GMT"


def test_a_repeated_time_has_to_be_told_apart() -> None:
    with pytest.raises(LocalTimeError, match="comes twice on Sun 25 Oct") as caught:
        from_local(BACK, HALF_PAST_ONE)
    assert caught.value.code == "repeated_hour"
    assert from_local(BACK, HALF_PAST_ONE, second=False) == utc(2026, 10, 25, 0, 30)
    assert from_local(BACK, HALF_PAST_ONE, second=True) == utc(2026, 10, 25, 1, 30)


def test_a_skipped_time_cannot_be_entered() -> None:
    assert local_choices(FORWARD, HALF_PAST_ONE) == ()
    with pytest.raises(LocalTimeError, match="no 01:30 on Sun 28 Mar") as caught:
        from_local(FORWARD, HALF_PAST_ONE)
    assert caught.value.code == "missing_hour"
    with pytest.raises(LocalTimeError):
        from_local(FORWARD, HALF_PAST_ONE, second=True)


def test_the_edges_of_both_nights_are_plain_times() -> None:
    assert from_local(BACK, time(0, 59)) == utc(2026, 10, 24, 23, 59)
    assert from_local(BACK, time(2, 0)) == utc(2026, 10, 25, 2, 0)
    assert from_local(FORWARD, time(0, 59)) == utc(2027, 3, 28, 0, 59)
    assert from_local(FORWARD, time(2, 0)) == utc(2027, 3, 28, 1, 0)


def test_which_of_two_does_not_matter_when_there_is_one() -> None:
    assert from_local(date(2026, 11, 19), time(10, 47), second=True) == utc(2026, 11, 19, 10, 47)


def test_a_session_across_the_clock_change_lasts_as_long_as_it_lasted() -> None:
    start = from_local(BACK, time(0, 30))
    end = from_local(BACK, time(2, 30))
    assert elapsed(start, end) == timedelta(hours=3)
    assert elapsed(from_local(FORWARD, time(0, 30)), from_local(FORWARD, time(2, 30))) == timedelta(
        hours=1
    )


def test_the_day_the_clocks_go_back_has_twenty_five_hours() -> None:
    assert end_of_day(BACK) - start_of_day(BACK) == timedelta(hours=25)
    assert end_of_day(FORWARD) - start_of_day(FORWARD) == timedelta(hours=23)
    assert end_of_day(date(2026, 11, 22)) == utc(2026, 11, 23)
    assert end_of_day(date(2026, 7, 1)) == utc(2026, 7, 1, 23)


def test_r12_seventy_two_hours_are_elapsed_also_over_the_clock_change() -> None:
    asked = from_local(date(2026, 10, 23), time(13, 38))
    due = after_hours(asked, 72)
    assert due == utc(2026, 10, 26, 12, 38)
    assert show(due) == "Mon 26 Oct, 12:38"
    spring = from_local(date(2027, 3, 26), time(9, 0))
    assert show(after_hours(spring, 72)) == "Mon 29 Mar, 10:00"


minutes = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    max_value=datetime(2028, 1, 1),  # noqa: DTZ001
).map(lambda moment: moment.replace(second=0, microsecond=0))
around_changes = st.one_of(
    minutes,
    st.integers(0, 300).map(lambda n: datetime(2026, 10, 24, 23) + timedelta(minutes=n)),  # noqa: DTZ001
    st.integers(0, 300).map(lambda n: datetime(2027, 3, 27, 23) + timedelta(minutes=n)),  # noqa: DTZ001
)


@given(around_changes)
def test_every_instant_comes_back_from_its_local_reading(naive: datetime) -> None:
    instant = naive.replace(tzinfo=UTC)
    local = london(instant)
    choices = local_choices(local.date(), local.time())
    assert instant in {choice.utc for choice in choices}
    second = len(choices) == 2 and choices[1].utc == instant
    assert from_local(local.date(), local.time(), second=second) == instant


@given(around_changes)
def test_every_local_reading_means_none_one_or_two_instants(naive: datetime) -> None:
    choices = local_choices(naive.date(), naive.time())
    assert len(choices) <= 2
    for choice in choices:
        assert london(choice.utc).replace(tzinfo=None) == naive
    assert len({choice.words for choice in choices}) == len(choices)
    if naive.date() not in (BACK, FORWARD):
        assert len(choices) == 1


@given(around_changes)
def test_every_instant_lies_in_its_day(naive: datetime) -> None:
    instant = naive.replace(tzinfo=UTC)
    day = day_of(instant)
    assert start_of_day(day) <= instant < end_of_day(day)


# ------------------------------------------------------------------------ capture


@given(around_changes, st.integers(-12 * 60, 14 * 60))
def test_a_captured_time_keeps_instant_and_offset(naive: datetime, offset: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=offset)))
    captured = Captured.of(moment)
    assert Captured.parse(captured.to_text()) == captured
    assert captured.offset_minutes == offset
    assert captured.local().replace(tzinfo=None) == naive
    assert captured.utc == moment


def test_a_time_without_offset_is_not_taken() -> None:
    with pytest.raises(ContentError, match="how far it is from UTC"):
        Captured.parse("2026-11-19T10:47:00")
    with pytest.raises(ContentError, match="not a time"):
        Captured.parse("tomorrow")
    with pytest.raises(ContentError):
        day_of(datetime(2026, 11, 19))  # noqa: DTZ001 - the point of the test


def test_stored_text_is_utc() -> None:
    assert utc_text(datetime.fromisoformat("2026-10-25T01:30:00+01:00")) == (
        "2026-10-25T00:30:00+00:00"
    )
    assert parse_utc("2026-11-19T10:47:00Z") == utc(2026, 11, 19, 10, 47)


def test_a_difference_of_more_than_five_minutes_is_noted_either_way() -> None:
    received = utc(2026, 11, 19, 15, 41)
    assert not is_skewed(skew(claimed=received + timedelta(minutes=5), received=received))
    assert is_skewed(skew(claimed=received + timedelta(minutes=5, seconds=1), received=received))
    assert is_skewed(skew(claimed=received - timedelta(minutes=6), received=received))


# ------------------------------------------------------------------------- words


def test_times_are_shown_the_british_way() -> None:
    moment = utc(2025, 11, 22, 10, 0)
    assert show(moment) == "Sat 22 Nov, 10:00"
    assert show(moment, now=utc(2026, 1, 1)) == "Sat 22 Nov 2025, 10:00"
    assert show(moment, now=utc(2025, 12, 31)) == "Sat 22 Nov, 10:00"
    assert show(utc(2026, 7, 4, 9, 5)) == "Sat 4 Jul, 10:05"
    assert show_day(date(2026, 3, 1)) == "Sun 1 Mar"
    assert show_clock(utc(2026, 11, 19, 0, 0)) == "00:00"


def test_a_span_names_the_day_once() -> None:
    start = utc(2026, 11, 19, 10, 47)
    assert show_span(start, utc(2026, 11, 19, 12, 46)) == "Thu 19 Nov, 10:47 to 12:46"
    assert show_span(start, utc(2026, 11, 20, 0, 15)) == "Thu 19 Nov, 10:47 to Fri 20 Nov, 00:15"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(0), "0 min"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(minutes=119), "1 h 59 min"),
        (timedelta(days=3, hours=1), "3 d 1 h"),
        (timedelta(minutes=-5), "0 min"),
    ],
)
def test_durations_are_shown_in_words(length: timedelta, words: str) -> None:
    assert show_duration(length) == words
