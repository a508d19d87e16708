"""Issues people raised, each with how many raised it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QPointF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QSizePolicy

from ui.theme import theme
from ui.theme.icons import paint_icon
from ui.widgets.announce import announce
from ui.widgets.arrange import row
from ui.widgets.buttons import IconButton
from ui.widgets.chip_face import ActionChip, chip_height
from ui.widgets.choice import Choice
from ui.widgets.count_spin import CountSpin
from ui.widgets.flow import Flow
from ui.widgets.list_picker import PickSheet
from ui.widgets.restyle import restyle

_MOST = 999


class _Word(QCheckBox):
    """The word of a chip inside the frame it shares with its stepper."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setProperty("kind", "mention")
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.dress(self, "chip-on")

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 50, chip_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(72, chip_height())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        on, painter = self.isChecked(), QPainter(self)
        painter.setFont(theme.font("chip-on" if on else "chip"))
        metrics = painter.fontMetrics()
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 40)
        total = metrics.horizontalAdvance(words) + (24 if on else 0)
        x = (self.width() - total) / 2
        ink = "on_primary_tint" if on else "text"
        if on:
            top = (self.height() - 18) / 2
            paint_icon(painter, QPointF(x, top), "check", ink, 18)
            x += 24
        painter.setPen(theme.colour(ink))
        box = self.rect().adjusted(round(x), 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.end()


class MentionChip(QFrame):
    """A chip that opens a small stepper when it is on; the number can be typed as well.

    Signals:
        counted: the officer turned it on or off or changed the number.
    """

    counted = Signal()

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self.value = choice.value
        self.setProperty("part", "mention")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.word = _Word(choice.text)
        self.word.setObjectName(f"mention:{choice.value}")
        name = f"{choice.text}: number of mentions"
        self.spin = CountSpin(name, "label", minimum=1, maximum=_MOST)
        self.spin.setProperty("part", "count")
        self.spin.setFixedWidth(48)
        self.minus = IconButton(
            "minus", f"One mention fewer, {choice.text}", kind="mention-step", size=20
        )
        self.plus = IconButton(
            "plus", f"One mention more, {choice.text}", kind="mention-step", size=20
        )
        for button in (self.minus, self.plus):
            button.set_icon(
                "minus" if button is self.minus else "plus", tone="on_primary_tint", size=20
            )
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.minus.clicked.connect(self.spin.stepDown)
        self.plus.clicked.connect(self.spin.stepUp)
        self._row = row(self.word, self.minus, self.spin, self.plus, spacing=0)
        self.setLayout(self._row)
        self.word.toggled.connect(self._on_toggled)
        self.spin.valueChanged.connect(self._on_value)
        self._show()

    def sizeHint(self) -> QSize:
        inner = self.word.sizeHint().width()
        if self.word.isChecked():
            inner += 48 * 3
        return QSize(inner + 4, chip_height() + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def count(self) -> int:
        """Mentions, 0 while the chip is off."""
        return self.spin.value() if self.word.isChecked() else 0

    def set_count(self, count: int) -> None:
        """Show a number without a signal; 0 turns the chip off."""
        for part in (self.word, self.spin):
            part.blockSignals(True)
        self.word.setChecked(count > 0)
        self.spin.setValue(max(1, count))
        for part in (self.word, self.spin):
            part.blockSignals(False)
        self._show()

    def _on_toggled(self, on: bool) -> None:
        if not on:
            blocker = QSignalBlocker(self.spin)
            self.spin.setValue(1)
            blocker.unblock()
        self._show()
        self.counted.emit()

    def _on_value(self, _number: int) -> None:
        self._show()
        self.counted.emit()

    def _show(self) -> None:
        on = self.word.isChecked()
        for part in (self.minus, self.spin, self.plus):
            part.setVisible(on)
        self.minus.setEnabled(self.spin.value() > 1)
        restyle(self, on=on)
        self.updateGeometry()


class MentionChips(Flow):
    """The usual issues as chips; the rest of the code list behind a search.

    Signals:
        changed: the officer changed an issue or its number.
    """

    changed = Signal()

    def __init__(
        self, choices: Sequence[Choice], name: str, *, more: Sequence[Choice] = ()
    ) -> None:
        super().__init__()
        self._name = name
        self.setAccessibleName(name)
        self._chips: dict[str, MentionChip] = {}
        self._rest = {choice.value: choice for choice in more}
        self._more = ActionChip("More", "search", name=f"More: {name}", tall=True)
        self._more.clicked.connect(self._open)
        for choice in choices:
            self._put(choice)
        if more:
            self.add(self._more)
        else:
            self._more.setParent(self)
            self._more.hide()

    def chip(self, value: str) -> MentionChip:
        """The chip of a value."""
        return self._chips[value]

    def counts(self) -> dict[str, int]:
        """Mentions of every issue that has any."""
        return {v: chip.count() for v, chip in self._chips.items() if chip.count()}

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show these numbers without a signal; issues from behind the search come forward."""
        for value in counts:
            if value in self._rest:
                self._bring(value)
        for value, chip in self._chips.items():
            chip.set_count(counts.get(value, 0))

    def _put(self, choice: Choice) -> MentionChip:
        chip = MentionChip(choice)
        chip.counted.connect(self.changed)
        self._chips[choice.value] = chip
        self.add(chip)
        return chip

    def _bring(self, value: str) -> MentionChip:
        choice = self._rest.pop(value)
        self.flow.removeWidget(self._more)
        chip = self._put(choice)
        self.add(self._more)
        self._more.setVisible(bool(self._rest))
        return chip

    def _open(self) -> None:
        sheet = PickSheet(self, self._name, list(self._rest.values()))
        sheet.picked.connect(self._on_picked)
        sheet.present()

    def _on_picked(self, value: str) -> None:
        chip = self._bring(value)
        chip.show()
        chip.set_count(1)
        announce(self, f"{chip.word.text()} added")
        self.changed.emit()
