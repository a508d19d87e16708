"""The full-screen stop: someone is in danger, and a form is the wrong place to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.widgets.announce import announce
from ui.widgets.arrange import column, row
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.glyph import Glyph
from ui.widgets.text import Label

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

TITLE = "999 or the control room, now"
_SAFE = "What you have written so far is safe on this tablet."


class EmergencyStop(QWidget):
    """Covers its window until the officer says that the call has been made, or that it is a slip.

    Signals:
        called: the control room has been told; its log number comes next.
        taken_back: nobody is in danger.
    """

    called = Signal()
    taken_back = Signal()

    def __init__(self, window: QWidget, words: str) -> None:
        self._host = window.window()
        super().__init__(self._host)
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(f"{TITLE}. {words}")
        title = Label(TITLE, "display", tone="on_danger_tint", wrap=True)
        text = Label(words, "heading", tone="on_danger_tint", wrap=True)
        safe = Label(_SAFE, "muted", tone="on_danger_tint", wrap=True)
        for label in (title, text, safe):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.yes = Button("I have called", "primary", "check", large=True, on=self._on_called)
        self.yes.setObjectName("emergency.called")
        self.no = Button("Nobody is in danger", on=self._on_back)
        self.no.setObjectName("emergency.taken_back")
        panel = Card(kind="error", margins=(40, 36), spacing=18)
        panel.setMaximumWidth(760)
        panel.box.addWidget(
            Glyph("emergency", "on_danger_tint", 72), 0, Qt.AlignmentFlag.AlignHCenter
        )
        for item in (title, text, 8, row(None, self.no, self.yes, None, spacing=16), safe):
            panel.add(item)
        self.setLayout(column(None, row(None, (panel, 10), None), None, margins=24))
        self.hide()

    def present(self) -> None:
        """Cover the window."""
        self._host.installEventFilter(self)
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self.yes.setFocus(Qt.FocusReason.PopupFocusReason)
        announce(self, self.accessibleName(), urgent=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._host.rect())
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's name
        """Tab goes between the two answers."""
        (self.no if self.yes.hasFocus() else self.yes).setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _on_called(self) -> None:
        self._go()
        self.called.emit()

    def _on_back(self) -> None:
        self._go()
        self.taken_back.emit()

    def _go(self) -> None:
        self._host.removeEventFilter(self)
        self.hide()
        self.deleteLater()
