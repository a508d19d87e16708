from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.rules.queries import (
    QueryState,
    is_within_promise,
    query_due,
    query_standing,
)
from fieldapp.domain.rules.settings import default_settings, rule_settings

SETTINGS = default_settings()
ASKED = datetime(2026, 11, 19, 13, 38, tzinfo=UTC)
DUE = datetime(2026, 11, 22, 13, 38, tzinfo=UTC)


def test_r12_a_question_asked_on_thursday_is_due_on_sunday_weekend_or_not() -> None:
    assert query_due(ASKED, settings=SETTINGS) == DUE
    open_one = query_standing(ASKED, now=ASKED, settings=SETTINGS)
    assert open_one.state is QueryState.OPEN
    assert open_one.words == "Due Sun 22 Nov, 13:38, 3 d left"
    assert not open_one.breached


def test_r12_on_its_last_day_it_is_due_today() -> None:
    standing = query_standing(ASKED, now=DUE - timedelta(hours=2), settings=SETTINGS)
    assert standing.state is QueryState.DUE_TODAY
    assert standing.words == "Due Sun 22 Nov, 13:38, 2 h left"


def test_r12_unanswered_after_seventy_two_hours_the_promise_is_broken() -> None:
    assert not query_standing(ASKED, now=DUE, settings=SETTINGS).breached
    late = query_standing(ASKED, now=DUE + timedelta(hours=1), settings=SETTINGS)
    assert late.state is QueryState.OVERDUE
    assert late.breached
    assert late.breach_reason == "not_answered"
    assert late.words == "Overdue by 1 h"


def test_r12_captured_offline_and_sent_after_it_was_due_it_is_late_sync() -> None:
    late = query_standing(
        ASKED,
        now=DUE + timedelta(hours=1),
        settings=SETTINGS,
        received_at=DUE + timedelta(minutes=30),
    )
    assert late.breached
    assert late.breach_reason == "late_sync"
    assert late.words == "Overdue by 1 h, sent too late"


def test_r12_answered_in_time_stays_answered_even_when_it_was_sent_late() -> None:
    answered = query_standing(
        ASKED,
        now=DUE + timedelta(days=3),
        settings=SETTINGS,
        first_response_at=DUE - timedelta(hours=5),
        received_at=DUE + timedelta(days=1),
    )
    assert answered.state is QueryState.ANSWERED
    assert not answered.breached


@pytest.mark.parametrize(
    ("received_at", "reason"),
    [(None, "answered_late"), (ASKED, "answered_late"), (DUE + timedelta(hours=1), "late_sync")],
)
def test_r12_a_late_answer_is_a_broken_promise(received_at: datetime | None, reason: str) -> None:
    late = query_standing(
        ASKED,
        now=DUE + timedelta(days=2),
        settings=SETTINGS,
        first_response_at=DUE + timedelta(hours=26),
        received_at=received_at,
    )
    assert late.state is QueryState.ANSWERED_LATE
    assert late.breach_reason == reason
    assert late.words == "Answered Mon 23 Nov, 15:38, 1 d 2 h late"


def test_r12_the_hours_are_a_setting() -> None:
    assert query_due(ASKED, settings=rule_settings({"query_hours": 48})) == DUE - timedelta(days=1)


def test_r12_a_due_time_may_be_sooner_but_not_later() -> None:
    assert is_within_promise(ASKED, DUE, settings=SETTINGS)
    assert is_within_promise(ASKED, DUE - timedelta(days=1), settings=SETTINGS)
    assert not is_within_promise(ASKED, DUE + timedelta(minutes=1), settings=SETTINGS)


def test_r12_on_the_very_minute_it_is_still_in_time() -> None:
    on_time = query_standing(ASKED, now=DUE, settings=SETTINGS, first_response_at=DUE)
    assert on_time.state is QueryState.ANSWERED
    after = DUE + timedelta(hours=1)
    sent = query_standing(ASKED, now=after, settings=SETTINGS, received_at=DUE)
    assert sent.breach_reason == "not_answered"


@given(st.integers(-10_000, 10_000), st.none() | st.integers(0, 10_000))
def test_r12_broken_means_past_due_without_an_answer_in_time(
    now_minutes: int, answer_minutes: int | None
) -> None:
    now = ASKED + timedelta(minutes=now_minutes)
    answer = None if answer_minutes is None else ASKED + timedelta(minutes=answer_minutes)
    standing = query_standing(ASKED, now=now, settings=SETTINGS, first_response_at=answer)
    assert standing.breached == ((answer or now) > DUE)
    assert standing.breached == (standing.breach_reason is not None)
