"""One fault at every point where it can strike, one history each.

Chance misses what is rare; here nothing is left to it. A short history without any fault is run
once to count the points, then once for each of them with the fault struck exactly there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.sim.faults import KINDS, Planned
from tests.sim.violation import Violation
from tests.sim.world import Watch, World

STEPS = 40
"""Events of one of these histories before the calm."""

SCENARIOS = tuple(range(1, 21))
"""Seeds of the histories that are swept."""


@dataclass(slots=True)
class Swept:
    """What the sweep of some histories has shown."""

    runs: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    broken: dict[str, str] = field(default_factory=dict)
    """Scenario, kind and point to the promise that was not kept."""

    @property
    def count(self) -> int:
        """How many histories were run."""
        return sum(self.runs.values())

    def add(self, other: Swept) -> None:
        self.runs.update(other.runs)
        self.struck.update(other.struck)
        self.broken |= other.broken


def points(scenario: int) -> list[tuple[int, Planned]]:
    """Every single fault of one history."""
    world = World(scenario, steps=STEPS, sweep=True)
    world.run()
    return [
        (scenario, Planned(kind, number))
        for kind in KINDS
        for number in range(1, world.faults.points[kind] + 1)
    ]


def sweep(faults: Iterable[tuple[int, Planned]]) -> Swept:
    """Run one history for each fault."""
    swept = Swept()
    for scenario, planned in faults:
        swept.runs[planned.kind] += 1
        world = World(scenario, steps=STEPS, sweep=True, planned=planned)
        try:
            world.run()
        except Violation as violation:
            where = f"{scenario}:{planned.kind}:{planned.at}"
            swept.broken[where] = " ".join(str(part)[:300] for part in violation.args)
        swept.struck.update(world.faults.struck)
    return swept


def shares(scenarios: Iterable[int], size: int = 20) -> Iterator[list[tuple[int, Planned]]]:
    """All faults of these histories in portions, for several processes."""
    for scenario in scenarios:
        found = points(scenario)
        for start in range(0, len(found), size):
            yield found[start : start + size]


def world_of(where: str, watch: Watch) -> World:
    """The history of one fault, as named in ``Swept.broken``, to be looked at."""
    scenario, kind, at = where.split(":")
    planned = Planned(kind, int(at))
    return World(int(scenario), steps=STEPS, sweep=True, planned=planned, watch=watch)
