"""The one scrolling page: fingers flick it, and the caret stays above the on-screen keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QWidget

from ui.widgets.touch_mode import kinetic, still

_AIR = 24


class TouchScroll(QScrollArea):
    """A page that scrolls up and down; `width` above 0 keeps its column from growing wider."""

    def __init__(self, widget: QWidget, *, width: int = 0) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner = _centred(widget, width) if width else widget
        self.setWidget(self._inner)
        if not self._inner.objectName():
            self._inner.setObjectName("ground")
        self.verticalScrollBar().setSingleStep(48)
        kinetic(self)
        method = QGuiApplication.inputMethod()
        method.keyboardRectangleChanged.connect(self._clear_keyboard)
        method.visibleChanged.connect(self._clear_keyboard)
        method.cursorRectangleChanged.connect(self._follow_caret)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow_focus)

    @property
    def inner(self) -> QWidget:
        """The page that scrolls."""
        return self._inner

    def reveal(self, widget: QWidget) -> None:
        """Scroll no further than needed to show a widget whole."""
        still(self)
        self.ensureWidgetVisible(widget, 0, _AIR)

    def jump_to(self, widget: QWidget) -> None:
        """Bring a widget to the top of the page."""
        still(self)
        top = widget.mapTo(self._inner, QPoint(0, 0)).y()
        self.verticalScrollBar().setValue(top - _AIR // 2)

    def _holds(self, widget: QWidget | None) -> bool:
        return widget is not None and self._inner.isAncestorOf(widget)

    def _follow_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self._holds(new):
            tall = new.height() > self.viewport().height()
            self.ensureWidgetVisible(new, 0, 0 if tall else _AIR)

    def _follow_caret(self) -> None:
        focus = QApplication.focusWidget()
        # What fits is shown whole when it takes the focus; only taller boxes need following.
        if focus is not None and focus.height() > self.viewport().height():
            self._show_caret()

    def _clear_keyboard(self) -> None:
        method = QGuiApplication.inputMethod()
        keyboard = method.keyboardRectangle()
        bottom = self.mapTo(self.window(), QPoint(0, self.height())).y()
        shown = method.isVisible() and keyboard.height() > 0
        covered = max(0, bottom - int(keyboard.top())) if shown else 0
        self.setViewportMargins(0, 0, 0, min(covered, max(0, self.height() - 120)))
        if covered:
            QTimer.singleShot(0, self, self._show_caret)

    def _show_caret(self) -> None:
        focus = QApplication.focusWidget()
        if focus is None or not self._holds(focus):
            return
        caret = focus.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
        if isinstance(caret, QRectF):
            caret = caret.toRect()
        if isinstance(caret, QRect):
            point = focus.mapTo(self._inner, caret.center())
            self.ensureVisible(point.x(), point.y(), 0, _AIR + caret.height())


def _centred(widget: QWidget, width: int) -> QWidget:
    outer = QWidget()
    outer.setObjectName("ground")
    widget.setMaximumWidth(width)
    layout = QHBoxLayout(outer)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addStretch(1)
    layout.addWidget(widget, 1000)
    layout.addStretch(1)
    return outer
