"""A full disk: the officer is told at once, nothing that was saved is lost, and work goes on."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fieldapp.store import Store
from fieldapp.store.errors import NOT_SAVED, StoreError
from tests.store.fresh import fresh_store

if TYPE_CHECKING:
    from tests.conftest import FixedClock

KEY = bytes(range(32))


@contextmanager
def no_more_than(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def put(store: Store, name: str) -> None:
    with store.transaction() as tx:
        tx.put(name, "x" * 20_000)


def fill(store: Store, saved: list[str]) -> None:
    """Save until it cannot be done any more."""
    for n in range(1000):
        put(store, f"more {n}")
        saved.append(f"more {n}")


def holds(store: Store, saved: list[str]) -> None:
    """Everything that was saved is there, and nothing of what was not."""
    with store.reading() as tx:
        names = {row[0] for row in tx.rows("SELECT name FROM meta WHERE name LIKE 'more%'")}
        assert tx.rows("PRAGMA integrity_check") == [("ok",)]
    assert names == set(saved)


def test_a_save_beyond_what_the_account_may_store_says_so_and_loses_nothing(
    store: Store, path: Path, clock: FixedClock
) -> None:
    put(store, "first")
    limit = path.with_name(path.name + "-wal").stat().st_size + 60_000
    saved: list[str] = []
    with no_more_than(limit), pytest.raises(StoreError) as caught:
        fill(store, saved)
    assert caught.value.words.startswith(NOT_SAVED)
    holds(store, saved)
    put(store, "after")
    store.close()
    again = Store.open(path, KEY, clock)
    holds(again, saved)
    again.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_save_on_a_full_disk_says_so_and_works_again_when_space_is_made(
    small_disk: Path, clock: FixedClock
) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 300_000)
    store = fresh_store(small_disk / "officer", clock)
    saved: list[str] = []
    with pytest.raises(StoreError) as caught:
        fill(store, saved)
    assert caught.value.code == "store_full"
    assert caught.value.words == NOT_SAVED
    assert saved
    holds(store, saved)
    ballast.unlink()
    put(store, "after")
    store.close()
    again = Store.open(store.path, KEY, clock)
    holds(again, saved)
    again.close()


def test_a_store_cannot_be_made_on_a_full_disk_and_can_later(path: Path, clock: FixedClock) -> None:
    with no_more_than(8192), pytest.raises(StoreError) as caught:
        Store.open(path, KEY, clock)
    assert caught.value.code in {"store_full", "store_io", "store_migration"}
    Store.open(path, KEY, clock).close()
