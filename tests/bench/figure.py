"""One figure: what we measured, the floor of the same run, the ratio and whether the aim is met."""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement in seconds beside its floor; ``aim`` is the ratio we want to stay under."""

    name: str
    measured: float
    floor: float
    aim: float | None = None
    note: str = ""

    def line(self) -> str:
        """One JSON object; ``met`` is null where no aim is set."""
        ratio = self.measured / self.floor
        fields: dict[str, object] = {
            "figure": self.name,
            "measured": round(self.measured, 6),
            "floor": round(self.floor, 6),
            "ratio": round(ratio, 2),
            "aim": self.aim,
            "met": None if self.aim is None else ratio <= self.aim,
        }
        if self.note:
            fields["note"] = self.note
        return json.dumps(fields)


@dataclass(frozen=True, slots=True)
class Drained:
    """A force of tablets drained at once; seconds of each, bytes of HTTP, memory of the centre."""

    name: str
    tablets: int
    total: float
    seconds: Sequence[float]
    busy: int
    failures: Sequence[str]
    up: int
    down: int
    centre_peak: int
    centre_cpu: float
    load: float
    aim_seconds: float
    aim_p95: float

    def line(self) -> str:
        """One JSON object; ``met`` is null when fewer tablets were drained than the aim is for."""
        p95 = _at(self.seconds, 0.95)
        whole = self.tablets >= _WHOLE_FORCE
        met = self.total < self.aim_seconds and p95 < self.aim_p95 and not self.failures
        fields: dict[str, object] = {
            "figure": self.name,
            "tablets": self.tablets,
            "total": round(self.total, 2),
            "a_second": round(self.tablets / self.total, 1),
            "p50": round(_at(self.seconds, 0.5), 3),
            "p95": round(p95, 3),
            "max": round(_at(self.seconds, 1.0), 3),
            "asked_to_return": self.busy,
            "failures": len(self.failures),
            "bytes_up": self.up,
            "bytes_down": self.down,
            "centre_peak_mib": round(self.centre_peak / 2**20),
            "centre_cpu": round(self.centre_cpu, 2),
            "load": round(self.load, 1),
            "aim": {"total": self.aim_seconds, "p95": self.aim_p95},
            "met": met if whole else None,
        }
        if self.failures:
            fields["first_failure"] = self.failures[0]
        return json.dumps(fields)


_WHOLE_FORCE = 2000


def _at(ordered: Sequence[float], part: float) -> float:
    """The value below which this part of them lies."""
    if not ordered:
        return float("nan")
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Rival:
    """Another system's seconds beside ours; ``aim`` is how many times ahead we mean to be."""

    name: str
    theirs: float
    ours: float
    aim: float | None = None

    def line(self) -> str:
        """One JSON object; ``ahead`` is above 1 where we are the faster."""
        ahead = self.theirs / self.ours
        fields: dict[str, object] = {
            "figure": self.name,
            "theirs": round(self.theirs, 6),
            "ours": round(self.ours, 6),
            "ahead": round(ahead, 2),
            "aim": self.aim,
            "met": None if self.aim is None else ahead >= self.aim,
        }
        return json.dumps(fields)


@dataclass(frozen=True, slots=True)
class Crossing:
    """What a round with nothing to say puts on the line; the most memory both have held by then."""

    name: str
    requests: int
    up: int
    down: int
    tablet_peak: int
    centre_peak: int

    def line(self) -> str:
        """One JSON object; the aim is one request and less than 1 kB both ways together."""
        fields: dict[str, object] = {
            "figure": self.name,
            "requests": self.requests,
            "bytes_up": self.up,
            "bytes_down": self.down,
            "tablet_peak_mib": round(self.tablet_peak / 2**20),
            "centre_peak_mib": round(self.centre_peak / 2**20),
            "aim": {"requests": 1, "bytes": _SMALL},
            "met": self.requests == 1 and self.up + self.down < _SMALL,
        }
        return json.dumps(fields)


_SMALL = 1000
Shown = Figure | Drained | Rival | Crossing


def show(made: Shown) -> None:
    """Print the line at once."""
    sys.stdout.write(made.line() + "\n")
    sys.stdout.flush()


def seconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(
    ours: Callable[[], float], floor: Callable[[], float], rounds: int
) -> tuple[float, float]:
    """Medians of two measurements taken in turn, so that both meet the same machine."""
    pairs = [(floor(), ours()) for _ in range(rounds)]
    return median([pair[1] for pair in pairs]), median([pair[0] for pair in pairs])


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)
