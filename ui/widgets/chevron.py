"""The small arrow at the right of what opens downwards."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from ui.theme.icons import paint_icon

_SIZE: Final = 22


def paint_chevron(painter: QPainter, area: QRect) -> None:
    """Paint the arrow at the right edge of an input."""
    left = area.right() - _SIZE - 13
    top = area.top() + (area.height() - _SIZE) / 2
    paint_icon(painter, QPointF(left, top), "down", "text_muted", _SIZE)
