"""The least encrypted store: one table, one row, one durable transaction."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "cache_size=-16000",
)


def opened(path: Path, key: bytes) -> Any:
    """A connection with the key as it is and the pragmas of the real store."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


class FloorStore:
    """Keeps texts."""

    def __init__(self, path: Path) -> None:
        self._file = opened(path, secrets.token_bytes(32))
        self._file.execute(
            "CREATE TABLE kept (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL)"
        )

    def save(self, id: str, text: str) -> None:
        """Keep one text, on disk when this returns."""
        self._file.execute("BEGIN IMMEDIATE")
        self._file.execute("INSERT INTO kept(id, text) VALUES (?,?)", (id, text))
        self._file.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
