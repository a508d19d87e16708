"""The foot of a form: what is saved at one end, the acts at the other, always in one place."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QFrame, QPushButton, QWidget

from ui.theme import theme
from ui.widgets.announce import announce
from ui.widgets.arrange import column, row
from ui.widgets.glyph import Glyph
from ui.widgets.text import Elided

_LOOKS: Final = MappingProxyType(
    {
        "saving": ("saved", "text_muted"),
        "saved": ("saved", "success"),
        "failed": ("error", "danger"),
        "info": ("info", "text_muted"),
    }
)


class StickyBar(QFrame):
    """Saved state, secondary acts, then the main act at the outer edge of the officer's hand."""

    def __init__(self, primary: QPushButton | None = None, *secondary: QPushButton) -> None:
        super().__init__()
        self.setObjectName("foot")
        self._glyph = Glyph("saved", "success", 26)
        self._words = Elided("", "label")
        self._words.setObjectName("saved")
        self._under = Elided("", "caption")
        self._state = QWidget()
        self._state.setObjectName("plain")
        self._state.setMinimumWidth(40)
        self._state.setLayout(
            row(
                self._glyph,
                (column(None, self._words, self._under, None, spacing=1), 1),
                spacing=12,
            )
        )
        self._row = row((self._state, 1), *secondary, margins=(24, 10), spacing=12)
        if primary is not None:
            self._row.addWidget(primary)
        self.setLayout(self._row)
        self._under.hide()
        self._state.setVisible(False)
        theme.changed.connect(self._mirror)
        self._mirror()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, super().minimumSizeHint().height())

    def words(self) -> str:
        """The saved line as it reads."""
        return self._words.text()

    def set_saved(self, state: str, words: str, under: str = "") -> None:
        """Show saving, saved, failed or info; a failure is announced at once."""
        icon, tone = _LOOKS[state]
        self._glyph.set(icon, tone)
        self._words.setText(words)
        self._words.set_tone("danger" if state == "failed" else "text")
        self._words.setAccessibleName(words)
        self._under.setText(under)
        self._under.setVisible(bool(under))
        self._state.setVisible(bool(words))
        if state == "failed":
            announce(self, words, urgent=True)

    def _mirror(self) -> None:
        flow = QBoxLayout.Direction
        self._row.setDirection(flow.RightToLeft if theme.left_handed else flow.LeftToRight)
