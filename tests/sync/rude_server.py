"""A TCP server that answers as rudely as a test asks; used only where a real one never would."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any, Self

Behaviour = Callable[[socket.socket, "Request"], None]

MARK = "X-FieldSync: 1\r\n"


class Request:
    """What a client sent, read up to its announced length."""

    def __init__(self, head: str, body: bytes) -> None:
        self.head = head
        self.body = body
        self.line = head.split("\r\n", 1)[0]
        pairs = (line.split(":", 1) for line in head.split("\r\n")[1:] if ":" in line)
        self.headers = {name.strip().lower(): value.strip() for name, value in pairs}


class RudeServer:
    """Listens on loopback; each request is read, then handed to ``behaviour``."""

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.behaviour = behaviour
        self.requests: list[Request] = []
        self.connections = 0
        self.leaving = threading.Event()
        self.tls = tls
        """Proves who answers, from the next connection on."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        accepting = threading.Thread(target=self._accept)
        self._threads.append(accepting)
        accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leaving.set()
        # Closing a listener does not wake a thread that waits in accept; a connection does.
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for sock in (*self._sockets, self._listener):
            sock.close()

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            self._sockets.append(sock)
            if self.leaving.is_set():
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(sock,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        sock = plain
        with contextlib.suppress(OSError):
            if self.tls:
                sock = self.tls.wrap_socket(plain, server_side=True)
                self._sockets.append(sock)
            while not self.leaving.is_set():
                request = self._read(sock)
                if request is None:
                    break
                self.requests.append(request)
                self.behaviour(sock, request)
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _read(sock: socket.socket) -> Request | None:
        data = b""
        while b"\r\n\r\n" not in data:
            got = sock.recv(65536)
            if not got:
                return None
            data += got
        head, _, body = data.partition(b"\r\n\r\n")
        length = Request(head.decode(), b"").headers.get("content-length", "0")
        while len(body) < int(length):
            got = sock.recv(65536)
            if not got:
                return None
            body += got
        return Request(head.decode(), body)


def http(body: bytes, *, status: str = "200 OK", headers: str = MARK) -> bytes:
    """A whole answer with its length."""
    kind = "" if "content-type" in headers.lower() else "Content-Type: application/json\r\n"
    length = f"Content-Length: {len(body)}\r\n"
    return f"HTTP/1.1 {status}\r\n{headers}{kind}{length}\r\n".encode() + body


def says(
    body: Any,
    *,
    status: str = "200 OK",
    headers: str = MARK,
) -> Behaviour:
    """Answers every request with this body."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    def behave(sock: socket.socket, _request: Request) -> None:
        sock.sendall(http(raw, status=status, headers=headers))

    return behave


def sends(raw: bytes, *, then_close: bool = True) -> Behaviour:
    """Sends exactly these bytes, and hangs up."""

    def behave(sock: socket.socket, _request: Request) -> None:
        sock.sendall(raw)
        if then_close:
            sock.shutdown(socket.SHUT_RDWR)

    return behave


def drips(server_leaving: Callable[[], threading.Event], raw: bytes, every: float) -> Behaviour:
    """Sends one byte at a time, for ever if need be."""

    def behave(sock: socket.socket, _request: Request) -> None:
        for byte in raw:
            sock.sendall(bytes([byte]))
            if server_leaving().wait(every):
                return

    return behave


@contextlib.contextmanager
def rude(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[RudeServer]:
    """A running rude server."""
    with RudeServer(behaviour, tls) as server:
        yield server
