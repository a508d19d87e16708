"""Something else: every kind of engagement by group, found by scrolling or by a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.views.looks import icon_of
from ui.widgets.arrange import clear, column, row
from ui.widgets.buttons import LayoutButton
from ui.widgets.glyph import Glyph
from ui.widgets.page import Page
from ui.widgets.reflow import Reflow
from ui.widgets.text import Elided, Heading, Label
from ui.widgets.text_field import TextField

if TYPE_CHECKING:
    from fieldapp.services.values import Choice


class KindButton(LayoutButton):
    """One kind of engagement.

    Signals:
        chosen(str): pressed; its code.
    """

    chosen = Signal(str)

    def __init__(self, kind: Choice) -> None:
        self.kind = kind
        icon = icon_of(str(kind.extra.get("icon", "")))
        face = row(
            Glyph(icon, "primary", 28),
            (Elided(kind.label, "strong"), 1),
            margins=(16, 8),
            spacing=14,
        )
        super().__init__(face, kind.label, kind="card", height=64)
        self.setObjectName(f"kind:{kind.code}")
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self.chosen.emit(self.kind.code)


class TypePicker(Page):
    """Groups of kinds; typing narrows them.

    Signals:
        chosen(str): the kind to record.
    """

    chosen = Signal(str)

    def __init__(
        self, kinds: tuple[Choice, ...], title: str = "What do you want to record?"
    ) -> None:
        super().__init__(title)
        self._kinds = kinds
        self.search = TextField("Search the kinds of engagement", "Search")
        self.search.edited.connect(self._show)
        self.search.returnPressed.connect(self._take_only)
        self._groups = column(spacing=18)
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(
            column(self.search, self._groups, None, margins=(24, 16, 24, 24), spacing=18)
        )
        self.set_content(body, width=1100)
        self.buttons: dict[str, KindButton] = {}
        self._show()

    def _show(self) -> None:
        words = self.search.text().casefold().split()
        groups: dict[str, list[KindButton]] = {}
        clear(self._groups)
        self.buttons = {}
        for kind in self._kinds:
            said = f"{kind.label} {kind.detail} {kind.extra.get('short_label', '')}".casefold()
            if all(word in said for word in words):
                button = KindButton(kind)
                button.chosen.connect(self.chosen)
                self.buttons[kind.code] = button
                groups.setdefault(kind.detail, []).append(button)
        for name, buttons in groups.items():
            self._groups.addLayout(
                column(Heading(name, 2), Reflow(buttons, 300, most=3, spacing=10), spacing=8)
            )
        if not groups:
            self._groups.addWidget(Label("Nothing fits these words.", "muted"))

    def _take_only(self) -> None:
        if self.search.text() and self.buttons:
            self.chosen.emit(next(iter(self.buttons)))
