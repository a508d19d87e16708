"""The centre as its use cases see it: store, clock, chance and policy, handed in once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fieldapp.domain.clock import Clock
from fieldapp.system import SystemClock, random_bytes
from server.db import Database
from server.security import RandomBytes, read_key
from server.settings import Policy, store_path
from server.upgrade import upgrade


@dataclass(frozen=True, slots=True)
class Centre:
    """Everything a use case needs."""

    db: Database
    clock: Clock = field(default_factory=SystemClock)
    random: RandomBytes = random_bytes
    policy: Policy = field(default_factory=Policy)

    def now(self) -> str:
        """The present instant as it is stored."""
        return stamp(self.clock.now())

    def close(self) -> None:
        """Let the store go."""
        self.db.close()


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
    db = Database(store_path(data_dir), read_key(data_dir))
    try:
        upgrade(db)
    except BaseException:
        db.close()
        raise
    return Centre(db, clock or SystemClock(), random)
