"""``doctor``: what support needs to know, without anything about anybody."""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from fieldapp import __version__
from fieldapp.cli.codes import Exit
from fieldapp.cli.sending import NOT_SET_UP
from fieldapp.store.checkup import Checkup, check
from sync.faults import Fault
from sync.protocol.versions import PROTOCOL

if TYPE_CHECKING:
    from fieldapp.services.values import SyncStatus
    from fieldapp.wiring import Tablet

_MEGABYTE = 1_000_000


def doctor(tablet: Tablet, arguments: argparse.Namespace) -> int:
    """Print one fact a line; the exit status says whether something is wrong."""
    if not tablet.is_set_up:
        print(NOT_SET_UP, file=sys.stderr)
        return Exit.SIGN_IN
    found = check(tablet.store)
    for name, value in _facts(tablet, found):
        print(f"{name}: {value}")
    centre_well = arguments.offline or _ask_centre(tablet)
    if found.damage or found.audit_broken_at is not None:
        print("The records on this tablet are damaged. Take it to support.", file=sys.stderr)
        return Exit.NOT_OPENED
    return Exit.DONE if centre_well else Exit.LATER


def _facts(tablet: Tablet, found: Checkup) -> Iterator[tuple[str, object]]:
    status = tablet.services.waiting.status()
    yield "fieldapp", f"{__version__}, protocol {PROTOCOL}"
    yield "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield "sqlite", f"{found.sqlite}, sqlcipher {found.cipher}"
    yield "store version", found.version
    yield "store sound", "yes" if not found.damage else f"no, {found.damage} places"
    broken = found.audit_broken_at
    yield "audit trail", "whole" if broken is None else f"broken at row {broken}"
    yield "audit rows", found.audit_rows
    yield "records", found.records
    yield "drafts", found.drafts
    for state, count in sorted(found.operations.items()):
        yield f"operations {state}", count
    yield "set aside", found.set_aside
    yield from _sending(status)
    copy = tablet.handing_in.rescue.state()
    yield "rescue copy", "here" if tablet.handing_in.rescue.exists() else "none"
    yield "rescue copy elsewhere", "yes" if copy.place else "no"
    yield "clock ahead of the centre by", _seconds(tablet.syncing.drift())
    yield "device", tablet.config.device_id
    yield "key fingerprint", tablet.config.key_fingerprint
    yield "keyring", tablet.vault.backend_name()
    yield "free space", f"{shutil.disk_usage(tablet.data_dir).free // _MEGABYTE} MB"


def _sending(status: SyncStatus) -> Iterator[tuple[str, object]]:
    yield "waiting", status.waiting
    yield "held at the centre", status.held
    yield "not accepted", status.not_accepted
    yield "last sent", _moment(status.last_sent_at)
    yield "last contact", _moment(status.last_contact_at)
    yield "oldest waiting", _moment(status.oldest_waiting_at)


def _ask_centre(tablet: Tablet) -> bool:
    try:
        hello = tablet.say_hello()
    except Fault as fault:
        print(f"centre: {fault}")
        print(fault.words, file=sys.stderr)
        return False
    print(f"centre: {hello.app}, protocol {hello.proto_min} to {hello.proto_max}")
    return True


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else "never"


def _seconds(drift: int | None) -> str:
    return "not measured" if drift is None else f"{drift} s"
