"""Choosing one or several of a few: every choice in sight, one tap each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup

from ui.widgets.chip_face import CheckChip, RadioChip
from ui.widgets.choice import Choice
from ui.widgets.flow import Flow


class Chips(Flow):
    """Chips for a code list.

    Signals:
        changed: the officer chose or took back a choice.
    """

    changed = Signal()

    def __init__(self, choices: Sequence[Choice], name: str, *, multi: bool = True) -> None:
        super().__init__()
        self._name, self._multi = name, multi
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(not multi)
        self._group.buttonToggled.connect(self._on_toggled)
        self._chips: dict[str, CheckChip | RadioChip] = {}
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer other choices; what is still offered stays chosen."""
        kept = self.values()
        for chip in self._chips.values():
            self._group.removeButton(chip)
        self.empty()
        self._chips = {}
        for choice in choices:
            chip = (CheckChip if self._multi else RadioChip)(choice.text)
            if choice.detail:
                chip.setAccessibleDescription(choice.detail)
            chip.setObjectName(f"chip:{choice.value}")
            self._chips[choice.value] = chip
            self._group.addButton(chip)
            self.add(chip)
        self.set_values(kept)

    def chip(self, value: str) -> CheckChip | RadioChip:
        """The button of a value."""
        return self._chips[value]

    def values(self) -> tuple[str, ...]:
        """The values that are on, in the order they are shown."""
        return tuple(value for value, chip in self._chips.items() if chip.isChecked())

    def value(self) -> str:
        """The one value that is on, or ""."""
        return next(iter(self.values()), "")

    def set_values(self, values: Iterable[str]) -> None:
        """Turn on these and no others, without a signal; unknown values are left out."""
        wanted = set(values)
        blocker = QSignalBlocker(self._group)
        # An exclusive group would not let the last one go.
        self._group.setExclusive(False)
        for value, chip in self._chips.items():
            chip.setChecked(value in wanted)
        self._group.setExclusive(not self._multi)
        blocker.unblock()

    def set_value(self, value: str) -> None:
        """Turn on one value, or none for ""."""
        self.set_values((value,) if value else ())

    def _on_toggled(self, _chip: object, on: bool) -> None:
        if on or self._multi:
            self.changed.emit()
