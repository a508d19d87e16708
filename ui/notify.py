"""From a fault to words: what to put right, what happens next, or a plain apology."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from fieldapp.domain.errors import SituationError, UserError

APOLOGY: Final = (
    "Something went wrong in the app. Your records are safe on this tablet. "
    "Please tell support, and carry on."
)


class Notifier(QObject):
    """Tells the officer about faults, the same fault once.

    Args:
        crash_folder: where the particulars of our own faults are written, without what was typed.
        now: the clock.

    Signals:
        told(str, str): kind (warning or error) and words to show.
    """

    told = Signal(str, str)

    def __init__(
        self,
        crash_folder: Path,
        now: Callable[[], datetime],
        *,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._now = crash_folder, now
        self._known: set[str] = set()

    def tell(self, error: BaseException) -> None:
        """Say it in the officer's words."""
        if isinstance(error, UserError):
            # Put right and tried again, it may be wrong again: it is said each time.
            self.told.emit("warning", error.words)
            return
        mark = fingerprint(error)
        if mark in self._known:
            return
        self._known.add(mark)
        if isinstance(error, SituationError):
            self.told.emit("warning", error.words)
            return
        self._write(error, mark)
        self.told.emit("error", APOLOGY)

    def over(self, error: BaseException) -> None:
        """The cause has gone (signal is back, space is free): say it again if it returns."""
        self._known.discard(fingerprint(error))

    def _write(self, error: BaseException, mark: str) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._folder / f"crash-{self._now():%Y%m%d-%H%M%S}-{mark[:8]}.txt"
            path.touch(mode=0o600)
            path.write_text(particulars(error), encoding="utf-8")
        except OSError:
            # A full disk is told by who saves; the apology must come all the same.
            return


def fingerprint(error: BaseException) -> str:
    """The same for the same fault at the same place, whatever its message carries."""
    frames = traceback.extract_tb(error.__traceback__)
    places = "|".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
    code = getattr(error, "code", "")
    return sha256(f"{type(error).__name__}|{code}|{places}".encode()).hexdigest()


def particulars(error: BaseException) -> str:
    """Where it broke, for support: types and lines of code, never messages, which may quote."""
    lines = []
    current: BaseException | None = error
    while current is not None:
        lines.append(type(current).__module__ + "." + type(current).__qualname__)
        for frame in traceback.extract_tb(current.__traceback__):
            lines.append(f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}")
        current = current.__cause__ or current.__context__
    return "\n".join(lines) + "\n"
