"""How a chip looks, painted: its width does not change when it is chosen, so rows never jump."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from ui.theme import theme
from ui.theme.icons import paint_icon

_PAD: Final = 25
_TICK: Final = 18
_TICK_GAP: Final = 6


def chip_height() -> int:
    """Height of a chip at the text size of the moment, never under the floor."""
    return max(48, theme.px(46))


def chip_size(text: str, font_owner: QWidget, *, pad: int = _PAD) -> QSize:
    """Room for the words in their heavier weight and for a tick in the padding."""
    words = font_owner.fontMetrics().horizontalAdvance(text)
    return QSize(words + 2 * pad + 2, chip_height())


def paint_chip(button: QAbstractButton, *, icon: str = "", dashed: bool = False) -> None:
    """Paint a chip in the state its button is in."""
    look, on = theme.palette, button.isChecked()
    width = 2 if on else look.border_width
    ground, edge, ink = "surface", "border_strong", "text"
    if not button.isEnabled():
        ground, edge, ink = "surface_alt", "border", "text_muted"
    elif button.isDown():
        ground = "selection"
    elif on:
        ground, edge, ink = "primary_tint", "primary", "on_primary_tint"
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inset = width / 2
    area = QRectF(button.rect()).adjusted(inset, inset, -inset, -inset)
    pen = QPen(theme.colour(edge), width)
    if dashed:
        pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.setBrush(theme.colour(ground))
    painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
    painter.setFont(theme.font("chip-on" if on else "chip"))
    mark = "check" if on else icon
    room = button.rect().adjusted(12, 0, -12, 0)
    text = painter.fontMetrics().elidedText(
        button.text(), Qt.TextElideMode.ElideRight, room.width()
    )
    words = painter.fontMetrics().horizontalAdvance(text)
    total = words + (_TICK + _TICK_GAP if mark else 0)
    x = (button.width() - total) / 2
    if mark:
        top = (button.height() - _TICK) / 2
        paint_icon(painter, QPointF(x, top), mark, ink, _TICK)
        x += _TICK + _TICK_GAP
    painter.setPen(theme.colour(ink))
    painter.drawText(
        QRectF(x, 0, words + 2, button.height()),
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
        text,
    )
    painter.end()


def _prepare(button: QAbstractButton, text: str, name: str) -> None:
    button.setText(text)
    button.setAccessibleName(name or text)
    button.setProperty("kind", "chip")
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    theme.dress(button, "chip-on")


class CheckChip(QCheckBox):
    """A chip of which many may be on; a check box to a screen reader."""

    def __init__(self, text: str, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _prepare(self, text, name)

    def sizeHint(self) -> QSize:
        return chip_size(self.text(), self)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 96), chip_height())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_chip(self)


class RadioChip(QRadioButton):
    """A chip of which one is on; a radio button to a screen reader."""

    def __init__(self, text: str, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _prepare(self, text, name)

    def sizeHint(self) -> QSize:
        return chip_size(self.text(), self)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 96), chip_height())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_chip(self)


class ActionChip(QPushButton):
    """A chip that does something instead of being chosen; its edge is broken to tell them apart."""

    def __init__(self, text: str, icon: str, *, name: str = "", tall: bool = False) -> None:
        super().__init__()
        self._icon, self._more = icon, 4 if tall else 0
        _prepare(self, text, name)

    def sizeHint(self) -> QSize:
        return chip_size(self.text(), self, pad=28) + QSize(0, self._more)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 96), chip_height() + self._more)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_chip(self, icon=self._icon, dashed=True)
