"""HTTP connections that a deadline can cut at any moment, whatever the other end does.

A timeout of ``requests`` counts from byte to byte, so a server that drips can hold a call for ever.
Here a second handle on each socket is kept, and shutting that down ends a call that is waiting in
any phase: handshake, headers or body.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

NETWORK_ERRORS = (OSError, ValueError, HTTPError)
"""What a call can raise that is about the network and not about us."""


class Cutter:
    """Holds a second handle on every open socket of one link and cuts them on demand."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: dict[HTTPConnection, socket.socket] = {}

    def watch(self, connection: HTTPConnection, sock: socket.socket) -> None:
        """Remember the socket of a connection."""
        handle = sock.dup()
        with self._lock:
            former = self._handles.pop(connection, None)
            self._handles[connection] = handle
        if former is not None:
            former.close()

    def prune(self, *, everything: bool = False) -> None:
        """Let go of closed connections, which stay open to the other end while a handle does.

        Not when the connection closes itself: its last answer may still be coming in.
        """
        with self._lock:
            gone = [one for one in self._handles if everything or one.sock is None]
            handles = [self._handles.pop(one) for one in gone]
        for handle in handles:
            handle.close()

    def cut(self) -> None:
        """End whatever waits on any of the sockets."""
        with self._lock:
            for handle in self._handles.values():
                with contextlib.suppress(OSError):
                    handle.shutdown(socket.SHUT_RDWR)


class Deadline:
    """Cuts the link when ``seconds`` have passed; ``fired`` tells that it did.

    Used as a context manager around one call.
    """

    def __init__(self, cutter: Cutter, seconds: float) -> None:
        self._cutter = cutter
        self._timer = threading.Timer(seconds, self._fire)
        self._timer.daemon = True
        self.fired = False

    def _fire(self) -> None:
        self.fired = True
        self._cutter.cut()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()


def watched_session(cutter: Cutter) -> requests.Session:
    """A session that takes nothing from the environment, with every socket known to ``cutter``."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            cutter.watch(self, sock)
            return sock

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            cutter.watch(self, sock)
            return sock

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - theirs
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    session = requests.Session()
    session.trust_env = False
    adapter = Adapter(pool_connections=1, pool_maxsize=1, max_retries=0)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
