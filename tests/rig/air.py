"""The air between a tablet and the centre: in range it passes bytes on, out of range nothing."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading


class Air:
    """A forwarder on this machine that can be switched off and on.

    Out of range its port is closed, as for a tablet without a signal.
    """

    def __init__(self, centre_port: int) -> None:
        self._centre = ("127.0.0.1", centre_port)
        self._listener: socket.socket | None = None
        self._links: set[socket.socket] = set()
        self._guard = threading.Lock()
        self.port = 0
        self.into_range()

    @property
    def url(self) -> str:
        """Where tablets find the centre."""
        return f"http://127.0.0.1:{self.port}"

    def into_range(self) -> None:
        """Bytes pass again."""
        if self._listener is not None:
            return
        listener = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def out_of_range(self) -> None:
        """No new connection, and those there are break."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._guard:
            links, self._links = self._links, set()
        for link in links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._centre)
        except OSError:
            near.close()
            return
        with self._guard:
            self._links |= {near, far}
        with near, far, contextlib.suppress(OSError):
            self._pump(near, far)
        with self._guard:
            self._links -= {near, far}

    @staticmethod
    def _pump(near: socket.socket, far: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while True:
                for key, _ in ready.select():
                    source, target = key.fileobj, key.data
                    assert isinstance(source, socket.socket)
                    data = source.recv(65536)
                    if not data:
                        return
                    target.sendall(data)
