"""The encrypted store: opening it safely, transactions, and telling listeners what changed."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2

from fieldapp.domain.clock import Clock
from fieldapp.store.connect import (
    assert_encrypted,
    keep_fingerprint,
    look_at,
    make_engine,
    prepare,
)
from fieldapp.store.errors import StoreError, in_words, store_error
from fieldapp.store.lock import StoreLock
from fieldapp.store.tables import VERSION
from fieldapp.store.transaction import Tx

if TYPE_CHECKING:
    from sqlalchemy import Engine

_log = logging.getLogger(__name__)

Listener = Callable[[frozenset[str]], None]
"""Told the record types touched, on the thread that committed."""


def _let_copies_go(path: Path) -> None:
    """Copies made before an upgrade are not needed once the upgraded store has opened again."""
    for copy in path.parent.glob(f"{path.name}.v*"):
        with contextlib.suppress(OSError):
            copy.unlink()


class Store:
    """The tablet's records under one key, open in one process.

    Writers take turns (``transaction``); readers (``reading``) see the state of the last commit
    and never wait.
    """

    def __init__(self, engine: Engine, path: Path, clock: Clock, lock: StoreLock) -> None:
        self._engine = engine
        self._lock = lock
        self._turn = threading.RLock()
        self._readers = threading.local()
        self._all_readers: list[Any] = []
        self._listeners: list[Listener] = []
        self._watchers: list[Callable[[], object]] = []
        self._writer: Any = None
        self._closed = False
        self.path = path
        self.clock = clock

    @classmethod
    def open(cls, path: Path, key: bytes, clock: Clock) -> Store:
        """Open the store, making it when there is none.

        Args:
            path: the file; its folder is made private to the officer's account.
            key: 32 bytes from the vault.
            clock: the time.

        Raises:
            StoreError: in use, wrong key, damaged, not ours, from a newer version, not writable;
                the words say what to do and the file is as it was.
        """
        new = prepare(path)
        lock = StoreLock(path)
        lock.take()
        try:
            version = 0 if new else look_at(path, key)
            if version > VERSION:
                raise store_error("store_future")
            if version == 0:
                keep_fingerprint(path, key)
            with in_words():
                engine = make_engine(path, key)
                if version < VERSION:
                    from fieldapp.store.migrate import upgrade

                    upgrade(engine, path, key, version=version)
            store = cls(engine, path, clock, lock)
            with in_words():
                store._writer = store._connect()
            assert_encrypted(path)
            if version == VERSION:
                _let_copies_go(path)
            _log.info("store opened, version %s, was %s", VERSION, version)
        except BaseException:
            lock.release()
            raise
        return store

    def _connect(self) -> Any:  # noqa: ANN401 - untyped driver
        pooled = self._engine.raw_connection()
        self._all_readers.append(pooled)
        return pooled.driver_connection

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Tx]:
        """All or nothing, durable when the block ends; listeners are told afterwards.

        Raises:
            StoreError: nothing was written; the words say why.
        """
        with self._turn:
            connection = self._writer
            tx = Tx(connection, self.clock)
            try:
                with in_words():
                    connection.execute("BEGIN IMMEDIATE")
                    try:
                        yield tx
                        connection.execute("COMMIT")
                    except BaseException:
                        if connection.in_transaction:
                            with contextlib.suppress(dbapi2.Error):
                                connection.execute("ROLLBACK")
                        raise
            except StoreError as error:
                _log.warning("not saved: %s", error.code)
                raise
        for watcher in tuple(self._watchers):
            watcher()
        if tx.touched:
            touched = frozenset(tx.touched)
            for listener in tuple(self._listeners):
                listener(touched)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Tx]:
        """One consistent view of what has been committed; statements that write are an error.

        Raises:
            StoreError: the file cannot be read; the words say why.
        """
        connection = getattr(self._readers, "connection", None)
        with in_words():
            if connection is None:
                connection = self._readers.connection = self._connect()
                connection.execute("PRAGMA query_only=ON")
            if connection.in_transaction:
                yield Tx(connection, self.clock)
                return
            connection.execute("BEGIN")
            try:
                yield Tx(connection, self.clock)
            finally:
                connection.execute("ROLLBACK")

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell ``listener`` after every commit that touched records; call the result to stop."""
        self._listeners.append(listener)

        def stop() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return stop

    def watch(self, watcher: Callable[[], object]) -> Callable[[], None]:
        """Call ``watcher`` after every commit, drafts included; call the result to stop."""
        self._watchers.append(watcher)

        def stop() -> None:
            with contextlib.suppress(ValueError):
                self._watchers.remove(watcher)

        return stop

    @property
    def closed(self) -> bool:
        """True once it has been closed; nothing can be read or written any more."""
        return self._closed

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file, as far as readers allow."""
        with self._turn, in_words():
            self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Close every connection and let the next process in; closing twice is harmless."""
        if self._closed:
            return
        self._closed = True
        with self._turn:
            try:
                for pooled in self._all_readers:
                    with contextlib.suppress(dbapi2.Error):
                        pooled.driver_connection.close()
                    pooled.detach()
            finally:
                self._engine.dispose()
                self._lock.release()
