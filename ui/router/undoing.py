"""One toast for every act that can be taken back: the newest offer stands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from ui.widgets.undo_toast import UndoToast


class Undoing(QObject):
    """Remembers what Undo on the toast would do."""

    def __init__(self, toast: UndoToast, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._toast = toast
        self._undo: Callable[[], object] | None = None
        toast.undone.connect(self._on_undone)

    def offer(self, words: str, undo: Callable[[], object]) -> None:
        """Say what was done; ``undo`` takes it back."""
        self._toast.offer(words)
        self._undo = undo

    def press(self) -> None:
        """Undo by the keyboard (Ctrl+Z), while it is offered."""
        if self._toast.isVisible():
            self._toast.button.click()

    def _on_undone(self) -> None:
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()
