"""A drill: the newest backup put back in a folder of its own, started, asked, and compared."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from fieldapp.domain.errors import SituationError
from server.db import SqliteDatabase
from server.security import RandomBytes
from server.services.backup import files
from server.services.backup.checking import scratch
from server.services.backup.copying import TABLES, Print, print_of
from server.services.backup.files import BackupFile
from server.services.backup.restoring import Restored, restore
from server.services.centre import Centre
from server.settings import KEY_VARIABLE, store_path
from sync.protocol import routes

_APPENDED = {"revision": "n", "ledger": "n", "audit": "seq"}
"""Tables that only grow: what a backup has of them, the live centre has word for word."""
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Drilled:
    """What came of it; seconds are the real ones of this machine."""

    file: BackupFile
    rows: dict[str, int]
    differing: tuple[str, ...]
    """Tables in which the backup and the live centre tell different stories."""
    answered: bool
    """The restored centre was started and named its new history."""
    restore_seconds: float
    start_seconds: float

    @property
    def is_good(self) -> bool:
        """Whether the backup would do."""
        return self.answered and not self.differing


def drill(
    centre: Centre, data_dir: Path, file: BackupFile, key: bytes, *, random: RandomBytes
) -> Drilled:
    """Put a backup back in a scratch folder, start it, ask it, and compare it with the live centre.

    Raises:
        SituationError: it cannot be put back.
    """
    with scratch(data_dir, "drill") as folder:
        began = time.monotonic()
        restored = restore(
            folder, file.path, key, clock=centre.clock, random=random, even_if_older=True
        )
        done = time.monotonic()
        rows, differing = _compared(centre, folder, key, restored)
        asked = time.monotonic()
        answered = _answers(folder, key, restored.epoch)
        return Drilled(file, rows, differing, answered, done - began, time.monotonic() - asked)


def newest(folder: Path) -> BackupFile:
    """The newest backup in a folder.

    Raises:
        SituationError: there is none.
    """
    found = files.backups_in(folder)
    if not found:
        raise SituationError(f"There is no backup in {folder}.", code="no_backup")
    return found[0]


def _compared(
    centre: Centre, folder: Path, key: bytes, restored: Restored
) -> tuple[dict[str, int], tuple[str, ...]]:
    db = SqliteDatabase(store_path(folder), key)
    try:
        with db.read() as there, centre.db.read() as live:
            rows: dict[str, int] = {}
            differing = []
            for table in TABLES:
                if table.name in _APPENDED:
                    ends = _end(there, table.name)
                    theirs, ours = (_up_to(one, table.name, ends) for one in (there, live))
                    rows[table.name] = theirs.rows
                    if theirs != ours:
                        differing.append(table.name)
            head = there.exec_driver_sql("SELECT seq, epoch FROM head WHERE id = 1").one()
            if (head.seq, head.epoch) != (restored.seq, restored.epoch):
                differing.append("head")
            return rows, tuple(differing)
    finally:
        db.close()


def _end(connection: Connection, name: str) -> int:
    """The last row of what was in the backup: putting it back has added one line to the trail."""
    column = _APPENDED[name]
    last: int = connection.exec_driver_sql(
        f"SELECT coalesce(max({column}), 0) FROM {name}"  # noqa: S608 - our own names
    ).scalar_one()
    return last - 1 if name == "audit" else last


def _up_to(connection: Connection, name: str, end: int) -> Print:
    table = next(one for one in TABLES if one.name == name)
    return print_of(connection, table, table.c[_APPENDED[name]] <= end)


def _answers(folder: Path, key: bytes, epoch: str) -> bool:
    """Start the restored centre as a program of its own and ask who it is."""
    serve = [sys.executable, "-m", "server", "serve", "--data-dir", str(folder), "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - this very program
        serve,
        env={**os.environ, KEY_VARIABLE: key.hex()},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        too_long = threading.Timer(_PATIENCE, process.kill)
        too_long.start()
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            address = process.stdout.readline().strip()
            _, colon, port = address.rpartition(":")
            return bool(colon) and _told_by(int(port)) == epoch
        finally:
            too_long.cancel()
            process.terminate()


def _told_by(port: int) -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", routes.HELLO)
        told = json.load(connection.getresponse()).get("epoch")
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return str(told)
