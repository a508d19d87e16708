"""The real clock and the real randomness: the one door to both, handed in at the top."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's own time (see ``fieldapp.domain.clock.Clock``)."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()


def random_bytes(count: int) -> bytes:
    """Unpredictable bytes from the operating system."""
    return secrets.token_bytes(count)


def uniform(least: float, most: float) -> float:
    """A number between two others that nobody can foretell, so that tablets keep no step."""
    return secrets.SystemRandom().uniform(least, most)
