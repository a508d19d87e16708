"""R12: a question from the public is answered within 72 hours of being asked, weekends included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from fieldapp.domain.rules.settings import RuleSettings
from fieldapp.domain.times import after_hours, day_of, elapsed, show, show_duration

LATE_SYNC = "late_sync"
NOT_ANSWERED = "not_answered"
ANSWERED_LATE = "answered_late"


class QueryState(StrEnum):
    """Where a question stands."""

    OPEN = "OPEN"
    DUE_TODAY = "DUE_TODAY"
    OVERDUE = "OVERDUE"
    ANSWERED = "ANSWERED"
    ANSWERED_LATE = "ANSWERED_LATE"


@dataclass(frozen=True, slots=True)
class QueryStanding:
    """A question's state, whether the promise was broken and why, and words for the screen."""

    state: QueryState
    due_at: datetime
    breached: bool
    breach_reason: str | None
    words: str


def query_due(raised_at: datetime, *, settings: RuleSettings) -> datetime:
    """R12: when the answer is due: elapsed hours from the asking on the beat, never paused."""
    return after_hours(raised_at, settings.query_hours)


def query_standing(
    raised_at: datetime,
    *,
    now: datetime,
    settings: RuleSettings,
    first_response_at: datetime | None = None,
    received_at: datetime | None = None,
) -> QueryStanding:
    """R12: how a question stands.

    Args:
        raised_at: when the person asked.
        now: the present time.
        settings: hours in force.
        first_response_at: when the person was first answered.
        received_at: when the centre first got the question, where that is known. After the due time
            nobody else can have helped: the question is breached by late sync, unless the officer
            who heard it had answered in time.
    """
    due_at = query_due(raised_at, settings=settings)
    late_sync = received_at is not None and received_at > due_at
    if first_response_at is not None:
        return _answered(first_response_at, due_at, late_sync=late_sync)
    if now > due_at:
        reason = LATE_SYNC if late_sync else NOT_ANSWERED
        words = f"Overdue by {show_duration(elapsed(due_at, now))}"
        return QueryStanding(
            QueryState.OVERDUE,
            due_at,
            breached=True,
            breach_reason=reason,
            words=f"{words}, sent too late" if late_sync else words,
        )
    left = show_duration(elapsed(now, due_at))
    state = QueryState.DUE_TODAY if day_of(due_at) == day_of(now) else QueryState.OPEN
    words = f"Due {show(due_at)}, {left} left"
    return QueryStanding(state, due_at, breached=False, breach_reason=None, words=words)


def _answered(answered_at: datetime, due_at: datetime, *, late_sync: bool) -> QueryStanding:
    if answered_at <= due_at:
        return QueryStanding(
            QueryState.ANSWERED,
            due_at,
            breached=False,
            breach_reason=None,
            words=f"Answered {show(answered_at)}",
        )
    late = show_duration(elapsed(due_at, answered_at))
    return QueryStanding(
        QueryState.ANSWERED_LATE,
        due_at,
        breached=True,
        breach_reason=LATE_SYNC if late_sync else ANSWERED_LATE,
        words=f"Answered {show(answered_at)}, {late} late",
    )


def is_within_promise(raised_at: datetime, due_at: datetime, *, settings: RuleSettings) -> bool:
    """True when a due time is no later than the promise; a longer one needs a sergeant."""
    return elapsed(query_due(raised_at, settings=settings), due_at) <= timedelta(0)
