"""Finds the widget of a field by its name, for links, problems, comments and lost focus."""

from __future__ import annotations

from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ui.widgets.field import Field


@dataclass(frozen=True, slots=True)
class Entered:
    """One field on screen: what takes the focus, and the frame with its label if it has one."""

    name: str
    target: QWidget
    frame: Field | None = None
    spot: QWidget | None = None
    """What is brought into view; the frame or the target when there is nothing larger."""

    @property
    def visible_part(self) -> QWidget:
        """What has to be in view for the field to be seen."""
        return self.spot or self.frame or self.target

    @property
    def alive(self) -> bool:
        """True while its widgets exist."""
        return shiboken6.isValid(self.target)


class Fields:
    """All fields that have been built so far; the name is the target's object name too."""

    def __init__(self) -> None:
        self._entered: dict[str, Entered] = {}

    def put(
        self,
        name: str,
        target: QWidget,
        frame: Field | None = None,
        *,
        spot: QWidget | None = None,
    ) -> None:
        """Name a field; a field built anew takes the place of the old one."""
        target.setObjectName(name)
        self._entered[name] = Entered(name, target, frame, spot)

    def forget(self, prefix: str) -> None:
        """Fields whose widgets are going."""
        for name in [name for name in self._entered if name.startswith(prefix)]:
            del self._entered[name]

    def names(self) -> tuple[str, ...]:
        """Every name that can be found now."""
        return tuple(name for name, entered in self._entered.items() if entered.alive)

    def find(self, name: str) -> Entered | None:
        """The field itself, else the nearest one around or inside it."""
        if (exact := self._entered.get(name)) and exact.alive:
            return exact
        path = name
        while "." in path:
            path = path.rpartition(".")[0]
            if (around := self._entered.get(path)) and around.alive:
                return around
        inside = f"{name}."
        for known, entered in self._entered.items():
            if known.startswith(inside) and entered.alive:
                return entered
        return None

    def holding(self, widget: QWidget | None) -> str:
        """Name of the field a widget is part of; empty when it is part of none."""
        while widget is not None:
            name = widget.objectName()
            if name in self._entered:
                return name
            widget = widget.parentWidget()
        return ""


def focus_of(target: QWidget) -> QWidget:
    """What takes the focus for a field: the target, or the first control inside a group."""
    if target.focusPolicy() != Qt.FocusPolicy.NoFocus:
        return target
    for inner in target.findChildren(QWidget):
        if inner.focusPolicy() & Qt.FocusPolicy.TabFocus and inner.isEnabled():
            return inner
    return target


def caret(widget: QWidget | None) -> int | None:
    """Where the caret stands in a text, None for widgets without one."""
    if isinstance(widget, QLineEdit):
        return widget.cursorPosition()
    if isinstance(widget, QPlainTextEdit):
        return widget.textCursor().position()
    return None


def place_caret(widget: QWidget, position: int | None) -> None:
    """Take the focus and put the caret back; behind the text when nothing is known."""
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
    if isinstance(widget, QLineEdit):
        widget.setCursorPosition(len(widget.text()) if position is None else position)
    elif isinstance(widget, QPlainTextEdit):
        cursor = widget.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if position is not None:
            cursor.setPosition(min(position, cursor.position()))
        widget.setTextCursor(cursor)
