"""Who has the centre's folder: any number to serve and ask, one alone to replace the store."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from fieldapp.domain.errors import SituationError

_LOCK = "centre.lock"
_BACKUP_LOCK = "centre.backing-up"
_HALF_DONE = "centre.restoring"


class Hold:
    """A lock on the folder; the operating system drops it when its holder dies.

    Args:
        descriptor: of the locked file.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let the next one in; the file stays, because removing it would race with a taker."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def hold_with_others(data_dir: Path) -> Hold:
    """Take part in using the store.

    Raises:
        SituationError: a restore is under way, or was cut short.
    """
    hold = _take(data_dir / _LOCK, fcntl.LOCK_SH)
    if hold is None:
        raise SituationError(
            "The centre is being restored. Try again when that is done.", code="in_use"
        )
    if half_done_path(data_dir).exists():
        hold.release()
        raise SituationError(
            "A restore was cut short, so this store is not to be used yet. Run the same "
            "fieldapp-server restore again; nothing was lost.",
            code="half_restored",
        )
    return hold


def hold_alone(data_dir: Path) -> Hold:
    """Be the only one.

    Raises:
        SituationError: somebody uses the store.
    """
    hold = _take(data_dir / _LOCK, fcntl.LOCK_EX)
    if hold is None:
        raise SituationError(
            "The centre is running. Stop it first; nothing was changed.", code="in_use"
        )
    return hold


def hold_for_backup(data_dir: Path) -> Hold:
    """Be the only one who makes a backup.

    Raises:
        SituationError: another backup is being made.
    """
    hold = _take(data_dir / _BACKUP_LOCK, fcntl.LOCK_EX)
    if hold is None:
        raise SituationError("A backup is being made already.", code="in_use")
    return hold


def half_done_path(data_dir: Path) -> Path:
    """The file that is there from before a restore moves anything until it is complete."""
    return data_dir / _HALF_DONE


def _take(path: Path, how: int) -> Hold | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return Hold(descriptor)
