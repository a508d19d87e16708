"""R31: how long an entry has waited for a decision, in working days."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from fieldapp.domain.rules.settings import RuleSettings
from fieldapp.domain.times import day_of

_SATURDAY = 5


class Waiting(StrEnum):
    """How urgent a decision has become."""

    ON_TIME = "ON_TIME"
    OVER_TARGET = "OVER_TARGET"
    ESCALATED = "ESCALATED"


@dataclass(frozen=True, slots=True)
class ReviewAge:
    """Working days waited, what that means, and the last day on which it is still on time."""

    working_days: int
    waiting: Waiting
    decide_by: date
    words: str


def is_working_day(day: date, holidays: AbstractSet[date]) -> bool:
    """Monday to Friday, without the bank holidays of England."""
    return day.weekday() < _SATURDAY and day not in holidays


def working_days_between(start: date, end: date, holidays: AbstractSet[date]) -> int:
    """Working days after ``start`` up to and with ``end``; nought when ``end`` is not later."""
    days = range(1, (end - start).days + 1)
    return sum(is_working_day(start + timedelta(days=n), holidays) for n in days)


def add_working_days(start: date, count: int, holidays: AbstractSet[date]) -> date:
    """The day that many working days after ``start``."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, holidays)
    return day


def review_age(
    submitted_at: datetime,
    *,
    now: datetime,
    holidays: AbstractSet[date],
    settings: RuleSettings,
) -> ReviewAge:
    """R31: three working days are the target, at seven the inspector sees it."""
    start = day_of(submitted_at)
    waited = working_days_between(start, day_of(now), holidays)
    if waited >= settings.review_escalate_days:
        waiting, words = Waiting.ESCALATED, f"Waiting {waited} working days, with the inspector"
    elif waited > settings.review_target_days:
        waiting, words = Waiting.OVER_TARGET, f"Waiting {waited} working days"
    else:
        waiting = Waiting.ON_TIME
        words = {0: "Today", 1: "1 working day"}.get(waited, f"{waited} working days")
    return ReviewAge(
        working_days=waited,
        waiting=waiting,
        decide_by=add_working_days(start, settings.review_target_days, holidays),
        words=words,
    )
