"""A real centre in a process of its own, and what its file says by plain SQL."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from server.demo.cast import DEMO_PASSWORD, demo_force
from server.demo.loading import introduce
from server.services.founding import found

PRIYA = ("16482", DEMO_PASSWORD)
TOM = ("4417", DEMO_PASSWORD)


def make_force(folder: Path) -> None:
    """A centre with the demo force's people and places, and no past."""
    centre = found(folder)
    try:
        introduce(centre, demo_force())
    finally:
        centre.close()


class CentreProcess:
    """``fieldapp-server serve`` over a folder; keeps its port over restarts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "server", "serve", "--data-dir", str(self.folder)]
        log = (self.folder / "centre.log").open("a")
        with log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        told = self._process.stdout.readline()
        if "answers at" not in told:
            raise AssertionError((self.folder / "centre.log").read_text()[-2000:])
        self.port = int(told.rsplit(":", 1)[1])

    def kill(self) -> None:
        """SIGKILL: it gets to finish nothing."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        os.kill(process.pid, how)
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the centre's file says: the key and plain SQL, no code of ours."""
        return sql(self.folder, statement, *values)


def sql(folder: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a centre's file."""
    key = (folder / "centre.key").read_text().strip()
    with contextlib.closing(dbapi2.connect(str(folder / "centre.db"))) as connection:
        connection.execute(f"PRAGMA key=\"x'{key}'\"")
        rows: list[tuple[Any, ...]] = connection.execute(statement, values).fetchall()
        connection.commit()
    return rows


@contextlib.contextmanager
def running(template: Path, folder: Path) -> Iterator[CentreProcess]:
    """A centre of one's own, copied from a template and running."""
    shutil.copytree(template, folder)
    centre = CentreProcess(folder)
    centre.start()
    try:
        yield centre
    finally:
        centre.stop()
