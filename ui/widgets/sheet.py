"""A panel over the window for a choice that needs room; the page behind waits, nothing blocks."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from ui.widgets.announce import announce
from ui.widgets.arrange import Item, add, column, row
from ui.widgets.buttons import Button, IconButton
from ui.widgets.text import Heading, Label

_MARGIN = 24


class Sheet(QWidget):
    """Title, Close and a body; Escape, Close and a tap beside it dismiss it.

    Signals:
        dismissed: the sheet has gone, for whatever reason.
    """

    dismissed = Signal()

    def __init__(
        self, window: QWidget, title: str, *, size: QSize | None = None, closes: bool = True
    ) -> None:
        super().__init__(window.window())
        self.setObjectName("scrim")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._host = window.window()
        self._size, self._title = size or QSize(560, 0), title
        self._opener: QWidget | None = None
        self._closes = closes
        self.panel = QFrame(self)
        self.panel.setObjectName("sheet")
        self.panel.setAccessibleName(title)
        self.heading = Heading(title, 1, wrap=True)
        head = row((self.heading, 1), spacing=12)
        if closes:
            head.addWidget(IconButton("close", "Close", kind="icon", on=self.dismiss))
        self.body = column(spacing=14)
        self.panel.setLayout(column(head, (self.body, 1), margins=20, spacing=14))
        self.hide()

    def add(self, item: Item) -> None:
        """One more item at the end of the body."""
        add(self.body, item)

    def present(self, focus: QWidget | None = None) -> None:
        """Show the sheet over its window and put the keyboard on `focus`."""
        self._opener = QApplication.focusWidget()
        host = self._host
        host.installEventFilter(self)
        self.setGeometry(host.rect())
        self._place()
        self.show()
        self.raise_()
        target = focus or self._first()
        target.setFocus(Qt.FocusReason.PopupFocusReason)
        announce(self.panel, self._title)

    def dismiss(self) -> None:
        """Take the sheet away and give the keyboard back to where it was."""
        if not self.isVisible():
            return
        self.hide()
        self._host.removeEventFilter(self)
        opener = self._opener
        if opener is not None and shiboken6.isValid(opener) and opener.isVisible():
            opener.setFocus(Qt.FocusReason.PopupFocusReason)
        self.dismissed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._host.rect())
            self._place()
        elif event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            QTimer.singleShot(0, self, self._place)
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._closes:
            self.dismiss()
        else:
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._closes and not self.panel.geometry().contains(event.position().toPoint()):
            self.dismiss()
        event.accept()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002
        """Tab goes round inside the sheet."""
        stops = [
            w
            for w in self.panel.findChildren(QWidget)
            if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible() and w.isEnabled()
        ]
        if not stops:
            return True
        current = QApplication.focusWidget()
        at = stops.index(current) if current in stops else -1
        following = stops[(at + (1 if next else -1)) % len(stops)]
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        following.setFocus(reason)
        return True

    def _first(self) -> QWidget:
        for widget in self.panel.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled():
                return widget
        return self.panel

    def _place(self) -> None:
        room = self.size() - QSize(2 * _MARGIN, 2 * _MARGIN)
        wanted = self.panel.sizeHint().expandedTo(self._size)
        width = min(max(self._size.width(), 320), room.width())
        height = self.panel.heightForWidth(width) if self.panel.hasHeightForWidth() else 0
        height = min(
            max(height, wanted.height() if height <= 0 else self._size.height()), room.height()
        )
        x = (self.width() - width) // 2
        y = (self.height() - height) // 2
        self.panel.setGeometry(x, y, width, height)


class ConfirmSheet(Sheet):
    """A question before the few acts that cannot be undone.

    Signals:
        confirmed: the officer said yes; the sheet has gone.
    """

    confirmed = Signal()

    def __init__(
        self,
        window: QWidget,
        title: str,
        text: str,
        yes: str,
        *,
        no: str = "Keep it",
        kind: str = "danger",
    ) -> None:
        super().__init__(window, title, size=QSize(520, 0))
        self.no_button = Button(no, on=self.dismiss)
        self.yes_button = Button(yes, kind, on=self._confirm)
        self.add(Label(text, wrap=True))
        self.add(row(None, self.no_button, self.yes_button))

    def present(self, focus: QWidget | None = None) -> None:
        """Show the question with the keyboard on the harmless answer."""
        super().present(focus or self.no_button)

    def _confirm(self) -> None:
        self.dismiss()
        self.confirmed.emit()
