"""Keeps a flick over a closed input from changing its value behind the officer's back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


class NoWheel(QObject):
    """Passes wheel movements on to the page unless the input has the focus."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        # By default the wheel itself would bring the focus.
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Wheel
            and isinstance(watched, QWidget)
            and not watched.hasFocus()
        ):
            event.ignore()
            return True
        return False
