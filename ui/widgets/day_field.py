"""Which day: the two likely ones by name, any other from a month of big days."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup

from ui.widgets.chip_face import RadioChip
from ui.widgets.date_picker import DatePicker
from ui.widgets.dates import long_day, short_day
from ui.widgets.flow import Flow

_OTHER = "Another day"


class DayField(Flow):
    """Today, Yesterday (or Tomorrow for what is still to come), Another day.

    Signals:
        changed: the officer chose a day.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        today: date,
        *,
        earliest: date | None = None,
        latest: date | None = None,
        coming: bool = False,
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._name, self._today, self._day = name, today, today
        self._earliest, self._latest = earliest, latest
        self._next = today + timedelta(days=1 if coming else -1)
        self._chips = (
            RadioChip("Today"),
            RadioChip("Tomorrow" if coming else "Yesterday"),
            RadioChip(_OTHER),
        )
        self._group = QButtonGroup(self)
        for chip in self._chips:
            self._group.addButton(chip)
            self.add(chip)
            chip.clicked.connect(self._on_clicked)
        self._show()

    @property
    def target(self) -> RadioChip:
        """The chip that takes the focus for the whole field."""
        return next((chip for chip in self._chips if chip.isChecked()), self._chips[0])

    def value(self) -> date:
        """The day chosen."""
        return self._day

    def set_value(self, day: date) -> None:
        """Show a day without a signal."""
        self._day = day
        self._show()

    def set_today(self, today: date) -> None:
        """The day has turned while the form was open; the chosen day stays."""
        step = self._next - self._today
        self._today, self._next = today, today + step
        self._show()

    def _on_clicked(self) -> None:
        chip = self.sender()
        if chip is self._chips[2]:
            self._open()
            return
        self._choose(self._today if chip is self._chips[0] else self._next)

    def _open(self) -> None:
        self._show()
        picker = DatePicker(
            self, self._day, today=self._today, earliest=self._earliest, latest=self._latest
        )
        picker.picked.connect(self._choose)
        picker.present()

    def _choose(self, day: date) -> None:
        changed = day != self._day
        self._day = day
        self._show()
        if changed:
            self.changed.emit()

    def _show(self) -> None:
        first, second, other = self._chips
        blocker = QSignalBlocker(self._group)
        chip = {self._today: first, self._next: second}.get(self._day, other)
        chip.setChecked(True)
        blocker.unblock()
        other.setText(short_day(self._day) if chip is other else _OTHER)
        other.setAccessibleName(f"Another day, {long_day(self._day)}" if chip is other else _OTHER)
        first.setAccessibleDescription(long_day(self._today))
        second.setAccessibleDescription(long_day(self._next))
        other.updateGeometry()
        self.flow.invalidate()
