"""Running many histories, in two processes, and saying what was found."""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.sim.violation import Violation
from tests.sim.world import World

FAILED_BEFORE = Path(__file__).with_name("failed_before.txt")
"""Every seed that ever failed, run in every campaign for ever: a number and what it was a line."""

COVERED = (
    "approvals",
    "amendments",
    "centre crashed after a commit",
    "centre crashed before a commit",
    "centre disk full",
    "changes del",
    "changes exit",
    "clock",
    "clone",
    "close",
    "cold starts",
    "dropped",
    "duplicated",
    "exits",
    "expired",
    "held at the centre",
    "late answers",
    "move",
    "new number after a clone",
    "not saved and said so",
    "open conflicts",
    "operations applied",
    "operations conflict",
    "operations quarantined",
    "operations rejected",
    "pages with more",
    "photos arrived",
    "picky",
    "poison",
    "portal",
    "replays",
    "restored",
    "signed in again",
    "spoil",
    "standing approvals",
    "strange",
    "tablet crashed after a commit",
    "tablet crashed before a commit",
    "tablet disk full",
    "timed out",
)
"""What a campaign must have met at least once; otherwise it has proved less than it says."""


@dataclass(slots=True)
class Found:
    """What some histories have shown."""

    runs: int = 0
    seconds: float = 0.0
    broken: dict[int, str] = field(default_factory=dict)
    """Seed to the promise that was not kept."""
    seen: Counter[str] = field(default_factory=Counter)
    traces: dict[int, str] = field(default_factory=dict)

    def add(self, other: Found) -> None:
        """Take in what another process has found."""
        self.runs += other.runs
        self.broken |= other.broken
        self.seen.update(other.seen)
        self.traces |= other.traces

    def missing(self) -> list[str]:
        """What was never met."""
        return [name for name in COVERED if not self.seen[name]]


def run(seeds: Iterable[int]) -> Found:
    """Run these histories one after the other, in this process."""
    found = Found()
    for seed in seeds:
        found.runs += 1
        world = World(seed)
        try:
            found.traces[seed] = world.run()
        except Violation as violation:
            found.broken[seed] = " ".join(str(part)[:300] for part in violation.args)
        except Exception:  # noqa: BLE001 - whatever it is, it is told with the seed that shows it
            found.broken[seed] = traceback.format_exc(limit=-4)
        found.seen.update(world.seen)
    return found


def known_seeds() -> list[int]:
    """Seeds that failed once."""
    lines = FAILED_BEFORE.read_text(encoding="utf-8").splitlines()
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


def _share(seeds: list[int]) -> Found:
    logging.disable(logging.CRITICAL)
    return run(seeds)


def _shares(seeds: list[int], size: int = 25) -> Iterator[list[int]]:
    for start in range(0, len(seeds), size):
        yield seeds[start : start + size]


def in_processes(seeds: list[int], processes: int) -> Found:
    """Run histories in several processes; each founds its own centre."""
    started = time.perf_counter()
    total = Found()
    context = multiprocessing.get_context("spawn")
    pool = context.Pool(processes)
    for found in pool.imap_unordered(_share, _shares(seeds)):
        total.add(found)
        _say(total, len(seeds), started)
    pool.close()
    pool.join()
    total.seconds = time.perf_counter() - started
    return total


def _say(total: Found, count: int, started: float) -> None:
    if sys.stderr.isatty() or os.environ.get("SIM_PROGRESS"):
        rate = total.runs / (time.perf_counter() - started)
        print(f"{total.runs}/{count} {rate:.1f}/s {len(total.broken)}", file=sys.stderr)


def _same_again(total: Found, seeds: list[int]) -> list[int]:
    """Seeds that do not give the same history a second time."""
    again = run(seeds)
    return [seed for seed in seeds if again.traces.get(seed) != total.traces.get(seed)]


def _replay(seed: int) -> int:
    """Run one history and tell all of it."""
    try:
        World(seed, watch=print).run()
    except Violation as violation:
        print("VIOLATION", *violation.args)
        return 1
    return 0


def main() -> int:
    """Run as a program; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="tests.sim")
    parser.add_argument("seeds", help="first-last, or one seed to replay with its trace")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    first, _, last = asked.seeds.partition("-")
    if not last:
        return _replay(int(first))
    seeds = [*known_seeds(), *range(int(first), int(last) + 1)]
    total = in_processes(seeds, asked.processes)
    differing = _same_again(total, seeds[-20:])
    return report(total, asked.seeds, differing)


def report(total: Found, seeds: str, differing: list[int]) -> int:
    """Say what was found; 0 when all is well."""
    rate = total.runs / total.seconds
    print(f"simulate: seeds {seeds} and {len(known_seeds())} that failed once")
    print(f"  {total.runs} histories in {total.seconds:.0f} s, {rate:.1f} a second")
    print("  " + ", ".join(f"{name} {count}" for name, count in sorted(total.seen.items())))
    for seed, what in sorted(total.broken.items()):
        print(f"  seed {seed}: {what}")
        print(f"    replay: .venv/bin/python -m tests.sim {seed}")
    for seed in differing:
        print(f"  seed {seed} gives another history the second time")
    missing = total.missing()
    if missing:
        print(f"  never met: {', '.join(missing)}")
    print(f"  violations {len(total.broken)}")
    return int(bool(total.broken or differing or missing))
