"""The same world with Hypothesis in the place of chance, which then makes a failure short."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.sim.world import World

TABLETS = st.integers(0, 4)
"""Which of the tablets of a history, in the order of their names."""


class SyncMachine(RuleBasedStateMachine):
    """Who does what, what is delivered, lost or repeated, and who dies: each a choice of its own.

    What an officer writes in detail still comes from the seed.
    """

    world: World

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        self.world = World(seed, sweep=True)

    def _tablet(self, number: int) -> str:
        names = sorted(self.world.tablets)
        return names[number % len(names)]

    @rule(number=TABLETS)
    def somebody_does_something(self, number: int) -> None:
        self.world.act(self.world.tablets[self._tablet(number)])

    @rule(number=TABLETS)
    def a_round_starts(self, number: int) -> None:
        self.world.start_round(self.world.tablets[self._tablet(number)])

    @precondition(lambda self: self.world.air.messages)
    @rule()
    def a_message_arrives(self) -> None:
        self.world.deliver()

    @precondition(lambda self: self.world.air.messages)
    @rule()
    def a_message_is_lost(self) -> None:
        self.world.lose()

    @precondition(lambda self: self.world.air.messages)
    @rule()
    def a_request_is_repeated(self) -> None:
        self.world.repeat()

    @rule(number=TABLETS)
    def an_app_dies(self, number: int) -> None:
        self.world.kill(self.world.tablets[self._tablet(number)])

    @rule()
    def the_centre_is_backed_up(self) -> None:
        self.world.back_up()

    @rule()
    def the_centre_is_restored(self) -> None:
        self.world.restore()

    @rule(seconds=st.sampled_from([1, 15, 3600, 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.world.pass_on(float(seconds))

    @rule(lpt=st.sampled_from(["TA", "LI"]))
    def an_officer_is_posted(self, lpt: str) -> None:
        self.world.move("priya", lpt)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.finish()


SyncMachine.TestCase.settings = settings(
    max_examples=int(os.environ.get("SIM_EXAMPLES", "4")),
    stateful_step_count=int(os.environ.get("SIM_STEPS", "20")),
    deadline=None,
    derandomize="SIM_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestSync = pytest.mark.timeout(300)(SyncMachine.TestCase)
