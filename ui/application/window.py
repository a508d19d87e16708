"""The window while there is no shell yet: setting up, or why the records cannot be opened."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from ui.theme import theme
from ui.widgets.arrange import column
from ui.widgets.focus_ring import FocusRing
from ui.widgets.message_bar import MessageBar
from ui.widgets.touch_mode import TouchMode

SMALLEST = QSize(600, 480)


class PlainWindow(QWidget):
    """One screen, and the same door for messages as everywhere."""

    def __init__(self, screen: QWidget) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.screen_part = screen
        self.messages = MessageBar()
        self.setLayout(column(self.messages, (screen, 1), spacing=0))
        self.setMinimumSize(SMALLEST)
        theme.adopt(self)
        self.touch = TouchMode(self)
        self.ring = FocusRing(self)
