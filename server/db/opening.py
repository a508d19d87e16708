"""Which database a centre has: the encrypted file in its folder, or one that its folder names."""

from __future__ import annotations

import os
from pathlib import Path

from fieldapp.domain.errors import SituationError
from server.db.database import Database
from server.db.postgres import PostgresDatabase
from server.db.sqlite import SqliteDatabase
from server.security import make_key, read_key
from server.settings import DATABASE_VARIABLE, database_path, key_path, store_path


def make_database(data_dir: Path, address: str | None = None) -> Database:
    """The empty database of a new centre, and its key.

    Args:
        data_dir: the centre's folder.
        address: of a database on a PostgreSQL server, kept in the folder; without one the
            environment may name it, and else it is a file.

    Raises:
        SituationError: there is a centre already, or the database cannot be had; nothing was made.
    """
    if database_path(data_dir).exists():
        raise SituationError(
            f"There is a centre in {data_dir} already; nothing was changed.", code="exists"
        )
    named = address or os.environ.get(DATABASE_VARIABLE)
    if named is None:
        return SqliteDatabase(store_path(data_dir), make_key(data_dir))
    db = PostgresDatabase(named)
    try:
        if not db.is_empty():
            raise SituationError(
                "There is something in that database already. Name an empty one. Nothing was "
                "changed.",
                code="database_not_empty",
            )
        make_key(data_dir)  # for its backups
        if address:
            _keep_address(data_dir, address)
    except BaseException:
        db.close()
        raise
    return db


def open_database(data_dir: Path) -> Database:
    """The database of an existing centre.

    Raises:
        SituationError: there is none, it cannot be reached, or the key is missing or wrong.
    """
    address = _address(data_dir)
    if address is not None:
        return PostgresDatabase(address)
    return SqliteDatabase(store_path(data_dir), read_key(data_dir))


def discard_database(data_dir: Path) -> None:
    """Remove what was made for a centre that was not finished; never for one that was."""
    address = _address(data_dir)
    if address is not None:
        _empty(address)
        database_path(data_dir).unlink(missing_ok=True)
    store = store_path(data_dir)
    for suffix in ("", "-wal", "-shm"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
    key_path(data_dir).unlink(missing_ok=True)


def _empty(address: str) -> None:
    try:
        db = PostgresDatabase(address)
    except SituationError:
        return  # most likely why it was not finished; the next try says that something is there
    try:
        db.clear()
    finally:
        db.close()


def _address(data_dir: Path) -> str | None:
    from_environment = os.environ.get(DATABASE_VARIABLE)
    if from_environment:
        return from_environment
    path = database_path(data_dir)
    if not path.exists():
        return None
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SituationError(
            f"Others can read {path}, which may hold a password. Run: chmod 600 {path}",
            code="database_exposed",
        )
    return path.read_text(encoding="utf-8").strip()


def _keep_address(data_dir: Path, address: str) -> None:
    descriptor = os.open(database_path(data_dir), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(address + "\n")
