"""``python -m tests.bench.load FILE PORT CA``: many honest tablets, 32 at a time, one process.

Each connects anew (TCP and TLS), pushes, and reads its own entries back. One that is asked to come
back later does, at the time it was given and a little after, so that they do not come together.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sync.protocol.routes import PULL, PUSH
from sync.protocol.versions import HEADER, PROTOCOL
from tests.bench.herd import ENTRIES

AT_ONCE = 32
_PATIENCE = 60.0
_TRIES = 20
_JITTER = 0.25
_OK, _BUSY = 200, 503


@dataclass(slots=True)
class Counts:
    """What all tablets met together."""

    seconds: list[float] = field(default_factory=list)
    busy: int = 0
    up: int = 0
    down: int = 0
    failures: list[str] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *, up: int = 0, down: int = 0, busy: int = 0) -> None:
        """Bytes of HTTP that crossed the line, and how often the centre asked to come back."""
        with self._guard:
            self.up += up
            self.down += down
            self.busy += busy

    def done(self, seconds: float) -> None:
        """One tablet is drained."""
        with self._guard:
            self.seconds.append(seconds)

    def failed(self, why: str) -> None:
        """One tablet did not get through."""
        with self._guard:
            self.failures.append(why)


class _Line:
    """One TLS connection that counts what crosses it, heads included."""

    def __init__(self, port: int, context: ssl.SSLContext, token: str, counts: Counts) -> None:
        raw = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = context.wrap_socket(raw, server_hostname="127.0.0.1")
        self._file: BinaryIO = self._socket.makefile("rb")
        self._token = token
        self._counts = counts

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def post(self, route: str, body: bytes) -> Any:
        """The answer of the centre, however often it asks to come back."""
        for _ in range(_TRIES):
            status, headers, answer = self._exchange(route, body)
            if status == _OK:
                return json.loads(answer)
            if status != _BUSY or "retry-after" not in headers:
                raise ValueError(f"{route}: {status} {answer[:200]!r}")
            self._counts.add(busy=1)
            asked = float(headers["retry-after"])
            time.sleep(asked * random.uniform(1.0, 1.0 + _JITTER))
        raise ValueError(f"{route}: still busy after {_TRIES} tries")

    def _exchange(self, route: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        head = (
            f"POST {route} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
            f"Accept-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
            f"Authorization: Bearer {self._token}\r\n{HEADER}: {PROTOCOL}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        self._socket.sendall(head + body)
        lines = list(self._head())
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.decode().partition(":") for line in lines[1:])
        }
        answer = self._file.read(int(headers["content-length"]))
        down = sum(len(line) for line in lines) + 2 + len(answer)
        self._counts.add(up=len(head) + len(body), down=down)
        if headers.get("content-encoding") == "gzip":
            answer = gzip.decompress(answer)
        return int(lines[0].split()[1]), headers, answer

    def _head(self) -> Iterator[bytes]:
        while (line := self._file.readline()) not in {b"\r\n", b""}:
            yield line


def _drain(load: dict[str, str], port: int, context: ssl.SSLContext, counts: Counts) -> None:
    push, pull = base64.b64decode(load["push"]), base64.b64decode(load["pull"])
    started = time.perf_counter()
    try:
        line = _Line(port, context, load["token"], counts)
        try:
            results = line.post(PUSH, push)["results"]
            changes = line.post(PULL, pull)["changes"]
        finally:
            line.close()
        counts.done(time.perf_counter() - started)
        _check(results, changes)
    except (OSError, ValueError, KeyError) as error:
        counts.failed(f"{type(error).__name__}: {error}")


def _check(results: list[dict[str, Any]], changes: list[dict[str, Any]]) -> None:
    """Everything was taken, and everything came back as waiting for the supervisor."""
    statuses = [result["status"] for result in results]
    if statuses != ["applied"] * (2 * ENTRIES):
        raise ValueError(f"not all applied: {results}")
    shown = {one["record_id"] for one in changes}
    waits = {one["record"]["review_status"] for one in changes}
    if len(shown) != ENTRIES or waits != {"PENDING_REVIEW"}:
        raise ValueError(f"the echo is not what was sent: {len(shown)} entries, {waits}")


def main(file: str, port: str, ca: str) -> None:
    """Drain all of them and print what was counted as one JSON line."""
    loads = [json.loads(line) for line in Path(file).read_text().splitlines()]
    context = ssl.create_default_context(cafile=ca)
    counts = Counts()
    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for load in loads:
            pool.submit(_drain, load, int(port), context, counts)
    told = {
        "total": time.perf_counter() - started,
        "seconds": sorted(counts.seconds),
        "busy": counts.busy,
        "up": counts.up,
        "down": counts.down,
        "failures": counts.failures,
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
