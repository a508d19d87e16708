"""``fieldapp-server serve`` as a process, with the demo force's people and places and no past."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from fieldapp.domain.content import content_hash
from server.demo.cast import DEMO_PASSWORD, demo_force
from server.demo.loading import introduce
from server.services.founding import found

PRIYA = ("16482", DEMO_PASSWORD)
TOM = ("4417", DEMO_PASSWORD)

_SHOWN = (
    "SELECT r.id, v.head, coalesce(v.body, b.body) FROM record r JOIN revision v"
    " ON v.n = r.revision_n LEFT JOIN revision b ON b.n = v.body_n"
    " WHERE r.record_type = 'ENGAGEMENT'"
)


class Centre:
    """The real server over a folder; keeps its port over restarts.

    Args:
        folder: of the centre.
        tls: certificate and key in one file, to serve with TLS.
    """

    def __init__(self, folder: Path, *, tls: Path | None = None) -> None:
        self.folder = folder
        self._tls = tls
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        """The port it answers on."""
        return self._port

    def peak_bytes(self) -> int:
        """The most memory it has held since it started."""
        assert self._process is not None
        return peak_bytes(self._process.pid)

    def cpu_seconds(self) -> float:
        """Processor time it has used since it started."""
        assert self._process is not None
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def make(self) -> None:
        """Found it."""
        centre = found(self.folder)
        try:
            introduce(centre, demo_force())
        finally:
            centre.close()

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "server", "serve", "--data-dir", str(self.folder)]
        if self._tls:
            command += ["--tls-cert", str(self._tls), "--tls-key", str(self._tls)]
        with (self.folder / "centre.log").open("w") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self._port)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        if "answers at" not in said:
            self.stop()
            raise RuntimeError((self.folder / "centre.log").read_text())
        self._port = int(said.rsplit(":", 1)[1])

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()

    def contents(self) -> dict[str, str]:
        """Id and content hash of every entry in its file, worked out from the bodies there."""
        key = (self.folder / "centre.key").read_text().strip()
        with contextlib.closing(dbapi2.connect(str(self.folder / "centre.db"))) as connection:
            connection.execute(f"PRAGMA key=\"x'{key}'\"")
            rows = connection.execute(_SHOWN).fetchall()
        return {id: named(json.loads(head), json.loads(body)) for id, head, body in rows}


def peak_bytes(pid: int | str = "self") -> int:
    """The most memory a process has held since it started."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the system does not tell")


def named(envelope: dict[str, Any], body: dict[str, Any]) -> str:
    """The hash of a body, which must be what its envelope says."""
    name = content_hash(envelope["record_type"], envelope["schema_version"], body)
    if name != envelope["content_hash"]:
        raise AssertionError(f"{envelope['id']} does not hold what it says")
    return name
