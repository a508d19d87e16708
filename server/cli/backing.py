"""``backup``, ``restore`` and ``drill``."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TypedDict

from fieldapp.domain.errors import SituationError, UserError
from fieldapp.reports.tables import Column, as_table
from fieldapp.system import SystemClock, random_bytes
from server.cli.opening import opened
from server.db import PostgresDatabase
from server.security import RandomBytes, keep_key, key_for_backup
from server.services.backup.drilling import drill as drill_of
from server.services.backup.drilling import newest
from server.services.backup.files import BackupFile, backups_in, described
from server.services.backup.making import back_up, newest_known
from server.services.backup.restoring import Restored
from server.services.backup.restoring import restore as put_back
from server.services.backup.restoring import restore_into as put_into
from server.services.centre import Centre

_MB = 1 << 20
_STEP = 10


def backup(arguments: argparse.Namespace) -> int:
    """Make a backup and verify it, or show what there is."""
    if arguments.list:
        return _list(arguments.to)
    signal.signal(signal.SIGTERM, _stop)
    key = key_for_backup(arguments.data_dir)
    with opened(arguments) as centre:
        made = back_up(
            centre,
            arguments.data_dir,
            arguments.to.absolute(),
            key,
            keep=arguments.keep,
            on_percent=_Percent(),
        )
    print(
        f"{made.file.path} is a backup of everything up to {made.file.seq} "
        f"({made.file.size / _MB:.1f} MB). It was put back and checked: "
        f"{made.lines} lines of the trail, all records, files and reports."
    )
    if made.removed:
        print(f"Old backups removed: {made.removed}.")
    print("The key is not in it. Keep a copy of the key somewhere else than the backups.")
    return 0


class _Percent:
    """Says how far the copying is, not too often, where somebody looks."""

    def __init__(self) -> None:
        self._said = 0

    def __call__(self, percent: int) -> None:
        if percent >= self._said + _STEP and sys.stderr.isatty():
            self._said = percent
            print(f"Copied {percent} %", file=sys.stderr)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End as by Ctrl-C: what is half made is taken away."""
    raise KeyboardInterrupt


def _list(folder: Path) -> int:
    found = backups_in(folder)
    if not found:
        print(f"There is no backup in {folder}.")
        return 1
    now = SystemClock().now()
    columns: tuple[Column[BackupFile], ...] = (
        Column("name", "Backup", lambda one: one.path.name),
        Column("made", "Made", lambda one: f"{one.made_at:%Y-%m-%d %H:%M} UTC"),
        Column("age", "Age (hours)", lambda one: round((now - one.made_at).total_seconds() / 3600)),
        Column("seq", "Up to", lambda one: one.seq),
        Column("size", "MB", lambda one: f"{one.size / _MB:.1f}"),
    )
    sys.stdout.write(as_table(columns, found))
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Put a backup in the place of the store."""
    key = key_for_backup(arguments.data_dir, arguments.key_file)
    now: _Now = {"clock": SystemClock(), "random": random_bytes}
    older = arguments.even_if_older
    if arguments.database:
        target = PostgresDatabase(arguments.database)
        try:
            restored = put_into(
                target, arguments.data_dir, arguments.source, key, even_if_older=older, **now
            )
        finally:
            target.close()
    else:
        restored = put_back(arguments.data_dir, arguments.source, key, even_if_older=older, **now)
    keep_key(arguments.data_dir, key)
    _say(restored, arguments)
    return 0


class _Now(TypedDict):
    clock: SystemClock
    random: RandomBytes


def _say(restored: Restored, arguments: argparse.Namespace) -> None:
    print(f"{arguments.source.name} is in place: everything up to {restored.seq}.")
    if restored.aside:
        print(f"What was there before is kept in {restored.aside}.")
    print(
        "At their next sync tablets notice the new history. They send again what they have sent "
        "within the last 35 days and before; nothing is doubled, and nothing on them is deleted. "
        "Decisions come back with the entries they belong to, or are shown for review again."
    )
    if restored.lost_orders:
        print("Done at this centre since that backup, and to be done again if it still stands:")
        for what, count in restored.lost_orders.items():
            print(f"  {what}: {count}")
    print("Start the centre, and make a backup soon: until then nothing new counts as safe.")


def drill(arguments: argparse.Namespace) -> int:
    """Put the newest backup back in a scratch folder, start it, and compare."""
    key = key_for_backup(arguments.data_dir)
    with opened(arguments) as centre:
        found = _to_drill(centre, arguments.source)
        done = drill_of(centre, arguments.data_dir, found, key, random=random_bytes)
    print(f"Drilled {done.file.path.name}, made {done.file.made_at:%Y-%m-%d %H:%M} UTC.")
    for table, rows in done.rows.items():
        verdict = "DIFFERENT FROM THE CENTRE" if table in done.differing else "as at the centre"
        print(f"{table}: {rows} rows, {verdict}")
    print(f"Put back and checked in {done.restore_seconds:.1f} s.")
    if done.answered:
        print(f"Started, and answered as a new history, in {done.start_seconds:.1f} s.")
    else:
        print("It was started and did not answer.", file=sys.stderr)
    print("This backup would do." if done.is_good else "THIS BACKUP WOULD NOT DO.")
    return 0 if done.is_good else 1


def _to_drill(centre: Centre, source: Path | None) -> BackupFile:
    if source is not None and source.is_file():
        found = described(source)
        if found is None:
            raise UserError(f"{source.name} has not the name of a backup.", code="not_a_backup")
        return found
    if source is not None:
        return newest(source)
    with centre.db.read() as connection:
        known = newest_known(connection)
    if known is None:
        raise SituationError("There is no backup of this centre yet.", code="no_backup")
    return newest(known.folder)
