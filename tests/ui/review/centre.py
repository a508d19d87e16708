"""A real centre in a process of its own, for screens that talk to one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
    """``fieldapp-server serve`` over a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "server", "serve", "--data-dir", str(self._folder)]
        with (self._folder / "centre.log").open("a") as log:
            self._process = subprocess.Popen(
                [*command, "--port", "0"], stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._process.stdout is not None
        told = self._process.stdout.readline()
        if "answers at" not in told:
            raise AssertionError((self._folder / "centre.log").read_text()[-2000:])
        self.url = told.rsplit(" ", 1)[1].strip()

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(30)
            assert process.stdout is not None
            process.stdout.close()
