"""Whether a store's file is whole: opened from a copy, read to the end, its projections remade."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from fieldapp.domain.clock import Clock
from fieldapp.domain.errors import SituationError
from server.db import SqliteDatabase
from server.services.backup.copying import Prints, prints_of
from server.services.backup.files import copy
from server.services.centre import Centre
from server.services.rebuild import rebuild
from server.services.scope_sums import wrong_scopes
from server.services.verification import verify
from server.settings import STORE_FILE
from server.upgrade import upgrade

_HEAD = "SELECT seq, epoch, durable FROM head WHERE id = 1"
_SCRATCH = "scratch-"


@dataclass(frozen=True, slots=True)
class Examined:
    """What a sound file holds."""

    seq: int
    epoch: str
    lines: int
    """Lines of its audit trail."""
    prints: Prints


def damaged(file: Path, what: str) -> SituationError:
    """The error for a file that is not what it should be."""
    return SituationError(
        f"{file.name} cannot be used: {what} Nothing was changed.", code="damaged"
    )


@contextmanager
def scratch(data_dir: Path, name: str) -> Iterator[Path]:
    """A folder for one try, empty at the start and gone afterwards; on the centre's own disk."""
    folder = data_dir / f"{_SCRATCH}{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def examine(file: Path, key: bytes, folder: Path, clock: Clock) -> Examined:
    """Put the file back in a scratch folder and look at everything in it.

    Raises:
        SituationError: it is damaged, or it is no store of a centre under this key.
    """
    store = folder / STORE_FILE
    copy(file, store)
    try:
        db = SqliteDatabase(store, key)
    except SituationError as error:
        words = "it is no backup of a centre, or it belongs to another key."
        raise damaged(file, words) from error
    try:
        _look(db, file)
        upgrade(db)
        return _read(Centre(db, clock), file)
    except DatabaseError as error:
        raise damaged(file, "it cannot be read to the end.") from error
    finally:
        db.close()


def _look(db: SqliteDatabase, file: Path) -> None:
    with db.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA cipher_integrity_check").first()
        references = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        whole = connection.exec_driver_sql("PRAGMA integrity_check").scalars().first()
        if pages or references or whole != "ok":
            raise damaged(file, "parts of it are not what was written.")
        there = "SELECT count(*) FROM sqlite_master WHERE name IN ('head','audit','revision')"
        if connection.exec_driver_sql(there).scalar_one() < 3:  # noqa: PLR2004 - those three
            raise damaged(file, "it is no backup of a centre.")


def _read(centre: Centre, file: Path) -> Examined:
    verdict = verify(centre)
    if verdict.trouble:
        raise damaged(file, verdict.trouble)
    with centre.db.read() as connection:
        head = _head(connection, file)
        wrong = wrong_scopes(connection)
        prints = prints_of(connection)
    if wrong:
        raise damaged(file, f"what {len(wrong)} scopes hold does not add up.")
    changed = rebuild(centre).changed
    if changed:
        raise damaged(file, f"{', '.join(changed)} is not what the records say.")
    return Examined(head[0], head[1], verdict.lines, prints)


def _head(connection: Connection, file: Path) -> tuple[int, str]:
    found = connection.exec_driver_sql(_HEAD).first()
    if found is None:
        raise damaged(file, "it is no backup of a centre.")
    return found.seq, found.epoch
