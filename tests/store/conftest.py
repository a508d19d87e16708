"""A real encrypted store in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.store.fresh import fresh_store

if TYPE_CHECKING:
    from fieldapp.store import Store
    from tests.conftest import FixedClock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store lies."""
    return tmp_path / "officer" / "store.db"


@pytest.fixture
def store(path: Path, clock: FixedClock) -> Iterator[Store]:
    """An open, empty store."""
    opened = fresh_store(path.parent, clock)
    yield opened
    opened.close()
