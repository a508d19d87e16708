"""The only door for words on screen: always plain text, whoever wrote them."""

from __future__ import annotations

from html import escape
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme import theme

_HEADINGS: Final = {1: "title", 2: "heading", 3: "label"}
_QUIET: Final = frozenset({"muted", "caption"})


class Label(QLabel):
    """Words in a type role and a tone; markup in them is shown, never followed."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        *,
        tone: str = "",
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setWordWrap(wrap)
        self.setProperty("tone", tone or ("text_muted" if role in _QUIET else "text"))
        theme.dress(self, role)
        if wrap:
            policy = self.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def set_tone(self, tone: str) -> None:
        """Change the colour; words alone must already say what it means."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class Elided(Label):
    """One line that ends in dots when room is short and never pushes its window wider."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        *,
        tone: str = "",
        hug: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, role, tone=tone, parent=parent)
        # Hugging, it is no wider than its words, so that a tag can stand right behind it.
        width = QSizePolicy.Policy.Maximum if hug else QSizePolicy.Policy.Ignored
        self.setSizePolicy(width, QSizePolicy.Policy.Preferred)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.contentsRect()
        words = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, area.width()
        )
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(area, self.alignment(), words)
        painter.end()


class Heading(Label):
    """A heading of level 1 (page), 2 (card) or 3 (part of a card)."""

    def __init__(self, text: str, level: int = 2, *, wrap: bool = False) -> None:
        super().__init__(text, _HEADINGS[level], wrap=wrap)
        self.level = level


def tip(words: str) -> str:
    """Words for a tool tip, which by itself would follow markup in them."""
    return f"<span>{escape(words)}</span>"
