"""A tablet's store with its rescue copy, and real centres."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FixedClock
from tests.contract.fixtures import (  # noqa: F401
    centre,
    cheap_passwords,
    client,
    cluster,
    database,
    folder,
    force_database,
    force_folder,
    line,
)
from tests.rescue.copies import Keeper
from tests.sync.tablet import TabletStore


@pytest.fixture
def tablet(tmp_path: Path, clock: FixedClock) -> Iterator[TabletStore]:
    """A real store, nothing in it."""
    made = TabletStore(tmp_path / "tablet", clock)
    yield made
    made.store.close()


@pytest.fixture
def keeper(tablet: TabletStore, tmp_path: Path) -> Iterator[Keeper]:
    """Keeps the rescue copy; follows the store only when told to."""
    made = Keeper(tablet, tmp_path / "tablet")
    yield made
    made.rescue.close()
