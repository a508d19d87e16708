"""Sentences officers write every day, one tap each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from ui.widgets.chip_face import ActionChip
from ui.widgets.flow import Flow
from ui.widgets.growing_text import GrowingText


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
            button = ActionChip(words, "plus", name=f"Add to the notes: {words}")
            button.clicked.connect(self._on_clicked)
            self.add(button)

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, ActionChip):
            words = button.text()
            self._target.add_phrase(words if words.endswith((".", "?", "!")) else f"{words}.")
            self.used.emit(words)
