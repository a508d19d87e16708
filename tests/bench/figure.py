"""One figure: what we measured, the floor of the same run, the ratio and whether the aim is met."""

from __future__ import annotations

import json
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

    def show(self) -> None:
        """Print the line at once."""
        sys.stdout.write(self.line() + "\n")
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
