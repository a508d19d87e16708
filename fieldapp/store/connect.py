"""Connections to the encrypted file: the key, the pragmas, and proof that it is encrypted."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2

from fieldapp.store.errors import in_words, store_error

if TYPE_CHECKING:
    from sqlalchemy import Engine

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can lose a committed page when a write-ahead log is reset."""

_PLAIN_HEADER = b"SQLite format 3\x00"
_PRAGMAS = (
    "cipher_log_level=NONE",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "cache_size=-16000",
    "wal_autocheckpoint=4000",
)


def fingerprint(key: bytes) -> str:
    """A short name of a key that tells a wrong key from a damaged file and reveals neither."""
    return hashlib.sha256(b"fieldapp store key\x00" + key).hexdigest()[:16]


def fingerprint_path(path: Path) -> Path:
    """Where the fingerprint of a store's key is kept: beside it."""
    return path.with_name(path.name + ".keyid")


def prepare(path: Path) -> bool:
    """Make the folder and an empty file only their owner can read; True when the store is new.

    Raises:
        StoreError: the disk does not let us.
    """
    with in_words():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > 0:
            path.chmod(0o600)
            return False
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.parent.chmod(0o700)
    return True


def _key_pragma(key: bytes) -> str:
    return f"PRAGMA key=\"x'{key.hex()}'\""


def look_at(path: Path, key: bytes) -> int:
    """The version of an existing store, read without changing a byte of it.

    Raises:
        StoreError: not a store of ours, the wrong key, or damaged.
    """
    with in_words(), path.open("rb") as file:
        header = file.read(len(_PLAIN_HEADER))
    if header == _PLAIN_HEADER:
        raise store_error("store_not_ours")
    with in_words():
        connection = dbapi2.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        connection.execute(_key_pragma(key))
        connection.execute("PRAGMA cipher_log_level=NONE")
        with in_words():
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except Exception as error:
        code = getattr(error, "code", "")
        if code == "store_corrupt":
            raise store_error(_why_unreadable(path, key)) from error
        raise
    finally:
        connection.close()
    if tables and not version:
        raise store_error("store_not_ours")
    return int(version)


def _why_unreadable(path: Path, key: bytes) -> str:
    beside = fingerprint_path(path)
    try:
        kept = beside.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return "store_wrong_key"
    return "store_corrupt" if kept == fingerprint(key) else "store_wrong_key"


def keep_fingerprint(path: Path, key: bytes) -> None:
    """Write the key's fingerprint beside the store."""
    beside = fingerprint_path(path)
    with in_words():
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(fingerprint(key) + "\n")


def make_engine(path: Path, key: bytes) -> Engine:
    """The SQLAlchemy engine of the store; every connection it opens is keyed and durable.

    Raises:
        StoreError: this build cannot encrypt, or its SQLite is too old.
    """
    from sqlalchemy import create_engine, event

    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise store_error("store_engine_old")
    engine = create_engine(f"sqlite:///{path.absolute()}", module=dbapi2)
    key_pragma = _key_pragma(key)

    def on_connect(connection: Any, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's hook
        connection.execute(key_pragma)
        if not connection.execute("PRAGMA cipher_version").fetchone():
            raise store_error("store_not_encrypted")
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.isolation_level = None

    def on_begin(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's hook
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", on_connect, insert=True)
    event.listen(engine, "begin", on_begin)
    return engine


def assert_encrypted(path: Path) -> None:
    """Stop at once if what lies on the disk could be read without the key.

    Raises:
        StoreError: code ``store_not_encrypted``.
    """
    with in_words(), path.open("rb") as file:
        if file.read(len(_PLAIN_HEADER)) == _PLAIN_HEADER:
            raise store_error("store_not_encrypted")
