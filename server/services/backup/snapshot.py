"""One moment of the live store as an encrypted file of its own, while everybody goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlcipher3 import dbapi2

from server.db import Database, SqliteDatabase
from server.services.backup.copying import Prints, copy_tables, prints_of
from server.services.backup.files import settle
from server.upgrade import upgrade

_HEAD = "SELECT seq, epoch FROM head WHERE id = 1"
_PAGES = 2000
_ALL = 100

OnPercent = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the file must hold."""

    seq: int
    epoch: str
    prints: Prints


def take(db: Database, path: Path, key: bytes, on_percent: OnPercent) -> Snapshot:
    """Write a store's file that holds this moment.

    Args:
        db: the live store.
        path: the file to make.
        key: the key of the new file.
        on_percent: told how far it is.
    """
    path.touch(mode=0o600)
    with db.read() as connection:
        head = connection.exec_driver_sql(_HEAD).one()  # the moment begins here
        if isinstance(db, SqliteDatabase):
            _copy_pages(connection, path, key, on_percent)
        else:
            _copy_rows(connection, path, key)
        prints = prints_of(connection)
    settle(path)
    on_percent(_ALL)
    return Snapshot(head.seq, head.epoch, prints)


def _copy_pages(connection: Connection, path: Path, key: bytes, on_percent: OnPercent) -> None:
    source: Any = connection.connection.driver_connection

    def told(_status: int, left: int, total: int) -> None:
        on_percent((total - left) * _ALL // max(1, total))

    with contextlib.closing(dbapi2.connect(str(path))) as target:
        target.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        source.backup(target, pages=_PAGES, progress=told)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, whatever it is opened on


def _copy_rows(connection: Connection, path: Path, key: bytes) -> None:
    store = SqliteDatabase(path, key)
    try:
        upgrade(store)
        with store.without_waiting(), store.write() as target:
            copy_tables(connection, target)
    finally:
        store.close()
    with contextlib.closing(dbapi2.connect(str(path))) as target:
        target.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        target.execute("PRAGMA journal_mode=DELETE")
