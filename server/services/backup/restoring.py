"""Putting a backup in the place of the store, which is kept aside; a new history begins."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from fieldapp.domain.clock import Clock
from fieldapp.domain.errors import FieldappError, SituationError
from server import audit
from server.db import PostgresDatabase, SqliteDatabase, hold_last
from server.holding import half_done_path, hold_alone
from server.security import RandomBytes
from server.services.backup import files
from server.services.backup.checking import examine, scratch
from server.services.backup.copying import copy_tables, prints_of
from server.services.centre import Centre
from server.services.history import begin_anew
from server.settings import store_path
from server.upgrade import upgrade

_BESIDE = ("-wal", "-shm", "")
"""What goes aside, the store itself last: while it is here, all of it may be needed."""
_HEAD = "SELECT seq, epoch, durable FROM head WHERE id = 1"
_SINCE = (
    "SELECT detail FROM audit WHERE seq > ? AND actor = ? AND action = 'ALTERATION' ORDER BY seq"
)
_NUMBERS = "SELECT series, last FROM ref_counter"
_GO_ON = (
    "INSERT INTO ref_counter (series, last) VALUES (?,?) "
    "ON CONFLICT (series) DO UPDATE SET last = excluded.last WHERE ref_counter.last < excluded.last"
)
_LEAP = "UPDATE ref_counter SET last = last + ?"
_FAR = 1000
"""More than a force gives out in the days a backup may be old."""
_BY_ITSELF = frozenset(
    {"ledger_published", "left_tablets", "backup_made", "rebuilt", "restored", "older_store_found"}
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in place now."""

    seq: int
    epoch: str
    aside: Path | None
    """Where what was there before lies; ``None`` when nothing was."""
    lost_orders: Mapping[str, int] = field(default_factory=dict)
    """What operators did since the backup and have to do again, by kind."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What is known of the store that is being replaced."""

    durable: int = 0
    lost_orders: Mapping[str, int] = field(default_factory=dict)
    references: Mapping[str, int] | None = None
    """The last number given of each series; ``None`` when the store does not say."""


def restore(
    data_dir: Path,
    file: Path,
    key: bytes,
    *,
    clock: Clock,
    random: RandomBytes,
    even_if_older: bool = False,
) -> Restored:
    """Replace the store by a backup.

    It is examined whole before anything is touched. Cut short at any instant it is done again by
    running it again; until then the centre does not start.

    Args:
        data_dir: the centre's folder; made when it does not exist.
        file: the backup.
        key: the key of the backup, which becomes that of the store.
        clock: the present.
        random: for the new history's name.
        even_if_older: also when a newer verified backup is known.

    Raises:
        SituationError: the centre is running, or the file is not usable, or there is a newer one.
    """
    if not file.is_file():
        raise SituationError(f"There is no file {file}. Nothing was changed.", code="not_found")
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    hold = hold_alone(data_dir)
    try:
        with scratch(data_dir, "restore") as folder:
            found = examine(file, key, folder, clock)
            before = _glance(store_path(data_dir), key, found.lines)
            if not even_if_older:
                _check_newest(file, found.seq, before.durable)
            store = folder / "fresh" / store_path(data_dir).name
            store.parent.mkdir(mode=0o700)
            epoch = _prepare(store, file, key, before, clock=clock, random=random)
            aside = _put_in_place(data_dir, store, clock.now())
        return Restored(found.seq, epoch, aside, before.lost_orders)
    finally:
        hold.release()


def restore_into(
    target: PostgresDatabase,
    data_dir: Path,
    file: Path,
    key: bytes,
    *,
    clock: Clock,
    random: RandomBytes,
    even_if_older: bool = False,
) -> Restored:
    """Put a backup into an empty database of a server: also the way there from a file.

    Where the centre was before is left as it is.

    Raises:
        SituationError: the centre is running, the file is not usable, the database is not empty, or
            there is a newer backup.
    """
    hold = hold_alone(data_dir)
    try:
        if not target.is_empty():
            raise SituationError(
                "There is something in that database already. Make an empty one, put the backup "
                "there, and let the centre use that. Nothing was changed.",
                code="not_empty",
            )
        with scratch(data_dir, "restore") as folder:
            found = examine(file, key, folder, clock)
            before = _glance(store_path(data_dir), key, found.lines)
            if not even_if_older:
                _check_newest(file, found.seq, before.durable)
            store = folder / "fresh" / store_path(data_dir).name
            store.parent.mkdir(mode=0o700)
            epoch = _prepare(store, file, key, before, clock=clock, random=random)
            _fill(target, store, key)
        return Restored(found.seq, epoch, None, before.lost_orders)
    finally:
        hold.release()


def _fill(target: PostgresDatabase, store: Path, key: bytes) -> None:
    source = SqliteDatabase(store, key)
    try:
        upgrade(target)
        with source.read() as there, target.write() as here:
            copy_tables(there, here)
        with source.read() as there, target.read() as here:
            if prints_of(there) != prints_of(here):
                raise SituationError("What arrived in the database differs.", code="not_written")
    except BaseException:
        target.clear()
        raise
    finally:
        source.close()


def _glance(store: Path, key: bytes, lines: int) -> _Before:
    """What the old store still says, if it says anything: it may be what broke."""
    if not store.exists():
        return _Before()
    try:
        db = SqliteDatabase(store, key)
    except FieldappError:
        return _Before()
    try:
        with db.read() as connection:
            head = connection.exec_driver_sql(_HEAD).one()
            rows = connection.exec_driver_sql(_SINCE, (lines, audit.CENTRE)).fetchall()
            told = Counter(str(json.loads(row[0]).get("what")) for row in rows)
            orders = {what: n for what, n in told.items() if what not in _BY_ITSELF}
            rows = connection.exec_driver_sql(_NUMBERS).fetchall()
            numbers = {series: last for series, last in rows}  # noqa: C416 - rows, not pairs
            return _Before(head.durable, orders, numbers)
    except (DatabaseError, ValueError):
        return _Before()
    finally:
        db.close()


def _check_newest(file: Path, seq: int, durable: int) -> None:
    this = files.described(file)
    # By date: after an older one was put back, numbers begin again from where it stood.
    newer = [one for one in files.backups_in(file.parent) if this and one.made_at > this.made_at]
    if newer or durable > seq:
        which = newer[0].path.name if newer else "one that is not in this folder"
        raise SituationError(
            f"There is a newer backup than {file.name}: {which}. Tablets keep what they sent for "
            "35 days at least; what is older and not in this backup would be lost. Take the newer "
            "one, or add --even-if-older. Nothing was changed.",
            code="older",
        )


def _prepare(
    store: Path, file: Path, key: bytes, before: _Before, *, clock: Clock, random: RandomBytes
) -> str:
    """The backup as the store it becomes, complete before anything is moved; its new history."""
    files.copy(file, store)
    db = SqliteDatabase(store, key)
    try:
        upgrade(db)
        centre = Centre(db, clock, random)
        with db.write() as connection:
            hold_last(connection)
            head = connection.exec_driver_sql(_HEAD).one()
            detail = {"seq": head.seq, "was": head.epoch, "sha256": files.sha256_of(file)}
            _go_on_numbering(connection, before)
            return begin_anew(centre, connection, "restored", **detail)
    finally:
        db.close()


def _go_on_numbering(connection: Connection, before: _Before) -> None:
    """References that people quote were given since the backup: those are not given again."""
    if before.references is None:
        connection.exec_driver_sql(_LEAP, (_FAR,))
    elif before.references:
        connection.exec_driver_sql(_GO_ON, list(before.references.items()))


def _put_in_place(data_dir: Path, fresh: Path, moment: datetime) -> Path | None:
    store = store_path(data_dir)
    mark = half_done_path(data_dir)
    aside = _where_aside(mark, store, moment)
    if aside is not None:
        aside.mkdir(mode=0o700, exist_ok=True)
        for suffix in _BESIDE:
            there, then = store.with_name(store.name + suffix), aside / (store.name + suffix)
            if there.exists() and not then.exists() and not (aside / store.name).exists():
                there.rename(then)
        files.settle(aside)
    files.remove_store(store)  # only what an earlier try of this restore had put there
    fresh.replace(store)
    files.settle(data_dir)
    mark.unlink(missing_ok=True)
    files.settle(data_dir)
    return aside


def _where_aside(mark: Path, store: Path, moment: datetime) -> Path | None:
    """Where what was there goes: where a try that was cut short had begun to put it, else anew."""
    if mark.exists():
        name = mark.read_text(encoding="ascii").strip()
        return mark.with_name(name) if name else None
    name = f"before-restore-{moment:%Y%m%dT%H%M%SZ}"
    again = (f"{name}-{number}" for number in count(2))
    while (aside := store.with_name(name)).exists():
        name = next(again)
    there = store.exists()
    fresh = mark.with_suffix(".new")
    fresh.write_text(aside.name if there else "", encoding="ascii")
    files.settle(fresh)
    fresh.replace(mark)
    files.settle(mark.parent)
    return aside if there else None
