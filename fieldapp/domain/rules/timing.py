"""R29: times and numbers that can be true: not in the future, not too long, not too many."""

from __future__ import annotations

from datetime import datetime, timedelta

from fieldapp.domain.bodies import EngagementBody
from fieldapp.domain.codes import Outcome
from fieldapp.domain.rules.problem import Problem, hint
from fieldapp.domain.rules.settings import RuleSettings
from fieldapp.domain.times import elapsed, show
from resources import code_list


def timing_problems(
    body: EngagementBody, *, now: datetime, settings: RuleSettings
) -> tuple[Problem, ...]:
    """R29: both times are there, in order, not too far apart and not in the future.

    A cancelled engagement keeps its planned times, which may lie ahead.
    """
    found = []
    start, end = body.started_at, body.ended_at
    if start is None:
        found.append(Problem("started_at", "required", "Enter when it started."))
    elif body.outcome != Outcome.CANCELLED and is_future(start, now=now, settings=settings):
        words = f"It starts in the future, {show(start, now=now)}. Check the day and the time."
        found.append(Problem("started_at", "future", words))
    if end is None:
        found.append(Problem("ended_at", "required", "Enter when it ended."))
    if start is not None and end is not None:
        found.extend(_length_problems(start, end, settings))
    return tuple(found)


def _length_problems(start: datetime, end: datetime, settings: RuleSettings) -> list[Problem]:
    length = elapsed(start, end)
    if length <= timedelta(0):
        return [Problem("ended_at", "end_before_start", "It must end after it started.")]
    if length > timedelta(hours=settings.longest_hours):
        words = f"It cannot last longer than {settings.longest_hours} hours. Check both times."
        return [Problem("ended_at", "too_long", words)]
    return []


def is_future(start: datetime, *, now: datetime, settings: RuleSettings) -> bool:
    """R29: starts further ahead than clocks may differ."""
    return elapsed(now, start) > timedelta(minutes=settings.future_start_minutes)


def is_retrospective(started_at: datetime, created_at: datetime, *, settings: RuleSettings) -> bool:
    """R29: begun more than 48 hours before it was recorded; marked, never stopped."""
    return elapsed(started_at, created_at) > timedelta(hours=settings.retrospective_hours)


def timing_hints(
    body: EngagementBody, *, now: datetime, settings: RuleSettings
) -> tuple[Problem, ...]:
    """R29: recorded long afterwards, or not over yet."""
    found = []
    start, end = body.started_at, body.ended_at
    if start and is_retrospective(start, body.created_at or now, settings=settings):
        words = f"Recorded more than {settings.retrospective_hours} hours afterwards."
        found.append(hint("started_at", "retrospective", words))
    if end and end > now and body.outcome != Outcome.CANCELLED:
        words = f"The end, {show(end, now=now)}, is still to come."
        found.append(hint("ended_at", "not_over", words))
    return tuple(found)


def count_problems(body: EngagementBody, *, settings: RuleSettings) -> tuple[Problem, ...]:
    """R29: every count lies between nought and the limit."""
    return tuple(
        Problem(
            f"counts.{name}",
            "out_of_range",
            f"{label} must be between 0 and {settings.count_max:,}.",
        )
        for name, label, number in counted(body)
        if not 0 <= number <= settings.count_max
    )


def count_hints(body: EngagementBody, *, settings: RuleSettings) -> tuple[Problem, ...]:
    """R29: an unusually large count is to be confirmed; ``confirmed`` names those that were."""
    confirmed = set(body.confirmed or ())
    return tuple(
        hint(
            f"counts.{name}",
            "confirm_count",
            f"{label}: {number:,} is a large number. Confirm it.",
        )
        for name, label, number in counted(body)
        if number > settings.count_confirm_above and f"counts.{name}" not in confirmed
    )


def counted(body: EngagementBody) -> tuple[tuple[str, str, int], ...]:
    """Every count that was entered: field, words, number."""
    if body.counts is None:
        return ()
    return tuple(
        (item.code, item.label, number)
        for item in code_list("count_field").items
        if isinstance(number := getattr(body.counts, item.code, None), int)
    )
