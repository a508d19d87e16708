"""Officers present: who, in which role, for how long."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.presenters.entry.facts import CHIPS_AT_MOST
from ui.views.entry_form.part import Part
from ui.views.looks import shown
from ui.widgets.arrange import column, row
from ui.widgets.buttons import Button, IconButton
from ui.widgets.chips import Chips
from ui.widgets.list_picker import PickSheet
from ui.widgets.reflow import Reflow
from ui.widgets.stepper import Stepper
from ui.widgets.text import Elided

_LONGEST = 16 * 60


class OfficerLine(QWidget):
    """One officer: name and role, minutes, and a way out."""

    def __init__(self, part: PeoplePart, officer: str) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._part, self.officer = part, officer
        people = part.entry.people
        name = people.name(officer)
        self.minutes = Stepper(f"Minutes: {name}", maximum=_LONGEST, step=15, suffix=" min")
        self.minutes.changed.connect(self._on_minutes)
        words = column(Elided(name, "strong"), Elided(people.role(officer), "muted"), spacing=1)
        right = row((self.minutes, 1), spacing=8)
        if officer != part.form.officer_id:
            right.addWidget(IconButton("close", f"Take out {name}", on=self._on_out))
        left, side = QWidget(), QWidget()
        for half, layout in ((left, words), (side, right)):
            half.setObjectName("plain")
            half.setLayout(layout)
        self.setLayout(column(Reflow([left, side], 260, spacing=12), spacing=0))
        part.fields.put(f"participants.{officer}.minutes", self.minutes.target)

    def show_minutes(self) -> None:
        """Show how long it was."""
        self.minutes.set_value(self._part.entry.people.minutes(self.officer) or 0)

    def _on_minutes(self) -> None:
        self._part.entry.people.set_minutes(self.officer, self.minutes.value())

    def _on_out(self) -> None:
        people = self._part.entry.people
        people.set_present(tuple(o for o in people.present() if o != self.officer))


class PeoplePart(Part):
    """The author, and colleagues who joined."""

    key = "people_present"
    names = ("participants",)
    folded_at_first = True

    def make(self) -> None:
        self.lines: dict[str, OfficerLine] = {}
        self._room = column(spacing=12)
        self.add(self._room)
        people = self.entry.people
        others = [c for c in people.offered if c.code != self.form.officer_id]
        self._others = tuple(others)
        self.chips: Chips | None = None
        if len(others) <= CHIPS_AT_MOST:
            self.chips = Chips(shown(others), "Officers who joined")
            self.chips.changed.connect(self._on_chips)
            self.add(self.chips)
            self.fields.put("participants", self.chips)
        else:
            pick = Button("Add an officer", "secondary", "plus", on=self._on_pick)
            self.add(row(pick, None))
            self.fields.put("participants", pick)

    def show(self) -> None:
        people = self.entry.people
        present = people.present()
        for officer in [o for o in self.lines if o not in present]:
            line = self.lines.pop(officer)
            self.fields.forget(f"participants.{officer}")
            line.hide()
            line.deleteLater()
        for officer in present:
            if officer not in self.lines:
                self.lines[officer] = OfficerLine(self, officer)
                self._room.addWidget(self.lines[officer])
            self.lines[officer].show_minutes()
        if self.chips is not None:
            self.chips.set_values(present)

    def summary(self) -> str:
        return self.entry.people.summary()

    def depends_on(self, name: str) -> bool:
        return name in ("started_at", "ended_at")

    def _on_chips(self) -> None:
        if self.chips is not None:
            people = self.entry.people
            offered = {choice.code for choice in self._others}
            kept = [officer for officer in people.present() if officer not in offered]
            people.set_present((*kept, *self.chips.values()))

    def _on_pick(self) -> None:
        present = self.entry.people.present()
        free = [choice for choice in self._others if choice.code not in present]
        sheet = PickSheet(self.section, "Add an officer", shown(free))
        sheet.picked.connect(self.entry.people.add)
        sheet.present()
