"""A real centre in a process of its own, and what its file says by plain SQL."""

from __future__ import annotations

import contextlib
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from sqlcipher3 import dbapi2

from fieldapp.domain.clock import Clock
from server.app import make_app
from server.cli.serving import CentreServer, listen
from server.demo.cast import DEMO_PASSWORD, demo_force
from server.demo.loading import introduce
from server.services.centre import open_centre
from server.services.founding import found
from server.settings import Limits
from tests.e2e.nursery import Nursery

C = TypeVar("C", bound="Centre")

PRIYA = ("16482", DEMO_PASSWORD)
TOM = ("4417", DEMO_PASSWORD)


def make_force(folder: Path, database: str | None = None) -> None:
    """A centre with the demo force's people and places, and no past."""
    centre = found(folder, database=database)
    try:
        introduce(centre, demo_force())
    finally:
        centre.close()


class Centre:
    """A centre over a folder; keeps its port over restarts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        raise NotImplementedError

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the centre's file says: the key and plain SQL, no code of ours."""
        return sql(self.folder, statement, *values)


class CentreThread(Centre):
    """The same server over real HTTP in a thread of the test: starts in no time."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        super().__init__(folder)
        self._clock = clock
        self._server: CentreServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        answering = threading.Event()
        listener = listen("127.0.0.1", self.port)
        self.port = listener.getsockname()[1]

        def serve() -> None:
            centre = open_centre(self.folder, clock=self._clock)
            try:
                limits = Limits()
                app = make_app(centre, limits)
                self._server = CentreServer(app, limits, on_started=answering.set)
                with listener:
                    self._server.run(sockets=[listener])
            finally:
                centre.close()

        self._thread = threading.Thread(target=serve)
        self._thread.start()
        assert answering.wait(20)

    def stop(self) -> None:
        if self._thread is None or self._server is None:
            return
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()
        self._thread = None


class CentreProcess(Centre):
    """``fieldapp-server serve`` in a process of its own."""

    def __init__(self, folder: Path, nursery: Nursery) -> None:
        super().__init__(folder)
        self._nursery = nursery
        self.pid = 0

    def start(self) -> None:
        serve = ["serve", "--data-dir", str(self.folder), "--port", str(self.port)]
        self.pid, address = self._nursery.start(serve, self.folder / "centre.log")
        self.port = int(address.rsplit(":", 1)[1])

    def kill(self) -> None:
        """SIGKILL: it gets to finish nothing."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        pid, self.pid = self.pid, 0
        if pid:
            self._nursery.end(pid, how)


def sql(folder: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a centre's file."""
    key = (folder / "centre.key").read_text().strip()
    with contextlib.closing(dbapi2.connect(str(folder / "centre.db"))) as connection:
        connection.execute(f"PRAGMA key=\"x'{key}'\"")
        rows: list[tuple[Any, ...]] = connection.execute(statement, values).fetchall()
        connection.commit()
    return rows


@contextlib.contextmanager
def running(template: Path, centre: C) -> Iterator[C]:
    """A centre copied from a template, running until the end."""
    shutil.copytree(template, centre.folder)
    centre.start()
    try:
        yield centre
    finally:
        centre.stop()
