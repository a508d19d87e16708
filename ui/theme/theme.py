"""The look of the moment: one palette, one text size, one hand, for every window."""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from resources import read_text
from ui.theme.fonts import make_font
from ui.theme.tokens import DAY, PALETTES, RADIUS, SCALES, Palette

_ROLE: Final = "type"
_ADOPTED: Final = "adopted"


class Theme(QObject):
    """Gives every adopted window its sheet and fonts, and again when the officer changes them.

    Signals:
        changed: palette, text size or hand is new; windows are already restyled.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._palette = DAY
        self._scale = 100
        self._left_handed = False
        self._fonts: dict[tuple[str, int], QFont] = {}
        self._sheets: dict[str, str] = {}

    @property
    def palette(self) -> Palette:
        """The colours of the moment."""
        return self._palette

    @property
    def scale(self) -> int:
        """Text size in per cent: 100, 115 or 130."""
        return self._scale

    @property
    def left_handed(self) -> bool:
        """True puts the main action of each screen at the left."""
        return self._left_handed

    def colour(self, tone: str) -> QColor:
        """The colour of a tone, ready for a painter."""
        return QColor(self._palette.tone(tone))

    def font(self, role: str) -> QFont:
        """The font of a type role at the text size of the moment."""
        key = (role, self._scale)
        if key not in self._fonts:
            self._fonts[key] = make_font(role, self._scale)
        return self._fonts[key]

    def px(self, size: int) -> int:
        """A length that grows with the text, for painted rows."""
        return round(size * self._scale / 100)

    def start(self, app: QApplication) -> None:
        """Give the application the ground that every window builds on; call once, first."""
        app.setStyle("Fusion")
        app.setFont(self.font("body"))
        app.setPalette(self._qt_palette())

    def dress(self, widget: QWidget, role: str) -> None:
        """Give a widget the font of a role and keep it right when the text size changes."""
        widget.setProperty(_ROLE, role)
        widget.setFont(self.font(role))

    def adopt(self, window: QWidget) -> None:
        """Style a top-level window or popup, now and at every change."""
        window.setProperty(_ADOPTED, True)
        self._style(window, fonts=True)

    def use(
        self,
        *,
        name: str | None = None,
        scale: int | None = None,
        left_handed: bool | None = None,
    ) -> None:
        """Change the look; what is not named stays as it is."""
        palette = self._palette if name is None else PALETTES[name]
        size = self._scale if scale is None else scale
        if size not in SCALES:
            raise ValueError(f"text size {size} is not one of {SCALES}")
        hand = self._left_handed if left_handed is None else left_handed
        if (palette, size, hand) == (self._palette, self._scale, self._left_handed):
            return
        resized = size != self._scale
        self._palette, self._scale, self._left_handed = palette, size, hand
        for window in QApplication.allWidgets():
            if window.property(_ADOPTED):
                self._style(window, fonts=resized)
        self.changed.emit()

    def sheet(self) -> str:
        """The style sheet of the moment."""
        name = self._palette.name
        if name not in self._sheets:
            self._sheets[name] = self._write_sheet()
        return self._sheets[name]

    def _write_sheet(self) -> str:
        values: dict[str, object] = dict(asdict(self._palette))
        width = self._palette.border_width
        values |= {f"radius_{name}": size for name, size in RADIUS.items()}
        # Where disabled and enabled share their colours, a broken line tells them apart.
        values["off_line"] = "dashed" if self._palette.name == "outdoor" else "solid"
        values["control_height"] = 56 - 2 * width
        values["primary_height"] = 64 - 2 * width
        values["floor_height"] = 48 - 2 * width
        return Template(read_text("qss/fieldapp.qss")).substitute(values)

    def _style(self, window: QWidget, *, fonts: bool) -> None:
        window.setUpdatesEnabled(False)
        try:
            if fonts:
                window.setFont(self.font("body"))
                for widget in window.findChildren(QWidget):
                    if role := widget.property(_ROLE):
                        widget.setFont(self.font(role))
            window.setPalette(self._qt_palette())
            window.setStyleSheet(self.sheet())
        finally:
            window.setUpdatesEnabled(True)

    def _qt_palette(self) -> QPalette:
        palette, roles = QPalette(), QPalette.ColorRole
        for role, tone in (
            (roles.Window, "bg"),
            (roles.WindowText, "text"),
            (roles.Base, "surface"),
            (roles.AlternateBase, "surface_alt"),
            (roles.Text, "text"),
            (roles.Button, "surface"),
            (roles.ButtonText, "text"),
            (roles.Highlight, "selection"),
            (roles.HighlightedText, "text"),
            (roles.PlaceholderText, "text_muted"),
            (roles.ToolTipBase, "surface"),
            (roles.ToolTipText, "text"),
            (roles.Link, "primary"),
        ):
            palette.setColor(role, self.colour(tone))
        return palette


theme: Final = Theme()
