"""How it went: held, nobody came, cancelled or called away; why, and when instead."""

from __future__ import annotations

from datetime import time, timedelta

from ui.presenters.entry.outcome import NOBODY_CAME
from ui.views.entry_form.part import Part
from ui.views.looks import choices_of
from ui.widgets.arrange import row
from ui.widgets.card import Card
from ui.widgets.chip_face import CheckChip
from ui.widgets.chips import Chips
from ui.widgets.day_field import DayField
from ui.widgets.field import Field
from ui.widgets.reflow import Reflow
from ui.widgets.text import Label
from ui.widgets.time_field import TimeField
from ui.words import local

_EMPTY = "Nobody came is a result. Counts and issues are skipped; it still counts as held."


class OutcomePart(Part):
    """Chips for the outcome; a reason and a new date where it had to be given up."""

    key = "outcome"
    names = ("outcome", "outcome_reason", "rebooking")

    def make(self) -> None:
        self.chips = Chips(choices_of("outcome"), "How it went", multi=False)
        self.chips.changed.connect(self._on_outcome)
        self.add(self.chips)
        self.fields.put("outcome", self.chips)
        self.empty = Label(_EMPTY, "muted", wrap=True)
        self.add(self.empty)
        self.why = Card(margins=16, spacing=14)
        self.reason = Chips(choices_of("cancel_reason"), "Reason", multi=False)
        self.reason.changed.connect(self._on_reason)
        frame = Field("Why?", self.reason)
        self.why.add(frame)
        self.fields.put("outcome_reason", self.reason, frame)
        self.again = CheckChip("Plan it again")
        self.again.clicked.connect(self._on_again)
        self.why.add(row(self.again, None))
        self.fields.put("rebooking", self.again)
        today = self.entry.when.today
        self.day = DayField("New day", today, earliest=today, coming=True)
        self.day.changed.connect(self._on_date)
        self.clock = TimeField("New start")
        self.clock.changed.connect(self._on_date)
        day, clock = Field("On", self.day), Field("At", self.clock)
        self.new_date = Reflow([day, clock], 300, spacing=16)
        self.why.add(self.new_date)
        self.fields.put("rebooking.starts_at", self.clock.target, clock)
        self.add(self.why)

    def show(self) -> None:
        outcome, answers = self.entry.outcome, self.form.answers
        self.chips.set_value(outcome.code)
        self.empty.setVisible(outcome.code == NOBODY_CAME)
        self.why.setVisible(outcome.needs_reason)
        self.reason.set_value(answers.text("outcome_reason"))
        at = outcome.rebooked
        self.again.setChecked(at is not None or self._choosing)
        self.new_date.setVisible(self.again.isChecked())
        if at is not None:
            self.day.set_value(local(at).date())
            clock = local(at).time().replace(second=0, microsecond=0)
            if self.clock.value() != clock:
                self.clock.set_value(clock)

    def summary(self) -> str:
        return self.entry.outcome.summary()

    def done(self) -> bool:
        outcome = self.entry.outcome
        return not outcome.needs_reason or bool(self.form.answers.text("outcome_reason"))

    def starts_folded(self) -> bool:
        return self.done()

    _choosing = False

    def _on_outcome(self) -> None:
        self.entry.outcome.choose(self.chips.value())

    def _on_reason(self) -> None:
        self.form.set("outcome_reason", self.reason.value())

    def _on_again(self) -> None:
        self._choosing = self.again.isChecked()
        if not self._choosing:
            self.entry.outcome.rebook(None, None)
            return
        when = self.entry.when
        self.day.set_value(when.today + timedelta(days=7))
        self.clock.set_value(when.start_time or time(10, 0))
        self._on_date()

    def _on_date(self) -> None:
        self.entry.outcome.rebook(self.day.value(), self.clock.value())
