"""A calm band that says how things stand: offline is amber, trouble red, all clear green."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from ui.widgets.announce import announce
from ui.widgets.arrange import column, row
from ui.widgets.buttons import Button
from ui.widgets.glyph import Glyph
from ui.widgets.restyle import restyle
from ui.widgets.text import Label

_ICONS: Final = MappingProxyType(
    {"info": "info", "success": "online_clear", "warning": "offline", "error": "error"}
)
_TONES: Final = MappingProxyType(
    {
        "info": "on_primary_tint",
        "success": "on_success_tint",
        "warning": "on_warning_tint",
        "error": "on_danger_tint",
    }
)


class Banner(QFrame):
    """Icon, a title, a line under it and at most one act.

    Signals:
        acted: the act was pressed.
    """

    acted = Signal()

    def __init__(
        self, kind: str, title: str, text: str = "", *, icon: str = "", action: str = ""
    ) -> None:
        super().__init__()
        self._glyph = Glyph("info", "text", 28)
        self._title = Label("", "heading", wrap=True)
        self._text = Label("", "muted", wrap=True)
        self._button = Button("Go", icon="forward", icon_after=True, on=self.acted.emit)
        words = QWidget()
        words.setObjectName("plain")
        words.setLayout(column(self._title, self._text, spacing=2))
        self.setLayout(
            row(self._glyph, (words, 1), self._button, margins=(18, 12, 14, 12), spacing=14)
        )
        self._show(kind, title, text, icon, action)

    def say(
        self, kind: str, title: str, text: str = "", *, icon: str = "", action: str = ""
    ) -> None:
        """Show another state; it is announced once, and only if its words are new."""
        if self._show(kind, title, text, icon, action):
            announce(self, title)

    def _show(self, kind: str, title: str, text: str, icon: str, action: str) -> bool:
        new = title != self._title.text()
        tone = _TONES[kind]
        restyle(self, card=kind)
        self._glyph.set(icon or _ICONS[kind], tone)
        for label, words in ((self._title, title), (self._text, text)):
            label.setText(words)
            label.set_tone(tone)
        self._text.setVisible(bool(text))
        self._button.setVisible(bool(action))
        if action:
            self._button.set_words(action)
        self.setAccessibleName(f"{title} {text}".strip())
        return new
