"""``export``: an officer's own entries in a plain file, and why in the audit trail."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.cli.codes import Exit
from fieldapp.cli.sending import NOT_SET_UP
from fieldapp.domain.errors import SituationError, UserError

if TYPE_CHECKING:
    from fieldapp.wiring import Tablet

FORMATS = ("json", "csv")


def export(tablet: Tablet, arguments: argparse.Namespace) -> int:
    """Write the file; it is readable by its owner only."""
    from fieldapp.services.exporting import export_own

    if not tablet.is_set_up:
        print(NOT_SET_UP, file=sys.stderr)
        return Exit.SIGN_IN
    path: Path = arguments.path
    how = _format(path, arguments.format)
    if path.exists():
        raise UserError(f"{path} is there already. Name a file that is not.", code="file_exists")
    made = export_own(
        tablet.store, tablet.services.officer, reason=_reason(arguments.reason), recipient=str(path)
    )
    _write(path, made.to_json() if how == "json" else made.to_csv())
    count = len(made.entries)
    print(f"{count} {'entry' if count == 1 else 'entries'} written to {path}, not encrypted.")
    return Exit.DONE


def _format(path: Path, asked: str | None) -> str:
    how = asked or path.suffix.lstrip(".").lower()
    if how not in FORMATS:
        raise UserError("Name a file that ends in .json or .csv, or give --format.", code="format")
    return how


def _reason(given: str | None) -> str:
    if given is not None or not sys.stdin.isatty():
        return given or ""
    return input("Why do you need the export? ")


def _write(path: Path, text: str) -> None:
    made = False
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        made = True
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if made:
            path.unlink(missing_ok=True)
        raise SituationError(
            f"{path} could not be written: {error.strerror}.", code="not_written"
        ) from error
