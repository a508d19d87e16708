"""The real clock, randomness and room on the disk: the one door to them, handed in at the top."""

from __future__ import annotations

import secrets
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path


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


def free_bytes(folder: Path) -> int:
    """How many bytes the disk under a folder still takes."""
    return shutil.disk_usage(folder).free
