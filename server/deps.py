"""What routes share: the centre, the limits, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from anyio import CapacityLimiter
from fastapi import Request

from server.errors import TurnedAway
from server.services.centre import Centre
from server.settings import Limits
from sync.protocol.codes import ErrorCode

_WEIGHT = 0.2
_SHORTEST, _LONGEST = 1.0, 60.0


@dataclass(slots=True)
class Gate:
    """Lets in so many at once and tells the others when to come back, before any work is done."""

    room: int
    inside: int = 0
    seconds: float = 0.05
    """How long one takes, as a running mean."""

    @contextmanager
    def entered(self, clock: Any) -> Iterator[None]:  # noqa: ANN401 - anything with monotonic()
        """Be counted as under way.

        Raises:
            TurnedAway: there is no room.
        """
        if self.inside >= self.room:
            wait = min(_LONGEST, max(_SHORTEST, self.inside * self.seconds))
            raise TurnedAway(ErrorCode.BUSY, retry_after=round(wait, 1))
        self.inside += 1
        started = clock.monotonic()
        try:
            yield
        finally:
            self.inside -= 1
            self.seconds += _WEIGHT * (clock.monotonic() - started - self.seconds)


@dataclass(slots=True)
class Room:
    """Everything a route needs, kept on the application."""

    centre: Centre
    limits: Limits = field(default_factory=Limits)
    gates: dict[str, Gate] = field(default_factory=dict)
    file_threads: CapacityLimiter = field(init=False)
    """Threads for photos and voice notes; the other routes share the usual ones."""

    def __post_init__(self) -> None:
        self.file_threads = CapacityLimiter(self.limits.file_threads)

    def gate(self, name: str) -> Gate:
        """The gate of one kind of request."""
        if name not in self.gates:
            self.gates[name] = Gate(self.limits.rooms[name])
        return self.gates[name]


def room_of(request: Request) -> Room:
    """The room this request is in."""
    room: Room = request.app.state.room
    return room


def token_of(request: Request) -> str:
    """The token a request carries.

    Raises:
        TurnedAway: it carries none.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TurnedAway(ErrorCode.NOT_SIGNED_IN)
    return token.strip()
