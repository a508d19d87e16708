"""A clock that runs, started at another moment, and that can be moved on."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class RunningClock:
    """Real seconds from a chosen start (see ``fieldapp.domain.clock.Clock``)."""

    def __init__(self, start: datetime) -> None:
        self._shift = start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def monotonic(self) -> float:
        return time.monotonic()

    def move_to(self, moment: datetime) -> None:
        """The officer comes back later."""
        self._shift = moment - datetime.now(UTC)

    def advance(self, **parts: float) -> None:
        """Time passes while nobody looks."""
        self._shift += timedelta(**parts)
