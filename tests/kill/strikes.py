"""When to strike: moments drawn from a seed so that the rare ones have their share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from statistics import median
from typing import Any

LIFE = 2.0
"""Seconds of an entry's life, until one has been seen from beginning to end."""
STAGE = 0.1
DEAL = (
    *("any time",) * 4,
    *("any report",) * 3,
    *("said saved",) * 3,
    *("said submitted",) * 2,
    *("submitting",) * 3,
    *("starting", "opening", "typing", "checking"),
    "a rare moment",
)
RARE = ("leaving", "taking back", "raising", "promising", "counting", "placing")
"""Twenty strikes; every twenty hold the same, in another order."""


@dataclass(frozen=True, slots=True)
class Strike:
    """Kill ``delay`` seconds after the ``nth`` report that fits."""

    kind: str
    nth: int
    delay: float

    def fits(self, report: dict[str, Any], before: str) -> bool:
        """Whether a report is one to count; ``before`` is the save line of the last one."""
        if self.kind == "any time":
            return report.get("stage") == "usable"
        if self.kind == "any report":
            return "page" in report
        if self.kind == "said saved":
            line = str(report.get("line", ""))
            return line.startswith("Saved") and not before.startswith("Saved")
        if self.kind == "said submitted":
            return report.get("page") == "submitted"
        return report.get("stage") == self.kind


@dataclass(slots=True)
class Strikes:
    """Draws strikes and learns how long things take."""

    chance: Random
    _lasted: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _dealt: list[str] = field(default_factory=list)

    def draw(self) -> Strike:
        """The next one."""
        if not self._dealt:
            self._dealt = list(DEAL)
            self.chance.shuffle(self._dealt)
        kind, chance = self._dealt.pop(), self.chance
        if kind == "a rare moment":
            kind = chance.choice(RARE)
        if kind == "any time":
            return Strike(kind, 1, chance.uniform(0, self._length("life", LIFE)))
        if kind == "any report":
            return Strike(kind, chance.randint(1, 120), 0)
        if kind == "said saved":
            return Strike(kind, chance.randint(1, 5), 0)
        if kind == "said submitted":
            return Strike(kind, 1, 0)
        return Strike(kind, 1, chance.uniform(0, 1.2 * self._length(kind, STAGE)))

    def learn(self, reports: list[dict[str, Any]]) -> None:
        """How long each stage lasted, and a whole entry."""
        stages = [(report["stage"], report["at"]) for report in reports if "stage" in report]
        for (stage, begun), (_next, ended) in pairwise(stages):
            self._lasted[stage].append(ended - begun)
        born = None
        for report in reports:
            if report.get("does") == "new":
                born = report["at"]
            elif born is not None and report.get("page") == "submitted":
                self._lasted["life"].append(report["at"] - born)
                born = None

    def _length(self, stage: str, unknown: float) -> float:
        seen = self._lasted[stage]
        return median(seen) if seen else unknown
