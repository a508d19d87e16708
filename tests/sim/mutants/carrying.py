"""Bugs in photos and recordings."""

from __future__ import annotations

from tests.sim.mutants.planting import Edit, Mutant

CARRYING: tuple[Mutant, ...] = ()
_ = Edit
