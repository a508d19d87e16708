"""Sentences officers write every day, one tap each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton

from ui.theme import theme
from ui.widgets.chip_face import chip_height, chip_size, paint_chip
from ui.widgets.flow import Flow
from ui.widgets.growing_text import GrowingText


class _Phrase(QPushButton):
    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setProperty("kind", "phrase")
        self.setAccessibleName(f"Add to the notes: {words}")
        theme.dress(self, "chip-on")

    def sizeHint(self) -> QSize:
        return chip_size(self.text(), self, pad=28)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, chip_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_chip(self, icon="plus", dashed=True)


class PhraseChips(Flow):
    """Adds its words to a notes box.

    Signals:
        used(str): a phrase was added.
    """

    used = Signal(str)

    def __init__(self, phrases: Sequence[str], target: GrowingText) -> None:
        super().__init__()
        self.setAccessibleName("Phrases for the notes")
        self._target = target
        for words in phrases:
            button = _Phrase(words)
            button.clicked.connect(self._on_clicked)
            self.add(button)

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, _Phrase):
            words = button.text()
            self._target.add_phrase(words if words.endswith((".", "?", "!")) else f"{words}.")
            self.used.emit(words)
