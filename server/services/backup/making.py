"""Making a backup: copied while the centre serves, verified by putting it back, then counted."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2

from fieldapp.domain.errors import SituationError
from server.db import SqliteDatabase, hold_last
from server.holding import hold_for_backup
from server.services.backup import files
from server.services.backup.checking import damaged, examine, scratch
from server.services.backup.files import BackupFile
from server.services.backup.snapshot import OnPercent, Snapshot, take
from server.services.centre import Centre
from server.services.own_hand import begin, end

KEPT = 14
"""Backups that stay in the folder unless told otherwise."""
LATE = timedelta(hours=24)
"""A newest backup older than this is an alarm."""

_MARGIN = 64 * 1024 * 1024
_ADD = (
    "INSERT INTO backup (name, made_at, seq, size, sha256, folder) VALUES (?,?,?,?,?,?) "
    "ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size"
)
_DURABLE = "UPDATE head SET durable = ? WHERE id = 1 AND epoch = ? AND durable < ?"
_OURS = "SELECT name FROM backup"
_NEWEST = "SELECT made_at, folder FROM backup ORDER BY made_at DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Made:
    """A verified backup."""

    file: BackupFile
    lines: int
    removed: int
    """How many old ones went."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest backup the centre knows of."""

    made_at: datetime
    folder: Path

    def age(self, now: datetime) -> timedelta:
        """How old it is."""
        return now - self.made_at

    def is_late(self, now: datetime) -> bool:
        """Whether it is an alarm that there is no newer one."""
        return self.age(now) > LATE


def newest_known(connection: Connection) -> Newest | None:
    """The newest verified backup; ``None`` when there never was one."""
    row = connection.exec_driver_sql(_NEWEST).first()
    return Newest(datetime.fromisoformat(row.made_at), Path(row.folder)) if row else None


def back_up(
    centre: Centre,
    data_dir: Path,
    folder: Path,
    key: bytes,
    *,
    keep: int = KEPT,
    on_percent: OnPercent = lambda _percent: None,
) -> Made:
    """Make a backup, verify it, and tell tablets that what is in it is safe.

    Args:
        centre: the live centre; others may go on using it.
        data_dir: its folder, for trying the backup out.
        folder: where backups go.
        key: what the backup is encrypted with; it is never in the backup.
        keep: how many of this centre's backups stay in the folder.
        on_percent: told how far the copying is.

    Raises:
        SituationError: there is no backup now; the words say why. Nothing of it is left.
    """
    hold = hold_for_backup(data_dir)
    try:
        with _in_words(folder), scratch(data_dir, "backup") as tried:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_room(centre, folder, data_dir)
            partial = folder / files.PARTIAL
            files.remove_store(partial)
            try:
                return _made(centre, partial, tried, key, keep=keep, on_percent=on_percent)
            finally:
                files.remove_store(partial)
    finally:
        hold.release()


def _made(
    centre: Centre, partial: Path, tried: Path, key: bytes, *, keep: int, on_percent: OnPercent
) -> Made:
    snapshot = take(centre.db, partial, key, on_percent)
    examined = examine(partial, key, tried, centre.clock)
    if examined.prints != snapshot.prints:
        differing = [name for name, of in snapshot.prints.items() if examined.prints[name] != of]
        raise damaged(partial, f"{', '.join(differing)} came back different.")
    moment = centre.clock.now()
    sha256 = files.sha256_of(partial)
    target = partial.with_name(files.name_of(moment, snapshot.seq))
    partial.rename(target)
    files.settle(target.parent)
    made = files.described(target)
    assert made is not None  # noqa: S101 - it has just been named so
    _count(centre, made, snapshot, sha256)
    return Made(made, examined.lines, _let_old_ones_go(centre, target.parent, keep))


def _count(centre: Centre, made: BackupFile, snapshot: Snapshot, sha256: str) -> None:
    with centre.db.write() as connection:
        hold_last(connection)
        row = (made.path.name, centre.now(), made.seq, made.size, sha256, str(made.path.parent))
        connection.exec_driver_sql(_ADD, row)
        connection.exec_driver_sql(_DURABLE, (snapshot.seq, snapshot.epoch, snapshot.seq))
        writing = begin(centre, connection)
        end(writing, "backup_made", made.path.name, seq=made.seq, sha256=sha256)


def _let_old_ones_go(centre: Centre, folder: Path, keep: int) -> int:
    """Only those this centre made itself: another's may lie in the same folder."""
    with centre.db.read() as connection:
        ours = {row[0] for row in connection.exec_driver_sql(_OURS)}
    old = [one for one in files.backups_in(folder) if one.path.name in ours][max(1, keep) :]
    for backup in old:
        backup.path.unlink(missing_ok=True)
    return len(old)


def _check_room(centre: Centre, folder: Path, data_dir: Path) -> None:
    """Say so before beginning; how large a PostgreSQL store becomes is not known beforehand."""
    if not isinstance(centre.db, SqliteDatabase):
        return
    needed = centre.db.path.stat().st_size + _MARGIN
    for place in (folder, data_dir):
        free = shutil.disk_usage(place).free
        if free < needed:
            raise SituationError(
                f"There is no room for a backup in {place}: {needed >> 20} MB are needed, "
                f"{free >> 20} MB are free. Nothing was changed.",
                code="no_room",
            )


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    full = SituationError(
        f"The disk filled up while the backup was made in {folder}. Nothing of it is kept, and "
        "earlier backups are as they were.",
        code="no_room",
    )
    broken = SituationError(
        f"The backup could not be written to {folder}. Nothing of it is kept, and earlier backups "
        "are as they were.",
        code="not_written",
    )
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise full from error
        words = f"Backups cannot be written to {folder}: {error.strerror or error}."
        raise SituationError(words, code="not_written") from error
    except (dbapi2.Error, DatabaseError) as error:
        raise (full if "full" in str(error) else broken) from error
