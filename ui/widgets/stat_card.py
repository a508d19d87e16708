"""One figure with its meaning, large enough to read at arm's length."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from ui.widgets.arrange import column
from ui.widgets.restyle import restyle
from ui.widgets.text import Label


class StatCard(QFrame):
    """Number, label and a line under it, read as one by a screen reader."""

    def __init__(self, number: str, label: str, under: str = "", *, kind: str = "") -> None:
        super().__init__()
        self._number = Label("", "display")
        self._label = Label("", "label", wrap=True)
        self._under = Label("", "caption", wrap=True)
        self.setLayout(column(self._number, self._label, self._under, None, margins=18, spacing=2))
        self.set_values(number, label, under, kind=kind)

    def set_values(self, number: str, label: str, under: str = "", *, kind: str = "") -> None:
        """Show another figure."""
        restyle(self, card=kind or "plain")
        tone = {"warning": "on_warning_tint", "error": "on_danger_tint"}.get(kind, "text")
        for part, words in ((self._number, number), (self._label, label), (self._under, under)):
            part.setText(words)
            if part is not self._under or kind:
                part.set_tone(tone)
        self._under.setVisible(bool(under))
        self.setAccessibleName(f"{label}: {number}. {under}".strip())
