"""A place to go in the rail or the bottom bar: icon over word, with a count of what waits."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy

from ui.theme import theme
from ui.theme.icons import outline, paint_icon
from ui.theme.tokens import TARGET

_ICON: Final = 26


class PlaceButton(QRadioButton):
    """One of several places; the one the officer is in is filled."""

    def __init__(self, key: str, word: str, icon: str) -> None:
        super().__init__(word)
        outline(icon, _ICON)
        self.key, self._icon, self._badge, self._spoken = key, icon, 0, word
        self.setProperty("kind", "place")
        self.setAccessibleName(word)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.dress(self, "tag")

    @property
    def badge(self) -> int:
        """How many things wait there."""
        return self._badge

    def set_badge(self, count: int, spoken: str = "") -> None:
        """Show a count; `spoken` says what is counted ("3 records waiting to send")."""
        self._badge = count
        more = spoken or f"{count} waiting"
        self.setAccessibleName(f"{self.text()}, {more}" if count else self.text())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(88, max(TARGET["rail"], theme.px(70)))

    def minimumSizeHint(self) -> QSize:
        return QSize(64, self.sizeHint().height())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = self.isChecked()
        ground, ink = ("rail_active", "rail_active_text") if here else ("rail", "rail_text")
        if here or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("rail_active"))
            painter.setOpacity(1.0 if here else 0.25)
            painter.drawRoundedRect(QRectF(self.rect()), 12, 12)
            painter.setOpacity(1.0)
        painter.setFont(theme.font("tag"))
        metrics = painter.fontMetrics()
        block = _ICON + 7 + metrics.height()
        top = (self.height() - block) / 2
        left = (self.width() - _ICON) / 2
        paint_icon(painter, QPointF(left, top), self._icon, ink, _ICON, filled=here)
        painter.setPen(theme.colour(ink))
        room = self.rect().adjusted(2, round(top) + _ICON + 7, -2, 0)
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)
        if self._badge:
            self._paint_badge(painter, left + _ICON - 3, top - 8, ground)
        painter.end()

    def _paint_badge(self, painter: QPainter, x: float, y: float, ground: str) -> None:
        number = str(self._badge) if self._badge < 100 else "99+"
        font = theme.font("marking")
        width = max(22, QFontMetrics(font).horizontalAdvance(number) + 12)
        area = QRectF(x, y, width, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(area.adjusted(-2, -2, 2, 2), 13, 13)
        painter.setBrush(theme.colour("danger"))
        painter.drawRoundedRect(area, 11, 11)
        painter.setFont(font)
        painter.setPen(theme.colour("on_danger"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, number)
