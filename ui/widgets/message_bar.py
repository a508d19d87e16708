"""The one door through which the app speaks to the officer outside a form."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget

from ui.widgets.announce import announce
from ui.widgets.arrange import row
from ui.widgets.buttons import Button
from ui.widgets.glyph import Glyph
from ui.widgets.restyle import restyle
from ui.widgets.text import Label

_LOOKS: Final = MappingProxyType(
    {
        "info": ("info", "on_primary_tint"),
        "success": ("done", "on_success_tint"),
        "warning": ("warning", "on_warning_tint"),
        "error": ("error", "on_danger_tint"),
    }
)
_SECONDS: Final = 8
_RANK: Final = MappingProxyType({"info": 0, "success": 0, "warning": 1, "error": 2})


class MessageBar(QWidget):
    """Shows one message; news goes by itself, errors stay until the officer closes them.

    Signals:
        acted: the act beside the words was pressed.
        said(str, str): kind and words of what was just shown.
    """

    acted = Signal()
    said = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ground")
        self._kind = ""
        self._frame = QFrame()
        self._glyph = Glyph("info", "text", 24)
        self._words = Label("", "label", wrap=True)
        self._act = Button("Go", on=self.acted.emit)
        self._close = Button("Close", "ghost", "close", on=self.clear)
        self._frame.setLayout(
            row(
                self._glyph,
                (self._words, 1),
                self._act,
                self._close,
                margins=(18, 6, 8, 6),
                spacing=12,
            )
        )
        self.setLayout(row((self._frame, 1), margins=(24, 12, 24, 0)))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        self.hide()

    @property
    def kind(self) -> str:
        """The kind of the message shown, "" when there is none."""
        return self._kind

    def words(self) -> str:
        """The words shown."""
        return self._words.text() if self._kind else ""

    def say(self, kind: str, words: str, *, action: str = "") -> None:
        """Show a message; while an error stands, lesser news is announced but not shown."""
        announce(self, words, urgent=kind == "error")
        self.said.emit(kind, words)
        if self._kind == "error" and _RANK[kind] < _RANK["error"]:
            return
        icon, tone = _LOOKS[kind]
        self._kind = kind
        restyle(self._frame, card=kind)
        self._glyph.set(icon, tone)
        self._words.setText(words)
        self._words.set_tone(tone)
        self._act.setVisible(bool(action))
        if action:
            self._act.set_words(action)
        self.setAccessibleName(words)
        self._timer.stop()
        if kind in {"info", "success"} and not action:
            self._timer.start(_SECONDS * 1000)
        self.show()

    def clear(self) -> None:
        """Take the message away."""
        self._kind = ""
        self._timer.stop()
        self.hide()
