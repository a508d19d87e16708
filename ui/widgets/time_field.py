"""A time of day: typed as 930 or 9:30, or moved by quarters of an hour."""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme import theme
from ui.widgets.arrange import row
from ui.widgets.buttons import IconButton
from ui.widgets.field import Field
from ui.widgets.reflow import Reflow

_STEP: Final = 15
_DAY: Final = 24 * 60
_TYPED: Final = re.compile(r"^\s*(\d{1,2})(?:[:.\s]?(\d{2}))?\s*$")


def read_time(typed: str) -> time | None:
    """930, 0930, 9:30, 9.30 and 9 as times; None for what is not a time."""
    match = _TYPED.match(typed)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


class _TimeEdit(QLineEdit):
    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Up:
            self.stepped.emit(_STEP)
        elif event.key() == Qt.Key.Key_Down:
            self.stepped.emit(-_STEP)
        else:
            super().keyPressEvent(event)


class TimeField(QWidget):
    """Minus 15, the time, plus 15.

    Args:
        name: what time it is ("Start").
        suggested: where the first step starts while no time is set.

    Signals:
        changed: the officer typed a time, made it unreadable, or moved it.
    """

    changed = Signal()

    def __init__(self, name: str, *, suggested: time = time(12, 0)) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._suggested = suggested
        self._value: time | None = None
        self.edit = _TimeEdit()
        self.edit.setAccessibleName(name)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.edit.setPlaceholderText("hh:mm")
        self.edit.setInputMethodHints(Qt.InputMethodHint.ImhTime)
        self.edit.setMaxLength(5)
        self.edit.setMinimumWidth(96)
        theme.dress(self.edit, "time")
        self.earlier = IconButton(
            "minus", f"{name}: 15 minutes earlier", kind="step", on=self._earlier
        )
        self.later = IconButton("plus", f"{name}: 15 minutes later", kind="step", on=self._later)
        for button in (self.earlier, self.later):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setLayout(row(self.earlier, (self.edit, 1), self.later, spacing=8))
        self.edit.textEdited.connect(self._on_typed)
        self.edit.editingFinished.connect(self._tidy)
        self.edit.stepped.connect(self._move)

    @property
    def target(self) -> QLineEdit:
        """The box that takes the focus."""
        return self.edit

    def value(self) -> time | None:
        """The time, or None while there is none that can be read."""
        return self._value

    def typed(self) -> str:
        """What stands in the box, also when it is not a time."""
        return self.edit.text()

    def set_value(self, value: time | None) -> None:
        """Show a time, or an empty box, without a signal."""
        self._value = value
        blocker = QSignalBlocker(self.edit)
        self.edit.setText(f"{value:%H:%M}" if value is not None else "")
        blocker.unblock()

    def _earlier(self) -> None:
        self._move(-_STEP)

    def _later(self) -> None:
        self._move(_STEP)

    def _move(self, minutes: int) -> None:
        if self._value is None:
            self.set_value(self._suggested)
        else:
            now = self._value.hour * 60 + self._value.minute
            # To the next full quarter first, so that 10:07 goes to 10:15 and not to 10:22.
            quarter = now // _STEP + 1 if minutes > 0 else (now - 1) // _STEP
            grid = quarter * _STEP % _DAY
            self.set_value(time(grid // 60, grid % 60))
        self.changed.emit()

    def _on_typed(self, typed: str) -> None:
        self._value = read_time(typed)
        self.changed.emit()

    def _tidy(self) -> None:
        if self._value is not None:
            self.set_value(self._value)


class TimeRange(QWidget):
    """A start and a finish side by side, or one below the other where it is narrow.

    Signals:
        changed: the officer changed one of the two.
    """

    changed = Signal()

    def __init__(self, start: str = "Start", finish: str = "Finish") -> None:
        super().__init__()
        self.setObjectName("plain")
        self.start, self.finish = TimeField(start), TimeField(finish)
        self.start_field = Field(start, self.start)
        self.finish_field = Field(finish, self.finish)
        self.start.changed.connect(self.changed)
        self.finish.changed.connect(self.changed)
        self.setLayout(row((Reflow([self.start_field, self.finish_field], 270, spacing=24), 1)))

    def set_errors(self, start: str = "", finish: str = "") -> None:
        """Say what is wrong with either."""
        self.start_field.set_error(start)
        self.finish_field.set_error(finish)
