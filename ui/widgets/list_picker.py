"""Choosing one of many: a button with the answer, a sheet with a search and big rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.widgets.buttons import Button
from ui.widgets.chevron import paint_chevron
from ui.widgets.choice import Choice
from ui.widgets.queue_list import QueueList, QueueRow
from ui.widgets.sheet import Sheet
from ui.widgets.text import Label
from ui.widgets.text_field import TextField

FEW = 12


class PickSheet(Sheet):
    """The rows of a picker; a search box when they are more than a screen's worth.

    Signals:
        picked(str): a row was chosen; the sheet has gone.
    """

    picked = Signal(str)

    def __init__(
        self, window: QWidget, title: str, choices: Sequence[Choice], current: str = ""
    ) -> None:
        super().__init__(window, title, size=QSize(600, 660))
        self._choices = tuple(choices)
        self.search = TextField(f"Search: {title}", "Search")
        self.search.setVisible(len(self._choices) > FEW)
        self.search.edited.connect(self._filter)
        self.search.returnPressed.connect(self._take_first)
        self.rows = QueueList(title)
        self.rows.opened.connect(self._pick)
        self._nothing = Label("Nothing fits these words.", "muted", wrap=True)
        self._nothing.hide()
        self.add(self.search)
        self.add(self._nothing)
        self.add((self.rows, 1))
        self._current = current
        self._filter()

    def present(self, focus: QWidget | None = None) -> None:
        """Show the rows with the keyboard on the search, or on the rows when they are few."""
        first = self.search if len(self._choices) > FEW else self.rows
        super().present(focus or first)

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        found = [
            c
            for c in self._choices
            if all(word in f"{c.text} {c.detail}".casefold() for word in words)
        ]
        self.rows.set_rows(
            [QueueRow(key=c.value, title=c.text, line=c.detail, icon=c.icon) for c in found]
        )
        if self._current:
            self.rows.select(self._current)
        self._nothing.setVisible(not found)

    def _take_first(self) -> None:
        index = self.rows.model().index(0, 0, QModelIndex())
        if index.isValid() and self.search.text():
            self._pick(self.rows.key_at(0))

    def _pick(self, key: str) -> None:
        self.dismiss()
        self.picked.emit(key)


class ListPicker(Button):
    """Shows the choice made and opens the rows to change it.

    Signals:
        changed: the officer chose another row.
    """

    changed = Signal()

    def __init__(self, choices: Sequence[Choice], name: str, *, empty: str = "Choose one") -> None:
        super().__init__(empty, "picker", name=name)
        self._name, self._empty, self._value = name, empty, ""
        self._choices: tuple[Choice, ...] = ()
        self.clicked.connect(self._open)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer other rows; a value no longer offered is dropped."""
        self._choices = tuple(choices)
        if self._value not in {c.value for c in self._choices}:
            self._value = ""
        self._show()

    def value(self) -> str:
        """The value chosen, or ""."""
        return self._value

    def set_value(self, value: str) -> None:
        """Show a value without a signal."""
        self._value = value if value in {c.value for c in self._choices} else ""
        self._show()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        paint_chevron(painter, self.rect())
        painter.end()

    def _open(self) -> None:
        sheet = PickSheet(self, self._name, self._choices, self._value)
        sheet.picked.connect(self._choose)
        sheet.present()

    def _choose(self, value: str) -> None:
        if value != self._value:
            self._value = value
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        text = next((c.text for c in self._choices if c.value == self._value), "")
        self.setText(text or self._empty)
        self.setAccessibleName(f"{self._name}: {text}" if text else self._name)
