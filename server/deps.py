"""What routes share: the centre, the limits, and whose turn it is."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from anyio import CapacityLimiter
from fastapi import Request

from server.errors import TurnedAway
from server.gates import Gate
from server.services.centre import Centre
from server.settings import Limits
from sync.protocol.codes import ErrorCode
from sync.protocol.versions import MAX_BODY_BYTES


@dataclass(slots=True)
class Room:
    """Everything a route needs, kept on the application."""

    centre: Centre
    limits: Limits = field(default_factory=Limits)
    gates: dict[str, Gate] = field(default_factory=dict)
    file_threads: CapacityLimiter = field(init=False)
    """Threads for photos and voice notes; the other routes share the usual ones."""

    def __post_init__(self) -> None:
        self.file_threads = CapacityLimiter(max(1, self.limits.rooms["files"]))

    def gate(self, name: str) -> Gate:
        """The gate of one kind of request."""
        if name not in self.gates:
            patience = self.limits.patience_seconds
            self.gates[name] = Gate(self.limits.rooms[name], patience)
        return self.gates[name]

    def entered(self, name: str, request: Request) -> AbstractContextManager[None]:
        """Let a request in by the gate of its kind.

        Raises:
            TurnedAway: too much is waiting there.
        """
        return self.gate(name).entered(self.centre.clock, size=_announced(request))


def _announced(request: Request) -> int:
    """Bytes the body may take; one that does not say may take as much as any."""
    if request.method == "GET":
        return 0
    text = request.headers.get("content-length", "")
    if text.isdecimal() and len(text) <= len(str(MAX_BODY_BYTES)):
        return min(int(text), MAX_BODY_BYTES)
    return MAX_BODY_BYTES


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
