"""A line to a real centre that a test can spoil: answers dropped, cut, delayed or replaced."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator

from tests.e2e.centre import Centre
from tests.sync.rude_server import Request, RudeServer

Spoil = Callable[[Request, bytes], bytes | None]
"""What the tablet sees of an answer; ``None`` hangs up after the centre has done its work."""


def as_it_is(_request: Request, answer: bytes) -> bytes:
    """The answer untouched."""
    return answer


class Line:
    """The way from tablet to centre; ``spoil`` may be changed at any time."""

    def __init__(self, centre: Centre, tls: ssl.SSLContext | None = None) -> None:
        self.spoil: Spoil = as_it_is
        self.in_the_clear = False
        """Take the centre's answers without compression."""
        self.answers: list[tuple[str, bytes]] = []
        """Path and whole answer of every call that reached the centre."""
        self._centre = centre
        self.server = RudeServer(self._carry, tls)

    @property
    def url(self) -> str:
        return self.server.url

    def _carry(self, sock: socket.socket, request: Request) -> None:
        answer = self.asked(request)
        self.answers.append((request.line.split()[1], answer))
        shown = self.spoil(request, answer)
        if shown:
            sock.sendall(shown)
        if shown != answer:
            sock.shutdown(socket.SHUT_RDWR)

    def asked(self, request: Request) -> bytes:
        """What the centre answers to this call, once it has done its work."""
        head = request.head
        if self.in_the_clear:
            head = "\r\n".join(
                line for line in head.split("\r\n") if not line.lower().startswith("accept-enc")
            )
        with socket.create_connection(("127.0.0.1", self._centre.port), timeout=20) as centre:
            centre.sendall(head.encode() + b"\r\n\r\n" + request.body)
            got = b""
            while b"\r\n\r\n" not in got:
                got += self._more(centre)
            front, _, body = got.partition(b"\r\n\r\n")
            length = int(Request(front.decode(), b"").headers["content-length"])
            while len(body) < length:
                body += self._more(centre)
        return front + b"\r\n\r\n" + body

    @staticmethod
    def _more(centre: socket.socket) -> bytes:
        got = centre.recv(65536)
        if not got:
            raise OSError("the centre hung up")
        return got


@contextlib.contextmanager
def line_to(centre: Centre, tls: ssl.SSLContext | None = None) -> Iterator[Line]:
    """A line that is open until the end; with a certificate where one is given."""
    line = Line(centre, tls)
    with line.server:
        yield line


def is_push(request: Request) -> bool:
    """True for the call that sends operations."""
    return request.line.startswith("POST /v1/sync/push")


def is_pull(request: Request) -> bool:
    """True for the call that asks what changed."""
    return request.line.startswith("POST /v1/sync/pull")
