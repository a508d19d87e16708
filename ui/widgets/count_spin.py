"""The number in a counter: typed, stepped or read out, and never changed by a passing wheel."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QSpinBox

from ui.theme import theme
from ui.widgets.no_wheel import NoWheel


class CountSpin(QSpinBox):
    """A spin box for whole numbers whose buttons are elsewhere."""

    def __init__(self, name: str, role: str, *, minimum: int = 0, maximum: int = 999) -> None:
        super().__init__()
        self.setRange(minimum, maximum)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(name)
        self.lineEdit().setAccessibleName(name)
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        theme.dress(self, role)
        NoWheel(self)

    def stepBy(self, steps: int) -> None:
        super().stepBy(steps)
        if not self.hasFocus():
            # Stepping marks the number for typing over, which nobody is about to do.
            self.lineEdit().deselect()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.MouseFocusReason:
            # A tap into the box means another number, not one more digit beside the old one; it
            # is marked after the tap itself has put the caret somewhere.
            QTimer.singleShot(0, self, self.selectAll)
