"""Counting people with a thumb: big steppers, a number that can be typed, the last tap undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from ui.widgets.announce import announce
from ui.widgets.arrange import column, row
from ui.widgets.buttons import Button, IconButton
from ui.widgets.choice import Choice
from ui.widgets.count_spin import CountSpin
from ui.widgets.glyph import Glyph
from ui.widgets.reflow import Reflow
from ui.widgets.restyle import restyle
from ui.widgets.text import Label


class Tally(QFrame):
    """One counter. The number is a real spin box, so keys, typing and screen readers work.

    Signals:
        counted(int, int): the number before and after, whoever changed it by hand.
    """

    counted = Signal(int, int)

    def __init__(self, value: str, text: str, *, maximum: int = 999) -> None:
        super().__init__()
        self.key, self._before = value, 0
        self.setProperty("part", "tally")
        name = f"{text}: number of people"
        self.spin = CountSpin(name, "counter", maximum=maximum)
        self.spin.setProperty("part", "count")
        self.spin.setProperty("zero", True)
        self.spin.setObjectName(f"count:{value}")
        self.minus = IconButton("minus", f"One fewer, {text}", kind="step", on=self.spin.stepDown)
        self.plus = IconButton(
            "plus", f"One more, {text}", kind="step-plus", size=28, on=self.spin.stepUp
        )
        self.plus.setObjectName(f"plus:{value}")
        self.minus.setObjectName(f"minus:{value}")
        for button in (self.minus, self.plus):
            # A tap must not open the keyboard or move the caret.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip("")
        self.minus.setEnabled(False)
        title = Label(text, "label")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title.setBuddy(self.spin)
        self.setLayout(
            column(
                title,
                self.spin,
                row(self.minus, (self.plus, 1), spacing=8),
                margins=12,
                spacing=4,
            )
        )
        self.spin.valueChanged.connect(self._on_value)

    def value(self) -> int:
        """The number counted."""
        return self.spin.value()

    def set_value(self, number: int) -> None:
        """Show a number without a signal."""
        blocker = QSignalBlocker(self.spin)
        self.spin.setValue(number)
        blocker.unblock()
        self._before = self.spin.value()
        self._show()

    def _on_value(self, number: int) -> None:
        before, self._before = self._before, number
        self._show()
        self.counted.emit(before, number)

    def _show(self) -> None:
        number = self.spin.value()
        self.minus.setEnabled(number > 0)
        restyle(self, on=number > 0)
        restyle(self.spin, zero=number == 0)
        restyle(self.spin.lineEdit(), zero=number == 0)


class TallyGroup(QWidget):
    """Counters that belong together, their total, and one Undo for the last tap.

    Signals:
        changed: the officer counted or undid.
    """

    changed = Signal()

    def __init__(
        self,
        choices: Sequence[Choice],
        *,
        noun: tuple[str, str] = ("person", "people"),
        min_width: int = 148,
        maximum: int = 999,
    ) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._noun = noun
        self._taps: list[tuple[str, int]] = []
        self.tallies = {c.value: Tally(c.value, c.text, maximum=maximum) for c in choices}
        for tally in self.tallies.values():
            tally.counted.connect(self._on_counted)
        self._total = Label("", "heading")
        self._total.setObjectName("total")
        self.undo_button = Button("Undo last tap", "ghost", "undo", on=self.undo)
        self.undo_button.setEnabled(False)
        self.setLayout(
            column(
                Reflow(list(self.tallies.values()), min_width, spacing=10),
                row(Glyph("people"), self._total, None, self.undo_button, spacing=10),
                spacing=8,
            )
        )
        self._show()

    def values(self) -> dict[str, int]:
        """Every counter's number by its value."""
        return {key: tally.value() for key, tally in self.tallies.items()}

    def set_values(self, values: Mapping[str, int]) -> None:
        """Show numbers without a signal; a counter not named goes to 0. Undo starts afresh."""
        self._taps.clear()
        for key, tally in self.tallies.items():
            tally.set_value(values.get(key, 0))
        self._show()

    def total(self) -> int:
        """All counters together."""
        return sum(self.values().values())

    def undo(self) -> None:
        """Take back the last change of a counter."""
        if not self._taps:
            return
        key, before = self._taps.pop()
        tally = self.tallies[key]
        tally.set_value(before)
        self._show()
        announce(self, f"{tally.spin.accessibleName()} {before}. {self._total.text()} in all.")
        self.changed.emit()

    def _on_counted(self, before: int, _after: int) -> None:
        tally = self.sender()
        if isinstance(tally, Tally):
            self._taps.append((tally.key, before))
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        total = self.total()
        one, many = self._noun
        self._total.setText(f"{total} {one if total == 1 else many}")
        self.undo_button.setEnabled(bool(self._taps))
