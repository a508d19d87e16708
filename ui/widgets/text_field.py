"""One line of typed text."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QLineEdit

from ui.theme import theme


class TextField(QLineEdit):
    """A line edit of touch size.

    Signals:
        edited: the officer typed.
    """

    edited = Signal()

    def __init__(self, name: str, placeholder: str = "", *, limit: int = 0) -> None:
        super().__init__()
        theme.dress(self, "body")
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        if limit:
            self.setMaxLength(limit)
        self.textEdited.connect(self._on_edited)

    def set_text(self, text: str) -> None:
        """Show a text without a signal; a caret in use is not moved by the same text."""
        if text != self.text():
            blocker = QSignalBlocker(self)
            self.setText(text)
            blocker.unblock()

    def _on_edited(self, _text: str) -> None:
        self.edited.emit()
