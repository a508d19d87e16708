"""Grey rows in place of a list that takes long; nothing at all while it is quick."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from ui.theme import theme
from ui.theme.tokens import TARGET

_DELAY: Final = 300
_WIDTHS: Final = (0.46, 0.62, 0.38, 0.54, 0.42)


class Skeleton(QWidget):
    """Shows its rows 300 ms after it is shown."""

    def __init__(self, rows: int = 4) -> None:
        super().__init__()
        self._rows, self._seen = rows, False
        self.setAccessibleName("Loading")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._appear)

    def sizeHint(self) -> QSize:
        return QSize(320, self._rows * TARGET["row"])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._seen = False
        self._timer.start(_DELAY)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _appear(self) -> None:
        self._seen = True
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._seen:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("border"))
        for index in range(self._rows):
            top = index * TARGET["row"] + 14
            width = self.width() * _WIDTHS[index % len(_WIDTHS)]
            painter.drawRoundedRect(QRectF(20, top + 4, 32, 32), 8, 8)
            painter.drawRoundedRect(QRectF(68, top, width, 16), 5, 5)
            painter.drawRoundedRect(QRectF(68, top + 26, width * 0.66, 12), 5, 5)
        painter.end()
