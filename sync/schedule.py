"""When to try next: pure functions of what happened, with the randomness passed in.

Nothing needs an event to make progress. A wake of any kind (a save, the network, the timer, the
officer) only asks again what the tables and this schedule say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

BASE_SECONDS = 2.0
LONGEST_SECONDS = 300.0
TIMER_SECONDS = 60.0
"""Between two rounds when all is well, give or take a quarter."""
AFTER_SAVE_SECONDS = 2.0
"""From a save to sending it."""
LONGEST_RETRY_AFTER = 900.0
"""A centre may ask for a quarter of an hour of patience, not for more."""
PROBE_AFTER = 4
"""Rounds in a row that did not go through, after which the centre is asked first whether it is
there: one small question instead of a whole round."""
ASIDE_SHORTEST = timedelta(minutes=5)
ASIDE_LONGEST = timedelta(hours=6)

Uniform = Callable[[float, float], float]
"""A random number between two others: ``random.Random(...).uniform``."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the next round may start, in seconds of a monotonic clock.

    ``due`` is when it is meant to; ``not_before`` is what the centre asked for, never cut.
    """

    due: float = 0.0
    not_before: float = 0.0
    failures: int = 0
    needs_sign_in: bool = False
    """Trying by itself is pointless until someone signs in."""

    @property
    def at(self) -> float:
        """When the next round starts by itself."""
        return max(self.due, self.not_before)

    @property
    def probes(self) -> bool:
        """True when the next round starts by asking whether the centre is there at all."""
        return self.failures >= PROBE_AFTER

    def delay(self, now: float) -> float:
        """Seconds from ``now`` until the next round; 0 when it is due."""
        return max(0.0, self.at - now)


def after_success(schedule: Schedule, now: float, uniform: Uniform) -> Schedule:
    """A round went through: the timer carries on."""
    gap = TIMER_SECONDS * uniform(0.75, 1.25)
    return replace(schedule, due=now + gap, not_before=0.0, failures=0, needs_sign_in=False)


def after_fault(
    schedule: Schedule, now: float, uniform: Uniform, *, retry_after: float | None = None
) -> Schedule:
    """A round did not go through: full jitter, so that a whole shift does not come back at once."""
    failures = schedule.failures + 1
    ceiling = min(LONGEST_SECONDS, BASE_SECONDS * 2.0 ** min(failures, 10))
    held = 0.0
    if retry_after is not None and retry_after > 0:
        held = now + min(retry_after, LONGEST_RETRY_AFTER) * uniform(0.5, 1.5)
    return replace(
        schedule,
        due=now + uniform(0.0, ceiling),
        not_before=max(held, schedule.not_before),
        failures=failures,
        needs_sign_in=False,
    )


def after_sign_in_expired(schedule: Schedule, now: float) -> Schedule:
    """The token is no longer taken: wait for the officer, look again after the longest gap."""
    return replace(schedule, due=now + LONGEST_SECONDS, needs_sign_in=True)


def after_save(schedule: Schedule, now: float) -> Schedule:
    """Something new waits: soon, but a back-off that runs is not shortened by typing."""
    if schedule.failures or schedule.needs_sign_in:
        return schedule
    return replace(schedule, due=min(schedule.due, now + AFTER_SAVE_SECONDS))


def no_later(schedule: Schedule, when: float) -> Schedule:
    """Something that is held back may leave then."""
    return replace(schedule, due=min(schedule.due, when))


def after_network_came(schedule: Schedule, now: float) -> Schedule:
    """The tablet has a way out again: what failed for want of one need not wait longer."""
    if schedule.needs_sign_in:
        return schedule
    return replace(schedule, due=min(schedule.due, now), failures=0)


def try_now(schedule: Schedule, now: float) -> Schedule:
    """The officer asked: back-off ends, what the centre asked for does not."""
    return replace(schedule, due=now, failures=0, needs_sign_in=False)


def aside_delay(attempts: int) -> timedelta:
    """How long one operation that the centre cannot take stays aside."""
    doubled: timedelta = ASIDE_SHORTEST * (1 << min(attempts, 10))
    return min(ASIDE_LONGEST, doubled)
