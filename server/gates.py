"""Who is let in: so much work may wait, the rest is told when its turn will come.

A centre that takes on everything at a shift change answers nobody: requests time out on the
tablets while it still works on them, and come again. So each kind of request has a gate. Up to a
few seconds of work wait inside, in order of arrival; whoever comes beyond that is turned away at
once, before anything is read, with the time at which those before them will be done.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from server.errors import TurnedAway
from sync.protocol.codes import ErrorCode

_WEIGHT = 0.1
_SHORTEST, _LONGEST = 1.0, 60.0
_MOST_WAITING = 1000
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(slots=True)
class Gate:
    """The way in for one kind of request.

    Args:
        room: how many are worked on at once; none are let in when it is 0.
        patience: seconds of work that may wait besides.
    """

    room: int
    patience: float = 0.0
    inside: int = 0
    """Let in and not done yet."""
    held: int = 0
    """Bytes that the bodies of those inside may take."""
    pace: float = 0.05
    """Seconds from one that is done to the next while there is work, as a running mean."""
    _busy_since: float = 0.0
    _last_done: float = 0.0
    _promised: float = 0.0
    _turns: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._turns = asyncio.Semaphore(self.room)

    @contextmanager
    def entered(self, clock: Any, *, size: int = 0) -> Iterator[None]:  # noqa: ANN401 - has monotonic()
        """Be let in, and counted until done.

        Args:
            clock: measures how long things take.
            size: bytes the body of the request may take.

        Raises:
            TurnedAway: too much is waiting; with the time until that will be done.
        """
        now = clock.monotonic()
        if not self._lets_in(size):
            raise TurnedAway(ErrorCode.BUSY, retry_after=self._appointment(now))
        if self.inside == 0:
            self._busy_since = now
        self.inside += 1
        self.held += size
        try:
            yield
        finally:
            self.inside -= 1
            self.held -= size
            now = clock.monotonic()
            gap = now - max(self._busy_since, self._last_done)
            self._last_done = now
            self.pace += _WEIGHT * (gap - self.pace)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn among those let in."""
        async with self._turns:
            yield

    def _lets_in(self, size: int) -> bool:
        if self.inside >= _MOST_WAITING or (self.held and self.held + size > _MOST_BYTES):
            return False
        waiting = self.inside + 1 - self.room
        return self.room > 0 and (waiting <= 0 or waiting * self.pace <= self.patience)

    def _appointment(self, now: float) -> float:
        """Seconds until those inside, and those who were turned away before, will be done.

        Each gets a time of their own, so that they do not all come back at once.
        """
        self._promised = max(self._promised, now + self.inside * self.pace)
        wait = self._promised - now
        self._promised = min(self._promised + self.pace, now + _LONGEST)
        return round(min(_LONGEST, max(_SHORTEST, wait)), 1)
