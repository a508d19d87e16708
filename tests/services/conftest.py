"""Tablets of the demo cast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services.desk import CALLUM, PRIYA, TOM, Desk, Review, reference

if TYPE_CHECKING:
    from fieldapp.services.values import Officer
    from tests.conftest import FixedClock


@pytest.fixture
def review(clock: FixedClock) -> Review:
    """The other side, with the force's reference data."""
    made = Review(clock)
    for record in reference():
        made.put(record)
    return made


def _desk(folder: Path, officer: Officer, review: Review) -> Iterator[Desk]:
    desk = Desk(folder, officer, review)
    desk.sync()
    yield desk
    desk.store.close()


@pytest.fixture
def priya(tmp_path: Path, review: Review) -> Iterator[Desk]:
    """The PCSO's tablet, just synced."""
    yield from _desk(tmp_path / "priya", PRIYA, review)


@pytest.fixture
def callum(tmp_path: Path, review: Review) -> Iterator[Desk]:
    """Another PCSO's tablet, just synced."""
    yield from _desk(tmp_path / "callum", CALLUM, review)


@pytest.fixture
def tom(tmp_path: Path, review: Review) -> Iterator[Desk]:
    """The sergeant's tablet, just synced."""
    yield from _desk(tmp_path / "tom", TOM, review)
