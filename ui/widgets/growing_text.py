"""A notes box that grows with its text, so that no page ever scrolls inside a page."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QMimeData, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from ui.theme import theme

_FRAME = 24


class GrowingText(QPlainTextEdit):
    """Plain text of any length; `limit` stops typing at so many characters when above 0.

    Signals:
        edited: the officer typed, pasted or added a phrase.
    """

    edited = Signal()

    def __init__(self, name: str, placeholder: str = "", *, limit: int = 0, lines: int = 4) -> None:
        super().__init__()
        self._limit, self._lines = limit, lines
        theme.dress(self, "body")
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.textChanged.connect(self._on_changed)
        self._fit()

    def text(self) -> str:
        """What is in the box."""
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Show a text without a signal; the caret stays where it was."""
        if text == self.toPlainText():
            return
        position = self.textCursor().position()
        blocker = QSignalBlocker(self)
        self.setPlainText(text)
        blocker.unblock()
        cursor = self.textCursor()
        cursor.setPosition(min(position, len(text)))
        self.setTextCursor(cursor)
        self._fit()

    def add_phrase(self, words: str) -> None:
        """Put a sentence at the end, with a space or a new line before it as needed."""
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        text = self.toPlainText()
        gap = "" if not text or text.endswith(("\n", " ")) else " "
        cursor.insertText(gap + words)
        self.setTextCursor(cursor)

    def insertFromMimeData(self, source: QMimeData) -> None:
        # Pasted text comes without its formatting, whoever made it.
        if source.hasText():
            self.textCursor().insertText(source.text())

    def sizeHint(self) -> QSize:
        return QSize(320, self._wanted())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._wanted())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _wanted(self) -> int:
        # Lines are laid out a little taller than the font's own spacing says.
        first = self.document().firstBlock()
        spacing = self.blockBoundingRect(first).height() / max(1, first.lineCount())
        spacing = max(spacing, float(self.fontMetrics().lineSpacing()))
        lines = max(float(self._lines), self.document().size().height())
        return ceil(lines * spacing + 2 * self.document().documentMargin()) + _FRAME

    def _fit(self, *_: object) -> None:
        wanted = self._wanted()
        if self.minimumHeight() != wanted or self.maximumHeight() != wanted:
            self.setFixedHeight(wanted)
            self.updateGeometry()

    def _on_changed(self) -> None:
        if self._limit and len(self.toPlainText()) > self._limit:
            cursor = self.textCursor()
            position = min(cursor.position(), self._limit)
            blocker = QSignalBlocker(self)
            self.setPlainText(self.toPlainText()[: self._limit])
            blocker.unblock()
            cursor = self.textCursor()
            cursor.setPosition(position)
            self.setTextCursor(cursor)
        self.edited.emit()
