"""A whole shift comes at once: it spreads, and the centre gets through its work.

The schedule of the tablets and the gate of the centre are the product's own; what is simulated is
time, in one thread, from a seed.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import count
from random import Random

import pytest

from server.errors import TurnedAway
from server.gates import Gate
from sync import schedule
from sync.schedule import Schedule

GIVES_UP_AFTER = 15.0
"""Seconds a tablet waits for the first byte of an answer."""


@dataclass
class Time:
    """The time of the simulation, which is also the centre's stopwatch."""

    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now


@dataclass
class Shift:
    """So many tablets that want to be served once by a centre that takes so long for each."""

    tablets: int
    seconds_each: float
    arrive_within: float
    gate: Gate
    rng: Random = field(default_factory=lambda: Random(7))
    time: Time = field(default_factory=Time)
    served_at: dict[int, float] = field(default_factory=dict)
    wasted: int = 0
    """Work that was done after the tablet had given up."""
    turned_away: int = 0
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _free_at: float = 0.0

    def run(self, at_most: float = 3600.0) -> None:
        begin = self.time.now
        for tablet in range(self.tablets):
            self._at(begin + self.rng.uniform(0, self.arrive_within), self._try(tablet, Schedule()))
        while self._events and self._events[0][0] < begin + at_most:
            self.time.now, _, act = heapq.heappop(self._events)
            act()

    def _at(self, when: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, (when, next(self._order), act))

    def _try(self, tablet: int, planned: Schedule) -> Callable[[], None]:
        def act() -> None:
            place = self.gate.entered(self.time)
            try:
                place.__enter__()
            except TurnedAway as error:
                self.turned_away += 1
                self._later(tablet, planned, error.retry_after)
                return
            self._free_at = max(self._free_at, self.time.now) + self.seconds_each
            self._at(self._free_at, self._done(tablet, planned, place, self.time.now))

        return act

    def _done(
        self, tablet: int, planned: Schedule, place: AbstractContextManager[None], since: float
    ) -> Callable[[], None]:
        def act() -> None:
            place.__exit__(None, None, None)
            if self.time.now - since > GIVES_UP_AFTER:
                self.wasted += 1
                self._later(tablet, planned, None)
            else:
                self.served_at.setdefault(tablet, self.time.now)

        return act

    def _later(self, tablet: int, planned: Schedule, wait: float | None) -> None:
        again = schedule.after_fault(planned, self.time.now, self.rng.uniform, retry_after=wait)
        self._at(again.at, self._try(tablet, again))


def test_a_shift_of_2000_is_served_by_a_slow_centre_and_nothing_is_wasted() -> None:
    shift = Shift(2000, 0.05, 10.0, Gate(20, 6.0))
    shift.run()
    assert len(shift.served_at) == 2000
    assert shift.wasted == 0
    # 100 seconds is the work itself.
    assert max(shift.served_at.values()) - 1000.0 < 180


def test_without_a_gate_the_same_shift_wastes_work() -> None:
    """What the gate is for: the simulation shows the collapse where there is none."""
    shift = Shift(2000, 0.05, 10.0, Gate(10_000, 10_000.0))
    shift.run()
    assert shift.wasted > 500


@pytest.mark.parametrize("seed", range(5))
def test_no_thundering_herd(seed: int) -> None:
    """500 tablets lose their centre in the same second: no later second sees a crowd."""
    rng = Random(seed)
    crowd: Counter[int] = Counter()
    for _ in range(500):
        planned = Schedule()
        now = rng.uniform(0.0, 1.0)
        while now < 600:
            planned = schedule.after_fault(planned, now, rng.uniform)
            now = planned.at
            crowd[int(now)] += 1
    later = [crowd[second] for second in range(30, 600)]
    assert max(later) < 40
    # And when it is back, they come spread over minutes.
    assert len([second for second in range(300, 600) if crowd[second]]) > 250


def test_those_who_are_told_when_to_come_back_do_not_come_together() -> None:
    gate = Gate(1, 0.0)
    time = Time()
    rng = Random(3)
    back: Counter[int] = Counter()
    with gate.entered(time):
        for _ in range(500):
            with pytest.raises(TurnedAway) as caught:
                gate.entered(time).__enter__()
            wait = caught.value.retry_after
            planned = schedule.after_fault(Schedule(), time.now, rng.uniform, retry_after=wait)
            back[int(planned.at - time.now)] += 1
    assert max(back.values()) < 60
    assert len(back) > 20
