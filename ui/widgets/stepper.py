"""A small number on one line: minus, the number, plus."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QSpinBox, QWidget

from ui.widgets.arrange import row
from ui.widgets.buttons import IconButton
from ui.widgets.count_spin import CountSpin


class Stepper(QWidget):
    """A number that is rarely large: minutes, leaflets, staff present.

    Signals:
        changed: the officer changed the number.
    """

    changed = Signal()

    def __init__(
        self, name: str, *, minimum: int = 0, maximum: int = 999, step: int = 1, suffix: str = ""
    ) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.spin = CountSpin(name, "time", minimum=minimum, maximum=maximum)
        self.spin.setSingleStep(step)
        self.spin.setSuffix(suffix)
        self.spin.setMinimumWidth(88)
        self.minus = IconButton("minus", f"{name}: less", kind="step", on=self.spin.stepDown)
        self.plus = IconButton("plus", f"{name}: more", kind="step", on=self.spin.stepUp)
        for button in (self.minus, self.plus):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setLayout(row(self.minus, (self.spin, 1), self.plus, spacing=8))
        self.spin.valueChanged.connect(self._on_value)
        self._show()

    @property
    def target(self) -> QSpinBox:
        """The box that takes the focus."""
        return self.spin

    def value(self) -> int:
        """The number."""
        return self.spin.value()

    def set_value(self, number: int) -> None:
        """Show a number without a signal."""
        blocker = QSignalBlocker(self.spin)
        self.spin.setValue(number)
        blocker.unblock()
        self._show()

    def _on_value(self, _number: int) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.minus.setEnabled(self.spin.value() > self.spin.minimum())
        self.plus.setEnabled(self.spin.value() < self.spin.maximum())
