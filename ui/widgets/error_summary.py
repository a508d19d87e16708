"""What is missing, on top of the form, each line a way to the field it is about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame

from ui.widgets.announce import announce
from ui.widgets.arrange import clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.glyph import Glyph
from ui.widgets.text import Heading

_TITLE = "There is a problem"


class ErrorSummary(QFrame):
    """Takes the focus when it appears, so that the keyboard and the voice are on it.

    Signals:
        followed(str): the line about the field with this key was pressed.
    """

    followed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", "problem")
        self.setObjectName("error-summary")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lines = column(spacing=0)
        head = row(Glyph("error", "danger", 26), (Heading(_TITLE, 1), 1), spacing=12)
        self.setLayout(column(head, self._lines, margins=(20, 14, 20, 12), spacing=6))
        self.hide()

    def show_errors(self, errors: Sequence[tuple[str, str]]) -> None:
        """Show (key, words) pairs and take the focus; none at all hides the summary."""
        clear(self._lines)
        for key, words in errors:
            link = Button(words, "link")
            link.setObjectName(f"error:{key}")
            link.clicked.connect(self._on_link)
            self._lines.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(_TITLE)
        self.setAccessibleDescription(". ".join(words for _, words in errors))
        self.setVisible(bool(errors))
        if errors:
            QTimer.singleShot(0, self, self._take_focus)

    def clear(self) -> None:
        """Take the summary away."""
        self.show_errors(())

    def _take_focus(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, f"{_TITLE}. {self.accessibleDescription()}", urgent=True)

    def _on_link(self) -> None:
        link = self.sender()
        if isinstance(link, Button):
            self.followed.emit(link.objectName().removeprefix("error:"))
