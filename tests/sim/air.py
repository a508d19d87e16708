"""The air between tablets and the centre: everything on its way, delivered in any order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from tests.sim.link import Asked, Reply

PORTALS = (
    Reply(200, b"<html><title>Free Wi-Fi</title>Accept the terms</html>", {}),
    Reply(302, b"", {"Location": "http://10.0.0.1/login"}),
    Reply(200, b'{"status":"ok","results":[]}', {}),
    Reply(511, b"Network Authentication Required", {}),
)
"""What a network that wants to be paid says in the centre's name."""
TOO_LARGE = Reply(413, b"Request Entity Too Large", {})
"""What a gateway says to a request it does not like."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request on its way out, or its answer on its way back.

    ``number`` is the call it belongs to; ``twin`` marks the second copy of a request, whose answer
    nobody waits for.
    """

    tablet: str
    number: int
    asked: Asked
    reply: Reply | None = None
    twin: bool = False


@dataclass(slots=True)
class Air:
    """Messages on their way, and what is wrong with some people's network."""

    messages: list[Message] = field(default_factory=list)
    portals: set[str] = field(default_factory=set)
    picky: set[str] = field(default_factory=set)
    """Operations that a gateway never lets through."""

    def send(self, message: Message) -> None:
        self.messages.append(message)

    def next(self, chance: Random) -> Message:
        """Any of them: nothing on its way keeps an order."""
        return self.messages.pop(chance.randrange(len(self.messages)))

    def copy_of(self, message: Message) -> None:
        """The same request once more, to arrive whenever it does."""
        self.messages.append(replace(message, twin=True))

    def stands_in_the_way(self, message: Message, chance: Random) -> Reply | None:
        """What somebody else answers in the centre's place."""
        if message.tablet in self.portals:
            return chance.choice(PORTALS)
        if self.picky and any(op_id.encode() in message.asked.body for op_id in self.picky):
            return TOO_LARGE
        return None
