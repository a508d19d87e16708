"""A grid that picks its number of columns from its width, for tiles, counters and panels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget


class Reflow(QWidget):
    """Equal columns, as many as fit; rows are balanced, so five come as 3 and 2, not 4 and 1."""

    def __init__(
        self,
        widgets: Sequence[QWidget],
        min_width: int,
        *,
        most: int = 0,
        spacing: int = 12,
        stretches: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._widgets = list(widgets)
        self._min_width, self._most = min_width, most or max(len(widgets), 1)
        self._stretches, self._columns = tuple(stretches), 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(spacing)
        self._arrange(self._most)

    @property
    def columns(self) -> int:
        """The number of columns of the moment."""
        return self._columns

    def set_most(self, most: int) -> None:
        """Allow at most so many columns from now on."""
        self._most = most
        self._fit(self.width())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._min_width, 320), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit(event.size().width())
        super().resizeEvent(event)

    def _fit(self, width: int) -> None:
        gap = self._grid.spacing()
        fitting = max(1, min(self._most, (width + gap) // (self._min_width + gap)))
        rows = -(-len(self._widgets) // fitting) or 1
        self._arrange(max(1, -(-len(self._widgets) // rows)))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        for index in range(max(columns, self._columns)):
            self._grid.setColumnStretch(index, 0)
        self._columns = columns
        for widget in self._widgets:
            self._grid.removeWidget(widget)
        for index, widget in enumerate(self._widgets):
            self._grid.addWidget(widget, index // columns, index % columns)
        for index in range(columns):
            named = index < len(self._stretches) and columns == len(self._stretches)
            self._grid.setColumnStretch(index, self._stretches[index] if named else 1)
