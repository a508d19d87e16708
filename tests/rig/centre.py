"""The centre as a process, and what its file says by plain SQL."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

END_SECONDS = 20


class CentreRun:
    """``fieldapp-server`` over one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    def found(self) -> None:
        """Make the demo force.

        Raises:
            RuntimeError: it did not work; with the last words of the command.
        """
        command = [sys.executable, "-m", "server", "init", "--demo", "--data-dir", str(self.folder)]
        made = subprocess.run(command, check=False, capture_output=True, text=True)
        if made.returncode:
            raise RuntimeError(made.stderr[-2000:])

    def start(self) -> None:
        """Serve, and wait until it answers."""
        command = [sys.executable, "-m", "server", "serve", "--data-dir", str(self.folder)]
        with (self.folder / "centre.log").open("a") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)], stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._process.stdout is not None
        told = self._process.stdout.readline()
        if "answers at" not in told:
            raise RuntimeError((self.folder / "centre.log").read_text()[-2000:])
        self.port = int(told.rsplit(":", 1)[1])

    def stop(self) -> None:
        """Ask it to end, and wait."""
        process, self._process = self._process, None
        if process is not None:
            with process:
                process.terminate()
                process.wait(END_SECONDS)

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the centre's file, with nothing but its key."""
        key = (self.folder / "centre.key").read_text().strip()
        with contextlib.closing(dbapi2.connect(str(self.folder / "centre.db"))) as connection:
            connection.execute(f"PRAGMA key=\"x'{key}'\"")
            rows: list[tuple[Any, ...]] = connection.execute(statement, values).fetchall()
        return rows
