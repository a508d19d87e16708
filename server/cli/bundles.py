"""``bundle`` and ``handin``: rescue copies, and codes of tablets that were handed in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fieldapp.domain.errors import UserError
from fieldapp.reports.tables import Column, as_table
from server import audit
from server.cli.opening import opened
from server.services import bundles, handin, rescue_shelf
from server.services.rescue_shelf import Carrier, Shelved
from server.services.rescue_words import REFUSED, words_of
from sync.protocol.rescue import LIST_NAME, MAX_LIST_BYTES, PART_SUFFIX
from sync.protocol.sealing import CannotOpen

_SHORT = 12
_COLUMNS: tuple[Column[Shelved], ...] = (
    Column("sha", "No", lambda one: one.sha[:_SHORT]),
    Column("received_at", "Received", lambda one: one.received_at[:19]),
    Column("device_id", "Tablet", lambda one: one.device_id),
    Column("officer_id", "Officer", lambda one: one.officer_id),
    Column("carried_by", "Handed in by", lambda one: one.carried_by),
    Column("state", "State", lambda one: one.state),
    Column("code", "Why", lambda one: one.code),
)


class _Folder:
    """The parts beside a list (a ``rescue_reading.Source``)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def part(self, name: str) -> bytes | None:
        """A part as it lies there."""
        try:
            return (self._path / f"{name}{PART_SUFFIX}").read_bytes()
        except FileNotFoundError:
            return None


def bundle_import(arguments: argparse.Namespace) -> int:
    """Take in a rescue copy: its list, or the folder it is in."""
    given: Path = arguments.file
    path = given / LIST_NAME if given.is_dir() else given
    with path.open("rb") as file:
        data = file.read(MAX_LIST_BYTES + 1)
    with opened(arguments) as centre:
        try:
            told = bundles.take(centre, data, _Folder(path.parent), Carrier(audit.CENTRE))
        except CannotOpen as error:
            raise UserError(f"{REFUSED} ({error})", code="bad_bundle") from error
        with centre.db.read() as connection:
            lists = rescue_shelf.all_lists(connection)
    if told.state == "held":
        code = next((one.code for one in reversed(lists) if one.state == "held"), None)
        print(words_of(told, code))
        print("When it is genuine: fieldapp-server bundle release NUMBER (see: bundle list)")
        return 1
    print(words_of(told))
    return 1 if told.missing else 0


def bundle_list(arguments: argparse.Namespace) -> int:
    """Every rescue copy that was ever handed in."""
    with opened(arguments) as centre, centre.db.read() as connection:
        found = rescue_shelf.all_lists(connection)
    if not found:
        print("No rescue copy has been handed in.")
        return 0
    sys.stdout.write(as_table(_COLUMNS, found))
    return 0


def bundle_release(arguments: argparse.Namespace) -> int:
    """Apply a copy that was held."""
    with opened(arguments) as centre:
        told = bundles.release(centre, arguments.number)
    print(words_of(told))
    return 1 if told.missing else 0


def handin_check(arguments: argparse.Namespace) -> int:
    """What a code that is read out from a tablet stands for."""
    with opened(arguments) as centre:
        found = handin.check(centre, arguments.code)
    print(found.words)
    return 1 if found.is_out_of_date else 0
