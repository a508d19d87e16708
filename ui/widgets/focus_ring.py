"""A ring in two colours around what the keyboard is on; fingers and mice never see it."""

from __future__ import annotations

from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from ui.theme import theme

_KEYS: Final = frozenset(
    {
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
    }
)
_AIR: Final = 5


class FocusRing(QWidget):
    """Lies over a window and moves to the control that has the keyboard's focus.

    It listens to the window's QWindow, which sees keys, presses and touches only; a filter on the
    application would see every event of every widget.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._window = window
        self._target: QWidget | None = None
        self._areas: list[QAbstractScrollArea] = []
        self._keyboard = False
        window.winId()
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _KEYS and not self._keyboard:
                self._keyboard = True
                QTimer.singleShot(0, self, self._place)
        elif kind in (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin):
            self._keyboard = False
            self.hide()
        elif kind == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._place)
        return False

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        for area in self._areas:
            if shiboken6.isValid(area):
                area.verticalScrollBar().valueChanged.disconnect(self._place)
        self._areas, self._target = [], new
        parent = new.parentWidget() if new is not None else None
        while parent is not None:
            if isinstance(parent, QAbstractScrollArea):
                parent.verticalScrollBar().valueChanged.connect(self._place)
                self._areas.append(parent)
            parent = parent.parentWidget()
        QTimer.singleShot(0, self, self._place)

    def _place(self) -> None:
        target, window = self._target, self._window
        if (
            not self._keyboard
            or target is None
            or not shiboken6.isValid(target)
            or not target.isVisible()
            or not window.isAncestorOf(target)
        ):
            self.hide()
            return
        area = QRect(target.mapTo(window, QPoint(0, 0)), target.size())
        self.setGeometry(area.adjusted(-_AIR, -_AIR, _AIR, _AIR))
        self._clip(window)
        self.raise_()
        self.show()
        self.update()

    def _clip(self, window: QWidget) -> None:
        """Keep the ring inside the pages that scroll under headers and bars."""
        seen = self.rect()
        for area in self._areas:
            view = area.viewport()
            corner = self.mapFrom(window, view.mapTo(window, QPoint(0, 0)))
            seen = seen.intersected(QRect(corner, view.size()).adjusted(-_AIR, 0, _AIR, 0))
        if seen.isEmpty():
            self.setMask(QRegion(-1, -1, 1, 1))
        elif seen == self.rect():
            self.clearMask()
        else:
            self.setMask(QRegion(seen))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pill = min(self.width(), self.height()) < 70 and bool(
            self._target is not None
            and shiboken6.isValid(self._target)
            and self._target.property("kind") in {"chip", "phrase", "pill", "mention"}
        )
        outer = self.rect().adjusted(2, 2, -2, -2)
        inner = self.rect().adjusted(4, 4, -4, -4)
        painter.setPen(QPen(theme.colour("focus"), 3))
        radius = outer.height() / 2 if pill else 13
        painter.drawRoundedRect(outer, radius, radius)
        painter.setPen(QPen(theme.colour("focus_gap"), 2))
        radius = inner.height() / 2 if pill else 11
        painter.drawRoundedRect(inner, radius, radius)
        painter.end()
