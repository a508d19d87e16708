"""The centre as its use cases see it: store, clock, chance and policy, handed in once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from fieldapp.domain.clock import Clock
from fieldapp.system import SystemClock, random_bytes
from server.db import Database
from server.db.opening import open_database
from server.holding import Hold, half_done_path, hold_with_others
from server.keys import CentreKeys, make_keys, read_keys
from server.security import RandomBytes
from server.settings import Policy, key_path, store_path
from server.upgrade import upgrade


@dataclass(frozen=True)
class Centre:
    """Everything a use case needs."""

    db: Database
    clock: Clock = field(default_factory=SystemClock)
    random: RandomBytes = random_bytes
    policy: Policy = field(default_factory=Policy)
    hold: Hold | None = None
    """While it is open, nobody puts another store in its place."""

    @cached_property
    def keys(self) -> CentreKeys:
        """The centre's own keys; read once, for they change only while it does not serve."""
        with self.db.read() as connection:
            return read_keys(connection)

    def now(self) -> str:
        """The present instant as it is stored."""
        return stamp(self.clock.now())

    def close(self) -> None:
        """Let the store go."""
        self.db.close()
        if self.hold is not None:
            self.hold.release()


def stamp(moment: datetime) -> str:
    """An instant as stored: ISO 8601, UTC, always with microseconds, so that text order is time."""
    return moment.isoformat(timespec="microseconds")


def open_centre(
    data_dir: Path, *, clock: Clock | None = None, random: RandomBytes = random_bytes
) -> Centre:
    """Open an existing centre and bring its store to this version.

    Raises:
        SituationError: there is none, the key is missing or wrong, or the store is too new.
    """
    signs = (store_path(data_dir), key_path(data_dir), half_done_path(data_dir))
    hold = hold_with_others(data_dir) if any(sign.exists() for sign in signs) else None
    try:
        return _opened(data_dir, hold, clock or SystemClock(), random)
    except BaseException:
        if hold is not None:
            hold.release()
        raise


def _opened(data_dir: Path, hold: Hold | None, clock: Clock, random: RandomBytes) -> Centre:
    db = open_database(data_dir)
    try:
        upgrade(db)
        centre = Centre(db, clock, random, hold=hold)
        with db.read() as connection:
            has_keys = connection.exec_driver_sql("SELECT 1 FROM centre_key LIMIT 1").first()
        if has_keys is None:
            with db.write() as connection:
                make_keys(connection, at=centre.now(), random=random)
    except BaseException:
        db.close()
        raise
    return centre
