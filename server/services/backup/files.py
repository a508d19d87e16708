"""The files of a backup folder: only what was verified has a backup's name."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PARTIAL = "fieldapp-backup.partial"
"""A backup that is not finished, or never will be."""

_NAME = re.compile(r"fieldapp-(\d{8}T\d{6}Z)-(\d+)\.backup")
_WHEN = "%Y%m%dT%H%M%SZ"
_COMPANIONS = ("", "-journal", "-wal", "-shm")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A file with a backup's name."""

    path: Path
    made_at: datetime
    seq: int
    """Everything up to here is in it."""
    size: int


def name_of(moment: datetime, seq: int) -> str:
    """What a backup of that moment is called."""
    return f"fieldapp-{moment.astimezone(UTC).strftime(_WHEN)}-{seq}.backup"


def described(path: Path) -> BackupFile | None:
    """What a file's name says of it; ``None`` when it has no backup's name."""
    found = _NAME.fullmatch(path.name)
    if found is None or not path.is_file():
        return None
    made_at = datetime.strptime(found[1], _WHEN).replace(tzinfo=UTC)
    return BackupFile(path, made_at, int(found[2]), path.stat().st_size)


def backups_in(folder: Path) -> list[BackupFile]:
    """Backups in a folder, newest first."""
    if not folder.is_dir():
        return []
    found = [backup for path in folder.iterdir() if (backup := described(path))]
    return sorted(found, key=lambda backup: (backup.made_at, backup.seq), reverse=True)


def remove_store(path: Path) -> None:
    """Remove a store's file with what SQLite may have laid beside it."""
    for companion in _COMPANIONS:
        path.with_name(path.name + companion).unlink(missing_ok=True)


def copy(source: Path, target: Path) -> None:
    """Copy a file so that the copy is on the disk when this returns; readable by its owner only."""
    target.touch(mode=0o600)
    with source.open("rb") as reading, target.open("wb") as writing:
        shutil.copyfileobj(reading, writing, _CHUNK)
        writing.flush()
        os.fsync(writing.fileno())


def settle(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
