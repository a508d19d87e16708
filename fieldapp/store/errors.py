"""What can go wrong with the store, in words an officer can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlcipher3 import dbapi2

from fieldapp.domain.errors import BugError, SituationError

NOT_SAVED = "Not saved. Your last change is still on screen. Free some space or copy the notes."

WORDS: dict[str, str] = {
    "store_full": NOT_SAVED,
    "store_read_only": (
        "Not saved. This tablet does not let the app write. Your last change is still on screen."
        " Copy the notes and tell support."
    ),
    # A limit on the size of files or on what an account may store looks like a disk error.
    "store_io": f"{NOT_SAVED} If there is space enough, tell support.",
    "store_busy": (
        "Not saved yet. The records are busy. Your last change is still on screen."
        " Try again in a moment."
    ),
    "store_corrupt": (
        "The records on this tablet are damaged. Nothing has been deleted. Do not reinstall;"
        " take the tablet to support, who can recover them."
    ),
    "store_wrong_key": (
        "The key in this tablet's keyring is not the key of these records. Nothing has been"
        " deleted. Sign in to the tablet as the officer who set it up, or tell support."
    ),
    "store_not_ours": (
        "The file of records is not one that this app made. It has been left as it is."
        " Tell support."
    ),
    "store_future": (
        "These records were written by a newer version of the app. They have been left as they"
        " are. Update the app at the station; nothing is lost."
    ),
    "store_in_use": (
        "The app is already open on this tablet. Use the window that is open, or close it first."
    ),
    "store_not_encrypted": (
        "The records could not be encrypted on this tablet, so nothing has been written."
        " Tell support."
    ),
    "store_engine_old": (
        "The database part of this app is too old to be safe. Install the app again."
        " Nothing has been changed."
    ),
    "store_migration": (
        "The records could not be brought up to this version. They are as they were before."
        " Tell support."
    ),
}


class StoreError(SituationError):
    """The store cannot do what was asked; ``code`` says why and the words what to do."""

    code = "store"


def store_error(code: str) -> StoreError:
    """The error with the words of ``code``."""
    return StoreError(WORDS[code], code=code)


_BY_NAME = (
    ("SQLITE_FULL", "store_full"),
    ("SQLITE_READONLY", "store_read_only"),
    ("SQLITE_CANTOPEN", "store_io"),
    ("SQLITE_IOERR", "store_io"),
    ("SQLITE_BUSY", "store_busy"),
    ("SQLITE_LOCKED", "store_busy"),
    ("SQLITE_CORRUPT", "store_corrupt"),
    ("SQLITE_NOTADB", "store_corrupt"),
    ("SQLITE_PERM", "store_read_only"),
)
_OUT_OF_ROOM = frozenset({27, 28, 122})
"""Operating system errors EFBIG, ENOSPC and EDQUOT, which SQLite reports as a write error."""


def code_for(error: BaseException) -> str | None:
    """The code of a database error, or ``None`` when it is not a situation but a fault of ours."""
    name = str(getattr(error, "sqlite_errorname", "") or "")
    for start, code in _BY_NAME:
        if name.startswith(start):
            return code
    return None


@contextmanager
def in_words() -> Iterator[None]:
    """Turn database and disk errors into ``StoreError`` with words.

    Raises:
        StoreError: the disk, the file or another program is in the way.
        BugError: the database says we asked for something impossible.
    """
    try:
        yield
    except dbapi2.Error as error:
        code = code_for(error)
        if code is None:
            raise BugError(f"The store was used wrongly: {type(error).__name__}.") from error
        raise store_error(code) from error
    except OSError as error:
        code = "store_full" if error.errno in _OUT_OF_ROOM else "store_io"
        raise store_error(code) from error
