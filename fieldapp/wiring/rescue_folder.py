"""A folder with a rescue copy in it: every file is there whole or not at all, whatever happens."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from sync.protocol.rescue import LIST_NAME, PART_SUFFIX

_FRESH = ".new"


class RescueFolder:
    """Parts and the list that names them.

    Parts come first, then the list takes the place of the one before it, then parts that no list
    names go: a stop at any step leaves the old copy or the new one.

    Args:
        path: the folder; made when it is first written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def list_path(self) -> Path:
        """The file to hand in."""
        return self.path / LIST_NAME

    def sizes(self) -> dict[str, int]:
        """Bytes of every part that is here, by its name.

        Raises:
            OSError: the folder cannot be read.
        """
        if not self.path.is_dir():
            return {}
        return {
            one.name.removesuffix(PART_SUFFIX): one.stat().st_size
            for one in os.scandir(self.path)
            if one.name.endswith(PART_SUFFIX)
        }

    def put_part(self, name: str, data: bytes) -> None:
        """Keep a part.

        Raises:
            OSError: it could not be written; nothing of it is left in the way.
        """
        self._put(self._part(name), data)

    def read_part(self, name: str) -> bytes:
        """A part as it lies here.

        Raises:
            OSError: it is not there.
        """
        return self._part(name).read_bytes()

    def put_list(self, data: bytes) -> None:
        """Put a new list in the place of the one before it.

        Raises:
            OSError: it could not be written; the one before it is still there.
        """
        self._put(self.list_path, data)

    def prune(self, named: Iterable[str]) -> None:
        """Remove parts that the list does not name, and what a stop left half-written.

        Raises:
            OSError: something cannot be removed.
        """
        kept = {self._part(name).name for name in named} | {LIST_NAME}
        for one in list(os.scandir(self.path)):
            ours = one.name.endswith((PART_SUFFIX, _FRESH))
            if ours and one.name not in kept:
                Path(one.path).unlink(missing_ok=True)

    def _part(self, name: str) -> Path:
        return self.path / f"{name}{PART_SUFFIX}"

    def _put(self, path: Path, data: bytes) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(path.name + _FRESH)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        self._settle()

    def _settle(self) -> None:
        """Make the rename itself durable, where the system lets one ask."""
        if os.name == "nt":
            return
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            # Some file systems of sticks cannot be asked this for a folder.
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise
        finally:
            os.close(descriptor)
