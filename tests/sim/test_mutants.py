"""Planted bugs are noticed: some of them here, all of them by ``make mutants``."""

from __future__ import annotations

import pytest

from tests.sim.mutants.catalogue import MUTANTS
from tests.sim.mutants.hunting import hunt
from tests.sim.mutants.planting import Edit, Mutant, NoLongerAppliesError

pytestmark = pytest.mark.timeout(300)

QUICK = ("no ledger", "401 empties the queue")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_every_planted_bug_still_fits_the_code(mutant: Mutant) -> None:
    with mutant.planted():
        pass


def test_names_are_given_once() -> None:
    names = [one.name for one in MUTANTS]
    assert len(set(names)) == len(names)


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_planted_bug_is_noticed(name: str) -> None:
    mutant = next(one for one in MUTANTS if one.name == name)
    assert hunt(mutant).seed


def test_a_bug_that_cannot_be_planted_is_an_error() -> None:
    edit = Edit("sync.engine:SyncEngine._push", "words that are not there", "")
    with pytest.raises(NoLongerAppliesError), edit.planted():
        pass


def test_the_code_is_as_it_was_afterwards() -> None:
    before = [one.planted for one in MUTANTS]
    for planted in before:
        with planted():
            pass
    assert hunt(Mutant("nothing", "none", seeds=1)).by == "survived"
