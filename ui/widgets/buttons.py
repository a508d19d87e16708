"""Buttons of one size, with their word, their icon and their name for screen readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QLayout, QPushButton, QSizePolicy

from ui.theme import theme
from ui.theme.icons import GAP, icon
from ui.widgets.glyph import Glyph
from ui.widgets.text import tip

_ICON_TONE: Final = {
    "primary": "on_primary",
    "ghost": "primary",
    "danger": "danger",
    "link": "danger",
    "step-plus": "on_primary_tint",
}
_FONT: Final = {"chip": "chip", "phrase": "chip", "mention": "chip", "picker": "body"}
_ICON_SIZE: Final = 24


class Button(QPushButton):
    """A button with a word; `on` is called without arguments when it is pressed."""

    def __init__(
        self,
        text: str,
        kind: str = "secondary",
        icon: str = "",
        *,
        name: str = "",
        description: str = "",
        large: bool = False,
        icon_after: bool = False,
        icon_size: int = _ICON_SIZE,
        on: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(text)
        self.setProperty("kind", kind)
        if large:
            self.setProperty("large", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name or text)
        if description:
            self.setAccessibleDescription(description)
        theme.dress(self, _FONT.get(kind, "strong"))
        if icon:
            self.set_icon(icon, size=icon_size, after=icon_after)
        if on is not None:
            self.clicked.connect(_without_arguments(on))

    def set_icon(
        self, name: str, *, tone: str = "", size: int = _ICON_SIZE, after: bool = False
    ) -> None:
        """Show an icon beside the word, before it or after it."""
        gap = GAP - 4 if self.text() else 0
        tone = tone or _ICON_TONE.get(str(self.property("kind")), "text")
        on = "on_primary_tint" if self.isCheckable() else tone
        self.setIcon(icon(name, tone, size, on=on, gap=gap, after=after))
        self.setIconSize(QSize(size + gap, size))
        if after:
            self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    def set_words(self, text: str, *, name: str = "") -> None:
        """Change the word and the name with it."""
        self.setText(text)
        self.setAccessibleName(name or text)


class IconButton(Button):
    """A square button for the few acts every officer knows by sight; the name is still there."""

    def __init__(
        self,
        icon: str,
        name: str,
        *,
        description: str = "",
        size: int = 26,
        kind: str = "icon",
        on: Callable[[], object] | None = None,
    ) -> None:
        super().__init__("", kind, icon, name=name, description=description, icon_size=size, on=on)
        self.setToolTip(tip(name))


class LayoutButton(QPushButton):
    """A button whose face is a layout; the layout and a least height set its size."""

    def __init__(
        self,
        layout: QLayout,
        name: str,
        description: str = "",
        *,
        kind: str = "row",
        height: int = 72,
        on: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._least = height
        self.setProperty("kind", kind)
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setLayout(layout)
        # A press on the words is a press on the button.
        for part in (*self.findChildren(QLabel), *self.findChildren(Glyph)):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(layout.hasHeightForWidth())
        self.setSizePolicy(policy)
        self.setMinimumHeight(height)
        if on is not None:
            self.clicked.connect(_without_arguments(on))

    def sizeHint(self) -> QSize:
        layout = self.layout()
        hint = layout.totalSizeHint() if layout is not None else QSize()
        return hint.expandedTo(QSize(0, self._least))

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        hint = layout.totalMinimumSize() if layout is not None else QSize()
        return hint.expandedTo(QSize(0, self._least))


def _without_arguments(act: Callable[[], object]) -> Callable[..., None]:
    """`clicked` brings a bool that no use case wants."""

    def run(*_: object) -> None:
        act()

    return run
