"""What the simulator has found in the product, each by name."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any

import pytest

from fieldapp.store.errors import StoreError
from fieldapp.store.transaction import Tx
from tests.conftest import FixedClock
from tests.sim.faults import full_disk
from tests.sync.tablet import TabletStore


def test_a_batch_that_could_not_be_marked_leaves_no_query_open(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)
    tablet = TabletStore(tmp_path, clock)
    for number in range(3):
        tablet.create(f"Entry {number}")
    monkeypatch.setattr(Tx, "run_many", _no_room)
    with pytest.raises(StoreError) as failed:
        tablet.port.take_batch(1, 1_000_000)
    tablet.store.close()
    del failed
    gc.collect()
    assert said == []


def _no_room(*_: Any) -> None:
    raise full_disk()
