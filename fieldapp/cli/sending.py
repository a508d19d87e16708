"""``sign-in`` and ``sync``: the way to the centre without a screen."""

from __future__ import annotations

import argparse
import sys
from getpass import getpass
from typing import TYPE_CHECKING

from fieldapp.cli.codes import Exit
from fieldapp.services.values import Link, SyncStatus
from sync.faults import (
    BadCode,
    DeviceRevoked,
    DeviceUnproven,
    EnrolmentNeeded,
    Fault,
    Forbidden,
    UpdateNeeded,
    WrongPassword,
)

if TYPE_CHECKING:
    from fieldapp.wiring import Tablet

_FOR_THE_STATION = (DeviceRevoked, DeviceUnproven, EnrolmentNeeded, Forbidden, UpdateNeeded)
NOT_SET_UP = "Nobody has signed in on this tablet yet. Run: fieldapp sign-in --force-no NUMBER"


def sign_in(tablet: Tablet, arguments: argparse.Namespace) -> int:
    """Introduce the officer; the password is asked for, or is the first line of the input."""
    password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        officer = tablet.sign_in(arguments.force_no, password, server=arguments.server)
    except Fault as fault:
        print(fault.words, file=sys.stderr)
        if isinstance(fault, WrongPassword):
            return Exit.SIGN_IN
        station = isinstance(fault, _FOR_THE_STATION)
        return Exit.STATION if station else Exit.LATER
    print(f"Signed in as {officer.name}.")
    return Exit.DONE


def enrol(tablet: Tablet, arguments: argparse.Namespace) -> int:
    """Make this tablet known to its centre; records on it stay."""
    try:
        tablet.enrol(arguments.code, server=arguments.server)
    except Fault as fault:
        print(fault.words, file=sys.stderr)
        return Exit.STATION if isinstance(fault, BadCode) else Exit.LATER
    print("This tablet is enrolled. Sign in next: fieldapp sign-in --force-no NUMBER")
    return Exit.DONE


def sync(tablet: Tablet, _arguments: argparse.Namespace) -> int:
    """One round, with its progress."""
    if not tablet.is_set_up:
        print(NOT_SET_UP, file=sys.stderr)
        return Exit.SIGN_IN
    told = _Told()
    status = tablet.sync_now(told.progress)
    for line in ending(status):
        print(line)
    if status.words:
        print(status.words, file=sys.stderr)
    return exit_of(status)


class _Told:
    """Prints each step of the progress once."""

    def __init__(self) -> None:
        self._last = ""

    def progress(self, status: SyncStatus) -> None:
        """Say which item is on its way."""
        if status.sent_so_far >= status.to_send:
            return
        line = f"Sending {status.sent_so_far + 1} of {status.to_send}: {status.current_title}"
        if line != self._last:
            print(line, flush=True)
        self._last = line


def ending(status: SyncStatus) -> list[str]:
    """How things stand after a round, one line for each thing there is to say."""
    lines = (
        ["Nothing is waiting to send."]
        if not status.waiting
        else [f"{_records(status.waiting, 'is', 'are')} waiting to send, safe on this tablet."]
    )
    if status.held:
        lines.append(f"{_records(status.held, 'is', 'are')} held at the centre.")
    if status.not_accepted:
        lines.append(f"{_records(status.not_accepted, 'was', 'were')} not accepted.")
    if status.choose:
        lines.append(f"{_records(status.choose, 'needs', 'need')} you to choose a version.")
    return lines


def _records(count: int, one: str, many: str) -> str:
    return f"1 record {one}" if count == 1 else f"{count} records {many}"


def exit_of(status: SyncStatus) -> Exit:
    """The exit status that says the same."""
    if status.link is Link.SIGN_IN_NEEDED:
        return Exit.SIGN_IN
    if status.link in (Link.UPDATE_NEEDED, Link.REVOKED):
        return Exit.STATION
    if status.waiting or status.words:
        return Exit.LATER
    return Exit.DONE
