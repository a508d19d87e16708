"""Faults that are planted into the app under test, to see that the test finds them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

Fault = Callable[[], None]


def debounces() -> None:
    """The autosave waits until the officer stops typing."""
    from ui.presenters.entry.autosave import Autosave

    touch = Autosave.touch

    def put_off(self: Autosave, *, quiet: bool = False) -> None:
        self._timer.stop()
        touch(self, quiet=quiet)

    _plant(Autosave, "touch", put_off)


def boasts() -> None:
    """The screen says saved as soon as something is typed."""
    from ui.presenters.entry.autosave import Autosave
    from ui.words import time_words

    touch = Autosave.touch

    def say_so(self: Autosave, *, quiet: bool = False) -> None:
        from fieldapp.system import SystemClock

        touch(self, quiet=quiet)
        self._say("saved", f"Saved on this tablet {time_words(SystemClock().now())}")

    _plant(Autosave, "touch", say_so)


def is_early() -> None:
    """The screen says saved when the save is handed over, before it is on the disk."""
    from fieldapp.services.capture import Capture
    from ui.presenters.entry.autosave import Autosave

    autosave = Capture.autosave

    def hand_over(self: Autosave) -> None:
        if self._flying or self._held or not self._dirty:
            return
        self._timer.stop()
        self._dirty = False
        work = self._snapshot()
        threading.Thread(target=work, daemon=True).start()
        from fieldapp.system import SystemClock

        self._on_saved(SystemClock().now())

    def slowly(self: Capture, draft: Any) -> Any:
        threading.Event().wait(0.02)
        return autosave(self, draft)

    _plant(Autosave, "_save", hand_over)
    _plant(Capture, "autosave", slowly)


def submits_in_two() -> None:
    """The entry is committed before the submission and what hangs on it."""
    from fieldapp.services import submitting

    beside = submitting.write_beside

    def after_a_commit(tx: Any, ctx: Any, draft: Any) -> None:
        tx.run("COMMIT")
        threading.Event().wait(0.2)
        tx.run("BEGIN IMMEDIATE")
        beside(tx, ctx, draft)

    _plant(submitting, "write_beside", after_a_commit)


def haunts() -> None:
    """The working copy is not removed when an entry is submitted."""
    from fieldapp.store import drafts

    _plant(drafts, "drop", lambda *_: None)


def repeats() -> None:
    """A draft that an unclean stop left behind is opened as another entry."""
    from dataclasses import replace

    from fieldapp.services.capture import Capture

    reopen = Capture.open

    def as_another(self: Capture, record_id: str) -> Any:
        draft = replace(reopen(self, record_id), record_id=self.new_id())
        self.autosave(draft)
        return draft

    _plant(Capture, "open", as_another)


def _plant(where: Any, name: str, fault: Any) -> None:
    setattr(where, name, fault)


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (debounces, boasts, is_early, submits_in_two, haunts, repeats)
}
