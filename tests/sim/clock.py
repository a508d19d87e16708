"""Clocks of a history: they move when the world does, and jump when somebody sets them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 19, 14, 30, tzinfo=UTC)


class SimClock:
    """One machine's clock (see ``fieldapp.domain.clock.Clock``)."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.off = timedelta()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed) + self.off

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    def pass_on(self, seconds: float) -> None:
        """Time goes by."""
        self.passed += seconds

    def set_off(self, by: timedelta) -> None:
        """Somebody sets the clock; the stopwatch does not notice."""
        self.off = by
