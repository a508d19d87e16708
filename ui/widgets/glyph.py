"""A bare icon beside a word; it draws itself in the colours of the moment."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme.icons import outline, paint_icon


class Glyph(QWidget):
    """An icon with no meaning of its own: the word next to it says what it is."""

    def __init__(
        self, icon: str, tone: str = "text_muted", size: int = 24, *, filled: bool = False
    ) -> None:
        super().__init__()
        outline(icon, size, filled=filled)
        self._icon, self._tone, self._size, self._filled = icon, tone, size, filled
        self.setFixedSize(size, size)

    def set(self, icon: str, tone: str) -> None:
        """Show another icon in another tone."""
        outline(icon, self._size, filled=self._filled)
        self._icon, self._tone = icon, tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_icon(painter, QPointF(0, 0), self._icon, self._tone, self._size, filled=self._filled)
        painter.end()
