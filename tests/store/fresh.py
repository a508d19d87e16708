"""A new store in no time: made once by the migrations, then copied."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.store import Store
from fieldapp.system import SystemClock

if TYPE_CHECKING:
    from fieldapp.domain.clock import Clock

KEY = bytes(range(32))


@cache
def _made() -> dict[str, bytes]:
    folder = Path(tempfile.mkdtemp(prefix="fieldapp-test-"))
    Store.open(folder / "store.db", KEY, SystemClock()).close()
    made = {item.name: item.read_bytes() for item in folder.iterdir()}
    shutil.rmtree(folder)
    return made


def fresh_store(folder: Path, clock: Clock) -> Store:
    """An open, empty store as the migrations make it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in _made().items():
        item = folder / name
        item.write_bytes(content)
        item.chmod(0o600)
    return Store.open(folder / "store.db", KEY, clock)
