"""Rows and columns in one line of code, with the margins of the design."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

_Box = TypeVar("_Box", bound=QBoxLayout)
Part = QWidget | QLayout
Item = Part | int | None | tuple[Part, int]
Margins = int | tuple[int, int] | tuple[int, int, int, int]


def row(*items: Item, margins: Margins = 0, spacing: int = 12) -> QHBoxLayout:
    """Items side by side; see `Item`: an int is space, None takes what is left."""
    return _fill(QHBoxLayout(), items, margins, spacing)


def column(*items: Item, margins: Margins = 0, spacing: int = 12) -> QVBoxLayout:
    """Items one below the other."""
    return _fill(QVBoxLayout(), items, margins, spacing)


def add(layout: QBoxLayout, item: Item) -> None:
    """Put one more item at the end of a row or column."""
    if item is None:
        layout.addStretch(1)
        return
    if isinstance(item, int):
        layout.addSpacing(item)
        return
    part, stretch = item if isinstance(item, tuple) else (item, 0)
    if isinstance(part, QWidget):
        layout.addWidget(part, stretch)
    else:
        layout.addLayout(part, stretch)


def top(widget: QWidget) -> QVBoxLayout:
    """A widget held at the top of its row."""
    layout = column(spacing=0)
    layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
    layout.addStretch(1)
    return layout


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let the widgets go."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
        elif inner := item.layout():
            clear(inner)


def _margins(margins: Margins) -> tuple[int, int, int, int]:
    if isinstance(margins, int):
        return margins, margins, margins, margins
    if len(margins) == 2:
        across, down = margins
        return across, down, across, down
    return margins


def _fill(layout: _Box, items: tuple[Item, ...], margins: Margins, spacing: int) -> _Box:
    layout.setContentsMargins(*_margins(margins))
    layout.setSpacing(spacing)
    for item in items:
        add(layout, item)
    return layout
