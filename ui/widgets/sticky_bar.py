"""The foot of a form: what is saved at one end, the acts at the other, always in one place."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
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

_LEAST_STATE: Final = 120


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
        self._acts = row(None, *secondary, spacing=12)
        if primary is not None:
            self._acts.addWidget(primary)
        self._buttons = (*secondary, *((primary,) if primary is not None else ()))
        self._outer = row((self._state, 1), self._acts, margins=(24, 10), spacing=12)
        self.setLayout(self._outer)
        self._under.hide()
        self._glyph.hide()
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
        self._glyph.setVisible(bool(words))
        self._mirror()
        if state == "failed":
            announce(self, words, urgent=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._mirror()

    def _mirror(self) -> None:
        """Sides by the officer's hand; two rows where one is too short for words and acts."""
        flow = QBoxLayout.Direction
        across = flow.RightToLeft if theme.left_handed else flow.LeftToRight
        acts = sum(button.sizeHint().width() + 12 for button in self._buttons)
        short = self.width() < acts + _LEAST_STATE + 48 and bool(self._words.text())
        self._acts.setDirection(across)
        self._outer.setDirection(flow.TopToBottom if short else across)
