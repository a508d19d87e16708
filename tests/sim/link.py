"""The product's own link with nothing but the wire swapped: bytes out, bytes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.ports import Call
from sync.protocol.messages import SignedIn
from sync.protocol.versions import HEADER, PROTOCOL
from sync.transport import HttpLink

if TYPE_CHECKING:
    from sync.transport.link import Judge


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it goes over the line."""

    method: str
    route: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it comes over the line."""

    status: int
    raw: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {HEADER: str(PROTOCOL)})


class _Leaves(Exception):  # noqa: N818 - not an error: the request is on its way
    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.asked = asked


class WireLink(HttpLink):
    """Makes requests and judges answers as in the app; whoever holds it carries the bytes.

    Each call is made twice: once to hear what is asked, once more with the answer in hand. Both
    times the product's own code runs, from the call to the request and from the answer to a value
    or a fault.
    """

    def __init__(self, *, device_id: str = "", token: str = "") -> None:
        super().__init__("http://localhost", app="1.0.0", device_id=device_id, token=token)
        self._reply: Reply | None = None

    def ask(self, call: Call) -> Asked:
        """The request of a call."""
        self._reply = None
        try:
            self.answer(call)
        except _Leaves as leaves:
            return leaves.asked
        raise AssertionError("the call asked nothing of the centre")

    def hear(self, call: Call, reply: Reply) -> object:
        """What the answer to a call means.

        Raises:
            Fault: it is none, or an error.
        """
        self._reply = reply
        return self.answer(call)

    def ask_to_sign_in(self, force_no: str, password: str) -> Asked:
        """The request of a sign-in."""
        self._reply = None
        try:
            self.sign_in(force_no, password)
        except _Leaves as leaves:
            return leaves.asked
        raise AssertionError("nothing was asked")

    def signed_in(self, force_no: str, password: str, reply: Reply) -> SignedIn:
        """What the answer to a sign-in means."""
        self._reply = reply
        return self.sign_in(force_no, password)

    def _call(
        self,
        method: str,
        route: str,
        body: bytes,
        *,
        signed: bool = True,
        more: Mapping[str, str] | None = None,
        judge: Judge | None = None,
    ) -> object:
        reply, self._reply = self._reply, None
        if reply is None:
            headers = {**self._headers(body, signed=signed), **(more or {})}
            raise _Leaves(Asked(method, route, body, headers))
        return (judge or self._judged)(reply.status, reply.headers, reply.raw)
