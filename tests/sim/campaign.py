"""Running many histories, in two processes, and saying what was found."""

from __future__ import annotations

import argparse
import gc
import logging
import multiprocessing
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.pool import Pool
from pathlib import Path

from tests.sim.faults import Planned
from tests.sim.sweep import SCENARIOS, Swept, shares, sweep, world_of
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
    "weeks",
    "corrupt",
    "drain",
    "rot",
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
    gc.set_threshold(50_000, 20, 20)
    return run(seeds)


def _shares(seeds: list[int], size: int = 25) -> Iterator[list[int]]:
    for start in range(0, len(seeds), size):
        yield seeds[start : start + size]


@contextmanager
def pool_of(processes: int) -> Iterator[Pool]:
    """Processes that each found a centre of their own, and clean up behind themselves."""
    pool = multiprocessing.get_context("spawn").Pool(processes)
    yield pool
    pool.close()
    pool.join()


def in_processes(seeds: list[int], pool: Pool) -> Found:
    """Run histories in several processes."""
    started = time.perf_counter()
    total = Found()
    for found in pool.imap_unordered(_share, _shares(seeds)):
        total.add(found)
        _say(total, len(seeds), started)
    total.seconds = time.perf_counter() - started
    return total


def sweep_in_processes(pool: Pool) -> Swept:
    """One fault at every point of every scenario."""
    total = Swept()
    for swept in pool.imap_unordered(_sweep_share, shares(SCENARIOS)):
        total.add(swept)
    return total


def _sweep_share(faults: list[tuple[int, Planned]]) -> Swept:
    logging.disable(logging.CRITICAL)
    gc.set_threshold(50_000, 20, 20)
    return sweep(faults)


def _say(total: Found, count: int, started: float) -> None:
    if sys.stderr.isatty():
        rate = total.runs / (time.perf_counter() - started)
        broken = " ".join(map(str, sorted(total.broken)))
        print(f"\r{total.runs}/{count} {rate:.1f}/s {broken}", end="", file=sys.stderr, flush=True)


def _same_again(total: Found, seeds: list[int]) -> list[int]:
    """Seeds that do not give the same history a second time."""
    again = run(seeds)
    return [seed for seed in seeds if again.traces.get(seed) != total.traces.get(seed)]


def _replay(asked: str) -> int:
    """Run one history and tell all of it."""
    world = world_of(asked, print) if ":" in asked else World(int(asked), watch=print)
    try:
        world.run()
    except Violation as violation:
        print("VIOLATION", *violation.args)
        return 1
    return 0


def main() -> int:
    """Run as a program; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="tests.sim")
    parser.add_argument("seeds", help="first-last; one seed, or scenario:kind:point, to replay")
    parser.add_argument("--sweep", action="store_true", help="one fault at every point as well")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    first, _, last = asked.seeds.partition("-")
    if not last:
        return _replay(first)
    seeds = [*known_seeds(), *range(int(first), int(last) + 1)]
    with pool_of(asked.processes) as pool:
        total = in_processes(seeds, pool)
        bad = report(total, asked.seeds)
        if asked.sweep:
            bad += report_sweep(sweep_in_processes(pool))
    differing = _same_again(total, seeds[-20:])
    for seed in differing:
        print(f"  seed {seed} gives another history the second time")
    return int(bad + len(differing) > 0)


def report(total: Found, seeds: str) -> int:
    """Say what was found; how many things are wrong."""
    rate = total.runs / total.seconds
    print(f"simulate: seeds {seeds} and {len(known_seeds())} that failed once")
    print(f"  {total.runs} histories in {total.seconds:.0f} s, {rate:.1f} a second")
    print("  " + ", ".join(f"{name} {count}" for name, count in sorted(total.seen.items())))
    for seed, what in sorted(total.broken.items()):
        print(f"  seed {seed}: {what}\n    replay: .venv/bin/python -m tests.sim {seed}")
    missing = total.missing()
    if missing:
        print(f"  never met: {', '.join(missing)}")
    print(f"  violations: {len(total.broken)}", flush=True)
    return len(total.broken) + len(missing)


def report_sweep(swept: Swept) -> int:
    """Say what the sweep found; how many promises were not kept."""
    kinds = ", ".join(f"{name} {count}" for name, count in sorted(swept.struck.items()))
    print(f"sweep: {len(SCENARIOS)} histories, one fault at each of {swept.count} points")
    print(f"  {kinds}")
    for where, what in sorted(swept.broken.items()):
        print(f"  {where}: {what}\n    replay: .venv/bin/python -m tests.sim {where}")
    print(f"  violations: {len(swept.broken)}", flush=True)
    return len(swept.broken)
