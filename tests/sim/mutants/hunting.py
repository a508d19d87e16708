"""Planting each bug in turn and running histories until one notices."""

from __future__ import annotations

import argparse
import gc
import logging
import time
import traceback
from dataclasses import dataclass

from tests.sim.campaign import pool_of
from tests.sim.ground import ground
from tests.sim.mutants.catalogue import MUTANTS
from tests.sim.mutants.planting import Mutant, NoLongerAppliesError
from tests.sim.violation import Violation
from tests.sim.world import World

FIRST_SEED = 1


@dataclass(frozen=True, slots=True)
class Hunted:
    """What became of one planted bug; ``seed`` is 0 when it survived or could not be planted."""

    name: str
    part: str
    allowed: int
    seed: int
    by: str
    seconds: float

    @property
    def row(self) -> str:
        """A line of the table."""
        after = str(self.seed - FIRST_SEED + 1) if self.seed else "not"
        return f"| {self.name} | {self.part} | {after} | {self.allowed} | {self.by} |"


def hunt(mutant: Mutant, first: int = FIRST_SEED) -> Hunted:
    """Run histories with the bug in place until one notices, or so many as are allowed."""
    ground()
    started = time.perf_counter()
    seed, by = 0, "survived"
    try:
        with mutant.planted():
            for number in range(first, first + mutant.seeds):
                told = noticed(number)
                if told:
                    seed, by = number, told
                    break
    except NoLongerAppliesError as error:
        by = f"no longer applies: {error}"
    seconds = time.perf_counter() - started
    return Hunted(mutant.name, mutant.part, mutant.seeds, seed, by, seconds)


def noticed(seed: int) -> str:
    """The promise that a history finds broken; empty when it finds none."""
    try:
        World(seed).run()
    except Violation as violation:
        return violation.name
    except Exception as error:  # noqa: BLE001 - a bug that brings the product down is noticed too
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {where.name}"
    return ""


def _hunt(number: int) -> Hunted:
    logging.disable(logging.CRITICAL)
    gc.set_threshold(50_000, 20, 20)
    return hunt(MUTANTS[number])


def main() -> int:
    """Hunt all of them, or those whose names hold a word; 0 when each was caught."""
    parser = argparse.ArgumentParser(prog="tests.sim.mutants")
    parser.add_argument("words", nargs="*", help="only bugs whose name or part holds one of these")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    chosen = [
        number
        for number, one in enumerate(MUTANTS)
        if not asked.words or any(word in f"{one.name} {one.part}" for word in asked.words)
    ]
    print("| planted bug | part | noticed after | of | by |\n|---|---|---|---|---|", flush=True)
    survived = 0
    with pool_of(asked.processes) as pool:
        for hunted in pool.imap(_hunt, chosen):
            print(hunted.row, flush=True)
            survived += not hunted.seed
    print(f"\n{len(chosen)} planted, {len(chosen) - survived} noticed")
    return int(survived > 0)
