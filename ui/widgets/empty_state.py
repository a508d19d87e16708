"""What a list says while it has nothing to show, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.theme import theme
from ui.widgets.arrange import column, row
from ui.widgets.buttons import Button
from ui.widgets.glyph import Glyph
from ui.widgets.text import Heading, Label


class EmptyState(QWidget):
    """Icon, one line on what appears here, at most one act.

    Signals:
        acted: the act was pressed.
    """

    acted = Signal()

    def __init__(
        self, icon: str, title: str, text: str = "", *, action: str = "", action_icon: str = "plus"
    ) -> None:
        super().__init__()
        self.setObjectName("plain")
        heading, words = Heading(title, 1, wrap=True), Label(text, "muted", wrap=True)
        middle = Qt.AlignmentFlag.AlignHCenter
        for label in (heading, words):
            label.setAlignment(middle | Qt.AlignmentFlag.AlignTop)
        words.setVisible(bool(text))
        said = QWidget()
        said.setObjectName("plain")
        said.setMaximumWidth(theme.px(460))
        said.setLayout(column(heading, words, spacing=8))
        box = column(spacing=12, margins=(24, 32))
        box.addStretch(2)
        box.addWidget(Glyph(icon, "border_strong", 64), 0, middle)
        box.addLayout(row(None, (said, 1000), None, spacing=0))
        if action:
            box.addSpacing(4)
            box.addWidget(Button(action, "primary", action_icon, on=self.acted.emit), 0, middle)
        box.addStretch(3)
        self.setLayout(box)
