"""A few histories under every kind of fault; ``make simulate`` runs thousands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sim.campaign import run
from tests.sim.violation import Violation
from tests.sim.world import World

pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("first", [1, 5])
def test_whatever_goes_wrong_every_promise_is_kept(first: int) -> None:
    found = run(range(first, first + 4))
    assert found.broken == {}


def test_one_seed_gives_one_history() -> None:
    traces = [World(3, steps=60).run() for _ in range(2)]
    assert traces[0] == traces[1]


@pytest.mark.slow
def test_one_seed_gives_one_history_in_every_process() -> None:
    """Sets and dictionaries of texts come in another order there."""
    tell = "from tests.sim.world import World; print(World(3, steps=60).run())"
    told = subprocess.run(
        [sys.executable, "-c", tell],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.strip() == World(3, steps=60).run()


def test_a_promise_that_is_not_kept_is_noticed() -> None:
    world = World(3, steps=60)
    world.run()
    saved = next(iter(world.book.saved.values()))
    world.book.saved["lost"] = type(saved)("lost", saved.tablet, saved.wire)
    with pytest.raises(Violation, match="I1 lost"):
        world.checks.at_the_end()
