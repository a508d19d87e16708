"""Keeps the draft: at most every 400 ms, one save in flight, and never a word before it is true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ui.tasks import Lane
from ui.words import time_words

if TYPE_CHECKING:
    from ui.tasks import TaskRunner

THROTTLE_MS = 400
RETRY_MS = 3000
NOT_SAVED = "Not saved. Your last change is still on screen. Free some space or copy the notes."


class Autosave(QObject):
    """A throttle, not a debounce: steady typing is saved while it goes on.

    Args:
        runner: runs ``save`` in the store lane.
        snapshot: makes the work that saves what is on screen now; called in this thread.

    Signals:
        shown(kind, words): what the save line says; kind is "saving", "saved" or "failed".
    """

    shown = Signal(str, str)

    def __init__(self, runner: TaskRunner, snapshot: Callable[[], Callable[[], datetime]]) -> None:
        super().__init__()
        self._runner, self._snapshot = runner, snapshot
        self._dirty = self._flying = self._failed = self._loud = self._held = False
        self.said = ("saved", "")
        """What the save line said last."""
        self._waiting: list[tuple[Callable[[], None], Callable[[], None] | None]] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._save)

    @property
    def clean(self) -> bool:
        """True when everything on screen is on the disk."""
        return not self._dirty and not self._flying

    @property
    def failing(self) -> bool:
        """True after a save that did not work, until one does."""
        return self._failed

    def touch(self, *, quiet: bool = False) -> None:
        """Something changed; it will be saved within the throttle.

        Args:
            quiet: only the caret moved, which the save line need not speak of.
        """
        if not quiet and not self._loud and not self._failed:
            self._loud = True
            self._say("saving", "Saving…")
        self._dirty = True
        if not self._held and not self._timer.isActive():
            self._timer.start(THROTTLE_MS)

    def flush(self, then: Callable[[], None], failed: Callable[[], None] | None = None) -> None:
        """Call ``then`` once all that was written is safe, ``failed`` when that is impossible."""
        if self.clean:
            then()
            return
        self._waiting.append((then, failed))
        self._save()

    def hold(self) -> None:
        """Save nothing while the entry is on its way out: a late save would leave a ghost."""
        self._held = True
        self._timer.stop()

    def release(self) -> None:
        """It stays after all: save again."""
        self._held = False
        if self._dirty:
            self._timer.start(THROTTLE_MS)

    def stop(self) -> None:
        """No more saves: the entry has left the hands of this form."""
        self.hold()
        self._dirty = False

    def _save(self) -> None:
        if self._flying or self._held or not self._dirty:
            return
        self._timer.stop()
        self._dirty, self._flying = False, True
        self._runner.run(Lane.STORE, self._snapshot(), then=self._on_saved, failed=self._on_failed)

    def opened_at(self, at: datetime) -> None:
        """The entry lies on the disk as it was opened."""
        self._say("saved", f"Saved on this tablet {time_words(at)}")

    def _say(self, kind: str, words: str) -> None:
        self.said = (kind, words)
        self.shown.emit(kind, words)

    def _on_saved(self, at: datetime) -> None:
        self._flying = self._failed = False
        if self._dirty:
            if self._waiting or not self._timer.isActive():
                self._save()
            return
        self._loud = False
        self._say("saved", f"Saved on this tablet {time_words(at)}")
        waiting, self._waiting = self._waiting, []
        for then, _failed in waiting:
            then()

    def _on_failed(self, _error: Exception) -> None:
        self._flying, self._failed, self._dirty = False, True, True
        self._say("failed", NOT_SAVED)
        self._timer.start(RETRY_MS)
        waiting, self._waiting = self._waiting, []
        for _then, failed in waiting:
            if failed is not None:
                failed()
