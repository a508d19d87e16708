"""The real stores on a folder in memory, with a fault point on both sides of every commit.

A store is opened once by its real path and filled for each history from an image by SQLite's own
backup: opening it anew each time would take longer than the history.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlcipher3 import dbapi2

from fieldapp.domain.clock import Clock
from fieldapp.store import Store, Tx
from server.db.sqlite import SqliteDatabase
from tests.sim.faults import Faults

KEY = bytes(range(32))
_MEMORY = Path("/dev/shm")


def folder_in_memory() -> Path:
    """A new folder, in memory where the machine has such a place."""
    where = str(_MEMORY) if _MEMORY.is_dir() else None
    return Path(tempfile.mkdtemp(prefix="fieldapp-sim-", dir=where))


class Image:
    """A whole store held in memory, encrypted with the same key."""

    def __init__(self, source: Any) -> None:
        self._held = dbapi2.connect(":memory:")
        self._held.execute(f"PRAGMA key=\"x'{KEY.hex()}'\"")
        source.backup(self._held)

    def into(self, target: Any) -> None:
        """Make another store exactly this one."""
        self._held.backup(target)

    def close(self) -> None:
        self._held.close()


class Points:
    """Where a store asks whether something breaks; none does until it is armed."""

    def __init__(self, side: str) -> None:
        self._side = side
        self.faults: Faults | None = None

    def before(self) -> None:
        if self.faults is not None:
            self.faults.before_commit(self._side)

    def after(self) -> None:
        if self.faults is not None:
            self.faults.after_commit(self._side)


class SimStore(Store):
    """The tablet's store; its commits can fail or be the last thing that happens."""

    points: Points

    @classmethod
    def ready(cls, folder: Path, clock: Clock) -> SimStore:
        """Open, unarmed."""
        store = cls.open(folder / "store.db", KEY, clock)
        assert isinstance(store, SimStore)
        store.points = Points("tablet")
        return store

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        with super().transaction() as tx:
            yield tx
            self.points.before()
        self.points.after()

    def fill(self, image: Image) -> None:
        """Begin a history with what an image holds."""
        image.into(self._writer)

    def image(self) -> Image:
        """What the store holds now."""
        return Image(self._writer)

    def forget_listeners(self) -> None:
        """The process that listened is gone."""
        self._listeners.clear()


class SimDatabase(SqliteDatabase):
    """The centre's store; its commits can fail or be the last thing that happens."""

    def __init__(self, path: Path, key: bytes) -> None:
        super().__init__(path, key)
        self.points = Points("centre")
        self._eye = dbapi2.connect(str(path), isolation_level=None)
        self._eye.execute(f"PRAGMA key=\"x'{key.hex()}'\"")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as connection:
            yield connection
            self.points.before()
        self.points.after()

    def with_driver(self, use: Callable[[Any], Any]) -> Any:
        """Something done with the driver's own connection, outside any transaction."""
        pooled = self._writer.raw_connection()
        try:
            return use(pooled.driver_connection)
        finally:
            pooled.close()

    def rows(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """What the file says to somebody who knows the key and nothing else."""
        found: list[tuple[Any, ...]] = self._eye.execute(statement, values).fetchall()
        return found

    def close(self) -> None:
        self._eye.close()
        super().close()

    def fill(self, image: Image) -> None:
        """Put the store back to what an image holds."""
        self.with_driver(image.into)

    def image(self) -> Image:
        """What the store holds now."""
        made: Image = self.with_driver(Image)
        return made
