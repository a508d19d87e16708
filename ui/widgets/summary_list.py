"""The answers of a form as they will be sent, each with a way back to change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.theme import theme
from ui.theme.tokens import TARGET
from ui.widgets.arrange import clear, row
from ui.widgets.buttons import Button
from ui.widgets.card import Line
from ui.widgets.glyph import Glyph
from ui.widgets.text import Label


@dataclass(frozen=True, slots=True)
class SummaryItem:
    """One answer; `comment` is what the sergeant said about it."""

    key: str
    label: str
    value: str
    change: bool = False
    comment: str = ""


class SummaryList(QWidget):
    """Label, value and Change in rows.

    Signals:
        change_wanted(str): Change was pressed on the item with this key.
    """

    change_wanted = Signal(str)

    def __init__(self, items: Sequence[SummaryItem] = ()) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._items: tuple[SummaryItem, ...] = ()
        self.set_items(items)

    def items(self) -> tuple[SummaryItem, ...]:
        """What is shown."""
        return self._items

    def set_items(self, items: Sequence[SummaryItem]) -> None:
        """Show these answers instead."""
        if tuple(items) == self._items:
            return
        self._items = tuple(items)
        clear(self._grid)
        for index, item in enumerate(self._items):
            self._add(3 * index, item, last=index == len(self._items) - 1)

    def _add(self, line: int, item: SummaryItem, *, last: bool) -> None:
        label = Label(item.label, "label", wrap=True)
        label.setFixedWidth(theme.px(150))
        value = Label(item.value or "None", wrap=True, selectable=True)
        value.setAccessibleName(f"{item.label}: {item.value or 'none'}")
        if not item.value:
            value.set_tone("text_muted")
        # The first line of the words stands beside the word of the button.
        line_height = value.fontMetrics().height()
        air = max(12, (TARGET["default"] - line_height) // 2) if item.change else 12
        for part in (label, value):
            part.setContentsMargins(0, air, 0, air)
            part.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(label, line, 0)
        self._grid.addWidget(value, line, 1)
        if item.change:
            button = Button("Change", "ghost", name=f"Change {item.label.lower()}")
            button.setObjectName(f"change:{item.key}")
            button.clicked.connect(self._on_change)
            self._grid.addWidget(button, line, 2, Qt.AlignmentFlag.AlignTop)
        if item.comment:
            note = QWidget()
            note.setObjectName("plain")
            words = Label(item.comment, tone="warning", wrap=True)
            note.setLayout(
                row(Glyph("comment", "warning", 20), (words, 1), margins=(0, 0, 0, 12), spacing=8)
            )
            self._grid.addWidget(note, line + 1, 1, 1, 2)
        if not last:
            self._grid.addWidget(Line(), line + 2, 0, 1, 3)

    def _on_change(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.change_wanted.emit(button.objectName().removeprefix("change:"))
