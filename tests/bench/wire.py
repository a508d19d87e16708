"""Counts what crosses a line, byte for byte: a relay between one tablet and its centre."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Crossed:
    """Bytes of HTTP, heads included, and how many connections carried them."""

    url: str
    up: int = 0
    down: int = 0
    connections: int = 0


@contextmanager
def counted(port: int) -> Iterator[Crossed]:
    """A way to the centre on this port that counts until the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        crossed = Crossed(f"http://127.0.0.1:{listener.getsockname()[1]}")
        threading.Thread(target=_accept, args=(listener, port, crossed), daemon=True).start()
        yield crossed


def _accept(listener: socket.socket, port: int, crossed: Crossed) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:
            return
        crossed.connections += 1
        far = socket.create_connection(("127.0.0.1", port))
        for source, target, way in ((near, far, "up"), (far, near, "down")):
            work = (source, target, crossed, way)
            threading.Thread(target=_pump, args=work, daemon=True).start()


def _pump(source: socket.socket, target: socket.socket, crossed: Crossed, way: str) -> None:
    try:
        while data := source.recv(65536):
            # One thread a direction and one connection at a time: nobody else counts this way.
            setattr(crossed, way, getattr(crossed, way) + len(data))
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        target.close()
