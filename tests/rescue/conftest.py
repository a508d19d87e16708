"""A tablet's store with its rescue copy, and real centres."""

from __future__ import annotations

import os
import zlib
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

EVERY = "EVERY_WAY"
"""Set in the environment, every test of the centre is asked of PostgreSQL too; else a quarter."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is asked of a centre is asked of either database."""
    if "centre" not in metafunc.fixturenames:
        return
    too = os.environ.get(EVERY) or zlib.crc32(metafunc.definition.nodeid.encode()) % 4 == 0
    databases = ("sqlite", "postgres") if too else ("sqlite",)
    metafunc.parametrize("database", databases, indirect=True)


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
