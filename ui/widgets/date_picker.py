"""A month of big days to pick one from."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from ui.theme import theme
from ui.widgets.arrange import row
from ui.widgets.buttons import IconButton
from ui.widgets.dates import DAYS, MONTHS, long_day
from ui.widgets.restyle import restyle
from ui.widgets.sheet import Sheet
from ui.widgets.text import Label

_ROWS, _COLUMNS = 6, 7
_STEPS: Final = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -7,
    Qt.Key.Key_Down: 7,
}


class _Day(QPushButton):
    """Leaves the arrows to the month, which moves by days and weeks."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


class DatePicker(Sheet):
    """One month at a time; arrows of the keyboard move by days and weeks.

    Signals:
        picked(date): a day was chosen; the sheet has gone.
    """

    picked = Signal(object)

    def __init__(
        self,
        window: QWidget,
        day: date,
        *,
        today: date | None = None,
        earliest: date | None = None,
        latest: date | None = None,
        title: str = "Choose a day",
    ) -> None:
        super().__init__(window, title, size=QSize(484, 0))
        self._day, self._today = day, today
        self._earliest, self._latest = earliest, latest
        self._year, self._month = day.year, day.month
        self._month_label = Label("", "heading")
        self._month_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._before = IconButton("back", "Month before", on=self._month_before)
        self._after = IconButton("forward", "Month after", on=self._month_after)
        self.add(row(self._before, (self._month_label, 1), self._after))
        grid = QGridLayout()
        grid.setSpacing(4)
        for index, name in enumerate(DAYS):
            title_label = Label(name, "caption")
            title_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(title_label, 0, index)
        self._buttons: list[QPushButton] = []
        self._shown: list[date] = []
        for index in range(_ROWS * _COLUMNS):
            button = _Day()
            button.setProperty("kind", "day")
            button.setCheckable(True)
            theme.dress(button, "body")
            button.clicked.connect(self._on_clicked)
            grid.addWidget(button, 1 + index // _COLUMNS, index % _COLUMNS)
            self._buttons.append(button)
        self.add(grid)
        self._show_month()

    def present(self, focus: QWidget | None = None) -> None:
        """Show the month with the keyboard on the day."""
        super().present(focus or self._button_of(self._day))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._move(self._day + timedelta(days=_STEPS[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self._day)
        else:
            super().keyPressEvent(event)

    def _allowed(self, day: date) -> bool:
        early = self._earliest is not None and day < self._earliest
        late = self._latest is not None and day > self._latest
        return not early and not late

    def _move(self, day: date) -> None:
        if not self._allowed(day):
            return
        self._day = day
        if (day.year, day.month) != (self._year, self._month):
            self._year, self._month = day.year, day.month
        self._show_month()
        button = self._button_of(day)
        if button is not None:
            button.setFocus(Qt.FocusReason.TabFocusReason)

    def _month_before(self) -> None:
        self._turn(-1)

    def _month_after(self) -> None:
        self._turn(1)

    def _turn(self, step: int) -> None:
        months = self._year * 12 + self._month - 1 + step
        self._year, self._month = divmod(months, 12)
        self._month += 1
        self._show_month()

    def _show_month(self) -> None:
        self._month_label.setText(f"{MONTHS[self._month - 1]} {self._year}")
        first = date(self._year, self._month, 1)
        last = date(self._year, self._month, calendar.monthrange(self._year, self._month)[1])
        self._before.setEnabled(self._allowed(first - timedelta(days=1)))
        self._after.setEnabled(self._allowed(last + timedelta(days=1)))
        start = first - timedelta(days=first.weekday())
        self._shown = [start + timedelta(days=i) for i in range(_ROWS * _COLUMNS)]
        for button, day in zip(self._buttons, self._shown, strict=True):
            inside = day.month == self._month
            button.setText(str(day.day) if inside else "")
            button.setAccessibleName(long_day(day))
            button.setEnabled(inside and self._allowed(day))
            button.setChecked(inside and day == self._day)
            restyle(button, today=inside and day == self._today)

    def _button_of(self, day: date) -> QPushButton | None:
        return self._buttons[self._shown.index(day)] if day in self._shown else None

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self._pick(self._shown[self._buttons.index(button)])

    def _pick(self, day: date) -> None:
        if self._allowed(day):
            self.dismiss()
            self.picked.emit(day)
