"""The centre's store in one encrypted file: one writer at a time, in the order of asking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2

from fieldapp.domain.errors import SituationError
from server.db.database import Database
from server.db.turns import Turns

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can lose a committed page when a write-ahead log is reset."""

_PRAGMAS = (
    "cipher_log_level=NONE",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "temp_store=MEMORY",
    "cache_size=-32000",
    "wal_autocheckpoint=4000",
)
_READERS = 16


class SqliteDatabase(Database):
    """The one file, with a writer and any number of readers.

    Args:
        path: the file; made when it does not exist.
        key: 32 bytes.

    Raises:
        SituationError: the library is too old or cannot encrypt, or the key does not fit.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        if dbapi2.sqlite_version_info < OLDEST_SQLITE:
            raise SituationError(
                f"SQLite {dbapi2.sqlite_version} is too old to keep records safely.", code="engine"
            )
        self.path = path
        self.turns = Turns()
        self._writer = _engine(path, key, begin="BEGIN IMMEDIATE", connections=1)
        self._reader = _engine(path, key, begin="BEGIN", connections=_READERS)
        path.touch(mode=0o600, exist_ok=True)
        self._try_key()

    def _try_key(self) -> None:
        try:
            with self.read() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
        except DatabaseError as error:
            self.close()
            raise SituationError(
                "The store does not open with this key, or it is damaged. Nothing was changed.",
                code="wrong_key",
            ) from error
        with self.path.open("rb") as file:
            if file.read(15) == b"SQLite format 3":
                raise SituationError("The store is not encrypted.", code="not_encrypted")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that is there as a whole, on disk, when this returns, or not at all."""
        self.turns.acquire()
        try:
            with self._writer.begin() as connection:
                yield connection
        finally:
            self.turns.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot: everything read inside belongs to the same moment."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def upkeep(self) -> Iterator[Connection]:
        """One transaction without foreign keys, which a migration must do without; checked after.

        Raises:
            SituationError: the result would break a reference; nothing is changed.
        """
        self.turns.acquire()
        try:
            with self._writer.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA foreign_keys=OFF")
                try:
                    with connection.begin():
                        yield connection
                        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                        if broken:
                            raise SituationError(
                                "The store does not hold together.", code="broken_store"
                            )
                finally:
                    driver.execute("PRAGMA foreign_keys=ON")
        finally:
            self.turns.release()

    @contextmanager
    def without_waiting(self) -> Iterator[None]:
        """Do not wait for the disk after every transaction, only once at the end.

        For filling a store that nobody uses yet: if it is cut short, the store is thrown away.
        """
        self._set_synchronous("OFF")
        try:
            yield
        finally:
            self._set_synchronous("FULL")

    def _set_synchronous(self, how: str) -> None:
        self.turns.acquire()
        try:
            with self._writer.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute(f"PRAGMA synchronous={how}")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self.turns.release()

    def close(self) -> None:
        """Put the write-ahead log into the file and let it go."""
        self._reader.dispose()
        self._writer.dispose()


def _engine(path: Path, key: bytes, *, begin: str, connections: int) -> Engine:
    engine = create_engine(
        f"sqlite:///{path.absolute()}",
        module=dbapi2,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,  # they are what officers wrote
    )
    key_pragma = f"PRAGMA key=\"x'{key.hex()}'\""

    def on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLAlchemy's hook
        connection.isolation_level = None
        connection.execute(key_pragma)
        if not connection.execute("PRAGMA cipher_version").fetchone():
            raise SituationError("This SQLite cannot encrypt.", code="engine")
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect, insert=True)
    event.listen(engine, "begin", on_begin)
    return engine
