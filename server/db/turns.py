"""Turns that are given in the order of asking."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """A lock that is given in the order of asking: what databases do themselves starves some.

    Args:
        places: how many may have their turn at the same time.
    """

    def __init__(self, places: int = 1) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._free = places

    @property
    def waiting(self) -> int:
        """How many wait behind those whose turn it is."""
        return len(self._queue)

    def acquire(self) -> None:
        """Wait for one's turn."""
        with self._guard:
            if self._free:
                self._free -= 1
                return
            mine = threading.Event()
            self._queue.append(mine)
        mine.wait()

    def release(self) -> None:
        """Hand the turn to whoever has waited longest."""
        with self._guard:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._free += 1
