"""The strip on top of the window: how what is shown is marked, and where emergencies go."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from ui.widgets.arrange import row
from ui.widgets.restyle import restyle
from ui.widgets.text import Label

SHORT: Final = "Emergency: 999"


class _Emergency(Label):
    """The whole words where they fit, else the shortest that help."""

    def __init__(self) -> None:
        super().__init__("", "tag", tone="text")
        self.setObjectName("emergency_words")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def shown(self) -> str:
        """What there is room for."""
        fits = self.fontMetrics().horizontalAdvance(self.text()) <= self.contentsRect().width()
        return self.text() if fits or not self.text() else SHORT

    def minimumSizeHint(self) -> QSize:
        # The words must not keep the window from becoming narrow.
        width = self.fontMetrics().horizontalAdvance(SHORT) if self.text() else 0
        return QSize(width, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), self.alignment(), self.shown())
        painter.end()


class MarkingStrip(QFrame):
    """The marking in the middle; at the right, in the same height, what to do in an emergency."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("marking")
        self._marking = Label("", "marking")
        self._marking.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.emergency = _Emergency()
        balance = QWidget()
        balance.setObjectName("plain")
        balance.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setLayout(
            row((balance, 1), self._marking, (self.emergency, 1), margins=(16, 2), spacing=8)
        )

    def set_marking(self, marking: str) -> None:
        """Show another marking; a sensitive one stands out."""
        self._marking.setText(marking)
        self.setAccessibleName(f"Marking: {marking}")
        sensitive = "SENSITIVE" in marking
        restyle(self, sensitive=sensitive)
        self._marking.set_tone("on_danger" if sensitive else "text_muted")
        self.emergency.set_tone("on_danger" if sensitive else "text")

    def set_emergency(self, words: str) -> None:
        """Say what to do in an emergency; "" takes it away."""
        self.emergency.setText(words)
        self.emergency.setAccessibleName(words)
