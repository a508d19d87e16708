"""A drop-down for short lists everyone knows by heart."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QListView

from ui.theme import theme
from ui.widgets.chevron import paint_chevron
from ui.widgets.choice import Choice
from ui.widgets.no_wheel import NoWheel
from ui.widgets.touch_mode import kinetic


class ComboField(QComboBox):
    """A combo box over choices; its first row says that nothing is chosen.

    Signals:
        changed: the officer chose another row.
    """

    changed = Signal()

    def __init__(self, name: str, choices: Sequence[Choice], *, empty: str = "Choose one") -> None:
        super().__init__()
        self._empty = empty
        view = QListView()
        view.setAccessibleName(name)
        self.setView(view)
        kinetic(view)
        theme.dress(self, "body")
        theme.dress(view, "body")
        self.setAccessibleName(name)
        NoWheel(self)
        self.set_choices(choices)
        self.activated.connect(self._on_activated)
        self._last = self.value()

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer other rows; a value still offered stays."""
        kept = self.value()
        blocker = QSignalBlocker(self)
        self.clear()
        if self._empty:
            self.addItem(self._empty, "")
        for choice in choices:
            self.addItem(choice.text, choice.value)
        blocker.unblock()
        self.set_value(kept)

    def value(self) -> str:
        """The value chosen, or ""."""
        data = self.currentData()
        return data if isinstance(data, str) else ""

    def set_value(self, value: str) -> None:
        """Show a value without a signal."""
        blocker = QSignalBlocker(self)
        self.setCurrentIndex(max(0, self.findData(value)))
        blocker.unblock()
        self._last = self.value()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        paint_chevron(painter, self.rect())
        painter.end()

    def _on_activated(self, _index: int) -> None:
        if self.value() != self._last:
            self._last = self.value()
            self.changed.emit()
