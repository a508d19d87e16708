"""The window while the records cannot be opened: what happened and what to do, in words."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.presenters.recovery import CLOSE, RecoveryLook
from ui.widgets.arrange import Item, column, row
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.glyph import Glyph
from ui.widgets.scroll import TouchScroll
from ui.widgets.text import Heading, Label

_WIDTH = 640


class RecoveryScreen(QWidget):
    """Explains; its acts are trying again and closing, nothing else.

    Signals:
        retry_wanted: open the records again.
        close_wanted: close the app.
    """

    retry_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, look: RecoveryLook) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAccessibleName(look.title)
        self.look = look
        steps: list[Item] = [Heading("What to do", 2)]
        for number, step in enumerate(look.steps, start=1):
            words = Label(step, wrap=True)
            words.setAccessibleName(f"Step {number}: {step}")
            steps.append(row(column(Label(f"{number}.", "strong"), None), (words, 1), spacing=10))
        self.retry = Button(look.action, "primary", "sync", large=True, on=self.retry_wanted.emit)
        self.close_button = Button(CLOSE, large=True, on=self.close_wanted.emit)
        heading = Heading(look.title, 1, wrap=True)
        self._panel = Card(
            row(column(Glyph(look.icon, "warning", 40), None), (heading, 1), spacing=16),
            Label(look.text, wrap=True),
            *steps,
            row(None, self.close_button, self.retry),
            margins=28,
            spacing=16,
        )
        inner = QWidget()
        inner.setObjectName("ground")
        inner.setLayout(column(None, row(None, self._panel, None), None, margins=(16, 24)))
        self.setLayout(column((TouchScroll(inner), 1), spacing=0))

    def start(self) -> None:
        """Put the keyboard on the way on."""
        self.retry.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._panel.setFixedWidth(min(_WIDTH, event.size().width() - 32))
