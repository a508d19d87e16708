"""Who came: one tap a person, the total always in sight, and what else is counted."""

from __future__ import annotations

from ui.presenters.entry.outcome import NOBODY_CAME
from ui.views.entry_form.part import Part
from ui.widgets.arrange import row
from ui.widgets.buttons import Button
from ui.widgets.choice import Choice
from ui.widgets.field import Field
from ui.widgets.reflow import Reflow
from ui.widgets.stepper import Stepper
from ui.widgets.tally import TallyGroup


class CountsPart(Part):
    """Tallies for people; steppers for sign-ups, survey answers and the like."""

    key = "who_came"
    names = ("counts",)
    hint = "Tap + for each person"

    def make(self) -> None:
        counts = self.entry.counts
        most = self.form.facts.hours("count_max")
        people = [Choice(code, counts.label(code)) for code in counts.people]
        self.tallies = TallyGroup(people, maximum=most, min_width=220)
        self.tallies.changed.connect(self._on_tally)
        self.nobody: Button | None = None
        if self.form.facts.type.shows("outcome"):
            self.nobody = Button("Nobody came", icon="empty", on=self._on_nobody)
            self.nobody.setObjectName("nobody_came")
            self.add(row(self.nobody, None))
        self.add(self.tallies)
        for code, tally in self.tallies.tallies.items():
            self.fields.put(f"counts.{code}", tally.spin, spot=tally)
        self.steppers: dict[str, Stepper] = {}
        frames = []
        for code in counts.others:
            stepper = Stepper(counts.label(code), maximum=most)
            stepper.changed.connect(self._on_stepper)
            frame = Field(counts.label(code), stepper)
            self.fields.put(f"counts.{code}", stepper.target, frame)
            self.steppers[code] = stepper
            frames.append(frame)
        if frames:
            self.add(Reflow(frames, 224, spacing=16))

    def show(self) -> None:
        values = self.entry.counts.values()
        if any(self.tallies.values()[code] != values[code] for code in self.entry.counts.people):
            self.tallies.set_values(values)
        for code, stepper in self.steppers.items():
            stepper.set_value(values[code])
        if self.nobody is not None:
            self.nobody.setVisible(self.entry.counts.total() == 0)

    def summary(self) -> str:
        return self.entry.counts.summary()

    def done(self) -> bool:
        return self.entry.counts.answered

    def starts_folded(self) -> bool:
        return self.form.facts.type.shows("school")

    def line(self) -> str:
        if self.form.facts.type.shows("school") and not self.entry.counts.answered:
            return "Follows from pupils and staff"
        return super().line()

    def _on_tally(self) -> None:
        self.entry.counts.set_values(self.tallies.values())

    def _on_stepper(self) -> None:
        values = {code: stepper.value() for code, stepper in self.steppers.items()}
        self.entry.counts.set_values(values)

    def _on_nobody(self) -> None:
        self.entry.outcome.choose(NOBODY_CAME)
